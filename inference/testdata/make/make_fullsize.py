"""Writes the networks that read pictures at their official shapes with random weights: make_fullsize.py FOLDER.

effnet_encoder 81.5 MB, image_encoder 1.2 GB, canny and inpainting 218 MB, super_resolution 814 MB; for
`FULLSIZE=FOLDER go test -v -run TestFullSize ./inference/golden`.
"""

import pathlib
import sys

import torch
from torch import nn
from torchvision.models import efficientnet_v2_s
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

import layouts
import make_pictures as tiny


def encoder():
    net = nn.Module()
    net.backbone = efficientnet_v2_s().features
    net.mapper = nn.Sequential(nn.Conv2d(1280, 16, 1, bias=False), nn.BatchNorm2d(16, affine=False))
    return net


def control(channels, large=False):
    net = nn.Module()
    net.backbone = efficientnet_v2_s().features
    net.backbone[0][0] = nn.Conv2d(channels, 24, 3, 2, bias=False)
    if large:
        net.backbone = nn.Sequential(
            nn.Conv2d(channels, 16384, 1), nn.LeakyReLU(0.2), nn.Conv2d(16384, 1024, 1),
            *[tiny.Residual(1024) for _ in range(8)], nn.Conv2d(1024, 1280, 1),
        )
    net.projections = nn.ModuleList(
        nn.Sequential(nn.Conv2d(1280, 1280, 1, bias=False), nn.LeakyReLU(0.2), nn.Conv2d(1280, 2048, 1, bias=False)) for _ in tiny.BLOCKS
    )
    return net


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    layouts.save(folder / "effnet_encoder.safetensors", encoder().state_dict(), torch.float32)
    for name, net in (("canny", control(1)), ("inpainting", control(4)), ("super_resolution", control(16, large=True))):
        print(name, sum(p.numel() for p in net.state_dict().values()))
        layouts.save(folder / f"{name}.safetensors", net.state_dict(), torch.float32)
    config = CLIPVisionConfig(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=224,
                              patch_size=14, projection_dim=768, hidden_act="quick_gelu", layer_norm_eps=1e-5)
    CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")


if __name__ == "__main__":
    main()
