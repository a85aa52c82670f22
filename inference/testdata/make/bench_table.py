"""Cascata and diffusers on the same checkpoint, one after the other on the same cores: a table in Markdown.

bench_table.py PROGRAM FOLDER [--width 512] [--height 512] [--steps 5] [--decoder-steps 3] [--guidance 4]
               [--decoder-guidance 0] [--threads 2] [--repeat 3] [--fast] [--precision int8] [--dtype bfloat16]
bench_table.py PROGRAM FOLDER --full [...]

PROGRAM is bin/cascata or bin/cascata-cli, FOLDER a checkpoint in diffusers layout. --full makes one of the official lite shapes
there with random weights (3.5 GB in bfloat16), unless it is there, and takes a picture of 1024x1024. --fast and --precision are
Cascata's, --dtype is diffusers'. Both programs are run --rounds times, one after the other, and the fastest counts. Seconds are a stage's fastest run
after one to warm up, without loading. "outside" is what of Cascata's seconds was not spent inside ONNX Runtime. The share is
of the machine's own rate of a 2048 x 2048 float32 product (torch); operations are counted by torch for both.
"""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
STAGES = (("text encoder", "text"), ("stage c", "prior"), ("stage b", "decoder"), ("stage a", "picture"))


def output(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def full_size(folder):
    """Writes a random checkpoint of the official lite shapes, unless it is there."""
    if not (folder / "tokenizer").exists():
        subprocess.run([sys.executable, HERE / "bench_checkpoint.py", folder, "lite"], check=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    for flag, default in (("width", 512), ("height", 512), ("steps", 5), ("decoder-steps", 3), ("threads", 2), ("repeat", 3)):
        p.add_argument(f"--{flag}", type=int, default=default)
    p.add_argument("--guidance", type=float, default=4.0)
    p.add_argument("--decoder-guidance", type=float, default=0.0)
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--fast", action="store_true")
    p.add_argument("--precision", default="auto")
    p.add_argument("--dtype", default="float32")
    p.add_argument("--full", action="store_true")
    o = p.parse_args()
    if o.full:
        full_size(pathlib.Path(o.folder))
        o.width = o.height = 1024
    flags = [f"--{k}={getattr(o, k.replace('-', '_'))}" for k in
             ("width", "height", "steps", "decoder-steps", "guidance", "decoder-guidance", "threads")]
    own = ["--precision", o.precision] + ["--fast"] * o.fast
    runs = []
    for _ in range(o.rounds):
        runs.append((
            output([sys.executable, HERE / "bench_diffusers.py", o.folder, f"--repeat={o.repeat}", f"--dtype={o.dtype}", *flags]),
            output([o.program, "bench", "--json", "--device=cpu", "--model", o.folder, f"--runs={o.repeat}", *own, *flags]),
        ))
    theirs, ours = runs[0]
    for a, b in runs[1:]:
        for name, key in STAGES:
            if a["stages"][name]["seconds"] < theirs["stages"][name]["seconds"]:
                theirs["stages"][name] = a["stages"][name]
            if b[key]["total_s"] < ours[key]["total_s"]:
                ours[key] = b[key]

    rate = theirs["matmul_gflops"]["torch"]
    print(f"{o.width}x{o.height}, {o.steps} + {o.decoder_steps} steps, guidance {o.guidance:g} and {o.decoder_guidance:g}, "
          f"{o.threads} threads; Cascata {'Fast' if o.fast else o.precision}, diffusers in {o.dtype}; diffusers {theirs['diffusers']}, torch {theirs['torch']}; "
          f"matrix product {rate:.0f} GFLOP/s before, {theirs['matmul_gflops_after']['torch']:.0f} after\n")
    print("| stage | runs | Cascata s | of which outside | share | diffusers s | share | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    total_ours = total_theirs = outside = 0
    for name, key in STAGES:
        a, b = ours[key], theirs["stages"][name]
        share = b["flops"] / a["total_s"] / 1e9 / rate
        print(f"| {name} | {b['runs']} | {a['total_s']:.3f} | {a['outside_s']:.4f} | {share:.0%} | {b['seconds']:.3f} | "
              f"{b['share']:.0%} | {b['seconds'] / a['total_s']:.2f} |")
        total_ours, total_theirs, outside = total_ours + a["total_s"], total_theirs + b["seconds"], outside + a["outside_s"]
    print(f"| all | | {total_ours:.3f} | {outside:.4f} | | {total_theirs:.3f} | | {total_theirs / total_ours:.2f} |")


if __name__ == "__main__":
    main()
