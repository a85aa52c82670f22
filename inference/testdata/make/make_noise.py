"""Writes ../../noise/testdata/noise.json: what torch.randn draws from a CPU generator."""

import json
import pathlib

import torch

OUT = pathlib.Path(__file__).resolve().parents[2] / "noise" / "testdata" / "noise.json"

SEEDS = [0, 1, 2**31, 2**32 - 1, 2**32 + 5, 2**63 - 1, 2**64 - 1, -1, -(2**63)]

# Sizes of the draws taken one after another from one generator.
DRAWS = [
    [1], [2], [7], [15], [16], [17], [31], [32], [33], [100], [144], [1000], [4096],
    [5, 16, 3, 100],        # the spare value of the scalar path outlives a block draw
    [1, 1, 1, 1, 17, 1],
    [15, 15, 20, 15],
    [144, 144, 4096, 4096],  # the two latents of a 128 pixel picture
    [300, 1, 624, 2, 625, 40000],
]
KEEP = 24  # values kept from each end of a long draw


def draw(generator, n):
    x = torch.randn(n, generator=generator, dtype=torch.float32)
    row = {"n": n}
    if n <= 2 * KEEP + 60:
        row["values"] = [float(v) for v in x]
    else:
        row["head"] = [float(v) for v in x[:KEEP]]
        row["tail"] = [float(v) for v in x[-KEEP:]]
    d = x.double()
    row["sum"] = float(d.sum())
    row["sum_squares"] = float((d * d).sum())
    return row


def rounded(v):
    if isinstance(v, float):
        return float(f"{v:.9g}")
    if isinstance(v, list):
        return [rounded(x) for x in v]
    if isinstance(v, dict):
        return {k: rounded(x) for k, x in v.items()}
    return v


def main():
    runs = []
    for seed in SEEDS:
        for sizes in DRAWS:
            g = torch.Generator("cpu").manual_seed(seed)
            runs.append({"seed": str(seed), "draws": [draw(g, n) for n in sizes]})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    doc = {"made_with": f"torch {torch.__version__.split('+')[0]}", "runs": rounded(runs)}
    text = json.dumps(doc, separators=(",", ":")).replace('{"seed"', '\n{"seed"')
    OUT.write_text(text + "\n")


if __name__ == "__main__":
    main()
