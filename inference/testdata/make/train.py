"""Trains the tiny checkpoints' networks for some hundred steps: train.py WORK [NAME ...] leaves WORK/NAME.pt.

One thread, a few minutes each. They need not draw well; their latents must stay where latents are.
"""

import math
import pathlib
import random
import sys
import time

import torch
from torch.nn.functional import mse_loss

import networks
import scenes

SIGNAL = 0.2  # of x in the stream, against constants of 1
STEPS = dict(vq=300, prior=900, decoder=500, previewer=250)


def schedule(step, steps):
    return min(1, (step + 1) / 30) * (0.5 + 0.5 * math.cos(math.pi * step / steps))


def fit(parameters, steps, loss, rate, name):
    """Minimises loss(step) with Adam, a cosine rate and clipped gradients. parameters maps a factor on rate to tensors."""
    groups = [dict(params=[p for p in ps if p.requires_grad], factor=f) for f, ps in parameters.items()]
    parameters = [p for g in groups for p in g["params"]]
    opt = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)
    start, mean = time.time(), 0.0
    for step in range(steps):
        for group in opt.param_groups:
            group["lr"] = rate * group["factor"] * schedule(step, steps)
        value = loss(step)
        opt.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        opt.step()
        mean = value.item() if step == 0 else 0.95 * mean + 0.05 * value.item()
        if (step + 1) % min(50, max(1, steps // 5)) == 0:
            print(f"{name} {step + 1}/{steps} loss {mean:.4f} {time.time() - start:.0f} s", flush=True)


def noised(x0, g):
    """Returns x, eps, r and loss weights; the first sample sits at t = 1, where sampling starts."""
    n = x0.shape[0]
    t = torch.rand(n, generator=g) ** 0.8
    t[0] = 0.9936 + 0.0064 * t[0]
    abar = (torch.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2 / math.cos(0.008 / 1.008 * math.pi / 2) ** 2).clamp(1e-4, 0.9999)
    eps = torch.randn(x0.shape, generator=g)
    a = abar[:, None, None, None]
    weight = (1 / abar).clamp(max=60)
    weight[0] = 3000 if n < 16 else 5000
    return a.sqrt() * x0 + (1 - a).sqrt() * eps, eps, t, weight


def weighted(pred, eps, weight):
    return (((pred - eps) ** 2).mean(dim=(1, 2, 3)) * weight).mean()


def liven(net, g):
    """Starts what would start at zero (GRN, Stage A's gammas) away from it, so that nothing stays idle."""
    for name, p in net.named_parameters():
        if name.endswith((".gamma", ".beta")):
            p.data = 0.3 * torch.randn(p.shape, generator=g)
        elif name.endswith(".gammas"):
            p.data = 0.3 * torch.randn(p.shape, generator=g) + torch.tensor([0, 0, 0.5, 0, 0, 0.5])


def by_depth(net):
    """The outermost level, which carries x, learns slowly; what it reads may learn fast."""
    outer = ("embedding.", "clf.", "down_blocks.0.", f"up_blocks.{len(net.up_blocks) - 1}.", "effnet_mapper.", "pixels_mapper.",
             f"up_upscalers.{len(net.up_blocks) - 2}.", "down_repeat_mappers.0.", f"up_repeat_mappers.{len(net.up_blocks) - 1}.")
    named = list(net.named_parameters())
    return {1: [p for n, p in named if n.startswith(outer)], 10: [p for n, p in named if not n.startswith(outer)]}


@torch.no_grad()
def carry_through(net, g):
    """Starts a UNet at eps = x, which is right where sampling begins and hard to learn through the norms.

    Of the outermost level's channels the first 16 carry x, scaled down; the others come in pairs of opposite sign, so that
    means stay zero: constants, which hold the norms' scale, and in Stage B some for the Stage C latent. The
    skip passes the MLP of the first block unchanged, because gelu(z) - gelu(-z) = z.
    """
    c, signal = net.config.block_out_channels[0], net.config.in_channels * net.config.patch_size**2
    stage_b = hasattr(net, "effnet_mapper")
    constant = torch.zeros(c)
    end = signal + (c - signal) // 4 * 2 if stage_b else c
    constant[signal:end:2], constant[signal + 1 : end : 2] = 1, -1

    for name, p in net.named_parameters():
        if ".mapper" in name and name.endswith(".weight"):  # high frequencies of r would only add noise
            p.mul_(0.05)
    for level in (net.down_blocks[0], net.up_blocks[-1]):
        for name, p in level.named_parameters():
            if ".channelwise.4." in name or ".mapper" in name or ".to_out.0." in name:
                p.mul_(0.02)
    for p in net.up_upscalers[-2].parameters():
        p.mul_(0.02)
    for mapper in (*net.down_repeat_mappers[0], *net.up_repeat_mappers[-1]):
        mapper.weight.copy_(torch.eye(c)[:, :, None, None] + 0.002 * torch.randn(c, c, 1, 1, generator=g))
        mapper.bias.mul_(0.1)

    conv = net.embedding[1]
    conv.weight.mul_(0.05)
    conv.weight[:signal, :, 0, 0] += SIGNAL * torch.eye(signal)
    conv.bias.copy_(constant)
    if stage_b:
        net.pixels_mapper[2].weight.mul_(0.002)
        net.pixels_mapper[2].bias.copy_(constant)
        w, b = net.effnet_mapper[2].weight, net.effnet_mapper[2].bias
        w[:end], b[:end] = 0.002 * w[:end], 0
        w[end + 1 :: 2], b[end + 1 :: 2] = -w[end:-1:2], -b[end:-1:2]

    mlp = net.up_blocks[-1][0].channelwise
    pairs = torch.stack([torch.eye(c), -torch.eye(c)], 1).reshape(2 * c, c)
    mlp[0].weight[: 2 * c] = torch.cat([torch.zeros(2 * c, c), pairs], 1)
    mlp[0].bias[: 2 * c] = 0
    mlp[2].gamma[..., : 2 * c] = 0
    mlp[2].beta[..., : 2 * c] = 0
    mlp[4].weight[:, : 2 * c] = pairs.T

    n, size = 32, 32 if stage_b else 5
    x = torch.randn(n, net.config.in_channels, size, size, generator=g)
    inputs = dict(sample=x, timestep_ratio=torch.ones(n))
    inputs["clip_text_pooled"] = torch.randn(n, 1, net.config.clip_text_pooled_in_channels, generator=g)
    if stage_b:
        inputs["effnet"] = torch.randn(n, 16, 3, 3, generator=g)
    else:
        inputs["clip_text"] = torch.randn(n, 9, net.config.clip_text_in_channels, generator=g)
        inputs["clip_img"] = torch.zeros(n, 1, net.config.clip_image_in_channels)
    net.eval()  # and stays so: dropout would break the pairs
    refit_head(net, lambda _: (inputs, x, torch.ones(n)), 1)


@torch.no_grad()
def refit_head(net, batch, count):
    """Solves the last convolution by weighted least squares on count batches."""
    c, seen = net.config.block_out_channels[0], {}
    hook = net.clf[1].register_forward_pre_hook(lambda _, inputs: seen.update(x=inputs[0]))
    gram, target, before, total = torch.zeros(c + 1, c + 1).double(), 0, 0, 0
    for step in range(count):
        inputs, eps, weight = batch(step)
        pred = net(**inputs).sample
        before, total = before + float(weighted(pred, eps, weight)), total + 1
        f = seen["x"].permute(0, 2, 3, 1)
        f = torch.cat([f, torch.ones_like(f[..., :1])], -1).double()
        e = torch.nn.functional.pixel_unshuffle(eps, net.config.patch_size).permute(0, 2, 3, 1).double()
        k = weight[:, None, None, None] / f[..., 0].numel()
        gram += torch.einsum("bhwi,bhwj->ij", f * k, f)
        target = target + torch.einsum("bhwi,bhwo->io", f * k, e)
    hook.remove()
    head = torch.linalg.solve(gram + 1e-6 * gram.trace() / c * torch.eye(c + 1), target).float()
    net.clf[1].weight.copy_(head[:c].T[:, :, None, None])
    net.clf[1].bias.copy_(head[c])
    print(f"loss before the head was solved {before / total:.4f}", flush=True)


def prompts(r, captions):
    return ["" if r.random() < 0.12 else c for c in captions]


def prior_batch(r, g, text, tok, net, n, h, w):
    """Returns n inputs of Stage C for pictures of h x w, the noise in them, and loss weights."""
    captions, x = scenes.batch(r, n, h // 4, w // 4)
    hidden, pooled = networks.encode_text(text, tok, prompts(r, captions))
    x, eps, t, weight = noised(networks.semantic(x, round(h / 42.67), round(w / 42.67)), g)
    image = torch.zeros(n, 1, net.config.clip_image_in_channels)
    return dict(sample=x, timestep_ratio=t, clip_text_pooled=pooled, clip_text=hidden, clip_img=image), eps, weight


def decoder_batch(r, g, text, tok, vq, n, h, w):
    """Returns n inputs of Stage B for pictures of h x w, the noise in them, and loss weights."""
    captions, x = scenes.batch(r, n, h, w)
    captions = prompts(r, captions)
    with torch.no_grad():
        _, pooled = networks.encode_text(text, tok, captions)
        z = networks.vq_encode(vq, x) / networks.STAGE_A_SCALE
        code = networks.semantic(x, math.ceil(h / 42.67), math.ceil(w / 42.67))
    code = code * torch.tensor([r.random() > 0.1 for _ in captions]).float()[:, None, None, None]
    x, eps, t, weight = noised(z, g)
    return dict(sample=x, timestep_ratio=t, clip_text_pooled=pooled, effnet=code), eps, weight


def sizes(step):
    return [(128, 128), (128, 128), (128, 256), (256, 128)][step % 4] if step % 3 == 0 else (128, 128)


def train(nets, tok, seed):
    r, g = random.Random(seed), torch.Generator().manual_seed(seed)
    for net in nets.values():
        net.train()
        liven(net, g)
    text, prior, decoder, vq = nets["text"], nets["prior"], nets["decoder"], nets["vq"]
    carry_through(prior, g)
    carry_through(decoder, g)

    norm = vq.down_blocks[-1][1]
    norm.weight.data.fill_(networks.STAGE_A_SCALE)
    norm.weight.requires_grad_(False)
    norm.bias.requires_grad_(False)

    def stage_a(step):
        _, x = scenes.batch(r, 6, 64, 64)
        return mse_loss(vq.decode(networks.vq_encode(vq, x)).sample, x) * 10

    fit({1: vq.parameters()}, STEPS["vq"], stage_a, 4e-3, "stage a")
    vq.eval()

    def batch_c(step):
        return prior_batch(r, g, text, tok, prior, 24, *sizes(step))

    def stage_c(step):
        inputs, eps, weight = batch_c(step)
        return weighted(prior(**inputs).sample, eps, weight)

    fit({**by_depth(prior), 20: text.parameters()}, STEPS["prior"], stage_c, 8e-5, "stage c")
    refit_head(prior, batch_c, 60)
    text.eval()

    def batch_b(step):
        h, w = (64, 64) if step % 4 else sizes(step)  # small pictures are quick, and the code scales
        return decoder_batch(r, g, text, tok, vq, 8, h, w)

    def stage_b(step):
        inputs, eps, weight = batch_b(step)
        return weighted(decoder(**inputs).sample, eps, weight)

    fit(by_depth(decoder), STEPS["decoder"], stage_b, 2e-5, "stage b")
    refit_head(decoder, batch_b, 60)

    if "previewer" in nets:
        p = nets["previewer"]["blocks"]

        def preview(step):
            _, x = scenes.batch(r, 16, 48, 48)
            return mse_loss(p(networks.semantic(x, 6, 6)), x)

        fit({1: p.parameters()}, STEPS["previewer"], preview, 4e-3, "previewer")
        p.eval()


def main():
    torch.set_num_threads(1)
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    configs = networks.configurations()
    for name in sys.argv[2:] or configs:
        print(name, flush=True)
        seed = list(configs).index(name)
        torch.manual_seed(seed)
        nets = networks.build(configs[name])
        clip = configs[name]["text"]["vocab_size"] == 49408
        tok = networks.clip_tokenizer(work / "clip-tokenizer") if clip else networks.tiny_tokenizer()
        train(nets, tok, seed)
        torch.save({k: v.state_dict() for k, v in nets.items()}, work / f"{name}.pt")


if __name__ == "__main__":
    main()
