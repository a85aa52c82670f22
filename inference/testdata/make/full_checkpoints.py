"""Writes random checkpoints of the official shapes, bfloat16, in diffusers layout: full_checkpoints.py FOLDER [big] [lite].

All four combinations come from one folder, 15.5 GB: FOLDER/big and FOLDER/lite hold prior and decoder, FOLDER/shared the text
encoder, Stage A and the tokenizer. A model is three paths with commas between, such as
FOLDER/big/prior,FOLDER/lite/decoder,FOLDER/shared.

The numbers are normal, as small as the first weights of Stable Cascade's own code: PyTorch's, and in the last layer of a residual
block smaller by the root of the number of blocks, so that what a block adds is as small beside its input as in a trained network (else eight bits
harm more than bfloat16 does). So the networks neither overflow nor compute with zeros or subnormal numbers, which some processors do more slowly. A hole in a sparse file would read as zeros and never
come from the disk: good enough to open a model or to plan for it (checkpoint's own tests do that), not to time it.
"""

import json
import math
import pathlib
import struct
import sys

import numpy as np
import torch
from diffusers import StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

import make_tokenizer
import shapes

TEXT = shapes.text(shapes.CLIP_VOCABULARY, 1280, 32, 20, 5120, 1280, "gelu")
UNETS = {
    "big/prior": shapes.prior(TEXT, (2048, 2048), (32, 32), 2048, down=(8, 24), up=(24, 8), image=768),
    "lite/prior": shapes.prior(TEXT, (1536, 1536), (24, 24), 1536, down=(4, 12), up=(12, 4), image=768),
    "big/decoder": shapes.decoder(TEXT, (320, 640, 1280, 1280), (-1, -1, 20, 20), 1280, down=(2, 6, 28, 6), up=(6, 28, 6, 2)),
    "lite/decoder": shapes.decoder(TEXT, (320, 576, 1152, 1152), (-1, 9, 18, 18), 1280, down=(2, 4, 14, 4), up=(4, 14, 4, 2),
                                   up_repeats=(2, 2, 2, 2)),
}
POOL = np.random.default_rng(0).standard_normal(1 << 24, np.float32)
POOL[np.abs(POOL) < 1e-3] = 1e-3
POOL = (POOL.view(np.uint32) >> 16).astype(np.uint16)  # as bfloat16
ONE = np.uint16(0x3F80)


def values(name, shape, at, blocks):
    """Yields the bfloat16 bits of a tensor of a network with so many blocks, in pieces."""
    count = math.prod(shape)
    if name.endswith("weight") and ("norm" in name) and len(shape) == 1:
        yield np.full(count, ONE)
        return
    inner = math.prod(shape[1:]) if len(shape) > 1 else shape[0]
    inner *= blocks if name.endswith("channelwise.4.weight") else 1
    down = round(math.log2(math.sqrt(3 * max(inner, 1))))  # the deviation is a power of two: an exponent to take away
    while count > 0:
        start = at % (len(POOL) // 2)
        piece = POOL[start : start + min(count, len(POOL) // 2)] - np.uint16(down << 7)
        yield piece
        count, at = count - len(piece), at + 7919 * len(piece) + 1


def save(path, tensors):
    """Writes a safetensors file of the names and shapes given."""
    table, at = {"__metadata__": {"format": "pt"}}, 0
    blocks = sum(n.startswith("down_blocks.") and n.endswith("channelwise.4.weight") for n in tensors)
    for name, shape in tensors.items():
        size = 2 * math.prod(shape)
        table[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    header = json.dumps(table).encode()
    header += b" " * (-len(header) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(header)) + header)
        for i, (name, shape) in enumerate(tensors.items()):
            for piece in values(name, shape, 104729 * i, blocks):
                f.write(piece.tobytes())
    print(f"{path}: {at / 2e6:.0f} M parameters")


def network(folder, make, file):
    """Writes the network that make builds without memory for its weights, and its configuration."""
    with torch.device("meta"):
        net = make()
    skip = [n for n in net.state_dict() if n.endswith(("position_ids", "num_batches_tracked"))]
    save(folder / file, {n: tuple(t.shape) for n, t in net.state_dict().items() if n not in skip})
    if hasattr(net, "save_config"):
        net.save_config(folder)
    else:
        net.config.save_pretrained(folder)


def main():
    folder = pathlib.Path(sys.argv[1])
    sizes = sys.argv[2:] or ["big", "lite"]
    for name, config in UNETS.items():
        if name.split("/")[0] in sizes:
            network(folder / name, lambda: StableCascadeUNet(**config), "diffusion_pytorch_model.safetensors")
    vq = dict(shapes.vq(384, 12, 0.3764), num_vq_embeddings=8192)
    network(folder / "shared/vqgan", lambda: PaellaVQModel(**vq), "diffusion_pytorch_model.safetensors")
    network(folder / "shared/text_encoder", lambda: CLIPTextModelWithProjection(CLIPTextConfig(**TEXT)), "model.safetensors")
    make_tokenizer.save(folder / "shared/tokenizer", make_tokenizer.clip_merges())


if __name__ == "__main__":
    main()
