"""Stage C: words to the semantic code, a small StableCascadeUNet on 6x6 cells."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.unets import StableCascadeUNet

import diffusion
import scenes
import semantic
import text
from common import Run, WIDTH

BLOCKS = ("SDCascadeResBlock", "SDCascadeTimestepBlock", "SDCascadeAttnBlock")
CONFIG = dict(
    in_channels=16, out_channels=16, timestep_ratio_embedding_dim=64, patch_size=1, conditioning_dim=128,
    block_out_channels=(128, 128), num_attention_heads=(4, 4), down_num_layers_per_block=(1, 1),
    up_num_layers_per_block=(1, 1), down_blocks_repeat_mappers=(1, 1), up_blocks_repeat_mappers=(1, 1),
    block_types_per_layer=(BLOCKS, BLOCKS), clip_text_in_channels=WIDTH, clip_text_pooled_in_channels=WIDTH,
    clip_image_in_channels=WIDTH, clip_seq=4, kernel_size=7, dropout=0.0, self_attn=True,
    timestep_conditioning_type=("sca", "crp"), switch_level=(False,))
PADS = 77 - text.SHORT + 1  # how many of 77 rows the last of SHORT stands for


class PadWeight:
    """An attention processor for training on SHORT text rows: the last one counts for all pads. Exact."""

    def __init__(self, cells):
        self.last = cells + text.SHORT - 1

    def __call__(self, attn, hidden_states, encoder_hidden_states=None, attention_mask=None, temb=None):
        b, c, h, w = hidden_states.shape
        x = hidden_states.flatten(2).transpose(1, 2)
        kv = encoder_hidden_states

        def heads(v):
            return v.view(b, -1, attn.heads, c // attn.heads).transpose(1, 2)

        bias = torch.zeros(1, 1, 1, kv.shape[1], device=x.device)
        bias[..., self.last] = math.log(PADS)
        y = F.scaled_dot_product_attention(heads(attn.to_q(x)), heads(attn.to_k(kv)), heads(attn.to_v(kv)),
                                           attn_mask=bias.expand(b, 1, h * w, -1))
        y = attn.to_out[0](y.transpose(1, 2).reshape(b, h * w, c))
        return y.transpose(1, 2).reshape(b, c, h, w)


def build():
    return StableCascadeUNet(**CONFIG)


def short_rows(unet):
    """Makes a Stage C network read SHORT text rows as if they were 77."""
    for m in unet.modules():
        if type(m).__name__ == "SDCascadeAttnBlock":
            m.attention.set_processor(PadWeight(semantic.CELLS ** 2))
    return unet


def call(unet, x, r, hidden, pooled):
    image = x.new_zeros(len(x), 1, WIDTH)
    return unet(x, r, clip_text_pooled=pooled, clip_text=hidden, clip_img=image, return_dict=False)[0]


def train(work, minutes):
    encoder = text.load(work)
    data = semantic.Codes(work)
    torch.manual_seed(21)
    unet = short_rows(diffusion.start_weights(build(), 1)).to(work.device)
    rng = np.random.default_rng(4000)
    fresh = not work.has("stage_c.pt")
    if fresh:
        hidden, pooled = encoder([scenes.caption(rng, s) for s in data.scenes[:256]])
        eps = torch.randn(256, 16, 6, 6, device=work.device)
        diffusion.fit_head(unet, lambda: call(unet, eps, torch.ones(256, device=work.device), hidden, pooled), eps, 1)
    run = Run(work, "stage_c", unet, minutes, rate=1e-3, muon=0.01)
    short_rows(run.smooth)
    rng = np.random.default_rng(4000 + run.steps)
    torch.manual_seed(4000 + run.steps)
    while not run.done:
        pick = rng.integers(0, len(data.scenes), 48)
        captions = ["" if rng.random() < 0.1 else scenes.caption(rng, data.scenes[i]) for i in pick]
        with torch.no_grad():
            hidden, pooled = encoder(captions)
        x0 = data.codes[pick].to(work.device)
        x, eps, r, weight, t = diffusion.noised(x0, most=150.0)
        error = ((call(unet, x, r, hidden, pooled) - eps) ** 2).mean((1, 2, 3))
        a2 = diffusion.signal(t)
        clean = (error * (1 - a2) / a2).detach()
        run.step((error * weight).mean(), len(pick), one=error[0].detach(), x0=clean[1:][t[1:] < 0.9].mean())
    work.save("stage_c_final.pt", run.save().state_dict())


def load(work, name="stage_c_final.pt"):
    unet = build().to(work.device)
    state = work.load(name)
    unet.load_state_dict(state.get("smooth", state))
    return unet.eval().requires_grad_(False)
