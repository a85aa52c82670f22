"""Compares the graphs of package graph with diffusers and transformers.

    python inference/graph/check_onnx.py [--full] [--only NAME] [--work DIR]

Makes small random networks of many shapes, has the Go test write their graphs
(TestWriteForCheck), runs both and prints the largest difference as a share of
the output's range. With --full it also builds the four official full-size
configurations over files of holes and runs onnx's checker on them.

Needs torch, diffusers 0.35.2, transformers 4.56, safetensors, onnx and
onnxruntime 1.30. Exits with 1 when anything differs by more than its limit.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import onnx
import onnxruntime as ort
import torch
from diffusers.models.unets.unet_stable_cascade import StableCascadeUNet
from diffusers.pipelines.wuerstchen.modeling_paella_vq_model import PaellaVQModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

HERE = os.path.dirname(os.path.abspath(__file__))
RES, TIME, ATTN = "SDCascadeResBlock", "SDCascadeTimestepBlock", "SDCascadeAttnBlock"
CTA, CT = [RES, TIME, ATTN], [RES, TIME]


def randomise(module, seed):
    """Gives every parameter a size that lets no part of the network vanish or explode."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in module.named_parameters():
            if p.dim() >= 2 and min(p.shape) > 0 and not name.endswith(("gamma", "beta")):
                fan = p[0].numel()
                p.copy_(torch.randn(p.shape, generator=g) * fan**-0.5)
            elif name.endswith(("norm.weight", "norm1.weight", "norm2.weight")):
                p.copy_(1 + 0.2 * torch.randn(p.shape, generator=g))
            else:
                p.copy_(0.3 * torch.randn(p.shape, generator=g))
        for name, p in module.named_buffers():
            if name.endswith("running_var"):
                p.copy_(0.5 + torch.rand(p.shape, generator=g))
            elif name.endswith("running_mean"):
                p.copy_(0.3 * torch.randn(p.shape, generator=g))
    return module.eval()


class Previewer(torch.nn.Module):
    """The official previewer, by its published layer list."""

    def __init__(self, c_in, c, c_out=3):
        super().__init__()
        n, layers = torch.nn, []
        for k, a, b in [(1, c_in, c), (3, c, c), (2, c, c // 2), (3, c // 2, c // 2), (2, c // 2, c // 4),
                        (3, c // 4, c // 4), (2, c // 4, c // 4), (3, c // 4, c // 4)]:
            conv = n.ConvTranspose2d(a, b, 2, stride=2) if k == 2 else n.Conv2d(a, b, k, padding=k // 2)
            layers += [conv, n.GELU(), n.BatchNorm2d(b)]
        self.blocks = n.Sequential(*layers, n.Conv2d(c // 4, c_out, 1))

    def forward(self, x):
        return self.blocks(x)


def unet(**changes):
    base = dict(
        in_channels=16, out_channels=16, patch_size=1, conditioning_dim=48, block_out_channels=(64, 64),
        num_attention_heads=(4, 4), down_num_layers_per_block=(2, 3), up_num_layers_per_block=(3, 2),
        down_blocks_repeat_mappers=(1, 1), up_blocks_repeat_mappers=(1, 1), block_types_per_layer=(CTA, CTA),
        clip_text_in_channels=40, clip_text_pooled_in_channels=24, clip_image_in_channels=20, clip_seq=4,
        kernel_size=3, self_attn=True, timestep_conditioning_type=("sca", "crp"), switch_level=(False,))
    return {**base, **changes}


def stage_b(**changes):
    return unet(**{**dict(
        in_channels=4, out_channels=4, patch_size=2, block_out_channels=(32, 48, 64, 64), num_attention_heads=(0, -1, 4, 4),
        down_num_layers_per_block=(1, 2, 3, 2), up_num_layers_per_block=(2, 3, 2, 1),
        down_blocks_repeat_mappers=(1, 1, 1, 1), up_blocks_repeat_mappers=(3, 3, 2, 2),
        block_types_per_layer=(CT, CT, CTA, CTA), clip_text_in_channels=None, clip_image_in_channels=None,
        effnet_in_channels=16, pixel_mapper_in_channels=3, timestep_conditioning_type=("sca",), switch_level=None), **changes})


# name: (config, sizes (batch, height, width) of the latent, other settings)
UNETS = {
    "c": (unet(), [(2, 6, 6), (1, 5, 8), (3, 1, 7)], {}),
    "c-export": (unet(), [(2, 6, 5)], {"Export": True}),
    "c-fused": (unet(self_attn=(True, False)), [(2, 6, 5)], {"Fused": True}),
    "c-bf16": (unet(), [(2, 6, 6)], {"dtype": torch.bfloat16}),
    "c-f16": (unet(), [(1, 6, 6)], {"dtype": torch.float16}),
    "c-head-24": (unet(block_out_channels=(72, 96), num_attention_heads=(3, 4)), [(1, 4, 6)], {}),
    "c-uneven-heads": (unet(num_attention_heads=(5, 3)), [(1, 4, 6)], {}),
    "c-text-only": (unet(clip_image_in_channels=None), [(2, 4, 4)], {}),
    "c-no-clip": (unet(clip_image_in_channels=None, clip_text_in_channels=None, clip_seq=3), [(2, 4, 4)], {}),
    "c-no-self": (unet(self_attn=(False, True)), [(2, 4, 5)], {}),
    "c-no-conds": (unet(timestep_conditioning_type=()), [(1, 4, 4)], {}),
    "c-odd-r": (unet(timestep_ratio_embedding_dim=31), [(2, 4, 4)], {}),
    "c-kernel-5": (unet(kernel_size=5), [(1, 6, 4)], {}),
    "c-kernel-1": (unet(kernel_size=1), [(1, 3, 4)], {}),
    "c-patch-2": (unet(patch_size=2), [(2, 8, 6)], {}),
    "c-repeats": (unet(down_blocks_repeat_mappers=(2, 1), up_blocks_repeat_mappers=(1, 3)), [(2, 4, 4)], {}),
    "c-one-level": (unet(block_out_channels=(64,), num_attention_heads=(4,), down_num_layers_per_block=(2,),
                         up_num_layers_per_block=(1,), down_blocks_repeat_mappers=(1,), up_blocks_repeat_mappers=(2,),
                         block_types_per_layer=(CTA,), dropout=0.0, switch_level=()), [(2, 4, 4)], {}),
    "c-switch": (unet(switch_level=(True,)), [(2, 8, 8), (1, 7, 9), (1, 3, 2)], {}),
    "c-three": (unet(block_out_channels=(32, 48, 64), num_attention_heads=(2, 3, 4), dropout=0.0,
                     down_num_layers_per_block=(1, 2, 1), up_num_layers_per_block=(2, 1, 2),
                     down_blocks_repeat_mappers=(1, 2, 1), up_blocks_repeat_mappers=(2, 2, 1),
                     block_types_per_layer=(CT, CTA, CTA), switch_level=(True, False)), [(1, 9, 6)], {}),
    "c-time-first": (unet(block_types_per_layer=([TIME, RES, ATTN], [ATTN, RES]), switch_level=None), [(2, 8, 6)], {}),
    "b": (stage_b(dropout=0.0), [(2, 32, 32), (1, 64, 48)], {}),
    "b-odd": (stage_b(dropout=0.0), [(1, 50, 38), (2, 34, 62)], {}),
    "b-export": (stage_b(dropout=0.0), [(1, 48, 32)], {"Export": True}),
    "b-lite-bf16": (stage_b(dropout=0.0, num_attention_heads=(-1, 9, 4, 4), up_blocks_repeat_mappers=(2, 2, 2, 2)),
                    [(1, 32, 64)], {"dtype": torch.bfloat16}),
    "b-fused": (stage_b(dropout=0.0), [(2, 50, 64)], {"Fused": True}),
    "b-no-pixels": (stage_b(dropout=0.0, pixel_mapper_in_channels=None), [(1, 32, 32)], {}),
    "b-no-effnet": (stage_b(dropout=0.0, effnet_in_channels=None), [(1, 32, 32)], {}),
    "c-fp16": (unet(), [(1, 6, 6)], {"Precision": "fp16", "limit": 2e-2}),
    # A stream of 5e5 in the last level, where fp16 ends at 65504: the rescale must hold.
    "c-fp16-large": (unet(), [(1, 6, 6)], {"Precision": "fp16", "grow": 1e4, "limit": 2e-2}),
    "c-fp16-repeats": (unet(up_blocks_repeat_mappers=(1, 3), switch_level=(True,)), [(1, 5, 6)], {"Precision": "fp16", "limit": 2e-2}),
    "b-fp16-fused": (stage_b(dropout=0.0), [(1, 32, 38)], {"Precision": "fp16", "Fused": True, "limit": 2e-2}),
    "b-fp16": (stage_b(dropout=0.0), [(1, 32, 38)], {"Precision": "fp16", "limit": 2e-2}),
    # For CUDA. The weights lie in bfloat16, and what is computed is looked at in float32; see widen.
    "c-cuda": (unet(self_attn=(True, False)), [(2, 6, 6), (1, 5, 8)], {"Precision": "bf16", "dtype": torch.bfloat16}),
    "c-cuda-f32": (unet(switch_level=(True,)), [(1, 7, 5)], {"Precision": "bf16"}),
    "b-cuda": (stage_b(dropout=0.0), [(1, 32, 38)], {"Precision": "bf16", "dtype": torch.bfloat16}),
}

VQS = {
    "a": (dict(embed_dim=48, bottleneck_blocks=3), [(2, 8, 8), (1, 5, 11)], {}),
    "a-bf16": (dict(embed_dim=48, bottleneck_blocks=2), [(1, 8, 6)], {"dtype": torch.bfloat16}),
    "a-three-levels": (dict(embed_dim=64, bottleneck_blocks=1, levels=3, latent_channels=6), [(1, 4, 6)], {}),
    "a-one-level": (dict(embed_dim=32, bottleneck_blocks=2, levels=1, up_down_scale_factor=4), [(1, 4, 6)], {}),
    "a-fp16": (dict(embed_dim=48, bottleneck_blocks=3), [(1, 8, 8)], {"Precision": "fp16", "limit": 2e-2}),
}

TEXTS = {
    "t": (dict(), {}),
    "t-quick": (dict(hidden_act="quick_gelu"), {}),
    "t-legacy-eos": (dict(eos_token_id=2), {}),
    "t-transposed": (dict(), {"Transposed": ["text_projection.weight"]}),
    "t-bf16": (dict(), {"dtype": torch.bfloat16}),
    "t-export": (dict(num_hidden_layers=2), {"Export": True}),
    "t-fp16": (dict(), {"Precision": "fp16", "limit": 2e-2}),
    "t-cuda": (dict(), {"Precision": "bf16", "dtype": torch.bfloat16}),
}


def unet_fields(c):
    """config.json, with what may be one value for all levels written for each."""
    fields = dict(c)
    if isinstance(fields["self_attn"], bool):
        fields["self_attn"] = [fields["self_attn"]] * len(fields["block_out_channels"])
    return fields


def write(work, name, description, state, settings):
    folder = os.path.join(work, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for key in ("Precision", "Export", "Fused", "Transposed"):
        if key in settings:
            description[key] = settings[key]
    state = {k: v.to(settings.get("dtype", torch.float32)) for k, v in state.items() if v.is_floating_point()}
    for k in settings.get("Transposed", ()):
        state[k] = state[k].T
    save_file({k: v.contiguous() for k, v in state.items()}, os.path.join(folder, "weights.safetensors"))
    with open(os.path.join(folder, "network.json"), "w") as f:
        json.dump(description, f)


def round_to(module, settings):
    """The weights as the file holds them, so that only arithmetic can differ."""
    if "dtype" in settings:
        module.to(settings["dtype"]).to(torch.float32)
    return module


def session(work, name):
    path = os.path.join(work, name, "model.onnx")
    onnx.checker.check_model(path)
    o = ort.SessionOptions()
    o.intra_op_num_threads = 2
    if onnx.load(path, load_external_data=False).opset_import[0].version == 23:
        path = accepted(path, o)
    return ort.InferenceSession(path, o, providers=["CPUExecutionProvider"])


def accepted(path, options):
    """Shows that a graph for CUDA is right in its types and shapes, and returns the path of one in float32.

    onnx infers them strictly. ONNX Runtime infers them before it looks for kernels: of
    bfloat16 the processor has none, and that is all it may complain of.
    """
    m = onnx.load(path, load_external_data=False)
    onnx.checker.check_model(path, full_check=True)
    try:
        ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        raise SystemExit(f"{path}: the processor has kernels for all of it, so it computes nothing in bfloat16")
    except ort.capi.onnxruntime_pybind11_state.NotImplemented as e:
        if "Could not find an implementation" not in str(e):
            raise
    consumers = {i: n.op_type for n in m.graph.node for i in n.input}
    for w in m.graph.initializer:
        if w.external_data and w.data_type == onnx.TensorProto.BFLOAT16 and consumers[w.name] not in BRAIN | {"Cast"}:
            raise SystemExit(f"{path}: {w.name} goes to {consumers[w.name]}, of which CUDA has no kernel for bfloat16")
    inferred = onnx.shape_inference.infer_shapes(m, strict_mode=True, data_prop=True).graph
    types = {v.name: v.type.tensor_type.elem_type for v in [*inferred.value_info, *inferred.input, *inferred.output]}
    types |= {t.name: t.data_type for t in m.graph.initializer}
    for n in m.graph.node:
        if any(types.get(v) == onnx.TensorProto.BFLOAT16 for v in [*n.input, *n.output]) and n.op_type not in BRAIN:
            raise SystemExit(f"{path}: {n.name} is in bfloat16, for which CUDA has no kernel")
    return widen(m, path)


# Of the operators that graphs use, those that CUDA has kernels of for bfloat16 in opset 23.
BRAIN = {"Add", "Attention", "Cast", "Concat", "Conv", "Expand", "Gather", "GatherND", "Gelu", "Gemm", "Identity", "LayerNormalization",
         "MatMul", "Mul", "Reshape", "Shape", "Sigmoid", "Slice", "Split", "Transpose"}


def widen(m, path):
    """Writes the graph with every bfloat16 made float32 as it is read, so that only its structure counts."""
    casts = []
    for t in m.graph.initializer:
        if t.data_type == onnx.TensorProto.BFLOAT16:
            name, t.name = t.name, t.name + " low"
            casts.append(onnx.helper.make_node("Cast", [t.name], [name], to=onnx.TensorProto.FLOAT))
    for n in m.graph.node:
        for a in n.attribute if n.op_type == "Cast" else ():
            a.i = onnx.TensorProto.FLOAT if a.i == onnx.TensorProto.BFLOAT16 else a.i
    nodes = [*casts, *m.graph.node]
    del m.graph.node[:]
    m.graph.node.extend(nodes)
    path = path.replace("model.onnx", "wide.onnx")
    onnx.save(m, path)
    return path


def grow(module, settings):
    """Makes what the last level adds to its stream larger, which its norms take out again."""
    with torch.no_grad():
        for block in module.up_blocks[-1] if "grow" in settings else ():
            for layer in (getattr(block, "channelwise", ()), getattr(getattr(block, "attention", None), "to_out", ())):
                for p in layer[-1].parameters() if isinstance(layer, torch.nn.Sequential) else layer[0].parameters() if layer else ():
                    p *= settings["grow"]
    return module


class Report:
    def __init__(self):
        self.failed = 0

    def row(self, name, what, got, want, limit):
        want = np.asarray(want, np.float32)
        ok = got.shape == want.shape
        error = np.abs(got - want).max() / (want.max() - want.min()) if ok else np.inf
        ok = bool(error <= limit)
        self.failed += not ok
        print(f"{name:16} {what:44} {error:9.2e} {'' if ok else 'FAIL limit %g' % limit}", flush=True)


def unet_inputs(c, batch, h, w, seed):
    g = torch.Generator().manual_seed(seed)
    rand = lambda *s: torch.randn(s, generator=g)
    args = dict(sample=rand(batch, c.in_channels, h, w), timestep_ratio=torch.rand(batch, generator=g),
                clip_text_pooled=rand(batch, 1, c.clip_text_pooled_in_channels))
    if c.clip_text_in_channels and c.clip_image_in_channels:
        args |= dict(clip_text=rand(batch, 7 + seed % 3, c.clip_text_in_channels),
                     clip_img=rand(batch, 1 + seed % 2, c.clip_image_in_channels))
    if c.effnet_in_channels:
        args["effnet"] = rand(batch, c.effnet_in_channels, 3 + seed % 3, 4)
    return args


def check_unet(work, name, module, sizes, settings, report):
    s = session(work, name)
    names = {i.name for i in s.get_inputs()}
    for n, (batch, h, w) in enumerate(sizes):
        args = unet_inputs(module.config, batch, h, w, n)
        with torch.no_grad():
            want = module(**args).sample
        feed = {k: v.numpy() for k, v in args.items()}
        if "timestep_embedding" in names:
            feed["timestep_embedding"] = module.get_timestep_ratio_embedding(args["timestep_ratio"]).numpy()
            del feed["timestep_ratio"]
        got = s.run(["out_sample"], feed)[0]
        report.row(name, f"{batch}x{h}x{w}", got, want, settings.get("limit", 1e-5))


def check_vq(work, name, module, sizes, settings, report):
    s = session(work, name)
    for batch, h, w in sizes:
        x = torch.randn(batch, module.config.latent_channels, h, w, generator=torch.Generator().manual_seed(h))
        with torch.no_grad():
            want = module.decode(x).sample
        report.row(name, f"{batch}x{h}x{w}", s.run(["latent_sample"], {"sample": x.numpy()})[0], want, settings.get("limit", 1e-5))


def check_text(work, name, module, settings, report):
    s = session(work, name)
    vocab, eos = module.config.vocab_size, module.config.eos_token_id
    g = np.random.default_rng(3)
    for words in ([3, 9], [0], [75, 10, 1]):
        ids = np.full((len(words), 77), vocab - 1, np.int64)
        mask = np.zeros_like(ids)
        for row, n in enumerate(words):
            ids[row, 0] = vocab - 2
            ids[row, 1:n + 1] = g.integers(3, vocab - 2, n)
            mask[row, :n + 2] = 1
        with torch.no_grad():
            want = module(torch.from_numpy(ids), torch.from_numpy(mask), output_hidden_states=True)
        feed = {"input_ids": ids, "attention_mask": mask}
        outputs = {o.name: v for o, v in zip(s.get_outputs(), s.run(None, feed))}
        limit = settings.get("limit", 1e-5)
        report.row(name, f"{words} text_embeds", outputs["text_embeds"], want.text_embeds, limit)
        if "hidden_states" in outputs:
            report.row(name, f"{words} hidden_states", outputs["hidden_states"], want.hidden_states[-1], limit)
            continue
        report.row(name, f"{words} last_hidden_state", outputs["last_hidden_state"], want.last_hidden_state, limit)
        for i, h in enumerate(want.hidden_states):
            report.row(name, f"{words} hidden_states.{i}", outputs[f"hidden_states.{i}"], h, limit)


def check_preview(work, name, module, settings, report):
    x = torch.randn(2, 16, 5, 6, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        want = module(x)
    report.row(name, "2x5x6", session(work, name).run(["image"], {"sample": x.numpy()})[0], want, settings.get("limit", 1e-5))


# The official configurations (see also the config.json files of stabilityai/stable-cascade).
PRIOR = dict(conditioning_dim=2048, block_out_channels=(2048, 2048), num_attention_heads=(32, 32),
             down_num_layers_per_block=(8, 24), up_num_layers_per_block=(24, 8), clip_text_in_channels=1280,
             clip_text_pooled_in_channels=1280, clip_image_in_channels=768)
DECODER = dict(conditioning_dim=1280, block_out_channels=(320, 640, 1280, 1280), num_attention_heads=(0, 0, 20, 20),
               down_num_layers_per_block=(2, 6, 28, 6), up_num_layers_per_block=(6, 28, 6, 2), clip_text_pooled_in_channels=1280)
FULL = {
    "prior 3.6B": unet(**PRIOR),
    "prior 1B": unet(**{**PRIOR, **dict(conditioning_dim=1536, block_out_channels=(1536, 1536), num_attention_heads=(24, 24),
                                        down_num_layers_per_block=(4, 12), up_num_layers_per_block=(12, 4))}),
    "decoder 1.5B": stage_b(dropout=0.0, **DECODER),
    "decoder 700M": stage_b(dropout=0.0, **{**DECODER, **dict(
        block_out_channels=(320, 576, 1152, 1152), num_attention_heads=(-1, 9, 18, 18), down_num_layers_per_block=(2, 4, 14, 4),
        up_num_layers_per_block=(4, 14, 4, 2), up_blocks_repeat_mappers=(2, 2, 2, 2))}),
}


def write_holes(path, shapes):
    """A safetensors file of the given shapes in bf16 whose data is a hole."""
    header, at = {}, 0
    for name, shape in shapes.items():
        n = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + n]}
        at += n
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        f.truncate(8 + len(text) + at)
    return at // 2


def check_full(work, go, report):
    for name, config in FULL.items():
        with torch.device("meta"):
            module = StableCascadeUNet(**config)
        folder = os.path.join(work, name.replace(" ", "-"))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        n = write_holes(os.path.join(folder, "weights.safetensors"), {k: v.shape for k, v in module.state_dict().items()})
        kind = "stage c" if name.startswith("prior") else "stage b"
        for export in (False, True):
            with open(os.path.join(folder, "network.json"), "w") as f:
                json.dump({"Kind": kind, "UNetConfig": unet_fields(module.config), "Export": export}, f)
            go(folder)
            path = os.path.join(folder, "model.onnx")
            onnx.checker.check_model(path)
            onnx.shape_inference.infer_shapes(onnx.load(path, load_external_data=False), strict_mode=True)
            graph = onnx.load(path, load_external_data=False).graph
            used = {t.name for t in graph.initializer if t.external_data}
            unused = set(module.state_dict()) - used - {"pixels_mapper.0.weight"}  # is multiplied by zeros
            report.failed += bool(unused)
            print(f"{name:16} {n:,} weights, export {export}: checker passes, {len(graph.node)} nodes, "
                  f"{os.path.getsize(path):,} bytes, weights not used: {sorted(unused)}", flush=True)
        shutil.rmtree(folder)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--full", action="store_true", help="also the four official configurations")
    p.add_argument("--only", default="", help="names that begin so")
    p.add_argument("--work", default="", help="folder to keep the graphs in")
    args = p.parse_args()
    work = args.work or tempfile.mkdtemp()
    torch.set_num_threads(2)
    report = Report()

    def go(folder):
        subprocess.run(["go", "test", "-count=1", "-run", "TestWriteForCheck", "."], cwd=HERE, check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "CGO_ENABLED": "0", "CASCATA_GRAPHS": folder})

    todo = []
    chosen = lambda cases: ((n, *c) for n, c in cases.items() if n.startswith(args.only))
    for i, (name, config, sizes, settings) in enumerate(chosen(UNETS)):
        module = round_to(grow(randomise(StableCascadeUNet(**config), i), settings), settings)
        kind = "stage b" if name.startswith("b") else "stage c"
        write(work, name, {"Kind": kind, "UNetConfig": unet_fields(module.config)}, module.state_dict(), settings)
        todo.append((check_unet, name, module, sizes, settings))
    for i, (name, config, sizes, settings) in enumerate(chosen(VQS)):
        module = round_to(randomise(PaellaVQModel(**config), i), settings)
        write(work, name, {"Kind": "stage a", "VQConfig": dict(module.config)}, module.state_dict(), settings)
        todo.append((check_vq, name, module, sizes, settings))
    for i, (name, changes, settings) in enumerate(chosen(TEXTS)):
        c = CLIPTextConfig(**{**dict(vocab_size=600, hidden_size=64, intermediate_size=160, num_hidden_layers=4, num_attention_heads=4,
                                     projection_dim=48, hidden_act="gelu", bos_token_id=598, eos_token_id=599), **changes})
        module = round_to(randomise(CLIPTextModelWithProjection(c), i), settings)
        write(work, name, {"Kind": "text encoder", "TextConfig": c.to_dict()}, module.state_dict(), settings)
        todo.append((check_text, name, module, settings))
    for name, settings in chosen({"p": ({},), "p-fp16": ({"Precision": "fp16", "limit": 2e-2},)}):
        module = randomise(Previewer(16, 32), 0)
        write(work, name, {"Kind": "previewer"}, module.state_dict(), settings)
        todo.append((check_preview, name, module, settings))

    if todo:
        go(work)
    for check, name, *rest in todo:
        check(work, name, *rest, report)
    if args.full:
        check_full(work, lambda folder: go(os.path.dirname(folder) if not args.work else work), report)
    if not args.work:
        shutil.rmtree(work)
    print("all within their limits" if not report.failed else f"{report.failed} differ")
    sys.exit(report.failed > 0)


if __name__ == "__main__":
    main()
