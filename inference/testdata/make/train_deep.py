"""Trains the Stage C of ../checkpoints/pictures: train_deep.py WORK leaves WORK/deep.pt.

It has 64 residual blocks, as control files want, and the text encoder of diffusers-a, which stays as it is.
"""

import pathlib
import random
import sys

import torch
from diffusers import StableCascadeUNet

import layouts
import networks
import shapes
import train

STEPS = 30


def config():
    """The blocks of the large Stage C: 8 and 24 layers down, 24 and 8 up; those of level 1 are residual blocks alone."""
    text = shapes.shapes(len(networks.tiny_tokenizer()))["diffusers-a"]["text"]
    c = shapes.prior(text, (24, 24), (1, 0), 16, r=8, down=(8, 24), up=(24, 8))
    return dict(c, block_types_per_layer=[shapes.CTA, [shapes.RES]], timestep_conditioning_type=[])


def main():
    torch.set_num_threads(1)
    torch.manual_seed(64)
    r, g = random.Random(64), torch.Generator().manual_seed(64)
    nets, tok, _ = layouts.load("diffusers-a", None)
    net, text = StableCascadeUNet(**config()), nets["text"].requires_grad_(False)
    train.liven(net, g)
    train.carry_through(net, g)

    def batch(step):
        return train.prior_batch(r, g, text, tok, net, 16, *train.sizes(step))

    def loss(step):
        inputs, eps, weight = batch(step)
        return train.weighted(net(**inputs).sample, eps, weight)

    train.fit(train.by_depth(net), STEPS, loss, 8e-5, "stage c of 64 blocks")
    train.refit_head(net, batch, 20)
    torch.save(net.state_dict(), pathlib.Path(sys.argv[1]) / "deep.pt")


if __name__ == "__main__":
    main()
