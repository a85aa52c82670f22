"""How far one prediction of Stages C and B moves when torch computes in bfloat16 or float16: writes ../golden/precision.

precision.py [NAME ...], names being "demo" and the checkpoints of testdata; or
precision.py --folder FOLDER, a checkpoint in diffusers layout, whose figures are written beside it: FOLDER/precision.json; or
precision.py full PRIOR DECODER SHARED OUT, folders of a large checkpoint as full_checkpoints.py writes it: the same for one
picture of 256 pixels, as OUT/precision.json. The small lite one takes 11 GB of memory.

For each checkpoint, NAME.safetensors holds inputs at t = 1, 0.7, 0.3 and 0.05 (samples of the network itself, noised again), and
what the network predicts there in float32; NAME.json the errors, root mean square of the difference by that of the prediction.
The program's own precisions are measured on the same inputs by inference/golden and must not be worse than bfloat16, in
which the official model was trained and is used.
"""

import copy
import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "demo"))  # whose scenes the text encoder needs

import torch  # noqa: E402
from diffusers.models.unets import StableCascadeUNet  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from transformers import CLIPTextModelWithProjection, CLIPTokenizerFast  # noqa: E402

import diffusion  # noqa: E402
import layouts  # noqa: E402
import networks  # noqa: E402

TIMES = (1.0, 0.7, 0.3, 0.05)
OUT = layouts.ROOT / "golden" / "precision"
DEMO = HERE.parents[2] / "assets" / "demo"
PROMPTS = ["a red circle on white, middle", "a yellow triangle on blue, top"]


def demo():
    import words

    tok = words.load(DEMO / "tokenizer")
    model = CLIPTextModelWithProjection.from_pretrained(DEMO / "text_encoder").eval()
    from text import Encoder

    hidden, pooled = Encoder(tok, model, "cpu")(["a red boat at sea", "a blue tree in the snow, left"], words.LENGTH)
    load = StableCascadeUNet.from_pretrained
    return load(DEMO / "prior").eval(), load(DEMO / "decoder").eval(), hidden, pooled


def testdata(name):
    with tempfile.TemporaryDirectory() as clip:
        nets, tok, _ = layouts.load(name, clip)
    hidden, pooled = networks.encode_text(nets["text"].eval(), tok, PROMPTS)
    return nets["prior"].eval(), nets["decoder"].eval(), hidden, pooled


def diffusers_layout(folder):
    tok = CLIPTokenizerFast.from_pretrained(folder / "tokenizer")
    text = CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder").eval()
    hidden, pooled = networks.encode_text(text, tok, PROMPTS)
    load = StableCascadeUNet.from_pretrained
    return load(folder / "prior").eval(), load(folder / "decoder").eval(), hidden, pooled


def full(prior, decoder, shared):
    tok = CLIPTokenizerFast.from_pretrained(shared / "tokenizer")
    text = CLIPTextModelWithProjection.from_pretrained(shared / "text_encoder", torch_dtype=torch.float32).eval()
    hidden, pooled = networks.encode_text(text, tok, PROMPTS[:1])
    load = StableCascadeUNet.from_pretrained
    return load(prior).float().eval(), load(decoder).float().eval(), hidden, pooled


def noised(x0, t, g):
    a2 = diffusion.signal(torch.full((len(x0),), t))[:, None, None, None]
    return a2.sqrt() * x0 + (1 - a2).sqrt() * torch.randn(x0.shape, generator=g)


def error(net, call, inputs, want, dtype):
    low = copy.deepcopy(net).to(dtype)
    return [float(((call(low, x, t, dtype).float() - y) ** 2).mean().sqrt() / (y**2).mean().sqrt())
            for x, t, y in zip(inputs, TIMES, want)]


@torch.no_grad()
def write(name, networks_and_text, base):
    prior, decoder, hidden, pooled = networks_and_text
    g = torch.Generator().manual_seed(1)

    def stage_c(net, x, t, dtype=torch.float32):
        image = torch.zeros(len(x), 1, net.config.clip_image_in_channels, dtype=dtype)
        return net(x.to(dtype), torch.full((len(x),), t, dtype=dtype), clip_text_pooled=pooled.to(dtype),
                   clip_text=hidden.to(dtype), clip_img=image, return_dict=False)[0]

    def stage_b(net, x, t, dtype=torch.float32):
        return net(x.to(dtype), torch.full((len(x),), t, dtype=dtype), clip_text_pooled=pooled.to(dtype),
                   effnet=z.to(dtype), return_dict=False)[0]

    def sampled(net, call, shape):
        return diffusion.sample(lambda x, r: call(net, x, float(r)), shape, 12, 1.0, g, True, "cpu", True)

    side, n = {"demo": 32, "full": 64}.get(name, 16), len(hidden)
    z = sampled(prior, stage_c, (n, 16, 6, 6))
    latent = sampled(decoder, stage_b, (n, 4, side, side))
    tensors, errors = {"clip_text": hidden, "clip_text_pooled": pooled, "effnet": z}, {}
    for stage, net, call, x0 in (("prior", prior, stage_c, z), ("decoder", decoder, stage_b, latent)):
        inputs = [noised(x0, t, g) for t in TIMES]
        want = [call(net, x, t) for x, t in zip(inputs, TIMES)]
        for i, (x, y) in enumerate(zip(inputs, want)):
            tensors[f"{stage}.{i}.sample"], tensors[f"{stage}.{i}.output"] = x, y
        errors[stage] = {kind: error(net, call, inputs, want, dtype)
                         for kind, dtype in (("bf16", torch.bfloat16), ("fp16", torch.float16))}
        for kind, e in errors[stage].items():
            print(f"{name:12s} {stage:8s} {kind}  " + "  ".join(f"{v:.4f}" for v in e), flush=True)
    save_file({k: v.contiguous().float() for k, v in tensors.items()}, f"{base}.safetensors")
    text = json.dumps({"times": TIMES, **errors}, indent=1, default=float)
    pathlib.Path(f"{base}.json").write_text(text + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["full"]:
        *networks_of, out = map(pathlib.Path, sys.argv[2:6])
        write("full", full(*networks_of), out / "precision")
        sys.exit()
    torch.set_num_threads(1)
    if sys.argv[1:2] == ["--folder"]:
        folder = pathlib.Path(sys.argv[2])
        write(folder.name, diffusers_layout(folder), folder / "precision")
    else:
        OUT.mkdir(exist_ok=True)
        for name in sys.argv[1:] or ["demo", "diffusers-a", "lite-bf16", "original", "comfy"]:
            write(name, demo() if name == "demo" else testdata(name), OUT / name)
