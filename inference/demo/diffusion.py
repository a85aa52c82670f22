"""Noise levels, training weights, start weights and the sampler: cosine schedule, eps prediction, as Stable Cascade."""

import math

import torch

S = 0.008
FLOOR = math.cos(S / (1 + S) * math.pi / 2) ** 2


def signal(t):
    """alpha-bar of t in [0, 1], clamped to [0.0001, 0.9999]."""
    return (torch.cos((t + S) / (1 + S) * math.pi / 2) ** 2 / FLOOR).clamp(0.0001, 0.9999)


def noised(x0, high=0.6, one=True, most=60.0):
    """(x, eps, r, weight, t) for a batch of clean latents: a share `high` of t lies in [0.7, 1].

    With one=True the first t is exactly 1. Sampling starts where an error of eps is multiplied by up to 15, so t = 1
    weighs 400 and others as errors of x0 do, at least 3 and at most `most` times.
    """
    n, device = len(x0), x0.device
    u, pick = torch.rand(n, device=device), torch.rand(n, device=device)
    t = torch.where(pick < high, 0.7 + 0.3 * u, 0.7 * u)
    if one:
        t[0] = 1.0
    a2 = signal(t)[:, None, None, None]
    eps = torch.randn_like(x0)
    r = t.clone()
    weight = (1 / a2[:, 0, 0, 0]).clamp(3.0, most)
    if one:
        r[0] = 1.0 if torch.rand(()) < 0.5 else 0.99358326  # diffusers' and the official name of t = 1
        weight[0] = 400.0
    return a2.sqrt() * x0 + (1 - a2).sqrt() * eps, eps, r, weight, t


def start_weights(unet, patch):
    """Makes a fresh StableCascadeUNet pass its input through, know where it is, and listen to its conditions.

    The first `rows` channels of the outermost level are the input itself. They reach the last layer over the skip,
    through pairs of hidden units (gelu(a) - gelu(-a) = a); at the start nothing else writes to them. The other
    channels carry constants, so that the LayerNorms hardly change the input's scale.
    """
    rows = unet.config.in_channels * patch ** 2
    width = unet.config.block_out_channels[0]
    constants = 2.0 * (1 - 2 * (torch.arange(width - rows) % 2))
    with torch.no_grad():
        first = unet.embedding[1]
        first.weight.mul_(0.3)
        first.weight[:rows] = torch.eye(rows)[:, :, None, None]
        first.bias.zero_()
        first.bias[rows:] = constants
        for name in ("effnet_mapper", "pixels_mapper"):
            if hasattr(unet, name):
                getattr(unet, name)[2].weight[:rows] = 0
                getattr(unet, name)[2].bias[:rows] = 0
        for level in list(unet.down_blocks) + list(unet.up_blocks):
            for block in level:
                kind = type(block).__name__
                if kind == "SDCascadeResBlock":
                    _position_aware(block.depthwise.weight)
                    block.channelwise[-1].weight.mul_(0.5)
                elif kind == "SDCascadeTimestepBlock":
                    for p in block.parameters():
                        p.zero_()
                elif kind == "SDCascadeAttnBlock":
                    block.attention.to_out[0].weight.mul_(4)
        for block in list(unet.down_blocks[0]) + list(unet.up_blocks[-1]):
            out = {"SDCascadeResBlock": lambda: block.channelwise[-1],
                   "SDCascadeAttnBlock": lambda: block.attention.to_out[0]}.get(type(block).__name__)
            if out:
                out().weight[:rows] = 0
                out().bias[:rows] = 0
        into, out = unet.up_blocks[-1][0].channelwise[0], unet.up_blocks[-1][0].channelwise[-1]
        k = torch.arange(rows)
        into.weight[:2 * rows], into.bias[:2 * rows], out.weight[:, :2 * rows] = 0, 0, 0
        into.weight[k, width + k], into.weight[rows + k, width + k] = 1, -1
        out.weight[k, k], out.weight[k, rows + k] = 1, -1
        last = unet.up_upscalers[-2][1]
        last = last.blocks[1] if hasattr(last, "blocks") else last
        (last.weight[:, :rows] if isinstance(last, torch.nn.ConvTranspose2d) else last.weight[:rows]).zero_()
        last.bias[:rows] = 0
        last.bias[rows:] += 1.5 * constants
    return unet


def _position_aware(weight):
    """Depthwise kernels that look at a spot beside the centre, so that zero padding tells where the edges are."""
    n, _, k, _ = weight.shape
    at = torch.arange(k) - k // 2
    cx, cy = (torch.rand(n) * 2 - 1) * (k // 2), (torch.rand(n) * 2 - 1) * (k // 2)
    width = 0.6 + torch.rand(n) * 0.8
    gx = torch.exp(-0.5 * ((at[None] - cx[:, None]) / width[:, None]) ** 2)
    gy = torch.exp(-0.5 * ((at[None] - cy[:, None]) / width[:, None]) ** 2)
    spot = gy[:, :, None] * gx[:, None]
    spot /= spot.sum((1, 2), keepdim=True)
    spot[: n // 2, k // 2, k // 2] += 1.0
    weight.copy_(0.3 * weight + spot[:, None])


def fit_head(unet, call, eps, patch, weight=None):
    """Solves the last layer by (weighted) least squares, so that the fresh network already predicts eps."""
    kept = []
    hook = unet.clf[0].register_forward_hook(lambda m, i, o: kept.append(o.detach()))
    with torch.no_grad():
        call()
        hook.remove()
        weight = torch.ones(len(eps), device=eps.device) if weight is None else weight
        f = torch.cat([kept[0], torch.ones_like(kept[0][:, :1])], 1)
        y = torch.nn.functional.pixel_unshuffle(eps, patch)
        root = weight.sqrt()[:, None, None, None]
        f, y = ((v * root).permute(0, 2, 3, 1).flatten(0, 2).double() for v in (f, y))
        ridge = 1e-4 * (f ** 2).mean() * len(f) * torch.eye(f.shape[1], dtype=f.dtype, device=f.device)
        w = torch.linalg.solve(f.T @ f + ridge, f.T @ y)
        unet.clf[1].weight.copy_(w[:-1].T[:, :, None, None].float())
        unet.clf[1].bias.copy_(w[-1].float())


def rows_of(steps, shift, r_is_t):
    """The sampler's table: (a, b, r) for i = 0..steps."""
    out = []
    for i in range(steps + 1):
        t = 1 - i / steps
        abar = min(max(math.cos((t + S) / (1 + S) * math.pi / 2) ** 2 / FLOOR, 0.0001), 0.9999)
        log_snr = math.log(abar / (1 - abar)) + 2 * math.log(1 / shift)
        log_snr = min(max(log_snr, -9.21024037), 9.21024037)
        a2 = 1 / (1 + math.exp(-log_snr))
        r = t if r_is_t else 2 / math.pi * math.acos(math.sqrt(a2 * FLOOR)) * (1 + S) - S
        out.append((math.sqrt(a2), math.sqrt(1 - a2), r))
    return out


def sample(predict, shape, steps, shift, generator, r_is_t=False, device="cpu", last_x0=True):
    """DDPM sampling. predict(x, r) gives eps; returns the clean latent of the last step."""
    table = rows_of(steps, shift, r_is_t)
    x = torch.randn(shape, generator=generator).to(device)
    for (a, b, r), (a2, b2, _) in zip(table, table[1:]):
        eps = predict(x, r)
        x0 = (x - b * eps) / a
        sig = b2 / b * math.sqrt(max(0.0, 1 - (a / a2) ** 2))
        z = torch.randn(shape, generator=generator).to(device)
        x = a2 * x0 + math.sqrt(max(0.0, b2 ** 2 - sig ** 2)) * eps + sig * z
    return x0 if last_x0 else x


def guided(cond, uncond, scale, rescale):
    """Classifier-free guidance with the official repository's rescale of the deviation."""
    pred = uncond + scale * (cond - uncond)
    if rescale:
        dims = tuple(range(1, pred.ndim))
        ratio = cond.std(dims, keepdim=True) / (pred.std(dims, keepdim=True) + 1e-9)
        pred = rescale * pred * ratio + (1 - rescale) * pred
    return pred
