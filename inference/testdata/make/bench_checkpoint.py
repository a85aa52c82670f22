"""Writes a random checkpoint of about 300 million parameters in diffusers layout: bench_checkpoint.py FOLDER.

Shaped like the official one (CLIP's vocabulary, head size 64, repeats 3, 3, 2, 2, the official Stage A). 1.2 GB float32.
Its pictures are noise; it is there to be timed.
"""

import pathlib
import sys

import torch

import make_tokenizer
import networks
import shapes


def config():
    text = shapes.text(shapes.CLIP_VOCABULARY, 512, 8, 8, 2048, 512, "gelu")
    return dict(
        text=text,
        prior=shapes.prior(text, (768, 768), (12, 12), 768, down=(2, 6), up=(6, 2), image=768),
        decoder=shapes.decoder(text, (160, 320, 640, 640), (0, 0, 10, 10), 640, down=(1, 2, 6, 2), up=(2, 6, 2, 1)),
        vq=dict(shapes.vq(384, 12, 0.3764), num_vq_embeddings=8192),
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(0)
    nets = networks.build(config())
    total = 0
    for part, net in (("text_encoder", "text"), ("prior", "prior"), ("decoder", "decoder"), ("vqgan", "vq")):
        count = sum(p.numel() for p in nets[net].parameters())
        print(f"{part}: {count / 1e6:.1f} M parameters")
        total += count
        nets[net].save_pretrained(folder / part)
    make_tokenizer.save(folder / "tokenizer", make_tokenizer.clip_merges())
    print(f"total: {total / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
