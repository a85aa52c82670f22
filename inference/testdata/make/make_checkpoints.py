"""Writes ../checkpoints from trained weights: make_checkpoints.py WORK [NAME ...], WORK as train.py left it."""

import pathlib
import sys

import torch

import layouts
import networks


def main():
    work = pathlib.Path(sys.argv[1])
    configs = networks.configurations()
    for name in sys.argv[2:] or configs:
        nets = networks.build(configs[name])
        for k, state in torch.load(work / f"{name}.pt").items():
            nets[k].load_state_dict(state)
            nets[k].eval()
        layouts.WRITE[name](nets)
        files = [f for f in (layouts.CHECKPOINTS / name).rglob("*") if f.is_file()]
        print(name, f"{sum(f.stat().st_size for f in files) / 1e6:.2f} MB in {len(files)} files")


if __name__ == "__main__":
    main()
