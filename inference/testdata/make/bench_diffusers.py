"""Times a diffusers-layout checkpoint stage by stage in diffusers, float32 on the CPU, and prints JSON.

bench_diffusers.py FOLDER [--width 512] [--height 512] [--steps 20] [--decoder-steps 10] [--guidance 4]
                   [--decoder-guidance 0] [--threads 2] [--repeat 3] [--dtype float32] [--no-flops]

Stages run through the library's own pipelines in eval mode, no gradients. Every stage is run once to warm up (one step),
then timed; a stage's seconds are the fastest of --repeat runs. flops are twice the multiplications of matrix products
and convolutions in one run of the stage, by torch's counter; share is flops / seconds / the machine's own rate of a
2048 x 2048 float32 matrix product in torch. Counting takes one more run of each stage; --no-flops leaves it out.
"""

import argparse
import json
import pathlib
import time

import diffusers
import numpy as np
import torch
from diffusers import DDPMWuerstchenScheduler, StableCascadeDecoderPipeline, StableCascadePriorPipeline, StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count
from transformers import CLIPTextModelWithProjection, CLIPTokenizerFast


def fastest(call, repeat):
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def matmul_rates(n=2048):
    """GFLOP/s of an n x n float32 product. numpy's threads are those of its own environment."""
    a = torch.randn(n, n)
    b = a.numpy()
    work = 2 * n**3 / 1e9
    a @ a, b @ b
    return dict(torch=work / fastest(lambda: a @ a, 5), numpy=work / fastest(lambda: b @ b, 5))


# torch's counter does not know the CPU's attention kernel.
ATTENTION = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: lambda q, k, v, *_, **__: sdpa_flop_count(q, k, v)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder", type=pathlib.Path)
    for flag, default in (("width", 512), ("height", 512), ("steps", 20), ("decoder-steps", 10), ("threads", 2), ("repeat", 3)):
        p.add_argument(f"--{flag}", type=int, default=default)
    p.add_argument("--guidance", type=float, default=4.0)
    p.add_argument("--decoder-guidance", type=float, default=0.0)
    p.add_argument("--dtype", default="float32")
    p.add_argument("--no-flops", action="store_true")
    o = p.parse_args()
    kind = dict(torch_dtype=getattr(torch, o.dtype))
    torch.set_num_threads(o.threads)
    torch.set_grad_enabled(False)

    start = time.perf_counter()
    text = CLIPTextModelWithProjection.from_pretrained(o.folder / "text_encoder", **kind).eval()
    vq = PaellaVQModel.from_pretrained(o.folder / "vqgan", **kind).eval()
    parts = dict(text_encoder=text, tokenizer=CLIPTokenizerFast.from_pretrained(o.folder / "tokenizer"))
    prior = StableCascadePriorPipeline(
        prior=StableCascadeUNet.from_pretrained(o.folder / "prior", **kind).eval(), scheduler=DDPMWuerstchenScheduler(), **parts
    )
    decoder = StableCascadeDecoderPipeline(
        decoder=StableCascadeUNet.from_pretrained(o.folder / "decoder", **kind).eval(), vqgan=vq,
        scheduler=DDPMWuerstchenScheduler(), **parts,
    )
    loaded = time.perf_counter() - start
    for pipe in (prior, decoder):
        pipe.set_progress_bar_config(disable=True)

    guided, decoder_guided = o.guidance > 1, o.decoder_guidance > 1

    def encode():
        return prior.encode_prompt("cpu", 1, 1, guided or decoder_guided, prompt="a red circle on white", negative_prompt="")

    hidden, pooled, nhidden, npooled = encode()
    embeds = dict(prompt_embeds=hidden, prompt_embeds_pooled=pooled)
    if guided:
        embeds.update(negative_prompt_embeds=nhidden, negative_prompt_embeds_pooled=npooled)

    def stage_c(steps=o.steps):
        return prior(
            **embeds, width=o.width, height=o.height, num_inference_steps=steps, guidance_scale=o.guidance,
            generator=torch.Generator().manual_seed(0), output_type="pt",
        ).image_embeddings

    embeds_b = dict(embeds)
    if decoder_guided:
        embeds_b.update(negative_prompt_embeds=nhidden, negative_prompt_embeds_pooled=npooled)
    code = stage_c(1)

    def stage_b(steps=o.decoder_steps):
        return decoder(
            code, **embeds_b, num_inference_steps=steps, guidance_scale=o.decoder_guidance,
            generator=torch.Generator().manual_seed(0), output_type="latent", return_dict=False,
        )

    latent = stage_b(1)

    def stage_a():
        return vq.decode(latent * vq.config.scale_factor).sample.clamp(0, 1)

    stage_a()
    rate = matmul_rates()
    stages = {}
    for name, call, one, count in (
        ("text encoder", encode, encode, 1),
        ("stage c", stage_c, lambda: stage_c(1), o.steps),
        ("stage b", stage_b, lambda: stage_b(1), o.decoder_steps),
        ("stage a", stage_a, stage_a, 1),
    ):
        flops = 0
        if not o.no_flops:
            with FlopCounterMode(display=False, custom_mapping=ATTENTION) as counter:
                one()
            flops = counter.get_total_flops() * count
        seconds = fastest(call, o.repeat)
        stages[name] = dict(
            seconds=round(seconds, 3), runs=count, flops=flops, gflops=round(flops / seconds / 1e9, 1),
            share=round(flops / seconds / 1e9 / rate["torch"], 3),
        )
    after = matmul_rates()
    print(json.dumps(dict(
        diffusers=diffusers.__version__, torch=torch.__version__, numpy=np.__version__, threads=o.threads,
        width=o.width, height=o.height, guidance=o.guidance, decoder_guidance=o.decoder_guidance,
        load_seconds=round(loaded, 2), stages=stages, total_seconds=round(sum(s["seconds"] for s in stages.values()), 3),
        matmul_gflops={k: round(v, 1) for k, v in rate.items()},
        matmul_gflops_after={k: round(v, 1) for k, v in after.items()},
    ), indent=1))


if __name__ == "__main__":
    main()
