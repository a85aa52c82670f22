"""Cascata and diffusers on the same checkpoint, in turn on the same cores: a table in Markdown.

bench_table.py PROGRAM FOLDER [--width 512] [--height 512] [--steps 5] [--decoder-steps 3] [--guidance 4]
               [--decoder-guidance 0] [--threads 2] [--repeat 3] [--rounds 1] [--own fp32,fast,int8] [--theirs float32,bfloat16]
               [--picture 20,10]
bench_table.py PROGRAM FOLDER --full [...]

PROGRAM is bin/cascata or bin/cascata-cli, FOLDER a checkpoint in diffusers layout. --full makes one of the official lite shapes
there with random weights (4.9 GB in bfloat16), unless it is there, and takes a picture of 1024x1024. --own are Cascata's
precisions, --theirs those of diffusers. In each round every one of them is run once, one after the other, and the
fastest round counts, stage by stage. Seconds are a stage's fastest run of --repeat after one to warm up, without loading. "Outside" is what
of Cascata's seconds was not spent inside ONNX Runtime. Shares are of the machine's own rate of a 2048 x 2048 product: in float32
by torch, in bytes (for Fast) by ONNX Runtime's DynamicQuantizeMatMul; operations are counted by torch for all. A picture is made up of its stages: the
text encoder, as many steps as --picture says (those that were run, unless it is given), and Stage A.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
STAGES = (("text encoder", "text"), ("stage c", "prior"), ("stage b", "decoder"), ("stage a", "picture"))


def output(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def full_size(folder):
    """Writes a random checkpoint of the official lite shapes, unless it is there."""
    if not (folder / "tokenizer").exists():
        subprocess.run([sys.executable, HERE / "bench_checkpoint.py", folder, "lite"], check=True)


def bytes_rate(threads, n=2048):
    """G operations a second of an n x n product of bytes in ONNX Runtime, rounding its input on the way as Fast does."""
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper

    node = helper.make_node("DynamicQuantizeMatMul", ["x", "w", "s"], ["y"], domain="com.microsoft")
    r = np.random.default_rng(0)
    w = helper.make_tensor("w", TensorProto.INT8, (n, n), r.integers(-127, 127, (n, n), np.int8).tobytes(), raw=True)
    s = helper.make_tensor("s", TensorProto.FLOAT, (n,), np.full(n, 0.01, np.float32).tobytes(), raw=True)
    port = [helper.make_tensor_value_info(v, TensorProto.FLOAT, (n, n)) for v in "xy"]
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(helper.make_graph([node], "g", port[:1], port[1:], [w, s]), opset_imports=opsets, ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    x = r.standard_normal((n, n), np.float32)
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        session.run(None, {"x": x})
        best = min(best, time.perf_counter() - start)
    return 2 * n**3 / best / 1e9


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("folder")
    for flag, default in (("width", 512), ("height", 512), ("steps", 5), ("decoder-steps", 3), ("threads", 2), ("repeat", 3)):
        p.add_argument(f"--{flag}", type=int, default=default)
    p.add_argument("--guidance", type=float, default=4.0)
    p.add_argument("--decoder-guidance", type=float, default=0.0)
    p.add_argument("--rounds", type=int, default=1)
    p.add_argument("--own", default="fp32")
    p.add_argument("--theirs", default="float32")
    p.add_argument("--picture")
    p.add_argument("--full", action="store_true")
    o = p.parse_args()
    if o.full:
        full_size(pathlib.Path(o.folder))
        o.width = o.height = 1024
    runs = dict(prior=o.steps, decoder=o.decoder_steps, text=1, picture=1)
    whole = dict(runs, **dict(zip(("prior", "decoder"), map(int, o.picture.split(","))))) if o.picture else runs
    flags = [f"--{k}={getattr(o, k.replace('-', '_'))}" for k in
             ("width", "height", "steps", "decoder-steps", "guidance", "decoder-guidance", "threads")]

    def theirs(dtype, count):
        a = output([sys.executable, HERE / "bench_diffusers.py", o.folder, f"--repeat={max(o.repeat, 1)}", f"--dtype={dtype}", *flags, *([] if count else ["--no-flops"])])
        return a, {key: dict(total_s=a["stages"][name]["seconds"]) for name, key in STAGES}

    def ours(kind):
        own = ["--fast"] if kind == "fast" else ["--precision", kind]
        return output([o.program, "bench", "--json", "--device=cpu", "--model", o.folder, f"--runs={o.repeat}", *own, *flags])

    first, best, rates = None, {}, []
    for n in range(o.rounds):
        for who, kinds in (("diffusers", o.theirs), ("Cascata", o.own)):
            for kind in filter(None, kinds.split(",")):
                if who == "diffusers":
                    a, got = theirs(kind, first is None)
                    first = first or a
                    rates += [a["matmul_gflops"]["torch"], a["matmul_gflops_after"]["torch"]]
                else:
                    got = ours(kind)
                kept = best.setdefault((who, kind), got)
                for _, key in STAGES:
                    if got[key]["total_s"] < kept[key]["total_s"]:
                        kept[key] = got[key]
                seconds = " ".join(f"{name} {got[key]['total_s'] / runs[key]:.3f}" for name, key in STAGES)
                print(f"round {n + 1}: {who} {kind}: s a run: {seconds}", file=sys.stderr, flush=True)

    flops = {key: first["stages"][name]["flops"] / runs[key] for name, key in STAGES}
    floats, bytes8 = max(rates), bytes_rate(o.threads)
    picture = {k: sum(v[key]["total_s"] / runs[key] * whole[key] for _, key in STAGES) for k, v in best.items()}
    base = picture[next(iter(picture))]
    print(f"{o.width}x{o.height}, a picture of {whole['prior']} + {whole['decoder']} steps, guidance {o.guidance:g} and {o.decoder_guidance:g}, "
          f"{o.threads} threads, {o.rounds} rounds of {o.steps} + {o.decoder_steps} steps; diffusers {first['diffusers']}, torch {first['torch']}; "
          f"products {min(rates):.0f} to {floats:.0f} GFLOP/s in float32, {bytes8:.0f} in bytes\n")
    print("| | text encoder s | a step of Stage C s | share | a step of Stage B s | share | Stage A s | share | outside s | picture s | times |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for (who, kind), v in best.items():
        each = {key: v[key]["total_s"] / runs[key] for _, key in STAGES}
        cells = [f"{who} {kind}", f"{each['text']:.3f}"]
        for key in ("prior", "decoder", "picture"):
            rate = bytes8 if kind == "fast" and key != "picture" else floats
            cells += [f"{each[key]:.3f}", f"{flops[key] / each[key] / 1e9 / rate:.0%}"]
        outside = sum(v[key].get("outside_s", 0) for _, key in STAGES)
        cells += [f"{outside:.3f}" if who == "Cascata" else "", f"{picture[who, kind]:.1f}", f"{base / picture[who, kind]:.2f}"]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
