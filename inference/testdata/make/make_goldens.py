"""Writes ../golden/NAME from the committed checkpoints: make_goldens.py WORK [NAME ...].

Preset diffusers: the library's own pipelines. Presets official and comfy: the official repository's own networks and
sampler (see official.py). All in float32 on the CPU, one thread. Also writes ../golden/sensitivity.json: how far each
checkpoint's results move under a fault.
"""

import contextlib
import copy
import json
import pathlib
import shutil
import sys

import numpy as np
import torch
from diffusers import (
    DDPMWuerstchenScheduler,
    StableCascadeCombinedPipeline,
    StableCascadeDecoderPipeline,
    StableCascadePriorPipeline,
)
from PIL import Image
from safetensors.torch import save_file
from transformers.activations import GELUActivation

import layouts
import networks
import official

GOLDEN = layouts.ROOT / "golden"
MADE = "torch 2.8.0, diffusers 0.35.2, transformers 4.56.2"
PROMPTS = ["a red circle on white, middle", "", "A Blue square,  on yellow;\nleft — café", "a green triangle " * 40]


def case(name, preset="diffusers", prompt=PROMPTS[0], negative="", steps=20, guidance=4.0, decoder_steps=12,
         decoder_guidance=0.0, width=128, height=128, seed=1, decoder_seed=None, count=1):
    return dict(
        name=name, preset=preset, prompt=prompt, negative=negative, steps=steps, guidance=guidance,
        decoder_steps=decoder_steps, decoder_guidance=decoder_guidance, width=width, height=height,
        seeds=[str(seed + k) for k in range(count)],
        decoder_seeds=None if preset == "diffusers" else [str((decoder_seed or seed) + k) for k in range(count)],
        count=count,
    )


NEGATIVE = "a blue square on black, left"
# With fewer steps the first one, from t = 1, multiplies rounding by 20 and more, and latents would differ by it alone.
CASES = [
    case("plain"),
    case("unguided", guidance=1.0, seed=2**32 + 5, prompt="a yellow triangle on blue, top", steps=10),
    case("both-guided", decoder_guidance=1.5, negative=NEGATIVE, seed=2**63 - 1, decoder_steps=14),
    case("decoder-guided", guidance=1.0, decoder_guidance=1.1, negative=NEGATIVE, seed=2**31, steps=10),
    case("batch-wide", guidance=3.0, decoder_guidance=1.1, negative=NEGATIVE, width=256, seed=2**32 - 1, steps=12, count=2),
    case("tall", height=256, seed=11, decoder_steps=10, prompt="a white square on green, bottom"),
    case("official", "official", decoder_guidance=1.1, seed=7, decoder_seed=2**40 + 3, decoder_steps=20),
    case("official-unguided", "official", guidance=1.0, seed=2**33 + 1, negative=NEGATIVE, steps=8),
    case("official-batch", "official", negative=NEGATIVE, seed=21, steps=8, count=2),
    case("official-odd", "official", decoder_guidance=1.1, negative=NEGATIVE, width=160, height=96, seed=5, steps=8),
    case("comfy", "comfy", decoder_guidance=1.1, seed=7, steps=10),
    case("comfy-negative", "comfy", guidance=2.5, negative=NEGATIVE, seed=2**32 + 5, steps=8),
]


class Checkpoint:
    def __init__(self, name, clip_folder):
        self.name = name
        self.config = networks.configurations()[name]
        self.nets, self.tok, state = layouts.load(name, clip_folder)
        parts = dict(text_encoder=self.nets["text"], tokenizer=self.tok)
        self.prior_pipe = StableCascadePriorPipeline(prior=self.nets["prior"], scheduler=DDPMWuerstchenScheduler(), **parts)
        self.decoder_pipe = StableCascadeDecoderPipeline(
            decoder=self.nets["decoder"], vqgan=self.nets["vq"], scheduler=DDPMWuerstchenScheduler(), **parts
        )
        self.combined_pipe = StableCascadeCombinedPipeline(
            decoder=self.nets["decoder"], vqgan=self.nets["vq"], scheduler=DDPMWuerstchenScheduler(),
            prior_prior=self.nets["prior"], prior_text_encoder=self.nets["text"], prior_tokenizer=self.tok,
            prior_scheduler=DDPMWuerstchenScheduler(), **parts,
        )
        for p in (self.prior_pipe, self.decoder_pipe, self.combined_pipe):
            p.set_progress_bar_config(disable=True)
        self.official = dict(
            prior=official.stage_c(self.config["prior"], state["prior"]),
            decoder=official.stage_b(self.config["decoder"], state["decoder"]),
            vq=official.stage_a(self.config["vq"], state["vq"]),
        )
        if "previewer" in self.nets:
            self.nets["previewer"] = official.previewer(
                self.config["previewer"]["width"], self.nets["previewer"].state_dict()
            )

    def run(self, c):
        """Returns Stage C's latent, Stage B's latent and the pictures [count, 3, H, W] of case c."""
        return self.run_diffusers(c) if c["preset"] == "diffusers" else self.run_official(c)

    @torch.no_grad()
    def run_diffusers(self, c):
        g = [torch.Generator("cpu").manual_seed(int(s)) for s in c["seeds"]]
        g = g[0] if len(g) == 1 else g
        prior = self.prior_pipe(
            prompt=c["prompt"], negative_prompt=c["negative"], height=c["height"], width=c["width"],
            num_inference_steps=c["steps"], guidance_scale=c["guidance"], num_images_per_prompt=c["count"],
            generator=g, output_type="pt",
        ).image_embeddings
        latent = self.decoder_pipe(
            image_embeddings=prior, prompt=c["prompt"], negative_prompt=c["negative"],
            num_inference_steps=c["decoder_steps"], guidance_scale=c["decoder_guidance"], generator=g,
            output_type="latent", return_dict=False,
        )
        pictures = self.nets["vq"].decode(self.nets["vq"].config.scale_factor * latent).sample.clamp(0, 1)
        return prior, latent, pictures

    @torch.no_grad()
    def check_combined(self, c, latent):
        """The combined pipeline gives the same; it cannot guide Stage B alone."""
        if c["preset"] != "diffusers" or c["guidance"] <= 1 < c["decoder_guidance"]:
            return
        g = [torch.Generator("cpu").manual_seed(int(s)) for s in c["seeds"]]
        got = self.combined_pipe(
            prompt=c["prompt"], negative_prompt=c["negative"], height=c["height"], width=c["width"],
            prior_num_inference_steps=c["steps"], prior_guidance_scale=c["guidance"],
            num_inference_steps=c["decoder_steps"], decoder_guidance_scale=c["decoder_guidance"],
            num_images_per_prompt=c["count"], generator=g[0] if len(g) == 1 else g, output_type="latent",
            return_dict=False,
        )
        assert torch.equal(got, latent), c["name"]

    @torch.no_grad()
    def run_official(self, c):
        rho = 0.7 if c["preset"] == "official" else 0.0
        hidden, pooled = networks.encode_text(self.nets["text"], self.tok, [c["prompt"]])
        nhidden, npooled = networks.encode_text(self.nets["text"], self.tok, [c["negative"]])
        image = torch.zeros(1, 1, self.config["prior"]["clip_image_in_channels"])
        (_, *cs), (_, *bs) = sizes(c)
        priors, latents = [], []
        for seed, decoder_seed in zip(c["seeds"], c["decoder_seeds"]):
            cond = dict(clip_text=hidden, clip_text_pooled=pooled, clip_img=image)
            uncond = dict(clip_text=nhidden, clip_text_pooled=npooled, clip_img=image)
            prior = official.sample(
                self.official["prior"], cond, uncond, (1, *cs), int(seed), c["steps"], c["guidance"], rho, 2
            )[-1:]
            cond = dict(effnet=prior, clip=pooled)
            uncond = dict(effnet=torch.zeros_like(prior), clip=npooled)
            latents.append(
                official.sample(
                    self.official["decoder"], cond, uncond, (1, *bs), int(decoder_seed), c["decoder_steps"],
                    c["decoder_guidance"], rho, 1,
                )[-1:]
            )
            priors.append(prior)
        prior, latent = torch.cat(priors), torch.cat(latents)
        return prior, latent, self.official["vq"].decode(latent).clamp(0, 1)


def sizes(c):
    h, w = c["height"], c["width"]
    return (c["count"], 16, -int(-h // 42.67), -int(-w // 42.67)), (c["count"], 4, h // 4, w // 4)


def levels(pictures):
    """uint8 [count, H, W, 3]."""
    return (pictures.permute(0, 2, 3, 1).float().numpy() * 255).round().astype("uint8")


def contiguous(tensors):
    return {k: v.detach().float().contiguous().clone() for k, v in tensors.items()}


@torch.no_grad()
def text_goldens(ck, tensors):
    rows = []
    for i, prompt in enumerate(PROMPTS):
        t = ck.tok([prompt], padding="max_length", max_length=77, truncation=True, return_tensors="pt")
        hidden, pooled = networks.encode_text(ck.nets["text"], ck.tok, [prompt])
        tensors[f"text.{i}.hidden"], tensors[f"text.{i}.pooled"] = hidden, pooled
        rows.append(dict(
            prompt=prompt, ids=t.input_ids[0].tolist(), mask=t.attention_mask[0].tolist(),
            hidden=f"text.{i}.hidden", pooled=f"text.{i}.pooled",
        ))
    return rows


@torch.no_grad()
def network_goldens(ck, tensors, agree=True):
    """One call of each network. Official and diffusers' own networks must agree before anything is written."""
    g = torch.Generator().manual_seed(77)
    rows = []

    def add(name, network, inputs, call, twin=None):
        for k, v in inputs.items():
            tensors[f"{name}.{k}"] = v
        out = call(**inputs)
        if twin is not None and agree:
            other = twin(**inputs)
            assert (out - other).abs().max() < 2e-5 * (out.max() - out.min()), (name, (out - other).abs().max())
        tensors[f"{name}.output"] = out
        rows.append(dict(
            name=name, network=network, inputs={k: f"{name}.{k}" for k in inputs}, output=f"{name}.output"
        ))

    def ratios(b):
        return torch.tensor([0.93, 0.31])[:b]

    for b, h, w, n in ((1, 3, 3, 1), (2, 4, 3, 1), (1, 5, 7, 2)):
        c = ck.config["prior"]
        hidden, pooled = networks.encode_text(ck.nets["text"], ck.tok, PROMPTS[:b])
        inputs = dict(
            sample=torch.randn(b, 16, h, w, generator=g), timestep_ratio=ratios(b), clip_text_pooled=pooled,
            clip_text=hidden, clip_img=torch.randn(b, n, c["clip_image_in_channels"], generator=g) * (n - 1),
        )
        add(
            f"prior.{b}x{h}x{w}", "prior", inputs,
            lambda **k: ck.nets["prior"](**k).sample,
            lambda sample, timestep_ratio, **k: ck.official["prior"](sample, timestep_ratio, **k),
        )
    for b, h, w, eh, ew in ((1, 32, 32, 3, 3), (2, 16, 32, 2, 3), (1, 20, 44, 2, 4), (1, 26, 18, 3, 2)):
        _, pooled = networks.encode_text(ck.nets["text"], ck.tok, PROMPTS[:b])
        inputs = dict(
            sample=torch.randn(b, 4, h, w, generator=g), timestep_ratio=ratios(b), clip_text_pooled=pooled,
            effnet=torch.randn(b, 16, eh, ew, generator=g),
        )
        add(
            f"decoder.{b}x{h}x{w}", "decoder", inputs,
            lambda **k: ck.nets["decoder"](**k).sample,
            lambda sample, timestep_ratio, clip_text_pooled, effnet: ck.official["decoder"](
                sample, timestep_ratio, effnet, clip_text_pooled
            ),
        )
    for b, h, w in ((1, 8, 8), (2, 5, 9)):
        # The network alone: its input is already multiplied by the scale, its output not yet clamped.
        add(
            f"vq.{b}x{h}x{w}", "vq", dict(sample=torch.randn(b, 4, h, w, generator=g) * 0.43),
            lambda sample: ck.nets["vq"].decode(sample).sample,
            lambda sample: ck.official["vq"].decode(sample / 0.43),
        )
    if "previewer" in ck.nets:
        for b, h, w in ((1, 3, 3), (2, 2, 4)):
            add(f"previewer.{b}x{h}x{w}", "previewer", dict(sample=torch.randn(b, 16, h, w, generator=g)),
                lambda sample: ck.nets["previewer"](sample))
    return rows


def write(ck, cases, calls=True):
    folder = GOLDEN / ck.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tensors = {}
    text, pictures = text_goldens(ck, tensors), []
    nets = network_goldens(ck, tensors) if calls else []
    for c in cases:
        prior, latent, image = ck.run(c)
        assert tuple(prior.shape) == sizes(c)[0] and tuple(latent.shape) == sizes(c)[1], c["name"]
        if calls:
            ck.check_combined(c, latent)
        tensors[f"{c['name']}.prior"], tensors[f"{c['name']}.decoder"] = prior, latent
        files = []
        for k, rgb in enumerate(levels(image)):
            files.append(f"{c['name']}-{k}.png")
            Image.fromarray(rgb).save(folder / files[-1], optimize=True)
        print(
            ck.name, c["name"], f"prior std {prior.std():.2f} max {prior.abs().max():.2f};",
            f"decoder std {latent.std():.2f} max {latent.abs().max():.2f};",
            f"clipped {((image == 0) | (image == 1)).float().mean():.2f}", flush=True,
        )
        row = dict(c, prior=f"{c['name']}.prior", decoder=f"{c['name']}.decoder", pictures=files)
        pictures.append({k: v for k, v in row.items() if v is not None})
    save_file(contiguous(tensors), folder / "golden.safetensors")
    (folder / "golden.safetensors").chmod(0o644)
    doc = dict(checkpoint=ck.name, made_with=MADE, text=text, networks=nets, pictures=pictures)
    (folder / "cases.json").write_text(json.dumps(doc, indent=1, ensure_ascii=False) + "\n")


# Faults.


@contextlib.contextmanager
def without_mask(ck):
    text = ck.nets["text"]
    forward = text.forward
    text.forward = lambda ids, attention_mask=None, **k: forward(ids, attention_mask=torch.ones_like(ids), **k)
    yield
    del text.forward


@contextlib.contextmanager
def other_gelu(f):
    """f in place of the exact GELU everywhere, the text encoder included where it is not quick_gelu."""
    classes = torch.nn.GELU, GELUActivation
    was = [c.forward for c in classes]
    for c in classes:
        c.forward = lambda self, x: f(x)
    yield
    for c, forward in zip(classes, was):
        c.forward = forward


def tanh_gelu(ck):
    return other_gelu(lambda x: torch.nn.functional.gelu(x, approximate="tanh"))


def quick_gelu(ck):
    return other_gelu(lambda x: x * torch.sigmoid(1.702 * x))


@contextlib.contextmanager
def double_ratio(ck):
    """Not a fault: the sampler's r from float64 arithmetic."""
    was = official.gdf.CosineTNoiseCond.cond

    def cond(self, snr):
        var = torch.sigmoid(snr.double())
        s = 0.008
        c0 = np.cos(s / (1 + s) * np.pi / 2) ** 2
        return (((var * c0).sqrt().acos() / (np.pi / 2)) * (1 + s) - s).float()

    official.gdf.CosineTNoiseCond.cond = cond
    yield
    official.gdf.CosineTNoiseCond.cond = was


@contextlib.contextmanager
def double_networks(ck):
    """Not a fault: both UNets in float64, so that the change is what float32 rounds away."""
    nets = ck.nets["prior"], ck.nets["decoder"]
    for net in nets:
        exact, embed = copy.deepcopy(net).double(), net.get_timestep_ratio_embedding
        exact.get_timestep_ratio_embedding = lambda r, embed=embed: embed(r.float()).double()

        def forward(return_dict=False, exact=exact, **inputs):
            return (exact(**{k: v.double() for k, v in inputs.items()}, return_dict=False)[0].float(),)

        net.forward = forward
    yield
    for net in nets:
        del net.forward


@contextlib.contextmanager
def nothing(ck):
    yield


def sensitivity(ck, cases):
    faults = [
        ("attention mask of ones", without_mask, {}),
        ("tanh GELU", tanh_gelu, {}),
        ("quick GELU for GELU", quick_gelu, {}),
        ("guidance 4.1 for 4", nothing, dict(guidance=4.1)),
        ("decoder guidance 1.2 for 1.1", nothing, dict(decoder_guidance=1.2)),
        ("seed + 1", nothing, None),
        ("r computed in float64 (no fault)", double_ratio, {}),
        ("networks in float64 (no fault)", double_networks, {}),
    ]
    rows = []
    for c in cases:
        base = ck.run(c)
        for title, fault, change in faults:
            if change is None:
                change = dict(seeds=[str(int(c["seeds"][0]) - 1)])
            elif "decoder_guidance" in change and c["decoder_guidance"] != 1.1:
                continue
            elif fault is double_ratio and c["preset"] == "diffusers" or fault is double_networks and c["preset"] != "diffusers":
                continue
            with fault(ck):
                got = ck.run(dict(c, **change))
            d = [float((x - y).abs().max()) for x, y in zip(base[:2], got[:2])]
            png = int(np.abs(levels(base[2]).astype(int) - levels(got[2]).astype(int)).max())
            rows.append(dict(checkpoint=ck.name, case=c["name"], fault=title, prior=float(f"{d[0]:.3g}"),
                             decoder=float(f"{d[1]:.3g}"), png=png))
    return rows


@torch.no_grad()
def call_sensitivity(ck):
    """The same for single calls, as a share of the output's range."""
    exact, rows = {}, []
    text_goldens(ck, exact), network_goldens(ck, exact)
    for title, fault in (("attention mask of ones", without_mask), ("tanh GELU", tanh_gelu), ("quick GELU for GELU", quick_gelu)):
        got = {}
        with fault(ck):
            text_goldens(ck, got)
            if fault is not without_mask:
                network_goldens(ck, got, agree=False)
        worst = {}
        for k in got:
            if k.endswith((".hidden", ".pooled", ".output")):
                d = float((got[k] - exact[k]).abs().max() / (exact[k].max() - exact[k].min()))
                key = "text " + k.split(".")[-1] if k.startswith("text.") else k.split(".")[0]
                worst.setdefault(key, []).append(d)
        for key, d in worst.items():
            rows.append(dict(checkpoint=ck.name, call=key, fault=title, least=float(f"{min(d):.2g}"), most=float(f"{max(d):.2g}")))
    return rows


def main():
    torch.set_num_threads(1)
    work = pathlib.Path(sys.argv[1])
    path = GOLDEN / "sensitivity.json"
    table = json.loads(path.read_text()) if path.exists() else []
    for name in sys.argv[2:] or networks.configurations():
        ck = Checkpoint(name, work / "clip-tokenizer")
        write(ck, CASES)
        table = [r for r in table if r["checkpoint"] != name]
        table += sensitivity(ck, [c for c in CASES if c["name"] in ("plain", "official", "comfy")])
        table += call_sensitivity(ck)
        lines = ",\n".join(json.dumps(r) for r in table)
        path.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
