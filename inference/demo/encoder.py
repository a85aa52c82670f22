"""The semantic encoder: a picture to the code that Stage C would make of it, for image variation and image-to-image.

It plays the part of Stable Cascade's EfficientNet encoder, as a plain chain of convolutions (GELU, then BatchNorm):
patches of 4x4 pixels, three halvings to 8x8 cells, then 3x3 layers, the last without padding: 6x6 cells. There are as many
of these as it takes for every cell to see all of the picture, since every cell says what the thing is.
"""

import numpy as np
import torch
import torch.nn as nn

import scenes
import semantic
from common import Run

WIDTHS = (24, 48, 80, 128)
COUNT = 5000  # drawings it learns from


class Encoder(nn.Module):
    """Pictures [B, 3, 256, 256] in [0, 1] to codes [B, 16, 6, 6]."""

    def __init__(self):
        super().__init__()
        layers, c = [], 3
        for width in WIDTHS:
            halve = dict(stride=4) if c == 3 else dict(stride=2, padding=1)
            layers += [nn.Conv2d(c, width, 4, **halve), nn.GELU(), nn.BatchNorm2d(width)]
            c = width
        for padding in (1, 1, 1, 0):
            layers += [nn.Conv2d(c, c, 3, padding=padding), nn.GELU(), nn.BatchNorm2d(c)]
        layers.append(nn.Conv2d(c, semantic.CHANNELS, 1))
        self.blocks = nn.Sequential(*layers)

    def forward(self, pictures):
        return self.blocks(pictures)


def settle(smooth, model, batches):
    """Gives the average of the weights BatchNorm statistics of its own, measured over batches of input."""
    smooth.load_state_dict({**model.state_dict(), **dict(smooth.named_parameters())})
    smooth.train()
    for m in smooth.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.reset_running_stats()
            m.momentum = None
    with torch.no_grad():
        for x in batches:
            smooth(x)
    return smooth.eval()


def train(work, minutes):
    torch.manual_seed(61)
    data = semantic.Codes(work)
    drawn = np.stack([scenes.draw(s) for s in data.scenes[:COUNT]])
    run = Run(work, "encoder", Encoder().to(work.device, memory_format=torch.channels_last), minutes, rate=3e-3)
    rng = np.random.default_rng(61 + run.steps)

    def pictures(k):
        x = torch.from_numpy(drawn[k]).to(work.device).permute(0, 3, 1, 2).float() / 255  # channels last already
        return x + 0.04 * torch.rand(len(k), 1, 1, 1, device=work.device) * torch.randn_like(x)

    while not run.done:
        k = rng.integers(0, COUNT, 32)
        with torch.autocast(torch.device(work.device).type, torch.bfloat16):
            out = run.model(pictures(k))
        off = out.float() - data.codes[k].to(work.device)
        run.step((off ** 2).mean(), len(k), place=(off[:, 3:5] ** 2).detach().mean(),
                 thing=(off[:, 9:13] ** 2).detach().mean())
    smooth = settle(run.smooth, run.model, (pictures(np.arange(i, i + 32)) for i in range(0, 1600, 32)))
    run.save()
    work.save("encoder_final.pt", smooth.state_dict())


def load(work):
    model = Encoder().to(work.device)
    model.load_state_dict(work.load("encoder_final.pt"))
    return model.eval().requires_grad_(False)
