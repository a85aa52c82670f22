"""Writes ../../tokenizer/testdata: token ids of awkward strings by transformers, for CLIP's vocabulary and a tiny one.

Needs CLIP's merge list, ../../../assets/tokenizer/bpe_simple_vocab_16e6.txt.gz.
With a folder as argument also leaves CLIP's vocab.json, merges.txt and tokenizer.json there.
"""

import gzip
import json
import pathlib
import shutil
import sys
import tempfile

import regex
from transformers import CLIPTokenizerFast

import awkward
import scenes

ROOT = pathlib.Path(__file__).resolve().parents[3]
GZ = ROOT / "assets" / "tokenizer" / "bpe_simple_vocab_16e6.txt.gz"
OUT = ROOT / "inference" / "tokenizer" / "testdata"
BOS, EOS = "<|startoftext|>", "<|endoftext|>"
PIECES = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE)


def byte_symbols():
    """The 256 byte symbols in vocabulary order: printable bytes first, then the others."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(rest)}


def vocabulary(merges):
    symbols = list(byte_symbols().values())
    words = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges] + [BOS, EOS]
    assert len(set(words)) == len(words)
    return {w: i for i, w in enumerate(words)}


def clip_merges():
    lines = gzip.open(GZ).read().decode("utf-8").split("\n")
    return [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]


def tiny_merges(texts, count):
    """Byte pair encoding of texts, the commonest pair first."""
    table = byte_symbols()
    words = {}
    for text in texts:
        for piece in PIECES.findall(text.lower()):
            s = [table[b] for b in piece.encode()]
            s[-1] += "</w>"
            words[tuple(s)] = words.get(tuple(s), 0) + 1
    merges = []
    for _ in range(count):
        pairs = {}
        for word, n in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] = pairs.get(pair, 0) + n
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        joined = {}
        for word, n in words.items():
            out, i = [], 0
            while i < len(word):
                if word[i : i + 2] == best:
                    out.append(word[i] + word[i + 1])
                    i += 2
                else:
                    out.append(word[i])
                    i += 1
            joined[tuple(out)] = joined.get(tuple(out), 0) + n
        words = joined
    return merges


def save(folder, merges, fast=True):
    """Writes a CLIP tokenizer folder and returns the tokenizer; without fast no tokenizer.json."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary(merges), ensure_ascii=False, separators=(",", ":")))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    tok = CLIPTokenizerFast(
        vocab_file=str(folder / "vocab.json"), merges_file=str(folder / "merges.txt"), model_max_length=77
    )
    tok.save_pretrained(folder)
    if not fast:
        (folder / "tokenizer.json").unlink()
    return tok


def goldens(tok, texts):
    rows = []
    for text in texts:
        e = tok(text, padding="max_length", max_length=tok.model_max_length, truncation=True, return_attention_mask=True)
        ids, mask = e["input_ids"], e["attention_mask"]
        n = sum(mask)
        assert len(ids) == 77 and mask == [1] * n + [0] * (77 - n)
        assert set(ids[n:]) <= {tok.pad_token_id}
        full = tok(text, truncation=False)["input_ids"]
        rows.append({"text": text, "ids": ids[:n], "cut": len(full) - n})
    return rows


def write(path, tok, rows):
    head = {
        "made_with": "transformers 4.56.2, tokenizers 0.22.2",
        "length": 77,
        "bos": tok.bos_token_id,
        "eos": tok.eos_token_id,
        "pad": tok.pad_token_id,
    }
    lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
    path.write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def check_against_merge_list(tok, merges):
    """Plain ASCII must come out as the merge list alone says."""
    vocab, rank, table = vocabulary(merges), {m: i for i, m in enumerate(merges)}, byte_symbols()
    texts = [t for t in awkward.strings() if t.isascii() and "<|" not in t and all(c >= " " for c in t)]
    for text in texts:
        want = []
        for piece in PIECES.findall(text.lower()):
            s = [table[b] for b in piece.encode()]
            s[-1] += "</w>"
            while len(s) > 1:
                best = min(zip(s, s[1:]), key=lambda p: rank.get(p, 1 << 30))
                if best not in rank:
                    break
                out, i = [], 0
                while i < len(s):
                    if tuple(s[i : i + 2]) == best:
                        out.append(s[i] + s[i + 1])
                        i += 2
                    else:
                        out.append(s[i])
                        i += 1
                s = out
            want += [vocab[x] for x in s]
        got = tok(text)["input_ids"][1:-1]
        assert got == want, (text, got, want)
    print(f"{len(texts)} plain strings agree with the merge list")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    texts = awkward.strings()

    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    merges = clip_merges()
    tok = save(folder, merges)
    check_against_merge_list(tok, merges)
    write(OUT / "clip.json", tok, goldens(tok, texts))
    if len(sys.argv) == 1:
        shutil.rmtree(folder)

    merges = tiny_merges(scenes.captions(2000) + ["bad, blurry picture", "no shape"], 120)
    tok = save(OUT / "tiny", merges)
    check_against_merge_list(tok, merges)
    write(OUT / "tiny.json", tok, goldens(tok, texts))


if __name__ == "__main__":
    main()
