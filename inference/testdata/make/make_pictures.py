"""Writes ../checkpoints/pictures and ../golden/pictures: make_pictures.py WORK, after make_rasters.py and train_deep.py.

The networks that read pictures, random but with batch norms that know their input: torchvision's EfficientNet, CLIP's
vision tower, the encoder of the built-in model's form, and the official repository's control networks for a Stage C of 64
residual blocks. Then what torch, diffusers and the official code make with them.
"""

import functools
import json
import pathlib
import random
import sys

import torch
from diffusers import DDPMWuerstchenScheduler, StableCascadeDecoderPipeline, StableCascadeUNet
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.functional import interpolate
from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

import layouts
import make_goldens
import make_rasters
import networks
import official
import scenes
import train_deep

FOLDER = layouts.CHECKPOINTS / "pictures"
OUT = make_rasters.OUT
BLOCKS = [0, 4, 8, 12, 51, 55, 59, 63]


# The networks.


def effnet(channels=3, padding=1):
    """torchvision's EfficientNetV2 in the layout of v2_s, a tenth as wide and two blocks deep."""
    groups = [
        FusedMBConvConfig(1, 3, 1, 4, 4, 2), FusedMBConvConfig(4, 3, 2, 4, 6, 2), FusedMBConvConfig(4, 3, 2, 6, 8, 2),
        MBConvConfig(4, 3, 2, 8, 10, 2), MBConvConfig(6, 3, 1, 10, 12, 2), MBConvConfig(6, 3, 2, 12, 16, 2),
    ]
    net = EfficientNet(groups, 0.0, last_channel=24, norm_layer=functools.partial(nn.BatchNorm2d, eps=1e-3)).features
    if channels != 3 or padding != 1:
        net[0][0] = nn.Conv2d(channels, 4, 3, 2, padding, bias=False)
    return net


class Encoder(nn.Module):
    """The official EfficientNetEncoder around it; pictures in [0, 1], normalised before."""

    def __init__(self):
        super().__init__()
        self.backbone = effnet()
        self.mapper = nn.Sequential(nn.Conv2d(24, 16, 1, bias=False), nn.BatchNorm2d(16, affine=False))

    def forward(self, x):
        mean, std = torch.tensor((0.485, 0.456, 0.406)), torch.tensor((0.229, 0.224, 0.225))
        return self.mapper(self.backbone((x - mean[:, None, None]) / std[:, None, None]))


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        norm = functools.partial(official.LayerNorm2d, c)
        self.blocks = nn.Sequential(norm(), nn.GELU(), nn.Conv2d(c, c, 3, padding=1), norm(), nn.GELU(), nn.Conv2d(c, c, 3, padding=1))

    def forward(self, x):
        return x + self.blocks(x)


class Control(nn.Module):
    """The official ControlNet's layout, at a small width."""

    def __init__(self, channels, width, large=False):
        super().__init__()
        self.backbone = effnet(channels, 0)
        if large:
            self.backbone = nn.Sequential(
                nn.Conv2d(channels, 32, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 16, 1), *[Residual(16) for _ in range(8)], nn.Conv2d(16, 24, 1)
            )
        self.projections = nn.ModuleList(
            nn.Sequential(nn.Conv2d(24, 24, 1, bias=False), nn.LeakyReLU(0.2), nn.Conv2d(24, width, 1, bias=False)) for _ in BLOCKS
        )

    def forward(self, x):
        x = self.backbone(x)
        return [p(x) for p in self.projections]


def settle(net, batches, g):
    """Gives norms weights of their own and the statistics of what they see."""
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.momentum = None
        if isinstance(m, (nn.BatchNorm2d, nn.LayerNorm)) and m.weight is not None:
            m.weight.data = 0.7 + 0.6 * torch.rand(m.weight.shape, generator=g)
            m.bias.data = 0.3 * torch.randn(m.bias.shape, generator=g)
    net.train()
    with torch.no_grad():
        for x in batches:
            net(x)
    return net.eval().requires_grad_(False)


def vision(image):
    c = CLIPVisionConfig(hidden_size=16, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=224,
                         patch_size=14, projection_dim=image, hidden_act="quick_gelu", layer_norm_eps=1e-5)
    net = CLIPVisionModelWithProjection(c)
    g = torch.Generator().manual_seed(14)
    for name, p in net.named_parameters():
        if not name.endswith("norm.weight") and "layer_norm" not in name and "layrnorm" not in name:
            p.data = torch.randn(p.shape, generator=g) * (0.05 if "patch" in name else 0.25)
    net.visual_projection.weight.data *= 0.2  # as large as the bias that it meets, so that a tenth of it shows
    return net.eval().requires_grad_(False)


def build():
    torch.manual_seed(7)
    g = torch.Generator().manual_seed(7)
    r = random.Random(7)
    draw = lambda n=8, h=96, w=96: scenes.batch(r, n, h, w)[1]
    encoder = settle(Encoder(), [draw() for _ in range(6)], g)
    width = train_deep.config()["block_out_channels"][0]
    edges = lambda: torch.stack([make_rasters.canny(x)[1] for x in draw()])
    holes = lambda: torch.cat([x := draw(), (x[:, :1] > 0.5).float()], 1)
    controls = dict(
        canny=settle(Control(1, width), [edges() for _ in range(4)], g),
        inpainting=settle(Control(4, width), [holes() for _ in range(4)], g),
        super_resolution=settle(Control(16, width, large=True), [torch.randn(4, 16, 4, 4, generator=g)], g),
    )
    for net in controls.values():  # as much as Stage C's stream carries
        for p in net.projections:
            p[2].weight.data *= 0.1
    return dict(encoder=encoder, vision=vision(12), **controls)


def save(work):
    nets = build()
    (FOLDER / "controlnet").mkdir(parents=True, exist_ok=True)
    layouts.save(FOLDER / "effnet_encoder.safetensors", nets["encoder"].state_dict(), torch.float32)
    nets["vision"].save_pretrained(FOLDER / "image_encoder")
    for name in ("canny", "inpainting", "super_resolution"):
        layouts.save(FOLDER / "controlnet" / f"{name}.safetensors", nets[name].state_dict(), torch.float32)
    deep = torch.load(work / "deep.pt")
    layouts.save(FOLDER / "stage_c.safetensors", layouts.unet_to_original(deep), torch.float16)
    return nets


def reload(nets):
    """The networks as the files say."""
    for name, path in dict(
        encoder="effnet_encoder", canny="controlnet/canny", inpainting="controlnet/inpainting",
        super_resolution="controlnet/super_resolution",
    ).items():
        nets[name].load_state_dict(load_file(FOLDER / f"{path}.safetensors"))
    nets["vision"] = CLIPVisionModelWithProjection.from_pretrained(FOLDER / "image_encoder").eval()
    state = {k: v.float() for k, v in load_file(FOLDER / "stage_c.safetensors").items()}
    nets["deep"] = official.stage_c(train_deep.config(), state)
    nets["deep_diffusers"] = layouts.fill(StableCascadeUNet(**train_deep.config()), layouts.unet_from_original(state)).eval()
    return nets


# What goes in.


def read(name):
    import numpy as np

    return np.array(Image.open(OUT / f"{name}.png").convert("RGB"))


def read_mask(name):
    import numpy as np

    return torch.from_numpy(np.array(Image.open(OUT / f"{name}.png").convert("L"))).float()[None] / 255


class Inputs:
    """A case's pictures, as the networks get them."""

    def __init__(self, nets, c):
        self.nets, self.c = nets, c
        (_, _, self.h, self.w), _ = make_goldens.sizes(c)

    def at(self, name, cell=32):
        return make_rasters.common_upscale(make_rasters.planes(read(name)), self.w * cell, self.h * cell)

    @torch.no_grad()
    def latent(self, name, cell=32):
        return self.nets["encoder"](self.at(name, cell)[None])

    @torch.no_grad()
    def images(self):
        refs = self.c.get("references", [])
        if not refs:
            return torch.zeros(1, 1, 12)
        return torch.stack([self.embedding(r["file"]) * r["weight"] for r in refs], 1)

    def embedding(self, name):
        x = make_rasters.official_pixels(make_rasters.planes(read(name)), 224)
        x = (x.clamp(0, 1) * 255).round() / 255
        mean, std = torch.tensor((0.48145466, 0.4578275, 0.40821073)), torch.tensor((0.26862954, 0.26130258, 0.27577711))
        return self.nets["vision"](((x - mean[:, None, None]) / std[:, None, None])[None]).image_embeds

    def control_input(self):
        kind, name = self.c["control"]["kind"], self.c["control"]["file"]
        if kind == "canny":
            return make_rasters.canny(self.at(name).clamp(0, 1))[1][None]
        if kind == "sr":
            return interpolate(self.latent(name, 16), scale_factor=2.0, mode="nearest")
        mask = read_mask(self.c["mask"])
        assert mask.shape[-2:] == (32 * self.h, 32 * self.w), "so that it is not resampled"
        hole = mask > 127 / 255
        return torch.cat([torch.where(hole, 1.0, self.at(name).clamp(0, 1)), hole.float()])[None]

    @torch.no_grad()
    def maps(self):
        """The official deliverer's list, None where nothing is added; None without a control."""
        if "control" not in self.c:
            return None
        net = {"canny": "canny", "inpaint": "inpainting", "sr": "super_resolution"}[self.c["control"]["kind"]]
        out = [None] * (BLOCKS[-1] + 1)
        for i, m in zip(BLOCKS, self.nets[net](self.control_input())):
            out[i] = m * self.c["control"]["weight"]
        return out


# Sampling from a picture, with a mask.


class Known:
    """What of the latent stays: blended in before every step at the step's noise, and clean at the end."""

    def __init__(self, clean, noise, mask):
        self.clean, self.noise, self.mask = clean, noise, mask

    def keep(self, x, a, b):
        return x if self.mask is None else self.mask * x + (1 - self.mask) * (a * self.clean + b * self.noise)


@torch.no_grad()
def sample_official(net, cond, uncond, shape, seed, steps, guidance, rho, shift, clean=None, strength=1.0, mask=None):
    g = official.sampler()
    torch.manual_seed(seed)
    noise = torch.randn(shape)
    n = steps if clean is None else max(1, round(steps * strength))
    snr = g.schedule(torch.linspace(strength, 0, n + 1), shift=shift)
    ab = [g.input_scaler(s) for s in snr]
    x = noise if clean is None else clean * ab[0][0] + noise * ab[0][1]
    known = Known(clean, noise, mask)
    ddpm = official.gdf.DDPMSampler(g)
    for i in range(n):
        r = g.noise_cond(snr[i : i + 1])
        x = known.keep(x, *ab[i])
        pred = net(x, r, **cond)
        if guidance > 1:
            pos = pred
            pred = torch.lerp(net(x, r, **uncond), pos, guidance)
            if rho:
                pred = rho * (pred * pos.std() / (pred.std() + 1e-9)) + pred * (1 - rho)
        x0, eps = g.undiffuse(x, snr[i : i + 1], pred)
        x = ddpm(x, x0, eps, snr[i : i + 1], snr[i + 1 : i + 2])
    return known.keep(x0, 1, 0)


@torch.no_grad()
def sample_diffusers(net, cond, uncond, shape, g, steps, guidance, clean=None, strength=1.0, mask=None):
    scheduler = DDPMWuerstchenScheduler()
    noise = torch.randn(shape, generator=g)
    n = steps if clean is None else max(1, round(steps * strength))
    scheduler.set_timesteps(timesteps=torch.linspace(strength, 0.0, n + 1), num_inference_steps=n)
    known = Known(clean, noise, mask)

    def ab(t):
        v = scheduler._alpha_cumprod(t, "cpu")
        return v.sqrt(), (1 - v).sqrt()

    x = noise if clean is None else scheduler.add_noise(clean, noise, scheduler.timesteps[:1])
    for t in scheduler.timesteps[:-1]:
        x = known.keep(x, *ab(t))
        pred = net(sample=x, timestep_ratio=t[None], **cond).sample
        if guidance > 1:
            pred = torch.lerp(net(sample=x, timestep_ratio=t[None], **uncond).sample, pred, guidance)
        x = scheduler.step(pred, t[None], x, generator=g).prev_sample
    return known.keep(x, 1, 0)


class Maker:
    """Makes a case's latents and picture."""

    def __init__(self, nets):
        self.nets = nets
        self.base = make_goldens.Checkpoint("diffusers-a", None)

    @torch.no_grad()
    def run(self, c):
        base, inputs = self.base, Inputs(self.nets, c)
        text, tok = base.nets["text"], base.tok
        (hidden, pooled), (nhidden, npooled) = (networks.encode_text(text, tok, [c[k]]) for k in ("prompt", "negative"))
        images = inputs.images()
        cond = dict(clip_text=hidden, clip_text_pooled=pooled, clip_img=images)
        uncond = dict(clip_text=nhidden, clip_text_pooled=npooled, clip_img=torch.zeros_like(images))
        (_, *cs), (_, *bs) = make_goldens.sizes(c)
        shape, extra = (1, *cs), {}
        if "init" in c:
            extra = dict(clean=inputs.latent(c["init"]), strength=c["strength"])
            if "mask" in c:
                extra["mask"] = interpolate(read_mask(c["mask"])[None], size=cs[1:], mode="bilinear", antialias=True)[0]
        seed, diffusers = int(c["seeds"][0]), c["preset"] == "diffusers"
        rho = 0.7 if c["preset"] == "official" else 0.0
        g = torch.Generator().manual_seed(seed)
        deep = "control" in c
        if "from" in c:
            prior = inputs.latent(c["from"])
            g = torch.Generator().manual_seed(int(c["decoder_seeds"][0]))
        elif diffusers:
            prior = sample_diffusers(base.nets["prior"], cond, uncond, shape, g, c["steps"], c["guidance"], **extra)
        else:
            if deep:
                cond["cnet"] = uncond["cnet"] = inputs.maps()
            net = self.nets["deep"] if deep else base.official["prior"]
            prior = sample_official(net, cond, uncond, shape, seed, c["steps"], c["guidance"], rho, 2, **extra)
        if diffusers:
            latent = base.decoder_pipe(
                image_embeddings=prior, prompt=c["prompt"], negative_prompt=c["negative"], num_inference_steps=c["decoder_steps"],
                guidance_scale=c["decoder_guidance"], generator=g, output_type="latent", return_dict=False,
            )
            picture = base.nets["vq"].decode(base.nets["vq"].config.scale_factor * latent).sample
        else:
            latent = sample_official(
                base.official["decoder"], dict(effnet=prior, clip=pooled), dict(effnet=torch.zeros_like(prior), clip=npooled),
                (1, *bs), int(c["decoder_seeds"][0]), c["decoder_steps"], c["decoder_guidance"], rho, 1,
            )
            picture = base.official["vq"].decode(latent)
        picture = (picture[0].clamp(0, 1) * 255).round()
        if "init" in c and "mask" in c:
            was, m = make_rasters.planes(read(c["init"])) * 255, read_mask(c["mask"])
            assert was.shape == picture.shape, "so that it is not resampled"
            picture = (was.double() + m * (picture.double() - was)).round()
        return prior, latent, picture.byte()


def case(name, preset="official", seed=3, **extra):
    c = make_goldens.case(name, preset, steps=10, guidance=3.0, decoder_steps=8, seed=seed, decoder_seed=seed + 1,
                          width=extra.pop("width", 128), height=extra.pop("height", 128), prompt=extra.pop("prompt", "a red circle on white, middle"))
    if "references" in extra:
        c["guidance"] = 8.0  # so that a tenth of a weight shows
    if "from" in extra:
        c["decoder_seeds"] = [str(seed + 1)]
    return dict(c, **extra)


REFS = [dict(file="wide", weight=1.0), dict(file="tall", weight=0.6)]
CASES = [
    case("from", **{"from": "wide"}),
    case("from-wide", width=192, height=96, **{"from": "tall"}),
    case("from-diffusers", "diffusers", **{"from": "square"}),
    case("references", references=REFS),
    case("references-diffusers", "diffusers", references=REFS[:1]),
    case("init", init="wide", strength=0.6),
    case("init-comfy", "comfy", init="tall", strength=0.85, seed=8),
    case("init-diffusers", "diffusers", init="square", strength=0.5),
    case("mask", init="scene", mask="mask", strength=0.8, prompt="a blue square on yellow, left"),
    case("mask-diffusers", "diffusers", init="scene", mask="mask", strength=0.7, prompt="a blue square on yellow, left"),
    case("canny", control=dict(kind="canny", file="scene", weight=1.0)),
    case("canny-weak", width=192, height=96, control=dict(kind="canny", file="wide", weight=0.5)),
    case("inpaint", control=dict(kind="inpaint", file="scene", weight=1.0), mask="hole"),
    case("sr", control=dict(kind="sr", file="scene", weight=1.0)),
]


def write_inputs():
    Image.fromarray(make_rasters.picture(11, 128, 128)).save(OUT / "scene.png", optimize=True)
    x = torch.arange(128).float()
    soft = (((72 - x) / 24).clamp(0, 1) * 255).round().byte()[None].repeat(128, 1)
    Image.fromarray(soft.numpy()).save(OUT / "mask.png", optimize=True)
    hole = torch.zeros(96, 96, dtype=torch.uint8)
    hole[20:70, 8:50] = 255
    hole[40, 60:90] = 128
    hole[50, 60:90] = 127
    Image.fromarray(hole.numpy()).save(OUT / "hole.png", optimize=True)
    Image.fromarray(make_rasters.picture(11, 96, 96)).save(OUT / "small.png", optimize=True)


@torch.no_grad()
def network_rows(nets, tensors):
    g, rows = torch.Generator().manual_seed(5), []

    def add(name, network, inputs, outputs):
        for k, v in {**inputs, **outputs}.items():
            tensors[f"{name}.{k}"] = v
        rows.append(dict(name=name, network=network, inputs={k: f"{name}.{k}" for k in inputs}, outputs={k: f"{name}.{k}" for k in outputs}))

    for b, h, w in ((1, 64, 64), (2, 32, 64), (1, 40, 96)):
        x = scenes.batch(random.Random(h + w), b, h, w)[1]
        add(f"encoder.{b}x{h}x{w}", "encoder", dict(image=x), dict(latent=nets["encoder"](x)))
    for name, c in (("canny", 1), ("inpainting", 4), ("super_resolution", 16)):
        h, w = (3, 4) if c == 16 else (64, 32)
        x = torch.randn(1, c, h, w, generator=g) if c == 16 else torch.rand(1, c, h, w, generator=g)
        add(name, name, dict(control=x), {f"control_{i}": m for i, m in enumerate(nets[name](x))})
    # One prediction of Stage C with maps, also of a size of their own.
    width = train_deep.config()["block_out_channels"][0]
    inputs = dict(sample=torch.randn(2, 16, 3, 4, generator=g), timestep_ratio=torch.tensor([0.8, 0.3]),
                  clip_text_pooled=torch.randn(2, 1, 24, generator=g), clip_text=torch.randn(2, 77, 32, generator=g),
                  clip_img=torch.randn(2, 2, 12, generator=g))
    maps = [0.3 * torch.randn(1, width, 2, 3, generator=g) for _ in BLOCKS]
    cnet = [None] * (BLOCKS[-1] + 1)
    for i, m in zip(BLOCKS, maps):
        cnet[i] = m
    call = dict(inputs)
    x, r = call.pop("sample"), call.pop("timestep_ratio")
    plain = nets["deep"](x, r, **call)
    other = nets["deep_diffusers"](**inputs).sample
    assert (plain - other).abs().max() < 2e-5 * (plain.max() - plain.min())
    add("deep", "deep", {**inputs, **{f"control_{i}": m for i, m in enumerate(maps)}}, dict(out_sample=nets["deep"](x, r, **call, cnet=cnet)))
    return rows


def main():
    torch.set_num_threads(1)
    nets = reload(save(pathlib.Path(sys.argv[1])))
    write_inputs()
    tensors = {}
    nets_rows = network_rows(nets, tensors)
    for name in ("wide", "tall"):
        tensors[f"embedding.{name}"] = Inputs(nets, CASES[0]).embedding(name)
    maker, rows = Maker(nets), []
    for c in CASES:
        if c["name"] == "inpaint":
            c["control"] = dict(c["control"], file="small")
        prior, latent, picture = maker.run(c)
        tensors[f"{c['name']}.prior"] = prior
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(OUT / f"case-{c['name']}.png", optimize=True)
        print(c["name"], f"prior std {prior.std():.2f} max {prior.abs().max():.2f}; decoder std {latent.std():.2f}", flush=True)
        row = dict(c, prior=f"{c['name']}.prior", pictures=[f"case-{c['name']}.png"])
        rows.append({k: v for k, v in row.items() if v is not None})
    save_file(make_goldens.contiguous(tensors), OUT / "golden.safetensors")
    (OUT / "golden.safetensors").chmod(0o644)
    (OUT / "cases.json").write_text(json.dumps(dict(made_with=make_goldens.MADE + ", torchvision 0.23.0", networks=nets_rows, pictures=rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
