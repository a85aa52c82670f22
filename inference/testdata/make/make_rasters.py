"""Writes ../golden/pictures/raster: small pictures, and what torch, Pillow, transformers and OpenCV make of them."""

import random

import cv2
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch.nn.functional import interpolate
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import resize
from transformers import CLIPImageProcessor

import layouts
import scenes

OUT = layouts.ROOT / "golden" / "pictures"
SIZES = {"wide": (97, 41), "tall": (40, 75), "square": (64, 64)}


def picture(seed, w, h):
    """A drawn scene with soft noise, uint8 [h, w, 3]."""
    draw = scenes.scene(random.Random(seed))[1]
    grain = torch.randn(1, 3, max(h // 3, 2), max(w // 3, 2), generator=torch.Generator().manual_seed(seed))
    x = torch.from_numpy(draw(h, w).astype(np.float32))[None] + 0.12 * interpolate(grain, size=(h, w), mode="bilinear")
    return (x[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def planes(rgb):
    return torch.from_numpy(rgb).permute(2, 0, 1).float() / 255


def common_upscale(x, width, height):
    """The centre of x [3, h, w] in the aspect of width to height, by bicubic interpolation, as ComfyUI's VAE encode does."""
    h, w = x.shape[-2:]
    old, new, left, top = w / h, width / height, 0, 0
    if old > new:
        left = round((w - w * (new / old)) / 2)
    elif old < new:
        top = round((h - h * (old / new)) / 2)
    x = x[:, top : h - top, left : w - left]
    return x if x.shape[-2:] == (height, width) else interpolate(x[None], size=(height, width), mode="bicubic")[0]


def canny(x):
    """The official CannyFilter on x [3, h, w] in [0, 1]: edges at 224 by 224, uint8, and the map [1, h, w]."""
    small = interpolate(x[None], size=(224, 224), mode="bilinear")
    edges = cv2.Canny(small[0].mul(255).permute(1, 2, 0).numpy().astype(np.uint8), 100, 200)
    back = interpolate(torch.tensor(edges).div(255)[None, None], size=x.shape[-2:], mode="bilinear")[0]
    return edges, back


def clip_pixels(rgb, size):
    """What CLIP's own processor makes of a picture before it is normalised, [3, size, size]."""
    p = CLIPImageProcessor(size={"shortest_edge": size}, crop_size={"height": size, "width": size}, do_normalize=False)
    return p(Image.fromarray(rgb), return_tensors="pt").pixel_values[0]


def official_pixels(x, size):
    """The same by torchvision, on numbers: [3, size, size], not clamped."""
    x = resize(x, size, InterpolationMode.BICUBIC, antialias=True)
    top, left = ((n - size) // 2 for n in x.shape[-2:])
    return x[:, top : top + size, left : left + size]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    t = {}
    for i, (name, (w, h)) in enumerate(SIZES.items()):
        rgb = picture(i, w, h)
        Image.fromarray(rgb).save(OUT / f"{name}.png", optimize=True)
        x = planes(rgb)
        t[f"{name}.bicubic"] = common_upscale(x, 48, 32)
        t[f"{name}.bilinear"] = interpolate(x[None], size=(53, 29), mode="bilinear")[0]
        t[f"{name}.clip"] = clip_pixels(rgb, 32)
        t[f"{name}.torchvision"] = official_pixels(x, 32)
        edges, back = canny(x)
        Image.fromarray(edges).save(OUT / f"{name}.edges.png", optimize=True)
        t[f"{name}.canny"] = back
    # Noise: every branch of the thinning.
    noise = torch.randint(0, 256, (60, 70, 3), generator=torch.Generator().manual_seed(9), dtype=torch.uint8).numpy()
    noise = cv2.GaussianBlur(noise, (5, 5), 0.8)
    Image.fromarray(noise).save(OUT / "noise.png", optimize=True)
    Image.fromarray(cv2.Canny(noise, 100, 200)).save(OUT / "noise.edges.png", optimize=True)
    for low, high in ((30, 400), (380, 150)):  # OpenCV exchanges them where the first is larger
        Image.fromarray(cv2.Canny(noise, low, high)).save(OUT / f"noise.edges.{low}.{high}.png", optimize=True)
    save_file({k: v.contiguous() for k, v in t.items()}, OUT / "raster.safetensors")
    (OUT / "raster.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
