"""The demo's tokenizer: CLIP's byte-pair encoding with a small vocabulary in which every caption word is one token."""

import collections
import json
import pathlib

from transformers import CLIPTokenizerFast
from transformers.models.clip.tokenization_clip import bytes_to_unicode

import scenes

LENGTH = 77
START, END = "<|startoftext|>", "<|endoftext|>"


def learn_merges(words):
    """Byte-pair merges, most frequent pair first, until every word is one symbol."""
    pieces = {w: list(w[:-1]) + [w[-1] + "</w>"] for w in words}
    merges = []
    while any(len(p) > 1 for p in pieces.values()):
        pairs = collections.Counter(pair for p in pieces.values() for pair in zip(p, p[1:]))
        best = min(pairs, key=lambda q: (-pairs[q], q))
        merges.append(best)
        for w, p in pieces.items():
            out, i = [], 0
            while i < len(p):
                if tuple(p[i:i + 2]) == best:
                    out.append(p[i] + p[i + 1])
                    i += 2
                else:
                    out.append(p[i])
                    i += 1
            pieces[w] = out
    return merges


def write(folder):
    """Writes vocab.json, merges.txt, tokenizer.json and the two configurations."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    merges = learn_merges(scenes.all_words())
    symbols = list(bytes_to_unicode().values())
    tokens = symbols + [s + "</w>" for s in symbols] + [a + b for a, b in merges] + [START, END]
    vocab = {t: i for i, t in enumerate(tokens)}
    assert len(vocab) == len(tokens)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "merges.txt").write_text(
        "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    tok = CLIPTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"), bos_token=START, eos_token=END,
                            unk_token=END, pad_token=END, model_max_length=LENGTH)
    tok.save_pretrained(folder)
    return tok


def load(folder):
    return CLIPTokenizerFast.from_pretrained(folder)
