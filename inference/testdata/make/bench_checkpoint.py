"""Writes a random checkpoint of about 300 million parameters in diffusers layout: bench_checkpoint.py FOLDER [lite].

Shaped like the official one (CLIP's vocabulary, head size 64, repeats 3, 3, 2, 2, the official Stage A). 1.2 GB float32. With
lite it has the official lite shapes, bfloat16, 4.9 GB. Its pictures are noise; it is there to be timed.
"""

import math
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


def lite():
    text = shapes.text(shapes.CLIP_VOCABULARY, 1280, 32, 20, 5120, 1280, "gelu")
    return dict(
        text=text,
        prior=shapes.prior(text, (1536, 1536), (24, 24), 1536, down=(4, 12), up=(12, 4), image=768),
        decoder=shapes.decoder(text, (320, 576, 1152, 1152), (-1, 9, 18, 18), 1280, down=(2, 4, 14, 4), up=(4, 14, 4, 2),
                               up_repeats=(2, 2, 2, 2)),
        vq=dict(shapes.vq(384, 12, 0.3764), num_vq_embeddings=8192),
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(0)
    full = sys.argv[2:] == ["lite"]
    if full:
        torch.set_default_dtype(torch.bfloat16)
    nets = networks.build(lite() if full else config())
    for net in (nets["prior"], nets["decoder"]) if full else ():  # as Stable Cascade's own code starts them; see full_checkpoints.py
        last = [p for n, p in net.down_blocks.named_parameters() if n.endswith("channelwise.4.weight")]
        for p in last + [p for n, p in net.up_blocks.named_parameters() if n.endswith("channelwise.4.weight")]:
            p.data /= math.sqrt(len(last))
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
