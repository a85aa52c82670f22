"""Fits the linear previews of a model by least squares: rgb = latent . M + bias.

    python inference/preview/fit.py PAIRS [--vqgan FOLDER] [--compare FILE]

PAIRS is a folder of pictures NAME.png, each with the Stage C latent it came from as NAME.safetensors (a tensor
"latent", [1, c, h, w]). Cascata makes them with any model that it opens; about fifty pictures of many colours will do:

    cascata generate --model MODEL --prompt "..." --count 10 --out PAIRS/boats.png --save-latent PAIRS/boats.safetensors

--vqgan names the model's Stage A as a diffusers folder: its encoder turns the same pictures into Stage B latents. The
latents are what Stage B makes, so the encoder's output is divided by --scale. --compare names a cascata.json, whose
matrices are judged on the same pairs.

Prints JSON lines for cascata.json: a row R G B a channel and a last one that is added. What fits how well goes to
standard error: R squared (1 is perfect) and the root of the mean squared error in levels of 255, clamped as a preview
is, over every fifth picture, which the fit does not see.

Made with torch 2.8.0, diffusers 0.35.2, safetensors 0.8.0, pillow 13.0.0.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

RIDGE = 1e-4  # keeps channels that say nothing about colour near zero


def fit(latents, pictures):
    """Least squares from latents [n, c] to pictures [n, 3] in [0, 1]: [c + 1, 3], the last row is added."""
    x = torch.cat([latents, torch.ones(len(latents), 1)], 1).double()
    return torch.linalg.solve(x.T @ x + RIDGE * len(x) * torch.eye(x.shape[1], dtype=x.dtype), x.T @ pictures.double())


def judge(m, latents, pictures):
    """R squared, and the root mean squared error in levels of 255."""
    got = (latents.double() @ m[:-1] + m[-1]).clamp(0, 1)
    error = ((got - pictures) ** 2).mean()
    return 1 - float(error / pictures.double().var(0, unbiased=False).mean()), 255 * float(error.sqrt())


def cells(v):
    """[1, c, h, w] as a row a cell."""
    return v[0].flatten(1).T.float()


def shrunken(picture, latent):
    """A picture [1, 3, H, W] averaged over the cells of a latent."""
    return cells(torch.nn.functional.adaptive_avg_pool2d(picture, latent.shape[-2:]))


def read(folder):
    """Yields pictures [1, 3, H, W] in [0, 1] with their Stage C latents."""
    for path in sorted(pathlib.Path(folder).glob("*.png")):
        latent = path.with_suffix(".safetensors")
        if latent.exists():
            rgb = np.asarray(Image.open(path).convert("RGB"))
            yield torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 255, load_file(latent)["latent"]


def encoder(folder):
    """Stage A's encoder: a function of pictures. PaellaVQModel.encode of diffusers 0.35.2 raises, so its parts."""
    from diffusers.pipelines.wuerstchen import PaellaVQModel

    vq = PaellaVQModel.from_pretrained(folder).float().eval()
    return lambda picture: vq.down_blocks(vq.in_block(picture))


def report(name, title, m, kept):
    r2, rmse = judge(m, *kept)
    print(f"{name}, {title}: R squared {r2:.4f}, {rmse:.2f} levels of 255", file=sys.stderr)


@torch.no_grad()
def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pairs")
    p.add_argument("--vqgan", help="diffusers folder of Stage A")
    p.add_argument("--scale", type=float, default=0.43, help="what Stage A's encoder's output is divided by")
    p.add_argument("--compare", help="a cascata.json")
    a = p.parse_args()

    encode = encoder(a.vqgan) if a.vqgan else None
    rows = {"prior_preview": []}
    for picture, latent in read(a.pairs):
        rows["prior_preview"].append((cells(latent), shrunken(picture, latent)))
        if encode:
            z = encode(picture) / a.scale
            rows.setdefault("decoder_preview", []).append((cells(z), shrunken(picture, z)))
    if len(rows["prior_preview"]) < 10:
        sys.exit(f"{a.pairs}: {len(rows['prior_preview'])} pictures with latents; make at least 10")

    known = json.loads(pathlib.Path(a.compare).read_text()) if a.compare else {}
    for name, pairs in rows.items():
        seen, kept = ([torch.cat(v) for v in zip(*part)] for part in
                      ([v for i, v in enumerate(pairs) if i % 5], pairs[::5]))
        m = fit(*seen)
        report(name, "fitted", m, kept)
        if name in known:
            report(name, a.compare, torch.tensor(known[name]).double(), kept)
        print(f'"{name}": {json.dumps([[round(v, 5) for v in row] for row in m.tolist()])},')


if __name__ == "__main__":
    main()
