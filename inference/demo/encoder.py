"""The semantic encoder: a picture to the code that Stage C would make of it, for image variation and image-to-image.

It plays the part of Stable Cascade's EfficientNet encoder. A code is a known function of a drawing's labels (semantic.py),
so the network says labels, and fixed matrices write the code down from what it says: a chain of convolutions gives numbers
for the whole picture; softmax over the things, the colours, the settings and the two sides of a setting gives how sure each
is, and the rest are lengths. All of them times a matrix are the code but for its channels 0 to 2, which are the picture,
blurred. So the planes of a code are planes, however roughly a picture is drawn.

encoder.safetensors, for a picture of 256x256 in [0, 1], any other is resized to it first:

    blocks.N.weight, .bias    N = 0, 1, ...: convolutions, GELU after each but the last. The first goes in steps of its own
                              size, others of 4x4 halve (step 2, padding 1), those of 3x3 keep the size (padding 1), the rest
                              have no padding. The last gives one cell of n numbers: a group for each of the next four
    things.weight, colours.weight, settings.weight, sides.weight   [468, 8 or so]: times the softmax of the group
    lengths.weight            [468, 4]: times the last numbers as they are
    bias                      [468]; the sum of all is channels 3 to 15 of the code, [13, 6, 6]
    blur                      [6, 32]: b; the picture's means over 8x8 pixels, (p - 0.58) / 0.27, as b p b^T are channels 0 to 2
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import scenes
import semantic
from common import Run

WIDTHS = (64, 80, 96)  # of patches of 8x8 pixels, and of two halvings
DEEP = 2  # 3x3 layers on 8x8 cells
SAYS = {"things": len(scenes.THINGS), "colours": len(scenes.COLOURS), "settings": len(scenes.SETTINGS), "sides": 2}
LENGTHS = 4  # 1 / half, x / half, y / half (all / 2.2 and as fractions of the picture) and the horizon in UNITs
POOL, FRESH, BATCH = 3000, 4, 32  # drawings kept, drawn new for every step, and seen in a step


class Encoder(nn.Module):
    """Pictures [B, 3, 256, 256] in [0, 1] to codes [B, 16, 6, 6]."""

    def __init__(self):
        super().__init__()
        layers, c = [], 3

        def add(out, kernel, **how):
            nonlocal c
            layers.extend([nn.Conv2d(c, out, kernel, bias=False, **how), nn.BatchNorm2d(out), nn.GELU()])
            c = out

        add(WIDTHS[0], 8, stride=8)
        for width in WIDTHS[1:]:
            add(width, 4, stride=2, padding=1)
        for _ in range(DEEP):
            add(c, 3, padding=1)
        add(20, 1)
        add(128, 8)  # all of the picture
        layers.append(nn.Conv2d(c, sum(SAYS.values()) + LENGTHS, 1))
        self.blocks = nn.Sequential(*layers)
        matrices, bias = planes()
        for name, m in matrices.items():
            self.register_buffer(name, m)
        self.register_buffer("bias", bias)
        self.register_buffer("blur", torch.from_numpy(semantic._BLUR).float())

    def said(self, pictures):
        """Logits of things, colours, settings and sides, and the lengths: [B, n] each."""
        return self.blocks(pictures)[:, :, 0, 0].float().split([*SAYS.values(), LENGTHS], 1)

    def code(self, said):
        """Channels 3 to 15 of the code, [B, 13, 6, 6]."""
        *logits, lengths = said
        z = self.bias + lengths @ self.lengths.T
        for name, v in zip(SAYS, logits, strict=True):
            z = z + v.softmax(1) @ getattr(self, name).T
        return z.view(-1, semantic.CHANNELS - 3, semantic.CELLS, semantic.CELLS)

    @torch.no_grad()
    def folded(self):
        """The tensors of encoder.safetensors: batch norms are part of the convolutions before them."""
        out, n = {}, 0
        layers = list(self.blocks)
        for layer, norm in zip(layers, layers[1:] + [None]):
            if not isinstance(layer, nn.Conv2d):
                continue
            weight, bias = layer.weight, layer.bias
            if isinstance(norm, nn.BatchNorm2d):
                gain = norm.weight / (norm.running_var + norm.eps).sqrt()
                weight, bias = weight * gain[:, None, None, None], norm.bias - norm.running_mean * gain
            out[f"blocks.{n}.weight"], out[f"blocks.{n}.bias"] = weight, bias
            n += 1
        for name in (*SAYS, "lengths"):
            out[name + ".weight"] = getattr(self, name)
        return {**out, "bias": self.bias, "blur": self.blur}

    def forward(self, pictures):
        small = (F.avg_pool2d(pictures, 8) - 0.58) / 0.27
        return torch.cat([self.blur @ small @ self.blur.T, self.code(self.said(pictures))], 1)


def planes():
    """What each thing said adds to channels 3 to 15 of a code, [13 * 36, n] by name, and what is always there, [468]."""
    def field(channel, values):
        z = np.zeros((semantic.CHANNELS, semantic.CELLS, semantic.CELLS))
        z[channel] = values
        return z[3:].ravel()

    at, unit = semantic.AT, semantic.UNIT
    across, down = np.broadcast_to(at[None, :], (6, 6)), np.broadcast_to(at[:, None], (6, 6))
    ones = np.ones((6, 6))
    per = {
        "things": [sum(field(9 + k, v * ones) for k, v in enumerate(code)) for code in semantic.THING_CODES],
        "colours": [sum(field(6 + k, v * ones) for k, v in enumerate(code)) for code in semantic._COLOUR],
        "settings": [sum(field(13 + k, v * ones) for k, v in enumerate(code)) for code in semantic.SETTING_CODES],
        "sides": [field(5, side * (across - scenes.SIZE / 2) / unit) for side in (1, -1)],
        "lengths": [field(3, across / scenes.SIZE) + field(4, down / scenes.SIZE), field(3, -ones), field(4, -ones),
                    sum(field(c, -0.7 * ones) for c in (13, 14, 15))],
    }
    bias = sum(field(c, 0.7 * (down - scenes.HORIZON) / unit) for c in (13, 14, 15))
    tensor = lambda v: torch.from_numpy(np.asarray(v)).float()  # noqa: E731
    return {name: tensor(np.stack(v, 1)) for name, v in per.items()}, tensor(bias)


def labels(s):
    """What the network should say of a scene: four indices, and the lengths. A studio looks the same from both sides."""
    per = scenes.SIZE / (2.2 * s.half)
    side = 0 if s.mirror > 0 or s.setting == "studio" else 1
    return ((scenes.THINGS.index(s.thing), scenes.COLOURS.index(s.colour), scenes.SETTINGS.index(s.setting), side),
            (per, per * s.x / scenes.SIZE, per * s.y / scenes.SIZE, s.horizon / semantic.UNIT))


def any_scene(rng):
    """A scene of any combination: those that are kept out of the other stages too, as for the judge. What a picture shows must
    be seen whatever its colour is."""
    words = [str(rng.choice(w)) for w in (scenes.THINGS, scenes.COLOURS, scenes.SETTINGS, scenes.PLACES)]
    return scenes.place_scene(rng, *words, str(rng.choice(scenes.SIZES)))


def wide(rng, s):
    """A scene with its thing anywhere near its place: people do not keep to the places that captions know."""
    return scenes.Scene(s.thing, s.colour, s.setting, s.place, s.size, float(np.clip(s.x + rng.uniform(-28, 28), 40, 216)),
                        float(np.clip(s.y + rng.uniform(-28, 28), 40, 216)), s.half * rng.uniform(0.8, 1.2), s.mirror,
                        s.horizon)


def worn(x, g):
    """A drawing [3, 256, 256] in [0, 1] as a camera, a JPEG or a generator may leave it, half of the time: soft, grainy,
    blotchy, too bright, tinted."""
    def some():
        return torch.rand((), generator=g)

    if some() < 0.5:
        return x
    if some() < 0.5:
        k = int(1 + 2 * torch.randint(1, 4, (), generator=g))
        x = F.avg_pool2d(F.pad(x[None], (k // 2,) * 4, mode="replicate"), k, stride=1)[0]
    blotch = F.interpolate(torch.randn(1, 3, 24, 24, generator=g), size=256, mode="bilinear", align_corners=True)[0]
    x = x + 0.08 * some() * blotch
    x = (x - 0.5) * (1 + 0.4 * (some() - 0.5)) + 0.5 + 0.1 * (some() - 0.5) + 0.04 * torch.randn(3, 1, 1, generator=g)
    return (x + 0.1 * some() * torch.randn(x.shape, generator=g)).clamp(0, 1)


class Pool:
    """Drawings, worn, with their labels; some are drawn new for every step, in place of the oldest once there are enough."""

    def __init__(self, seed, count):
        self.rng, self.g = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        self.pictures = torch.empty(count, 3, scenes.SIZE, scenes.SIZE, dtype=torch.uint8)
        self.says = torch.empty(count, len(SAYS), dtype=torch.long)
        self.lengths = torch.empty(count, LENGTHS)
        self.next = self.filled = 0
        for _ in range(8 * BATCH):
            self.draw()

    def draw(self):
        s = any_scene(self.rng)
        s = wide(self.rng, s) if self.rng.random() < 0.4 else s
        x = worn(torch.from_numpy(scenes.draw(s).copy()).permute(2, 0, 1).float() / 255, self.g)
        says, lengths = labels(s)
        self.pictures[self.next] = (x * 255).round().byte()
        self.says[self.next], self.lengths[self.next] = torch.tensor(says), torch.tensor(lengths)
        self.filled = max(self.filled, self.next + 1)
        self.next = (self.next + 1) % len(self.pictures)

    def batch(self, device):
        for _ in range(FRESH):
            self.draw()
        k = torch.from_numpy(self.rng.integers(0, self.filled, BATCH))
        x = (self.pictures[k].float() / 255).to(device, memory_format=torch.channels_last)
        return x, self.says[k].to(device), self.lengths[k].to(device)


def loss_of(model, said, says, lengths):
    """Cross-entropy of what is said, and the square error of the planes that the lengths span; (loss, figures)."""
    *logits, got = said
    parts = {n: F.cross_entropy(v, says[:, i], label_smoothing=0.01) for i, (n, v) in enumerate(zip(SAYS, logits))}
    off = ((got - lengths) @ model.lengths.T).view(len(got), -1, 6, 6)
    parts["place"], parts["horizon"] = (off[:, 0:2] ** 2).mean(), (off[:, 10:13] ** 2).mean()
    return sum(parts[n] for n in SAYS) + 10 * parts["place"] + 30 * parts["horizon"], \
        {n: v.detach() for n, v in parts.items()}


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
    run = Run(work, "encoder", Encoder().to(work.device, memory_format=torch.channels_last), minutes, rate=3e-3)
    run.model.train()
    pool = Pool(61 + run.steps, POOL)
    while not run.done:
        x, says, lengths = pool.batch(work.device)
        loss, figures = loss_of(run.model, run.model.said(x), says, lengths)
        run.step(loss, len(x), **figures)
        if run.steps % 500 == 0:
            keep(work, run, pool)
    keep(work, run, pool)
    run.save()


def keep(work, run, pool):
    """Writes the average of the weights as it is now."""
    smooth = settle(run.smooth, run.model, (pool.batch(work.device)[0] for _ in range(25)))
    work.save("encoder_final.pt", smooth.state_dict())


def encode(tensors, pictures):
    """Codes of pictures [B, 3, 256, 256] in [0, 1], by the tensors of encoder.safetensors in float32."""
    v, n = pictures, sum(k.startswith("blocks.") for k in tensors) // 2
    for i in range(n):
        w, b = tensors[f"blocks.{i}.weight"], tensors[f"blocks.{i}.bias"]
        k = w.shape[-1]
        stride, padding = (k, 0) if i == 0 else (2, 1) if k == 4 else (1, 1) if k == 3 else (1, 0)
        v = F.conv2d(v, w, b, stride=stride, padding=padding)
        v = F.gelu(v) if i < n - 1 else v[:, :, 0, 0]
    z = tensors["bias"]
    for name in SAYS:
        m = tensors[name + ".weight"]
        z, v = z + v[:, :m.shape[1]].softmax(1) @ m.T, v[:, m.shape[1]:]
    z = z + v @ tensors["lengths.weight"].T
    small, blur = (F.avg_pool2d(pictures, 8) - 0.58) / 0.27, tensors["blur"]
    return torch.cat([blur @ small @ blur.T, z.view(len(z), -1, semantic.CELLS, semantic.CELLS)], 1)


def load(work):
    model = Encoder().to(work.device)
    model.load_state_dict(work.load("encoder_final.pt"))
    return model.eval().requires_grad_(False)
