"""Writes the trained networks as a diffusers folder in 16 bits, with cascata.json and its licence.

    python inference/demo/export.py --work DIR [--out assets/demo] [--encoder]
"""

import argparse
import json
import os
import pathlib
import shutil

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

import encoder  # noqa: E402
import previewer  # noqa: E402
import refine  # noqa: E402
import scenes  # noqa: E402
import semantic  # noqa: E402
import stage_a  # noqa: E402
import stage_b  # noqa: E402
import stage_c  # noqa: E402
import text  # noqa: E402
import words  # noqa: E402
from common import Work  # noqa: E402

RECOMMENDED = {"preset": "official", "steps": 10, "guidance": 1.5, "decoder_steps": 10, "decoder_guidance": 1}
LICENCE = """The demo model in this folder (weights, vocabulary and configuration) was trained from nothing on
pictures drawn by the programs in inference/demo. Its makers dedicate it to the public domain under
CC0 1.0 Universal: to the extent possible under law they have waived all copyright and related or
neighbouring rights to it. You may copy, change and use it, also commercially, without asking.

The full text of CC0 1.0 is at https://creativecommons.org/publicdomain/zero/1.0/legalcode

THE MODEL IS OFFERED AS IT IS, WITHOUT WARRANTY OF ANY KIND.
"""


def linear_preview(latents, pictures):
    """Least squares from latents [N, C, h, w] to pictures [N, 3, h, w] in [0, 1]: C + 1 rows, the last a bias."""
    x = latents.permute(0, 2, 3, 1).flatten(0, 2).double()
    y = pictures.permute(0, 2, 3, 1).flatten(0, 2).double()
    x = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)
    w = torch.linalg.solve(x.T @ x + 1e-4 * len(x) * torch.eye(x.shape[1], dtype=x.dtype), x.T @ y)
    return [[round(float(v), 5) for v in row] for row in w]


def previews(work, count=300):
    rng = np.random.default_rng(77)
    model = stage_a.load(work)
    codes, around, latents, small = [], [], [], []
    for _ in range(count):
        s = scenes.random_scene(rng)
        picture = scenes.draw(s)
        x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
        codes.append(torch.from_numpy(semantic.code(s, semantic.surroundings(picture)))[None])
        around.append(torch.nn.functional.adaptive_avg_pool2d(x, semantic.CELLS))
        with torch.no_grad():
            latents.append(stage_a.encode(model, x) / stage_a.SCALE)
        small.append(torch.nn.functional.avg_pool2d(x, 4))
    cat = torch.cat
    return linear_preview(cat(codes), cat(around)), linear_preview(cat(latents), cat(small))


def write_flat(model, path):
    """A network that is no diffusers model, in one file."""
    save_file({k: v.half().contiguous() for k, v in model.state_dict().items() if "num_batches" not in k}, path)


def write_encoder(work, out):
    """The semantic encoder alone, `encoder.safetensors`."""
    model = encoder.load(work).folded()
    if not all(torch.isfinite(v).all() for v in model.values()):
        raise SystemExit("encoder: a weight is not finite")
    save_file({k: v.half().contiguous() for k, v in model.items()}, out / "encoder.safetensors")
    (out / "encoder.safetensors").chmod(0o644)


def write(work, out):
    out = pathlib.Path(out)
    write_encoder(work, out)
    write_flat(previewer.load(work), out / "previewer.safetensors")
    parts = [("text_encoder", text.load(work).model), ("vqgan", refine.load(work)),
             ("prior", stage_c.load(work, _newest(work, "stage_c"))),
             ("decoder", stage_b.load(work, _newest(work, "stage_b")))]
    for name, model in parts:
        for p in list(model.parameters()) + list(model.buffers()):
            if not torch.isfinite(p).all():
                raise SystemExit(f"{name}: a weight is not finite")
        shutil.rmtree(out / name, ignore_errors=True)
        model.half().save_pretrained(out / name)
    shutil.rmtree(out / "tokenizer", ignore_errors=True)
    words.write(out / "tokenizer")
    prior, decoder = previews(work)
    (out / "cascata.json").write_text(json.dumps({
        "title": "Cascata demo", "licence": "CC0-1.0", "stage_a_scale": stage_a.SCALE, "compression": 42.67,
        "width": scenes.SIZE, "height": scenes.SIZE, "prior_preview": prior, "decoder_preview": decoder,
        "recommended": RECOMMENDED}, indent=1) + "\n")
    (out / "LICENSE").write_text(LICENCE)
    for f in out.rglob("*"):
        f.chmod(0o755 if f.is_dir() else 0o644)
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{out}: {size / 1e6:.2f} MB")


def _newest(work, name):
    final = name + "_final.pt"
    return final if work.has(final) else name + ".pt"


if __name__ == "__main__":
    root = pathlib.Path(__file__).resolve().parents[2]
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--work", default=str(pathlib.Path(__file__).resolve().parent / "work"))
    p.add_argument("--out", default=str(root / "assets" / "demo"))
    p.add_argument("--encoder", action="store_true", help="write the semantic encoder alone, leave the rest")
    a = p.parse_args()
    torch.set_num_threads(1)
    (write_encoder if a.encoder else write)(Work(a.work), pathlib.Path(a.out))
