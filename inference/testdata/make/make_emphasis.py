"""Writes ../golden/emphasis: what weighted prompts become in the text encoder. Run as `python make_emphasis.py`.

Each case gives a prompt as it is typed and, written out by hand, the texts it consists of with their weights. The
texts are tokenized one by one by transformers, joined, cut to 75 tokens and encoded by transformers' text encoder; the
hidden states before the final norm are then multiplied token by token. The pooled text is not weighted.
"""

import json

import torch
from safetensors.torch import save_file

import layouts
import networks

OUT = layouts.ROOT / "golden" / "emphasis"
MADE = "torch 2.8.0, transformers 4.56.2"
LONG = "a green triangle on yellow, "
CASES = [
    ("a red circle on white, middle", [("a red circle on white, middle", 1)]),
    ("a (red:1.0) circle on white, (middle:1)", [("a red circle on white, middle", 1)]),
    ("a (red) circle on [white], ((middle))", [("a ", 1), ("red", 1.1), (" circle on ", 1), ("white", 1 / 1.1), (", ", 1), ("middle", 1.21)]),
    (r"(a blue (square:2), \(left\):0.5) \\", [("a blue ", 0.5), ("square", 1), (", (left)", 0.5), (" \\", 1)]),
    ("(red:-0.75)[[green]](blue:0) (circle", [("red", -0.75), ("green", 1 / 1.21), ("blue", 0), (" (circle", 1)]),
    (LONG * 8 + f"({LONG * 4}:1.4) (red:2)", [(LONG * 8, 1), (LONG * 4, 1.4), (" ", 1), ("red", 2)]),
]


@torch.no_grad()
def encode(model, tok, pieces):
    """Returns hidden [1, 77, c] and pooled [1, 1, p] of weighted pieces."""
    ids, weights = [], []
    for text, weight in pieces:
        new = tok(text, add_special_tokens=False).input_ids
        ids, weights = ids + new, weights + [weight] * len(new)
    ids, weights = ids[:75], weights[:75]
    pads = 75 - len(ids)
    mask = [1] * (len(ids) + 2) + [0] * pads
    weights = [1.0] + weights + [1.0] * (pads + 1)
    ids = [tok.bos_token_id] + ids + [tok.eos_token_id] + [tok.pad_token_id] * pads
    out = model(torch.tensor([ids]), attention_mask=torch.tensor([mask]), output_hidden_states=True)
    return out.hidden_states[-1] * torch.tensor(weights)[None, :, None], out.text_embeds[:, None]


def main():
    torch.set_num_threads(1)
    OUT.mkdir(exist_ok=True)
    tensors, rows = {}, []
    for name in ("diffusers-a", "lite-bf16"):
        nets, tok, _ = layouts.load(name, None)
        for i, (prompt, pieces) in enumerate(CASES):
            hidden, pooled = encode(nets["text"], tok, pieces)
            key = f"{name}.{i}"
            tensors[f"{key}.hidden"], tensors[f"{key}.pooled"] = hidden.float().contiguous(), pooled.float().contiguous()
            rows.append(dict(checkpoint=name, prompt=prompt, hidden=f"{key}.hidden", pooled=f"{key}.pooled"))
    save_file(tensors, OUT / "emphasis.safetensors")
    (OUT / "emphasis.safetensors").chmod(0o644)
    lines = ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows)
    (OUT / "cases.json").write_text(f'{{"made_with": "{MADE}", "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
