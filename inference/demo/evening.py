"""A small LoRA of our own: evening light on everything, for the demo's Stage B, in diffusers' format.

    python inference/demo/evening.py --out evening.safetensors [--model assets/demo] [--drawings 80]

The look is a function of a picture (`light`), so what Stage B should make of a drawing's code is known: the latents of the
lit drawing. Its last layer is linear, and what it is given says both what the code means and how noisy the input is. So the
best change of that layer is found by least squares, without a step of gradient descent; its largest singular vectors are
the LoRA.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import diffusion
import scenes
import semantic
import stage_a
import stage_b
from pipeline import Demo

RANK = 12
WARM = torch.tensor([1.03, 0.88, 0.66])  # of red, green and blue, what evening leaves
SHARE = 0.5  # of the change that weight 1 is: with all of it things and colours are hard to tell
LEVELS = (1.0, 0.95, 0.88, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05)  # of noise


def light(pictures):
    """Pictures [B, 3, H, W] in [0, 1] by evening light: warm and a little dim."""
    return (pictures * WARM[:, None, None]).clamp(0, 1)


def warmth(pictures):
    """How warm each picture is, uint8 [B, H, W, 3]: the mean of red less that of blue, as a share of the mean of all."""
    means = np.asarray(pictures).reshape(len(pictures), -1, 3).mean(1)
    return (means[:, 0] - means[:, 2]) / means.mean(1)


@torch.no_grad()
def equations(demo, drawings):
    """Sums of what the last layer is given and lacks, over drawings at every noise level: Y^T W Y and Y^T W (wanted - made)."""
    rng, g = np.random.default_rng(71), torch.Generator().manual_seed(71)
    given = []
    hook = demo.b.clf[0].register_forward_hook(lambda m, i, out: given.append(out))
    width = demo.b.clf[1].in_channels
    gram, right, errors = torch.zeros(width, width, dtype=torch.float64), 0, {}
    for _ in range(drawings):
        s = scenes.random_scene(rng)
        picture = scenes.draw(s)
        code = torch.from_numpy(semantic.code(s, semantic.surroundings(picture)))[None]
        x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
        z = stage_a.encode(demo.a, light(x)) / stage_a.SCALE
        _, pooled = demo.text([scenes.caption(rng, s)], 77)
        n = len(LEVELS)
        t = torch.tensor(LEVELS) * (1 - 0.04 * torch.rand(n, generator=g))
        t[0] = 1.0
        a2 = diffusion.signal(t)[:, None, None, None]
        eps = torch.randn(n, *z.shape[1:], generator=g)
        given.clear()
        out = stage_b.call(demo.b, a2.sqrt() * z + (1 - a2).sqrt() * eps, t, pooled.expand(n, -1, -1), code.expand(n, -1, -1, -1))
        y = given[0].permute(0, 2, 3, 1).flatten(1, 2) if given[0].shape[1] == width else given[0].flatten(1, 2)
        lack = F.pixel_unshuffle(eps - out, 2).flatten(2).transpose(1, 2)
        weight = (1 / a2).clamp(3, 60)[:, :, 0].clone()
        weight[0] = 400
        yw = (y * weight).double().flatten(0, 1)
        gram += yw.T @ y.double().flatten(0, 1)
        right = right + yw.T @ lack.double().flatten(0, 1)
        for k, v in zip(LEVELS, ((lack ** 2).mean((1, 2)) * (1 - a2[:, 0, 0, 0]) / a2[:, 0, 0, 0]).tolist()):
            errors[k] = errors.get(k, 0) + v / drawings
    hook.remove()
    return gram, right, errors


def solve(gram, right, rank=RANK):
    """lora_A [rank, in, 1, 1] and lora_B [out, rank, 1, 1] of the best change of the last layer."""
    small = 1e-5 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    change = torch.linalg.solve(gram + small, right).T
    u, s, v = torch.linalg.svd(change, full_matrices=False)
    root = s[:rank].sqrt()
    return (root[:, None] * v[:rank]).float()[:, :, None, None], (u[:, :rank] * root).float()[:, :, None, None]


def main():
    here = pathlib.Path(__file__).resolve()
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", default=str(here.parents[2] / "assets" / "demo"))
    p.add_argument("--out", required=True)
    p.add_argument("--drawings", type=int, default=80)
    a = p.parse_args()
    torch.set_num_threads(1)
    demo = Demo(a.model)
    gram, right, errors = equations(demo, a.drawings)
    print("x0-error without it:", {k: round(v, 4) for k, v in errors.items()})
    down, up = solve(gram, right)
    save_file({"decoder.clf.1.lora_A.weight": down.contiguous(), "decoder.clf.1.lora_B.weight": (SHARE * up).contiguous()}, a.out, metadata={
        "format": "pt", "modelspec.title": "Evening light", "modelspec.license": "CC0-1.0",
        "lora_adapter_metadata": json.dumps({"decoder.r": RANK, "decoder.lora_alpha": RANK})})


if __name__ == "__main__":
    main()
