"""Stage A: a small PaellaVQModel, pictures to latents 4 times smaller and back."""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.pipelines.wuerstchen import PaellaVQModel

import scenes
from common import Run

SCALE = 0.43  # latents of standard deviation 1 times this are what the decoder reads
CONFIG = dict(in_channels=3, out_channels=3, up_down_scale_factor=2, levels=2, bottleneck_blocks=2, embed_dim=48,
              latent_channels=4, num_vq_embeddings=16, scale_factor=SCALE)


def build():
    """A fresh network; its encoder's BatchNorm stays at mean 0, variance 1 until `settle`."""
    model = PaellaVQModel(**CONFIG)
    for name, p in model.named_parameters():
        if name.endswith("gammas"):
            p.data.copy_(torch.tensor([0.0, 0.0, 0.3, 0.0, 0.0, 0.3]))
    model.vquantizer.requires_grad_(False)
    norm = model.down_blocks[-1][1]
    norm.weight.requires_grad_(False)
    norm.bias.requires_grad_(False)
    return model.eval()


def encode(model, pictures):
    """Latents [B, 4, H/4, W/4] of pictures [B, 3, H, W] in [0, 1], as the decoder reads them (SCALE included)."""
    return model.down_blocks(model.in_block(pictures))


def train(work, minutes):
    """Trains on crops of 64 by 64 pixels, half of them on the thing."""
    run = Run(work, "stage_a", build(), minutes, rate=4e-3, decay=0.0)
    if run.done:
        return
    rng = np.random.default_rng(1000 + run.steps)
    pool, count, side = [], 32, 64
    while not run.done:
        if run.steps % 400 == 0 or not pool:
            pool = []
            for _ in range(600):
                s = scenes.random_scene(rng)
                pool.append((scenes.draw(s), s))
        crops = np.empty((count, side, side, 3), np.uint8)
        for i in range(count):
            picture, s = pool[rng.integers(len(pool))]
            if i % 2:
                x, y = (int(np.clip(c + rng.uniform(-s.half, s.half) - side / 2, 0, 256 - side)) for c in (s.x, s.y))
            else:
                x, y = rng.integers(0, 256 - side + 1, 2)
            crops[i] = picture[y:y + side, x:x + side]
        x = torch.from_numpy(crops).to(work.device).permute(0, 3, 1, 2).float() / 255
        y = run.model.decode(encode(run.model, x)).sample
        mse = F.mse_loss(y, x)
        run.step(F.l1_loss(y, x) + 4 * mse, count, mse=mse)
    settle(run.smooth, [p for p, _ in pool[:200]], work.device)
    run.save()
    work.save("stage_a_final.pt", run.smooth.state_dict())


def settle(model, pictures, device):
    """Puts the latents' mean and deviation into the BatchNorm, and their inverse into the decoder's first layer."""
    with torch.no_grad():
        z = torch.cat([encode(model, torch.from_numpy(p.copy()).to(device).permute(2, 0, 1)[None].float() / 255)
                       for p in pictures])
        mean, std = z.mean((0, 2, 3)), z.std((0, 2, 3))
        norm, first = model.down_blocks[-1][1], model.up_blocks[0][0]
        norm.running_mean.copy_(mean)
        norm.running_var.copy_((std / SCALE) ** 2 - norm.eps)
        first.bias.add_((first.weight[:, :, 0, 0] * mean).sum(1))
        first.weight.mul_((std / SCALE)[None, :, None, None])


def load(work):
    model = build().to(work.device)
    model.load_state_dict(work.load("stage_a_final.pt"))
    return model.requires_grad_(False)
