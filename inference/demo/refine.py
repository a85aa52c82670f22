"""Stage A's decoder, trained further on the latents that Stage B really makes.

A code says everything about its drawing, so what Stage B samples from it has a drawing to be compared with. The decoder
learns to paint that drawing from the sample: ragged edges become clean ones. It keeps its first layers and gets more
blocks at the latents' size (a receptive field of 8 latents each way). The encoder stays as it is, so that Stage B's
latents mean the same.
"""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.pipelines.wuerstchen import PaellaVQModel

import diffusion
import scenes
import semantic
import stage_a
import stage_b
import text
from common import Run

BLOCKS = 8
COUNT, BATCH = 1500, 8  # pictures sampled by Stage B, and how many at once
SIDE = 32  # latents of a crop, each way


def build():
    model = PaellaVQModel(**{**stage_a.CONFIG, "bottleneck_blocks": BLOCKS})
    model.vquantizer.requires_grad_(False)
    return model.eval()


def start(work):
    """The trained Stage A with the further blocks, which do next to nothing yet."""
    model, old = build().to(work.device), stage_a.load(work)
    model.in_block.load_state_dict(old.in_block.state_dict())
    model.down_blocks.load_state_dict(old.down_blocks.state_dict())
    more = BLOCKS - stage_a.CONFIG["bottleneck_blocks"]
    places = [0, 1, 2] + list(range(3 + more, 3 + more + 2))
    for place, block in zip(places, (b for b in old.up_blocks), strict=True):
        model.up_blocks[place].load_state_dict(block.state_dict())
    for block in list(model.up_blocks)[3:3 + more]:
        block.gammas.data.copy_(torch.tensor([0.0, 0.0, 0.1, 0.0, 0.0, 0.1]))
    model.out_block.load_state_dict(old.out_block.state_dict())
    model.in_block.requires_grad_(False)
    model.down_blocks.requires_grad_(False)
    return model


class Samples:
    """Latents (deviation 1, 16 bits) that Stage B sampled from the codes of drawings, kept in the work folder."""

    NAME = "samples.pt"

    def __init__(self, work, data):
        self.work, self.data = work, data
        self.z = work.load(self.NAME).cpu() if work.has(self.NAME) else torch.zeros(0, 4, 64, 64, dtype=torch.float16)
        self.pictures = []  # of the first scenes, uint8

    def fill(self):
        """Samples what is missing, in 8 to 20 steps, as the pipeline does."""
        unet, encoder = stage_b.load(self.work), text.load(self.work)
        unet = unet.to(memory_format=torch.channels_last)
        for at in range(len(self.z), COUNT, BATCH):
            rng, g = np.random.default_rng([7, at]), torch.Generator().manual_seed(at)
            seen = range(at, min(at + BATCH, COUNT))
            code = stage_b.worn(self.data.codes[at:seen.stop].to(self.work.device))
            _, pooled = encoder([scenes.caption(rng, self.data.scenes[i]) for i in seen])

            def predict(x, r):
                r = torch.full((len(x),), r, device=x.device)
                with torch.autocast(torch.device(self.work.device).type, torch.bfloat16):
                    out = stage_b.call(unet, x.contiguous(memory_format=torch.channels_last), r, pooled, code)
                return out.float()

            with torch.no_grad():
                z = diffusion.sample(predict, (len(seen), 4, 64, 64), int(rng.integers(8, 21)), 1.0, g,
                                     device=self.work.device)
            self.z = torch.cat([self.z, z.half().cpu()])
            if at // BATCH % 25 == 24 or seen.stop == COUNT:
                self.work.save(self.NAME, self.z)
                print(f"refine: {len(self.z)} of {COUNT} pictures sampled", flush=True)

    def draw(self):
        self.pictures = [scenes.draw(s) for s in self.data.scenes[:len(self.z)]]


def train(work, minutes):
    """Trains for `minutes`, not counting the sampling; a quarter of the latents are the encoder's own."""
    samples = Samples(work, semantic.Codes(work))
    samples.fill()
    samples.draw()
    torch.manual_seed(51)
    model = start(work).to(memory_format=torch.channels_last)
    run = Run(work, "refine", model, minutes, rate=2e-3, decay=0.0, muon=0.01)
    rng = np.random.default_rng(5100 + run.steps)
    count = 16
    while not run.done:
        z, want = [], []
        for i, k in enumerate(rng.integers(0, len(samples.z), count)):
            s = samples.data.scenes[k]
            at = (s.x, s.y) if i % 4 else rng.uniform(0, 256, 2)
            x, y = (int(np.clip(round(c / 4 + rng.uniform(-8, 8)) - SIDE // 2, 0, 64 - SIDE)) for c in at)
            z.append(samples.z[k, :, y:y + SIDE, x:x + SIDE])
            want.append(torch.from_numpy(samples.pictures[k][4 * y:4 * (y + SIDE), 4 * x:4 * (x + SIDE)]))
        z = torch.stack(z).to(work.device).float() * stage_a.SCALE
        want = torch.stack(want).to(work.device).permute(0, 3, 1, 2).float() / 255
        own = count // 4
        with torch.no_grad():
            z[:own] = stage_a.encode(model, want[:own])
        with torch.autocast(torch.device(work.device).type, torch.bfloat16):
            out = run.model.decode(z.contiguous(memory_format=torch.channels_last)).sample
        off = out.float() - want
        run.step(off.abs().mean() + 4 * (off ** 2).mean(), count, own=(off[:own] ** 2).detach().mean(),
                 sampled=(off[own:] ** 2).detach().mean())
    work.save("refine_final.pt", run.save().state_dict())


def load(work):
    model = build().to(work.device)
    model.load_state_dict(work.load("refine_final.pt"))
    return model.requires_grad_(False)
