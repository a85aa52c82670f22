"""The official repository's own networks and sampler, on the tiny checkpoints' weights.

Needs a checkout of https://github.com/Stability-AI/StableCascade (commit 7a7d341 or its like), named by
STABLE_CASCADE. Its packages import more than is installed here, so modules that the networks do not need are stubs.
"""

import os
import sys
import types

import torch


def _stub(name, **names):
    m = types.ModuleType(name)
    m.__dict__.update(names)
    sys.modules[name] = m
    return m


def _import():
    root = os.environ["STABLE_CASCADE"]
    sys.path.insert(0, root)
    _stub("modules").__path__ = [os.path.join(root, "modules")]
    _stub("modules.controlnet", ControlNetDeliverer=lambda maps: iter(maps).__next__)

    class VectorQuantize(torch.nn.Module):  # only its key matters; nothing quantises at inference
        def __init__(self, width, k):
            super().__init__()
            self.codebook = torch.nn.Embedding(k, width)

    _stub("torchtools").__path__ = []
    _stub("torchtools.nn", VectorQuantize=VectorQuantize)

    import gdf
    from modules.previewer import Previewer
    from modules.stage_a import StageA
    from modules.stage_b import StageB
    from modules.common import LayerNorm2d
    from modules.stage_c import StageC

    return gdf, StageA, StageB, StageC, Previewer, LayerNorm2d


gdf, StageA, StageB, StageC, Previewer, LayerNorm2d = _import()

_LETTER = {"SDCascadeResBlock": "C", "SDCascadeTimestepBlock": "T", "SDCascadeAttnBlock": "A"}


def _unet_arguments(c):
    return dict(
        c_in=c["in_channels"], c_out=c["out_channels"], c_r=c["timestep_ratio_embedding_dim"],
        patch_size=c["patch_size"], c_cond=c["conditioning_dim"], c_hidden=c["block_out_channels"],
        nhead=c["num_attention_heads"], blocks=[c["down_num_layers_per_block"], c["up_num_layers_per_block"]],
        block_repeat=[c["down_blocks_repeat_mappers"], c["up_blocks_repeat_mappers"]],
        level_config=["".join(_LETTER[b] for b in level) for level in c["block_types_per_layer"]],
        c_clip_seq=c["clip_seq"], kernel_size=c["kernel_size"], dropout=c["dropout"], self_attn=c["self_attn"],
        t_conds=c["timestep_conditioning_type"],
    )


def stage_c(c, state):
    net = StageC(
        c_clip_text=c["clip_text_in_channels"], c_clip_text_pooled=c["clip_text_pooled_in_channels"],
        c_clip_img=c["clip_image_in_channels"], switch_level=c["switch_level"], **_unet_arguments(c),
    )
    net.load_state_dict(state)
    return net.eval()


def stage_b(c, state):
    net = StageB(
        c_clip=c["clip_text_pooled_in_channels"], c_effnet=c["effnet_in_channels"],
        c_pixels=c["pixel_mapper_in_channels"], **_unet_arguments(c),
    )
    net.load_state_dict(state)
    return net.eval()


def stage_a(c, state):
    net = StageA(
        levels=c["levels"], bottleneck_blocks=c["bottleneck_blocks"], c_hidden=c["embed_dim"],
        c_latent=c["latent_channels"], codebook_size=c["num_vq_embeddings"],
    )
    assert net.scale_factor == 0.43
    net.load_state_dict(state)
    return net.eval()


def previewer(width, state):
    net = Previewer(16, width, 3)
    net.load_state_dict(state)
    return net.eval()


def sampler():
    return gdf.GDF(
        schedule=gdf.CosineSchedule(clamp_range=[0.0001, 0.9999]), input_scaler=gdf.VPScaler(),
        target=gdf.EpsilonTarget(), noise_cond=gdf.CosineTNoiseCond(), loss_weight=gdf.AdaptiveLossWeight(),
    )


@torch.no_grad()
def sample(net, cond, uncond, shape, seed, steps, guidance, rho, shift):
    """Returns x0 of every step, [steps, *shape[1:]]. The noise is the default generator's, seeded here.

    The sampler draws shape for the start and once more in every step, the last included; that is checked.
    """
    g = sampler()
    torch.manual_seed(seed)
    x0s = [
        x0
        for x0, _, _ in g.sample(
            net, cond, shape, unconditional_inputs=uncond, sampler=gdf.DDPMSampler(g), timesteps=steps,
            cfg=guidance if guidance > 1 else None, cfg_rho=rho, shift=shift,
        )
    ]
    expect = torch.Generator().manual_seed(seed)
    for _ in range(1 + steps):
        torch.randn(shape, generator=expect)
    assert torch.equal(expect.get_state(), torch.default_generator.get_state()), "draws differ"
    return torch.cat(x0s)
