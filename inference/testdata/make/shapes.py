"""The shapes of the tiny checkpoints, as diffusers' and transformers' own configurations."""

RES, TIME, ATTN = "SDCascadeResBlock", "SDCascadeTimestepBlock", "SDCascadeAttnBlock"
CTA, CT = [RES, TIME, ATTN], [RES, TIME]
CLIP_VOCABULARY = 49408


def text(vocab, width, layers, heads, inner, projection, act):
    return dict(
        vocab_size=vocab, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, projection_dim=projection, hidden_act=act, max_position_embeddings=77,
        bos_token_id=vocab - 2, eos_token_id=vocab - 1, layer_norm_eps=1e-5,
    )


def prior(text, widths, heads, cond, r=64, down=(1, 1), up=(1, 1), down_repeats=(1, 1), up_repeats=(1, 1),
          self_attn=True, switch=(False,), image=12, kernel=3):
    return dict(
        in_channels=16, out_channels=16, timestep_ratio_embedding_dim=r, patch_size=1, conditioning_dim=cond,
        block_out_channels=list(widths), num_attention_heads=list(heads), down_num_layers_per_block=list(down),
        up_num_layers_per_block=list(up), down_blocks_repeat_mappers=list(down_repeats),
        up_blocks_repeat_mappers=list(up_repeats), block_types_per_layer=[CTA, CTA],
        clip_text_in_channels=text["hidden_size"], clip_text_pooled_in_channels=text["projection_dim"],
        clip_image_in_channels=image, clip_seq=4, effnet_in_channels=None, pixel_mapper_in_channels=None,
        kernel_size=kernel, dropout=[0.1, 0.1], self_attn=self_attn, timestep_conditioning_type=["sca", "crp"],
        switch_level=list(switch),
    )


def decoder(text, widths, heads, cond, r=64, down=(1, 1, 1, 1), up=(1, 1, 1, 1), up_repeats=(3, 3, 2, 2)):
    return dict(
        in_channels=4, out_channels=4, timestep_ratio_embedding_dim=r, patch_size=2, conditioning_dim=cond,
        block_out_channels=list(widths), num_attention_heads=list(heads), down_num_layers_per_block=list(down),
        up_num_layers_per_block=list(up), down_blocks_repeat_mappers=[1, 1, 1, 1],
        up_blocks_repeat_mappers=list(up_repeats), block_types_per_layer=[CT, CT, CTA, CTA],
        clip_text_in_channels=None, clip_text_pooled_in_channels=text["projection_dim"], clip_image_in_channels=None,
        clip_seq=4, effnet_in_channels=16, pixel_mapper_in_channels=3, kernel_size=3, dropout=[0.0, 0.0, 0.1, 0.1],
        self_attn=True, timestep_conditioning_type=["sca"], switch_level=None,
    )


def vq(width, blocks, scale):
    return dict(
        in_channels=3, out_channels=3, up_down_scale_factor=2, levels=2, bottleneck_blocks=blocks, embed_dim=width,
        latent_channels=4, num_vq_embeddings=16, scale_factor=scale,
    )


def shapes(tiny_vocab):
    """Returns {checkpoint: {network: configuration}}; tiny_vocab is the size of the tiny tokenizer."""
    a = text(tiny_vocab, 32, 2, 4, 64, 24, "gelu")
    lite = text(tiny_vocab, 48, 3, 3, 96, 48, "quick_gelu")
    original = text(tiny_vocab, 32, 2, 2, 64, 32, "gelu")
    comfy = text(CLIP_VOCABULARY, 8, 2, 1, 32, 8, "gelu")
    return {
        "diffusers-a": dict(
            text=a,
            prior=prior(a, (40, 32), (4, 4), 24, r=32, down_repeats=(2, 1), up_repeats=(1, 2),
                        self_attn=[True, False], switch=(True,)),
            decoder=decoder(a, (28, 28, 32, 32), (0, 0, 4, 2), 24, r=32, down=(1, 1, 2, 1), up=(1, 2, 1, 1)),
            vq=vq(16, 1, 0.3764),
        ),
        "lite-bf16": dict(
            text=lite,
            prior=prior(lite, (48, 48), (3, 3), 48, image=24),
            decoder=decoder(lite, (32, 36, 48, 48), (-1, 9, 3, 3), 40, up_repeats=(2, 2, 2, 2)),
            vq=vq(24, 2, 0.43),
        ),
        "original": dict(
            text=original,
            prior=prior(original, (64, 64), (1, 1), 32),
            decoder=decoder(original, (24, 32, 64, 64), (-1, -1, 1, 1), 32, up_repeats=(3, 2, 1, 2)),
            vq=vq(16, 2, 0.3764),
        ),
        "comfy": dict(
            text=comfy,
            prior=prior(comfy, (64, 64), (1, 1), 16, r=16),
            decoder=decoder(comfy, (28, 24, 64, 64), (-1, -1, 1, 1), 16, r=16),
            vq=vq(16, 1, 0.3764),
            previewer=dict(width=32),
        ),
    }
