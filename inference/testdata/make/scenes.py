"""Captioned pictures of one coloured shape, for training the tiny checkpoints."""

import random

import numpy as np
import torch

COLOURS = {
    "red": (0.85, 0.15, 0.15), "green": (0.2, 0.65, 0.25), "blue": (0.15, 0.3, 0.8), "yellow": (0.95, 0.85, 0.2),
    "white": (0.95, 0.95, 0.95), "black": (0.08, 0.08, 0.1), "orange": (0.95, 0.55, 0.15), "purple": (0.5, 0.2, 0.65),
}
SHAPES = ["circle", "square", "triangle"]
PLACES = {"left": (0.3, 0.5), "right": (0.7, 0.5), "top": (0.5, 0.3), "bottom": (0.5, 0.7), "middle": (0.5, 0.5)}


def scene(r):
    """Returns a caption and a draw function (height, width) -> float32 [3, H, W] in [0, 1]."""
    colour, ground = r.sample(list(COLOURS), 2)
    shape, place = r.choice(SHAPES), r.choice(list(PLACES))
    caption = f"a {colour} {shape} on {ground}, {place}"
    size = r.uniform(0.16, 0.26)

    def draw(h, w):
        cx, cy = PLACES[place]
        y, x = np.mgrid[0:h, 0:w].astype(np.float32)
        s = min(h, w) * size
        dx, dy = (x + 0.5 - cx * w) / s, (y + 0.5 - cy * h) / s
        d = {
            "circle": np.hypot(dx, dy),
            "square": np.maximum(abs(dx), abs(dy)) * 1.1,
            "triangle": np.maximum(abs(dx) * 1.5 + dy * 0.75, -dy * 1.2 + 0.4) * 1.1,
        }[shape]
        cover = np.clip((1 - d) * s + 0.5, 0, 1)
        shade = 0.9 + 0.1 * (y / h)
        a = np.array(COLOURS[colour], np.float32)[:, None, None]
        b = np.array(COLOURS[ground], np.float32)[:, None, None] * shade
        return a * cover + b * (1 - cover)

    return caption, draw


def batch(r, n, h=128, w=128):
    """Returns n captions and a float32 tensor [n, 3, h, w] in [0, 1]."""
    captions, pictures = [], []
    for _ in range(n):
        caption, draw = scene(r)
        captions.append(caption)
        pictures.append(draw(h, w))
    return captions, torch.from_numpy(np.stack(pictures).astype(np.float32))


def captions(n, seed=0):
    r = random.Random(seed)
    return [scene(r)[0] for _ in range(n)]
