"""Writes ../golden/enlarge: make_enlarge.py. Pictures enlarged by Stage B of diffusers-a, whole and in overlapping parts.

diffusers' PaellaVQModel brings the plainly enlarged picture to a latent, the official sampler starts from it, and the
official networks predict; where there are parts, each prediction is the mean of theirs, weighed by a ramp at their edges.
"""

import json

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.nn.functional import avg_pool2d, interpolate

import make_goldens
import make_pictures
import make_rasters
import networks

OUT = make_goldens.GOLDEN / "enlarge"
# What a part is, in cells of the latent and of the composition, as starts and length; None: the whole.
CASES = [
    dict(name="whole", file="small", strength=0.6, steps=10, guidance=1.1, seed=4, native=1024, latent=None, effnet=None),
    dict(name="parts", file="small", strength=0.6, steps=10, guidance=1.1, seed=4, native=96, latent=([0, 18], 30), effnet=([0, 2], 3)),
]


def ramp(starts, n):
    """How much the cells of a part count."""
    overlap = starts[0] + n - starts[1]
    i = torch.arange(n)
    one = ((torch.minimum(i, n - 1 - i) + 0.5) / overlap).clamp(max=1)
    return one[:, None] * one[None]


def mixed(parts, shape, make):
    """The weighed mean of make(y, x) for every part that begins there."""
    starts, n = parts
    total, sums = torch.zeros(shape), torch.zeros(shape[-2:])
    for y in starts:
        for x in starts:
            total[..., y : y + n, x : x + n] += ramp(starts, n) * make(y, x)
            sums[y : y + n, x : x + n] += ramp(starts, n)
    return total / sums


@torch.no_grad()
def latent_of(encoder, picture, cells, parts):
    x = interpolate(picture, size=(32 * cells, 32 * cells), mode="bicubic")
    if parts is None:
        return encoder(x)
    n = parts[1]
    return mixed(parts, (1, 16, cells, cells), lambda y, x0: encoder(x[..., 32 * y : 32 * (y + n), 32 * x0 : 32 * (x0 + n)]))


def in_parts(net, parts, effnet, cells):
    """A network that predicts part by part. It reads the composition at its own cells, two of the latent's each."""
    field = interpolate(effnet, size=(cells // 2, cells // 2), mode="bilinear", align_corners=True)
    n = parts[1]

    def predict(x, r, effnet, clip):
        read = field if effnet.abs().max() > 0 else torch.zeros_like(field)
        part = lambda v, y, x0, by: v[..., y // by : (y + n) // by, x0 // by : (x0 + n) // by]
        return mixed(parts, x.shape, lambda y, x0: net(part(x, y, x0, 1), r, effnet=part(read, y, x0, 2), clip=clip))

    return predict


def tones(made, was, cell=32):
    """made with the mean of was in every cell, both 0 to 255."""
    off = avg_pool2d(was, cell // 2) - avg_pool2d(made, cell)
    return (made + interpolate(off, scale_factor=cell, mode="bilinear", align_corners=False)).clamp(0, 255).round()


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    OUT.mkdir(exist_ok=True)
    base, tensors = make_goldens.Checkpoint("diffusers-a", None), {}
    encoder = make_pictures.Encoder().eval()
    encoder.load_state_dict(load_file(make_pictures.FOLDER / "effnet_encoder.safetensors"))
    vq = base.nets["vq"]
    for c in CASES:
        rgb = make_rasters.planes(make_pictures.read(c["file"]))[None]
        side = 2 * rgb.shape[-1]
        pil = Image.fromarray(make_pictures.read(c["file"]))
        twice = np.stack([np.array(pil.getchannel(k).convert("F").resize((side, side), Image.BICUBIC)) for k in range(3)])
        twice = torch.from_numpy(twice)[None].div(255).clamp(0, 1)
        _, pooled = networks.encode_text(base.nets["text"], base.tok, [""])
        cells = -(-side * 100 // 4267)
        effnet = latent_of(encoder, rgb, cells, c["effnet"])
        clean = vq.down_blocks(vq.in_block(twice)) / 0.43  # encode ends with an error in 0.35.2
        net = base.official["decoder"]
        if c["latent"]:
            net = in_parts(net, c["latent"], effnet, side // 4)
        latent = make_pictures.sample_official(
            net, dict(effnet=effnet, clip=pooled), dict(effnet=torch.zeros_like(effnet), clip=pooled), clean.shape,
            c["seed"], c["steps"], c["guidance"], 0.7, 1, clean, c["strength"])
        picture = (base.official["vq"].decode(latent).clamp(0, 1) * 255).round()
        picture = tones(picture, rgb * 255)
        Image.fromarray(picture[0].byte().permute(1, 2, 0).numpy()).save(OUT / f"{c['name']}.png", optimize=True)
        tensors[f"{c['name']}.clean"], tensors[f"{c['name']}.latent"] = clean, latent
    save_file({k: v.contiguous() for k, v in tensors.items()}, OUT / "golden.safetensors")
    rows = [dict({k: c[k] for k in ("name", "file", "strength", "steps", "guidance", "seed", "native")}) for c in CASES]
    (OUT / "cases.json").write_text(json.dumps(rows, indent=1) + "\n")


main()
