"""The judge: a small classifier that has only ever seen drawn pictures says what a picture shows."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import scenes
import stage_a
from common import Run

KINDS = {"thing": scenes.THINGS, "colour": scenes.COLOURS, "setting": scenes.SETTINGS, "place": scenes.PLACES}
SIDE = 64


class Judge(nn.Module):
    """Pictures [B, 3, 64, 64] in [0, 1] to logits by kind."""

    def __init__(self):
        super().__init__()
        layers, c = [], 5
        for width in (24, 48, 96, 128):
            layers += [nn.Conv2d(c, width, 4, stride=2, padding=1), nn.GroupNorm(4, width), nn.GELU()]
            if width > 24:
                layers += [nn.Conv2d(width, width, 3, padding=1), nn.GELU()]
            c = width
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleDict({k: nn.Linear(2 * c, len(v)) for k, v in KINDS.items()})
        line = torch.linspace(-1, 1, SIDE)
        self.register_buffer("where", torch.stack([line[None].expand(SIDE, SIDE), line[:, None].expand(SIDE, SIDE)]))

    def forward(self, x):
        f = self.body(torch.cat([x * 2 - 1, self.where.expand(len(x), -1, -1, -1)], 1))
        f = torch.cat([f.mean((2, 3)), f.amax((2, 3))], 1)
        return {k: head(f) for k, head in self.heads.items()}


def shrink(pictures):
    """uint8 [B, 256, 256, 3] to the judge's input."""
    x = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 255
    return F.avg_pool2d(x, 4)


def rough(model, picture, rng):
    """A drawn picture as Stage A shows it when its latent is a little wrong: what a generator's small errors look like."""
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        z = stage_a.encode(model, x)
        z = z + stage_a.SCALE * max(0.0, rng.uniform(-0.15, 0.6)) * torch.randn(z.shape)
        y = model.decode(z).sample.clamp(0, 1)
    return (y[0].permute(1, 2, 0) * 255).round().byte().numpy()


def drawn(rng, count, model=None):
    """Drawn pictures of any combination, shrunk, with their labels: the judge must know held-out ones too. With Stage A
    they are made rough."""
    xs, ys = [], {k: [] for k in KINDS}
    for _ in range(count):
        words = [str(rng.choice(w)) for w in KINDS.values()]
        s = scenes.place_scene(rng, *words, str(rng.choice(scenes.SIZES)))
        picture = scenes.draw(s)
        xs.append(shrink((rough(model, picture, rng) if model else picture)[None]))
        for k, v in KINDS.items():
            ys[k].append(v.index(getattr(s, k)))
    return torch.cat(xs), {k: torch.tensor(v) for k, v in ys.items()}


def worn(x, g, soft):
    """Drawn pictures as a generator may leave them: a little moved and stretched, ragged edges, soft, grainy, blotchy, a
    little too bright or dark."""
    n = len(x)
    line = torch.linspace(-1, 1, SIDE)
    at = torch.stack([line[None].expand(SIDE, SIDE), line[:, None].expand(SIDE, SIDE)], -1).expand(n, -1, -1, -1)
    at = at * (1 + 0.1 * (torch.rand(n, 1, 1, 2, generator=g) - 0.5)) + 0.04 * torch.randn(n, 1, 1, 2, generator=g)
    bent = F.interpolate(torch.randn(n, 2, 9, 9, generator=g), size=SIDE, mode="bilinear", align_corners=True)
    at = at + torch.rand(n, 1, 1, 1, generator=g) * 2 / SIDE * bent.permute(0, 2, 3, 1)
    ragged = torch.rand(n, 1, 1, 1, generator=g) * 3 / SIDE
    x = F.grid_sample(x, at + ragged * torch.randn(at.shape, generator=g), mode="nearest", padding_mode="border",
                      align_corners=True)
    blotch = F.interpolate(torch.randn(n, 3, 13, 13, generator=g), size=SIDE, mode="bilinear", align_corners=True)
    x = x + 0.08 * torch.rand(n, 1, 1, 1, generator=g) * blotch
    if soft:
        x = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = x + 0.12 * torch.rand(n, 1, 1, 1, generator=g) * torch.randn(x.shape, generator=g)
    return x * (1 + 0.1 * (torch.rand(n, 1, 1, 1, generator=g) - 0.5))


def train(work, minutes, rough_count=4000, clean_count=12000, model=None):
    """Without a Stage A the rough drawings are made by that of the work folder."""
    if not work.has("judge_data.pt"):
        x, y = drawn(np.random.default_rng(6000), rough_count, model or stage_a.load(work))
        x2, y2 = drawn(np.random.default_rng(6001), clean_count)
        work.save("judge_data.pt", {"x": torch.cat([x, x2]).half(), "y": {k: torch.cat([y[k], y2[k]]) for k in KINDS}})
    data = work.load("judge_data.pt")
    torch.manual_seed(41)
    run = Run(work, "judge", Judge().to(work.device), minutes, rate=2e-3, average=0.99)
    g = torch.Generator().manual_seed(run.steps)
    while not run.done:
        pick = torch.randint(len(data["x"]), (48,), generator=g)
        x = data["x"][pick].float()
        x = worn(x, g, run.steps % 2 == 1)
        out = run.model(x.to(work.device))
        loss = sum(F.cross_entropy(out[k], data["y"][k][pick].to(work.device)) for k in KINDS)
        run.step(loss, len(pick))
    work.save("judge_final.pt", run.save().state_dict())


def load(work):
    model = Judge().to(work.device)
    model.load_state_dict(work.load("judge_final.pt" if work.has("judge_final.pt") else "judge.pt"))
    return model.eval().requires_grad_(False)


@torch.no_grad()
def verdicts(model, pictures):
    """What each picture shows: a list of {kind: word}."""
    out = model(shrink(pictures).to(next(model.parameters()).device))
    best = {k: out[k].argmax(1).tolist() for k in KINDS}
    return [{k: KINDS[k][best[k][i]] for k in KINDS} for i in range(len(pictures))]
