"""Cascata and diffusers on the same checkpoint, one after the other on the same cores: a table in Markdown.

bench_table.py PROGRAM FOLDER [--width 512] [--height 512] [--steps 5] [--decoder-steps 3] [--guidance 4]
               [--decoder-guidance 0] [--threads 2] [--repeat 3]

PROGRAM is bin/cascata or bin/cascata-cli, FOLDER a checkpoint in diffusers layout. Seconds are a stage's fastest run
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


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    for flag, default in (("width", 512), ("height", 512), ("steps", 5), ("decoder-steps", 3), ("threads", 2), ("repeat", 3)):
        p.add_argument(f"--{flag}", type=int, default=default)
    p.add_argument("--guidance", type=float, default=4.0)
    p.add_argument("--decoder-guidance", type=float, default=0.0)
    o = p.parse_args()
    flags = [f"--{k}={getattr(o, k.replace('-', '_'))}" for k in
             ("width", "height", "steps", "decoder-steps", "guidance", "decoder-guidance", "threads")]
    theirs = output([sys.executable, HERE / "bench_diffusers.py", o.folder, f"--repeat={o.repeat}", *flags])
    ours = output([o.program, "bench", "--json", "--device=cpu", "--model", o.folder, f"--runs={o.repeat}", *flags])

    rate = theirs["matmul_gflops"]["torch"]
    print(f"{o.width}x{o.height}, {o.steps} + {o.decoder_steps} steps, guidance {o.guidance:g} and {o.decoder_guidance:g}, "
          f"{o.threads} threads, float32; diffusers {theirs['diffusers']}, torch {theirs['torch']}; "
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
