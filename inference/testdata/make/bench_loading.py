"""How long the stages of a checkpoint take to load in several programs and in diffusers, in turn: a table in Markdown.

bench_loading.py FOLDER NAME=PROGRAM ... [--rounds 3] [--touch] [--no-diffusers]

FOLDER is a checkpoint in diffusers layout; a PROGRAM is bin/cascata-cli or bin/cascata of any version. All keep every stage, in float32
on the processor, and read the files from the system's cache, into which they are brought first. In each round every program is run once.
--touch writes to all free memory just before each, twice, and lets it go: a host gives a virtual machine memory only as it is written to, and
takes back what lies free, so that a program pays for it there as it would not on a computer of its own. The table says at how many GB a second
memory came the second time, at worst and at best; without --touch it is left as it was.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

STAGES = (("text encoder", "text"), ("Stage C", "prior"), ("Stage B", "decoder"), ("Stage A", "picture"))


def diffusers(folder):
    """Prints the seconds that each stage takes to load."""
    import torch
    from diffusers import StableCascadeUNet
    from diffusers.pipelines.wuerstchen import PaellaVQModel
    from transformers import CLIPTextModelWithProjection

    loads = (("text", CLIPTextModelWithProjection, "text_encoder"), ("prior", StableCascadeUNet, "prior"),
             ("decoder", StableCascadeUNet, "decoder"), ("picture", PaellaVQModel, "vqgan"))
    kept, seconds = [], {}
    for key, kind, name in loads:
        start = time.perf_counter()
        kept.append(kind.from_pretrained(folder / name, torch_dtype=torch.float32).eval())
        seconds[key] = dict(load_s=time.perf_counter() - start)
    print(json.dumps(seconds))


def touch():
    """Prints the GB a second at which free memory is written to, all but a twentieth."""
    import numpy as np

    with open("/proc/meminfo") as f:
        size = next(int(line.split()[1]) for line in f if line.startswith("MemFree")) * 1024 * 19 // 20
    start = time.perf_counter()
    np.empty(size, np.uint8).fill(1)
    print(json.dumps(size / 1e9 / (time.perf_counter() - start)))


def child(*args):
    return json.loads(subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def main():
    if sys.argv[1] == "only-diffusers":
        return diffusers(pathlib.Path(sys.argv[2]))
    if sys.argv[1] == "only-touch":
        return touch()
    p = argparse.ArgumentParser()
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("programs", nargs="+")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--touch", action="store_true")
    p.add_argument("--no-diffusers", action="store_true")
    o = p.parse_args()
    small = "--device=cpu --precision=fp32 --runs=1 --steps=1 --decoder-steps=1 --width=256 --height=256 --guidance=0 --json".split()
    programs = {name: (path, "bench", *small, "--model", str(o.folder)) for name, path in (v.split("=", 1) for v in o.programs)}
    if not o.no_diffusers:
        programs["diffusers"] = (sys.executable, __file__, "only-diffusers", str(o.folder))

    times, rates = {name: [] for name in programs}, {name: [] for name in programs}
    for n in range(o.rounds):
        for name, command in programs.items():
            for file in o.folder.glob("*/*.safetensors"):
                with open(file, "rb") as f:
                    while f.read(1 << 24):
                        pass
            if o.touch:
                child(sys.executable, __file__, "only-touch")
                rates[name].append(child(sys.executable, __file__, "only-touch"))
            got = child(*command)
            times[name].append({key: got[key]["load_s"] for _, key in STAGES})
            print(f"round {n + 1}: {name}: {', '.join(f'{s} {times[name][-1][k]:.2f} s' for s, k in STAGES)}"
                  + (f", memory at {rates[name][-1]:.2f} GB/s" if o.touch else ""), file=sys.stderr, flush=True)

    print(f"| load, s: median (least to most) of {o.rounds} | " + " | ".join(s for s, _ in STAGES) + " | memory, GB/s |")
    print("|---" * (len(STAGES) + 2) + "|")
    for name, got in times.items():
        cells = []
        for _, key in STAGES:
            v = [g[key] for g in got]
            cells.append(f"{statistics.median(v):.1f} ({min(v):.1f} to {max(v):.1f})")
        print(f"| {name} | " + " | ".join(cells) + f" | {f'{min(rates[name]):.1f} to {max(rates[name]):.1f}' if o.touch else 'unknown'} |")


if __name__ == "__main__":
    main()
