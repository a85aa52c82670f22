"""Builds the networks of a tiny checkpoint as the libraries' own classes."""

import pathlib

import torch
from diffusers import StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizerFast

import make_tokenizer
import shapes

TINY_TOKENIZER = make_tokenizer.OUT / "tiny"
STAGE_A_SCALE = 0.43  # official: Stage B works on the encoder's output divided by this


def tiny_tokenizer():
    return CLIPTokenizerFast.from_pretrained(TINY_TOKENIZER)


def clip_tokenizer(folder):
    """CLIP's own tokenizer, written to folder on the first call."""
    folder = pathlib.Path(folder)
    if not (folder / "tokenizer.json").exists():
        make_tokenizer.save(folder, make_tokenizer.clip_merges())
    return CLIPTokenizerFast.from_pretrained(folder)


def configurations():
    return shapes.shapes(len(tiny_tokenizer()))


def text_encoder(config):
    return CLIPTextModelWithProjection(CLIPTextConfig(**config))


def previewer(width, channels=16):
    """Semantic latent -> small picture, eight times its size; keys are blocks.0 to blocks.24."""
    n, c, layers = torch.nn, width, []
    for make in (
        lambda: n.Conv2d(channels, c, 1),
        lambda: n.Conv2d(c, c, 3, padding=1),
        lambda: n.ConvTranspose2d(c, c // 2, 2, stride=2),
        lambda: n.Conv2d(c // 2, c // 2, 3, padding=1),
        lambda: n.ConvTranspose2d(c // 2, c // 4, 2, stride=2),
        lambda: n.Conv2d(c // 4, c // 4, 3, padding=1),
        lambda: n.ConvTranspose2d(c // 4, c // 4, 2, stride=2),
        lambda: n.Conv2d(c // 4, c // 4, 3, padding=1),
    ):
        conv = make()
        layers += [conv, n.GELU(), n.BatchNorm2d(conv.out_channels)]
    layers.append(n.Conv2d(c // 4, 3, 1))
    return n.ModuleDict({"blocks": n.Sequential(*layers)})


def build(config):
    """Returns {network: module} with fresh weights."""
    nets = dict(
        text=text_encoder(config["text"]),
        prior=StableCascadeUNet(**config["prior"]),
        decoder=StableCascadeUNet(**config["decoder"]),
        vq=PaellaVQModel(**config["vq"]),
    )
    if "previewer" in config:
        nets["previewer"] = previewer(**config["previewer"])
    return nets


def vq_encode(vq, pictures):
    """Stage A's encoder; PaellaVQModel.encode of diffusers 0.35.2 raises."""
    return vq.down_blocks(vq.in_block(pictures))


def encode_text(model, tok, texts):
    """Returns hidden states [B, 77, c] before the final norm, and pooled [B, 1, p]."""
    t = tok(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt")
    out = model(t.input_ids, attention_mask=t.attention_mask, output_hidden_states=True)
    return out.hidden_states[-1], out.text_embeds[:, None]


_mix = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(16)))[0][:, :12]


def semantic(pictures, h, w):
    """The code that Stage C learns: 2 x 2 mean colours of each cell, mixed into 16 channels, about unit variance."""
    v = torch.nn.functional.adaptive_avg_pool2d(pictures, (2 * h, 2 * w))
    v = (torch.nn.functional.pixel_unshuffle(v, 2) - 0.45) / 0.26
    return torch.einsum("oc,bchw->bohw", _mix, v)
