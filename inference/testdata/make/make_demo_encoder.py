"""Writes ../golden/demo: two drawings, and the code that the built-in model's encoder makes of each: make_demo_encoder.py.

Computed from assets/demo/encoder.safetensors by inference/demo/encoder.py, in float32.
"""

import pathlib
import sys

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "testdata" / "golden" / "demo"


def main():
    sys.path.insert(0, str(ROOT / "demo"))
    import scenes
    from encoder import encode
    torch.set_num_threads(1)
    OUT.mkdir(exist_ok=True)
    w = {k: v.float() for k, v in load_file(ROOT.parent / "assets" / "demo" / "encoder.safetensors").items()}
    rng, codes = np.random.default_rng(8), {}
    for name in ("a", "b"):
        picture = scenes.draw(scenes.random_scene(rng))
        Image.fromarray(picture).save(OUT / f"{name}.png", optimize=True)
        codes[name] = encode(w, torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255)
    save_file(codes, OUT / "codes.safetensors")


if __name__ == "__main__":
    main()
