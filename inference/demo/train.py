"""Trains the demo model from nothing, or goes on where an earlier run stopped.

    python inference/demo/train.py --work DIR [--minutes N] [--device cpu|cuda]

On a CPU two processes of one thread each run side by side, on a GPU one. --stage NAME runs one stage alone, for
--minutes in all. What is in the work folder is kept: a stage whose minutes are spent is not trained again, and more
minutes go on from its checkpoint.
"""

import argparse
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

# What runs side by side, and each stage's share of all minutes. A phase lasts as long as its longest stage.
PHASES = [{"stage_a": 0.08, "text": 0.06}, {"stage_c": 0.22, "judge": 0.05}, {"stage_b": 0.70},
          {"previewer": 0.10, "refine": 0.10}, {"encoder": 0.04}]
STAGES = [name for phase in PHASES for name in phase]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--work", default=os.path.join(here, "work"), help="folder for caches and checkpoints")
    p.add_argument("--minutes", type=float, default=120)
    p.add_argument("--device", default="cpu")
    p.add_argument("--stage", choices=STAGES, help="run only this stage, in this process")
    p.add_argument("--rank", type=int, default=0, help="stage_b: which of --ranks processes this is")
    p.add_argument("--ranks", type=int, default=1)
    a = p.parse_args()
    if a.stage:
        return train(a)
    for phase in PHASES:
        run_phase(phase, a, together=a.device == "cpu")


def run_phase(phase, a, together):
    """Runs the stages of a phase in processes of their own: all at once, or one after another."""
    commands = []
    pathlib.Path(a.work, "meet").unlink(missing_ok=True)  # where the processes of an earlier run met
    for stage, share in phase.items():
        ranks = 2 if stage == "stage_b" and together else 1
        for rank in range(ranks):
            commands.append([sys.executable, os.path.abspath(__file__), "--work", a.work, "--device", a.device,
                             "--minutes", str(a.minutes * share), "--stage", stage, "--rank", str(rank),
                             "--ranks", str(ranks)])
    running = []
    for command in commands:
        running.append(subprocess.Popen(command))
        if not together:
            running[-1].wait()
    failed = [c for c, r in zip(commands, running) if r.wait() != 0]
    if failed:
        raise SystemExit("stopped: " + " ".join(failed[0]))


def train(a):
    import torch

    import encoder
    import judge
    import previewer
    import refine
    import stage_a
    import stage_b
    import stage_c
    import text
    from common import Work
    if a.device == "cpu":
        torch.set_num_threads(1)
    work = Work(a.work, a.device)
    if a.stage == "stage_b":
        stage_b.train(work, a.minutes, a.rank, a.ranks)
    else:
        stages = {"text": text, "stage_a": stage_a, "judge": judge, "stage_c": stage_c, "previewer": previewer, "refine": refine,
                  "encoder": encoder}
        stages[a.stage].train(work, a.minutes)


if __name__ == "__main__":
    main()
