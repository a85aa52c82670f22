"""Prompts to pictures with the trained networks in PyTorch, by the program's presets. What the check samples with."""

import pathlib

import numpy as np
import torch
from diffusers import DDPMWuerstchenScheduler, StableCascadeDecoderPipeline, StableCascadePriorPipeline
from diffusers.models.unets import StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel
from transformers import CLIPTextModelWithProjection

import diffusion
import stage_b
import stage_c
import text
import words

# shift of Stage C, rescale of guidance, r = t, and whether the clean latent of the last step is the result
PRESETS = {"official": (2.0, 0.7, False, True), "comfy": (2.0, 0.0, False, True), "diffusers": (1.0, 0.0, True, False)}


class Demo:
    """The demo model, from an exported folder."""

    def __init__(self, folder, device="cpu"):
        folder = pathlib.Path(folder)
        load = dict(torch_dtype=torch.float32)
        model = CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder", **load).eval().to(device)
        self.text = text.Encoder(words.load(folder / "tokenizer"), model, device)
        self.c = StableCascadeUNet.from_pretrained(folder / "prior", **load).eval().to(device)
        self.b = StableCascadeUNet.from_pretrained(folder / "decoder", **load).eval().to(device)
        self.a = PaellaVQModel.from_pretrained(folder / "vqgan", **load).eval().to(device)
        self.device = device

    @torch.no_grad()
    def codes(self, prompts, generator, preset="official", steps=20, guidance=4.0, negative=""):
        """Stage C: ([B, 16, 6, 6], pooled, pooled of the negative prompt)."""
        shift, rescale, r_is_t, last_x0 = PRESETS[preset]
        hidden, pooled = self.text(prompts, words.LENGTH)
        no_hidden, no_pooled = self.text([negative] * len(prompts), words.LENGTH)

        def predict(x, r):
            r = torch.full((len(x),), r, device=self.device)
            cond = stage_c.call(self.c, x, r, hidden, pooled)
            if guidance <= 1:
                return cond
            return diffusion.guided(cond, stage_c.call(self.c, x, r, no_hidden, no_pooled), guidance, rescale)

        z = diffusion.sample(predict, (len(prompts), 16, 6, 6), steps, shift, generator, r_is_t, self.device, last_x0)
        return z, pooled, no_pooled

    @torch.no_grad()
    def pictures(self, codes, pooled, no_pooled, generator, preset="official", steps=10, guidance=1.0):
        """Stages B and A: uint8 [B, 256, 256, 3]."""
        _, rescale, r_is_t, last_x0 = PRESETS[preset]

        def predict(x, r):
            r = torch.full((len(x),), r, device=self.device)
            cond = stage_b.call(self.b, x, r, pooled, codes)
            if guidance <= 1:
                return cond
            return diffusion.guided(cond, stage_b.call(self.b, x, r, no_pooled, torch.zeros_like(codes)), guidance,
                                    rescale)

        z = diffusion.sample(predict, (len(codes), 4, 64, 64), steps, 1.0, generator, r_is_t, self.device, last_x0)
        rgb = self.a.decode(z * self.a.config.scale_factor).sample.clamp(0, 1)
        return (rgb * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()

    def by_diffusers(self, prompts, seed=0, steps=20, guidance=4.0, negative="", decoder_steps=10,
                     decoder_guidance=1.0, **_):
        """The same with diffusers' own pipelines, unchanged."""
        shared = dict(tokenizer=self.text.tokenizer, text_encoder=self.text.model)
        prior = StableCascadePriorPipeline(prior=self.c, scheduler=DDPMWuerstchenScheduler(), **shared)
        decoder = StableCascadeDecoderPipeline(decoder=self.b, scheduler=DDPMWuerstchenScheduler(), vqgan=self.a,
                                               **shared)
        for p in (prior, decoder):
            p.set_progress_bar_config(disable=True)
        g = torch.Generator().manual_seed(seed)
        made = prior(prompts, negative_prompt=[negative] * len(prompts), height=256, width=256,
                     num_inference_steps=steps, guidance_scale=guidance, generator=g)
        out = decoder(made.image_embeddings, prompts, negative_prompt=[negative] * len(prompts),
                      num_inference_steps=decoder_steps, guidance_scale=decoder_guidance, generator=g, output_type="np")
        return (out.images * 255).round().astype(np.uint8)

    def __call__(self, prompts, seed=0, preset="official", steps=20, guidance=4.0, negative="", decoder_steps=10,
                 decoder_guidance=1.0):
        g = torch.Generator().manual_seed(seed)
        z, pooled, no_pooled = self.codes(prompts, g, preset, steps, guidance, negative)
        return self.pictures(z, pooled, no_pooled, g, preset, decoder_steps, decoder_guidance)
