"""The previewer: the semantic code to a small picture, 8 pixels a cell, for live previews and drafts.

Its layers and names are those of Stable Cascade's previewer.safetensors (1x1 in, three doublings, 1x1 out; GELU, then
BatchNorm), with a quarter of the channels.
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import encoder
import scenes
import semantic
import stage_b
from common import Run

CHANNELS, PIXELS = 128, 8 * semantic.CELLS
COUNT = 4000  # pictures it learns from


class Previewer(nn.Module):
    def __init__(self, c=CHANNELS):
        super().__init__()
        layers = []

        def add(conv):
            layers.extend([conv, nn.GELU(), nn.BatchNorm2d(conv.out_channels)])

        add(nn.Conv2d(semantic.CHANNELS, c, 1))
        add(nn.Conv2d(c, c, 3, padding=1))
        for into, out in ((c, c // 2), (c // 2, c // 4), (c // 4, c // 4)):
            add(nn.ConvTranspose2d(into, out, 2, stride=2))
            add(nn.Conv2d(out, out, 3, padding=1))
        layers.append(nn.Conv2d(c // 4, 3, 1))
        self.blocks = nn.Sequential(*layers)

    def forward(self, code):
        return self.blocks(code)


def train(work, minutes):
    torch.manual_seed(41)
    data = semantic.Codes(work)
    pictures = torch.empty(COUNT, 3, PIXELS, PIXELS, dtype=torch.uint8)
    for i in range(COUNT):
        x = torch.from_numpy(scenes.draw(data.scenes[i]).copy()).permute(2, 0, 1)[None].float()
        pictures[i] = F.interpolate(x, size=PIXELS, mode="area")[0].round().byte()
    run = Run(work, "previewer", Previewer().to(work.device), minutes, rate=3e-3)
    rng = np.random.default_rng(41 + run.steps)
    while not run.done:
        picked = torch.from_numpy(rng.integers(0, COUNT, 32))
        want = pictures[picked].to(work.device).float() / 255
        out = run.model(stage_b.worn(data.codes[picked].to(work.device)))
        seen = [data.scenes[i] for i in picked.tolist()]
        weight = F.interpolate(stage_b.importance(seen), size=PIXELS, mode="area").to(work.device)
        run.step(((out - want) ** 2 * weight).mean(), len(picked), plain=((out - want) ** 2).detach().mean())
    smooth = encoder.settle(run.smooth, run.model, (stage_b.worn(data.codes[i:i + 32].to(work.device))
                                                    for i in range(0, 1600, 32)))
    work.save("previewer_final.pt", smooth.state_dict())


def load(work):
    model = Previewer().to(work.device)
    model.load_state_dict(work.load("previewer_final.pt"))
    return model.eval().requires_grad_(False)
