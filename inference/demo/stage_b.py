"""Stage B: the semantic code to Stage A's latents, a small StableCascadeUNet on 32x32 tokens.

Reading the code is the hard part, and needs neither noise nor most of the network: `Reader` first trains the layers
that read it (effnet_mapper and the outermost down blocks) to say the clean latents, which costs a twentieth. `wire`
then makes the network pass both its input and that reading to the last layer, mixed as the noise level wants.
"""

import numpy as np
import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from diffusers.models.unets import StableCascadeUNet

import diffusion
import scenes
import semantic
import stage_a
import text
from common import Run, WIDTH

PLAIN = ("SDCascadeResBlock", "SDCascadeTimestepBlock")
CONFIG = dict(
    in_channels=4, out_channels=4, timestep_ratio_embedding_dim=64, patch_size=2, conditioning_dim=128,
    block_out_channels=(96, 128, 128), num_attention_heads=(0, 0, 4), down_num_layers_per_block=(3, 1, 1),
    up_num_layers_per_block=(1, 2, 1), down_blocks_repeat_mappers=(1, 1, 1), up_blocks_repeat_mappers=(1, 1, 1),
    block_types_per_layer=(PLAIN, PLAIN, PLAIN + ("SDCascadeAttnBlock",)), clip_text_in_channels=None,
    clip_text_pooled_in_channels=WIDTH, clip_image_in_channels=None, clip_seq=4, effnet_in_channels=16,
    pixel_mapper_in_channels=3, kernel_size=7, dropout=0.0, self_attn=True, timestep_conditioning_type=("sca",),
    switch_level=None)
WHOLE, CROPS, GROW, MOST = 2, 16, 1, 5000  # pictures and crops a step, new pictures a step, pictures kept
READING = 0.4  # of the minutes go to the Reader
READ = 0.05  # about the square error that the Reader leaves
ROWS = 16  # channels of a token of the input: 4 latents of 2x2


def build():
    return StableCascadeUNet(**CONFIG)


def start(unet):
    """Start weights; most of the first layer that reads the code are kinks at random places: across one thing, or
    across one setting."""
    diffusion.start_weights(unet, 2)
    first = unet.effnet_mapper[0]
    n = first.weight.shape[0]
    kinks(first, range(n * 5 // 8), across_setting=False)
    kinks(first, range(n * 5 // 8, n * 7 // 8), across_setting=True)
    return unet


def kinks(first, units, across_setting):
    """Makes units of the first layer that reads the code bend along a random line across a thing (units of
    channels 3-4) or across a setting (channels 5 and 13-15), and stay below 0 for all other things or settings."""
    n = len(units)
    k = torch.arange(n)
    turn, steep = torch.rand(n) * 6.2832, 4 + 8 * torch.rand(n)
    w = torch.stack([steep * torch.cos(turn), steep * torch.sin(turn)], 1)
    weight = torch.zeros(n, semantic.CHANNELS)
    if across_setting:
        at = (torch.rand(n, 2) * 2 - 1) * torch.tensor([1.65, 1.2])
        setting = torch.tensor(semantic.SETTING_CODES, dtype=torch.float32)[k % len(scenes.SETTINGS)]
        weight[:, 5] = w[:, 0]
        weight[:, 13:16] = w[:, 1:] / 3 + 4 * setting  # 16 for its own setting, at most 8 for others
        bias = -(w * at).sum(1) - 16
    else:
        at = torch.rand(n, 2) - 0.5
        weight[:, 3:5] = w
        weight[:, 9:13] = 2 * torch.tensor(semantic.THING_CODES, dtype=torch.float32)[k % len(scenes.THINGS)]
        bias = -(w * at).sum(1) - 8  # 8 for its own thing, at most 0 for others
    with torch.no_grad():
        first.weight[list(units)] = weight[:, :, None, None]
        first.bias[list(units)] = bias


def call(unet, x, r, pooled, code):
    return unet(x, r, clip_text_pooled=pooled, effnet=code, return_dict=False)[0]


class Reader(nn.Module):
    """The layers of a Stage B network that read the code, with a linear layer that says the clean latents."""

    def __init__(self, unet):
        super().__init__()
        self.effnet_mapper, self.pixels_mapper, self.embedding = unet.effnet_mapper, unet.pixels_mapper, unet.embedding
        self.blocks = nn.ModuleList(b for b in unet.down_blocks[0] if hasattr(b, "depthwise"))
        self.head = nn.Linear(unet.config.block_out_channels[0], ROWS)
        self.embedding.requires_grad_(False)

    def forward(self, code):
        """Clean latents as tokens [B, h, w, 16] from a code already resized to [B, 16, h, w]."""
        x = self.embedding(torch.randn(len(code), 4, code.shape[2] * 2, code.shape[3] * 2, device=code.device))
        x = x + self.effnet_mapper(code) + self.pixels_mapper(code.new_zeros(1, 3, 1, 1))
        for block in self.blocks:
            x = block(x)
        return self.head(x.permute(0, 2, 3, 1))

    @torch.no_grad()
    def keep_input(self):
        """Nothing but the input may be written to the input's own channels."""
        for layer in [self.effnet_mapper[2]] + [b.channelwise[-1] for b in self.blocks]:
            layer.weight[:ROWS] = 0
            layer.bias[:ROWS] = 0


def read_first(work, unet, data, latents, minutes):
    """Trains a Reader of unet on crops of 14x14 tokens, half of them around the thing."""
    torch.manual_seed(32)
    run = Run(work, "reader", Reader(unet).to(work.device), minutes, rate=4e-3, decay=0.001, muon=0.03)
    rng = np.random.default_rng(4500 + run.steps)
    side, count = 14, 16
    while not run.done:
        latents.grow(GROW)
        picked, x0 = latents.pick(rng, count)
        code = F.interpolate(worn(data.codes[picked].to(work.device)), size=(32, 32), mode="bilinear",
                             align_corners=True)
        x0 = F.pixel_unshuffle(x0, 2)
        near, codes = [], []
        for i, k in enumerate(picked):
            s = data.scenes[k]
            at = (s.x, s.y) if i % 2 else rng.uniform(0, 256, 2)
            x, y = (int(np.clip(round(c / 8 - side / 2 + rng.uniform(-1.5, 1.5)), 0, 32 - side)) for c in at)
            near.append(x0[i, :, y:y + side, x:x + side])
            codes.append(code[i, :, y:y + side, x:x + side])
        with torch.autocast(torch.device(work.device).type, torch.bfloat16):
            out = run.model(torch.stack(codes))
        error = ((out.float() - torch.stack(near).permute(0, 2, 3, 1)) ** 2).mean((1, 2, 3))
        run.step(error.mean(), count, around=error[::2].detach().mean())
        run.model.keep_input()
    return run.save()


@torch.no_grad()
def wire(unet, head):
    """Gives the last layer the input x and the reading y, weighted so that their sum is about eps.

    With x0 = y up to an error of variance v, eps is expected to be b / (b^2 + a^2 v) times (x - a y).
    """
    width = unet.config.block_out_channels[0]
    block, time = unet.up_blocks[-1][0], unet.up_blocks[-1][1]
    into, out = block.channelwise[0], block.channelwise[-1]
    k, y = torch.arange(ROWS), slice(ROWS, 2 * ROWS)
    into.weight[2 * ROWS:4 * ROWS], into.bias[2 * ROWS:4 * ROWS] = 0, 0
    into.weight[2 * ROWS:3 * ROWS, width:], into.bias[2 * ROWS:3 * ROWS] = head.weight, head.bias
    into.weight[3 * ROWS:4 * ROWS, width:], into.bias[3 * ROWS:4 * ROWS] = -head.weight, -head.bias
    out.weight[:, 2 * ROWS:4 * ROWS], out.weight[y], out.bias[y] = 0, 0, 0
    out.weight[ROWS + k, 2 * ROWS + k], out.weight[ROWS + k, 3 * ROWS + k] = 1, -1
    unet.up_upscalers[-2][1].weight[:, y] = 0
    unet.up_upscalers[-2][1].bias[y] = 0
    r = torch.linspace(0, 1, 4001).double()
    f = torch.cat([unet.get_timestep_ratio_embedding(r), torch.ones(4001, 1)], 1).double()
    a2 = diffusion.signal(r)
    a, b = a2.sqrt(), (1 - a2).sqrt()
    both = b / (b ** 2 + a2 * READ)
    want = torch.stack([both - 1, -a * both - 1], 1)
    w = torch.linalg.solve(f.T @ f + 1e-3 * torch.eye(f.shape[1]).double(), f.T @ want).float()
    for rows, column in ((slice(0, ROWS), 0), (y, 1)):
        time.mapper.weight[rows], time.mapper.bias[rows] = w[:-1, column], w[-1, column]


class Latents:
    """Stage A latents (deviation 1) of the scenes of semantic.Codes, encoded a few at a time, kept in 16 bits."""

    def __init__(self, work, data, rank, ranks):
        self.work, self.data, self.name = work, data, f"latents_{rank}_{ranks}.pt"
        self.mine = range(rank, len(data.scenes), ranks)
        self.stage_a = stage_a.load(work)
        self.z = torch.zeros(min(MOST // ranks, len(self.mine)), 4, 64, 64, dtype=torch.float16)
        self.count = 0
        if work.has(self.name):
            kept = work.load(self.name)
            self.count = len(kept)
            self.z[:self.count] = kept.cpu()

    def grow(self, n):
        n = min(n, len(self.z) - self.count)
        if n <= 0:
            return
        pictures = np.stack([scenes.draw(self.data.scenes[self.mine[self.count + i]]) for i in range(n)])
        x = torch.from_numpy(pictures).to(self.work.device).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            z = stage_a.encode(self.stage_a, x) / stage_a.SCALE
        self.z[self.count:self.count + n] = z.half().cpu()
        self.count += n
        if self.count % 1000 < n:
            self.save()

    def save(self):
        self.work.save(self.name, self.z[:self.count].clone())

    def pick(self, rng, n):
        k = rng.integers(0, self.count, n)
        return [self.mine[i] for i in k], self.z[torch.from_numpy(k)].float().to(self.work.device)


def worn(code):
    """Codes as Stage C and guidance leave them: cells a little off, attributes a little too strong or too weak."""
    n, device = len(code), code.device
    amount = torch.rand(n, 1, 1, 1, device=device) ** 2
    noise = torch.full((1, 16, 1, 1), 0.04, device=device)
    noise[:, 3:6] = 0.02
    gain = 1 + 0.1 * amount * torch.randn(n, 16, 1, 1, device=device)
    gain[:, :6] = 1
    gain[:, 13:] = 1
    return code * gain + amount * noise * torch.randn_like(code)


def importance(picked):
    """Loss weights [B, 1, 64, 64]: 4 on and right around the thing, 1 elsewhere."""
    at = (torch.arange(64) * 4 + 2).float()
    x = torch.tensor([s.x for s in picked])[:, None, None]
    y = torch.tensor([s.y for s in picked])[:, None, None]
    h = torch.tensor([s.half for s in picked])[:, None, None] * 1.15
    return 1 + 3 * (((at[None, None] - x).abs() < h) & ((at[None, :, None] - y).abs() < h)).float()[:, None]


def crop(rng, picked, x0, code):
    """Cuts a quarter around each thing, every third anywhere, latents [B, 4, 32, 32] and codes [B, 16, 16, 16]: the same
    task, four times cheaper. The code is resized first as the network would, so that the crop's own resize changes
    nothing."""
    code = F.interpolate(code, size=(32, 32), mode="bilinear", align_corners=True)
    cut, codes = [], []
    for i, s in enumerate(picked):
        at = (s.x, s.y) if i % 3 else rng.uniform(0, 256, 2)
        x, y = (int(np.clip(round((c / 4 - 16 + rng.uniform(-7, 7)) / 2), 0, 16)) for c in at)
        cut.append(x0[i, :, 2 * y:2 * y + 32, 2 * x:2 * x + 32])
        codes.append(code[i, :, y:y + 16, x:x + 16])
    return torch.stack(cut), torch.stack(codes)


def _solve(unet, encoder, data, latents):
    """The last layer's least squares, over all noise levels."""
    rng = np.random.default_rng(1)
    picked, x0 = latents.pick(rng, 96)
    with torch.no_grad():
        _, pooled = encoder([scenes.caption(rng, data.scenes[i]) for i in picked])
    x, eps, r, weight, _ = diffusion.noised(x0, high=0.5)
    r[1:12], weight[1:12], x[1:12] = r[0], weight[0], eps[1:12]
    code = data.codes[picked].to(x0.device)
    diffusion.fit_head(unet, lambda: call(unet, x, r, pooled, code), eps, 2, weight)


def _loss(unet, x0, code, pooled, weights, one):
    """(loss, unweighted eps-error by sample, t) of a batch."""
    x, eps, r, weight, t = diffusion.noised(x0, high=0.5, one=one)
    with torch.autocast(x0.device.type, torch.bfloat16):
        out = call(unet, x.contiguous(memory_format=torch.channels_last), r, pooled, code)
    square = (out.float() - eps) ** 2
    weighted = square * (weights.to(x0.device) if torch.is_tensor(weights) else weights)
    return (weighted.mean((1, 2, 3)) * weight).mean(), square.detach().mean((1, 2, 3)), t


@torch.no_grad()
def calibrate(unet, encoder, data, latents, batches=60):
    """Takes from the trained network what error is a mere gain or offset of a channel at a noise level, by least squares
    over what the last timestep block does to the input's own channels."""
    rng, end, last = np.random.default_rng(17), unet.up_blocks[-1][1], unet.clf[1]
    kept, n = {}, unet.config.timestep_ratio_embedding_dim + 1
    hook = end.register_forward_hook(lambda m, i, o: kept.update(before=i[0], after=o))
    back = torch.linalg.pinv(last.weight[:, :ROWS, 0, 0])
    left, right = torch.zeros(ROWS, 2 * n, 2 * n).double(), torch.zeros(ROWS, 2 * n).double()
    for k in range(batches):
        picked, x0 = latents.pick(rng, 12 if k % 2 else 4)
        seen, code = [data.scenes[i] for i in picked], worn(data.codes[picked].to(x0.device))
        _, pooled = encoder([scenes.caption(rng, s) for s in seen])
        if k % 2:
            x0, code = crop(rng, seen, x0, code)
        x, eps, r, weight, _ = diffusion.noised(x0, high=0.5, most=400.0)
        off = F.pixel_unshuffle(eps - call(unet, x, r, pooled, code), 2)
        off = torch.einsum("jk,bkhw->bjhw", back, off) * kept["after"].std(1, keepdim=True)
        time = torch.cat([unet.get_timestep_ratio_embedding(r), torch.ones_like(r)[:, None]], 1).double().cpu()
        for t, w, y, z in zip(time, weight.tolist(), off.flatten(2).double().cpu(),
                              kept["before"][:, :ROWS].flatten(2).double().cpu()):
            z = torch.stack([z, torch.ones_like(z)], 1)
            left += w * torch.kron(z @ z.mT, torch.outer(t, t))
            right += w * torch.einsum("jip,jp,t->jit", z, y, t).flatten(1)
    hook.remove()
    ridge = 3e-4 * left.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] * torch.eye(2 * n).double()
    more = torch.linalg.solve(left + ridge, right).float().to(last.weight.device)
    width = end.mapper.weight.shape[0] // 2
    for rows, w in ((slice(0, ROWS), more[:, :n]), (slice(width, width + ROWS), more[:, n:])):
        end.mapper.weight[rows] += w[:, :-1]
        end.mapper.bias[rows] += w[:, -1]


def train(work, minutes, rank=0, ranks=1):
    """Trains; with ranks > 1, that many processes average their gradients and rank 0 keeps the checkpoint."""
    if ranks > 1:
        dist.init_process_group("gloo", init_method=f"file://{work.path('meet')}", rank=rank, world_size=ranks)
    encoder, data = text.load(work), semantic.Codes(work)
    latents = Latents(work, data, rank, ranks)
    while latents.count < min(1024, len(latents.z)):
        latents.grow(16)
    torch.manual_seed(31)
    unet = start(build()).to(work.device)
    if not work.has("stage_b.pt"):
        if rank == 0:
            reader = read_first(work, unet, data, latents, minutes * READING)
            unet.effnet_mapper, unet.pixels_mapper = reader.effnet_mapper, reader.pixels_mapper
            for mine, read in zip((b for b in unet.down_blocks[0] if hasattr(b, "depthwise")), reader.blocks):
                mine.load_state_dict(read.state_dict())
            unet.requires_grad_(True)
            wire(unet, reader.head)
            _solve(unet, encoder, data, latents)
        if ranks > 1:
            for p in unet.parameters():
                dist.broadcast(p.data, 0)
    unet = unet.to(memory_format=torch.channels_last)
    run = Run(work, "stage_b", unet, minutes * (1 - READING), rate=4e-4, muon=0.002)
    rng = np.random.default_rng(5000 + run.steps * ranks + rank)
    torch.manual_seed(5000 + run.steps * ranks + rank)

    def average(seconds):
        flat = torch.cat([p.grad.flatten() for p in unet.parameters()] + [torch.tensor([seconds])])
        dist.all_reduce(flat)
        at = 0
        for p in unet.parameters():
            p.grad.copy_(flat[at:at + p.numel()].view_as(p) / ranks)
            at += p.numel()
        return float(flat[-1]) / ranks

    while not run.done:
        latents.grow(GROW)
        picked, x0 = latents.pick(rng, WHOLE + CROPS)
        seen = [data.scenes[i] for i in picked]
        captions = ["" if rng.random() < 0.1 else scenes.caption(rng, s) for s in seen]
        code = worn(data.codes[picked].to(work.device))
        for i in np.flatnonzero(rng.random(len(seen)) < 0.05):
            captions[i], code[i] = "", 0.0
        with torch.no_grad():
            _, pooled = encoder(captions)
        one = run.steps % 2 == 0
        loss, plain, t = _loss(unet, x0[:WHOLE], code[:WHOLE], pooled[:WHOLE], importance(seen[:WHOLE]), one)
        near, near_code = crop(rng, seen[WHOLE:], x0[WHOLE:], code[WHOLE:])
        loss2, plain2, t2 = _loss(unet, near, near_code, pooled[WHOLE:], 1.0, False)
        figures = {"one": plain[0]} if one else {}
        for name, e, at in (("", plain, t), ("crop_", plain2, t2)):
            a2 = diffusion.signal(at)
            for band, low, high in (("low", 0, 0.7), ("mid", 0.7, 0.9), ("high", 0.9, 0.97)):
                inside = (at >= low) & (at < high)
                if inside.any():
                    figures[name + band] = (e * (1 - a2) / a2)[inside].mean()
        run.step(loss + loss2, (WHOLE + CROPS) * ranks, sync=average if ranks > 1 else None, keep=rank == 0,
                 pictures=latents.count * ranks, **figures)
    if rank == 0:
        smooth = run.save()
        calibrate(smooth, encoder, data, latents)
        work.save("stage_b_final.pt", smooth.state_dict())
    latents.save()


def load(work, name="stage_b_final.pt"):
    unet = build().to(work.device)
    state = work.load(name)
    unet.load_state_dict(state.get("smooth", state))
    return unet.eval().requires_grad_(False)
