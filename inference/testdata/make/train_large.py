"""Trains a checkpoint of about 300 million parameters a little: train_large.py FOLDER leaves it there in diffusers layout.

The shapes are those of bench_checkpoint.py. 1.2 GB. It draws nothing: its latents stay where latents are,
and each layer has inputs such as training leaves, which rounding to fewer bits is measured with (precision.py --folder FOLDER). The text encoder is
random and of Stage A only the encoder's last norm is set. A part that is in FOLDER already is not made again.
"""

import pathlib
import random
import sys

import torch
from diffusers import StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel

import bench_checkpoint
import networks
import scenes
import train

STEPS = dict(prior=25, decoder=25)


@torch.no_grad()
def stage_a(config, r, g):
    """A Stage A whose encoder gives latents of the scale that Stage B is trained with."""
    vq = PaellaVQModel(**config).train()
    train.liven(vq, g)
    norm = vq.down_blocks[-1][1]
    norm.weight.fill_(networks.STAGE_A_SCALE)
    norm.momentum = None  # a plain mean over all batches
    for _ in range(8):
        networks.vq_encode(vq, scenes.batch(r, 8, 64, 64)[1])
    return vq.eval()


def unet(config, g):
    net = StableCascadeUNet(**config)
    train.liven(net, g)
    train.carry_through(net, g)
    return net


def fit(net, batch, steps, rate, name):
    def loss(step):
        inputs, eps, weight = batch(step)
        return train.weighted(net(**inputs).sample, eps, weight)

    train.fit(train.by_depth(net), steps, loss, rate, name)
    train.refit_head(net, batch, 12)


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(300)
    r, g = random.Random(300), torch.Generator().manual_seed(300)
    config = bench_checkpoint.config()
    tok = networks.clip_tokenizer(folder / "tokenizer")
    text = networks.text_encoder(config["text"]).eval().requires_grad_(False)
    text.save_pretrained(folder / "text_encoder")
    vq = stage_a(config["vq"], r, g)
    vq.save_pretrained(folder / "vqgan")

    if not (folder / "prior").exists():
        net = unet(config["prior"], g)
        fit(net, lambda _: train.prior_batch(r, g, text, tok, net, 8, 256, 256), STEPS["prior"], 1e-5, "stage c")
        net.save_pretrained(folder / "prior")
    if not (folder / "decoder").exists():
        net = unet(config["decoder"], g)
        fit(net, lambda _: train.decoder_batch(r, g, text, tok, vq, 4, 64, 64), STEPS["decoder"], 5e-6, "stage b")
        net.save_pretrained(folder / "decoder")


if __name__ == "__main__":
    main()
