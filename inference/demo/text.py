"""The text encoder: a small CLIPTextModelWithProjection that learns what captions say, then stays as it is.

Its training is only the attribute warm-up: from the pooled vector, linear heads must read thing, colour, setting,
place and size (or that the caption does not say). Stages B and C then train on a fixed text encoder, side by side.

All pads look the same to Stage C: they share one position embedding from position SHORT - 1 on, so training may run
on SHORT tokens where the last stands for all pads (see stage_c.PadWeight).
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

import scenes
import words
from common import Run, WIDTH

SHORT = 24
SMOOTH = 0.15  # less, and the encoder takes a colour that it never saw with a tree as a sign against trees
ATTRIBUTES = {"thing": scenes.THINGS, "colour": scenes.COLOURS, "setting": scenes.SETTINGS, "place": scenes.PLACES,
              "size": scenes.SIZES}


def build(vocabulary):
    return CLIPTextModelWithProjection(CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, intermediate_size=4 * WIDTH, projection_dim=WIDTH,
        num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=words.LENGTH, hidden_act="gelu",
        bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1, pad_token_id=vocabulary - 1))


def tie_pads(model):
    """Gives all positions from SHORT - 1 on the position embedding of the first of them."""
    with torch.no_grad():
        table = model.text_model.embeddings.position_embedding.weight
        table[SHORT:] = table[SHORT - 1]


class Encoder:
    """Captions to (hidden [B, SHORT, WIDTH], pooled [B, 1, WIDTH]). Captions of more tokens are cut."""

    def __init__(self, tokenizer, model, device):
        self.tokenizer, self.model, self.device = tokenizer, model, device

    def ids(self, captions, length=SHORT):
        t = self.tokenizer(captions, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        return t.input_ids.to(self.device), t.attention_mask.to(self.device)

    def __call__(self, captions, length=SHORT):
        ids, mask = self.ids(captions, length)
        out = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        return out.hidden_states[-1], out.text_embeds.unsqueeze(1)


class _WithHeads(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.heads = nn.ModuleDict({k: nn.Linear(WIDTH, len(v) + 1) for k, v in ATTRIBUTES.items()})


def targets(scene, caption):
    """What a caption says, by attribute; len(values) where it says nothing."""
    said = set(caption.replace(",", " ").replace(".", " ").split())

    def says(groups, value):
        joined = f" {' '.join(caption.replace(',', ' ').replace('.', ' ').split())} "
        return any(f" {p} " in joined for p in groups[value])

    out = {"thing": scenes.THINGS.index(scene.thing)}
    out["colour"] = scenes.COLOURS.index(scene.colour) if says(scenes.COLOUR_WORDS, scene.colour) else 8
    out["setting"] = scenes.SETTINGS.index(scene.setting) if says(scenes.SETTING_WORDS, scene.setting) else 6
    out["place"] = scenes.PLACES.index(scene.place) if says(scenes.PLACE_WORDS, scene.place) else 5
    out["size"] = scenes.SIZES.index(scene.size) if said & set(scenes.SIZE_WORDS[scene.size]) else 2
    return out


def train(work, minutes):
    tokenizer = words.write(work.path("tokenizer"))
    torch.manual_seed(11)
    model = build(len(tokenizer)).to(work.device)
    net = _WithHeads(model).to(work.device)
    run = Run(work, "text", net, minutes, rate=1.5e-3, average=0.995)
    encoder = Encoder(tokenizer, model, work.device)
    rng = np.random.default_rng(2000 + run.steps)
    while not run.done:
        captions, want = [], []
        for _ in range(128):
            s = scenes.random_scene(rng)
            captions.append(scenes.caption(rng, s))
            want.append(targets(s, captions[-1]))
        hidden, pooled = encoder(captions)
        loss, right = 0.0, 0.0
        for k, head in net.heads.items():
            y = torch.tensor([w[k] for w in want], device=work.device)
            logits = head(pooled[:, 0])
            loss = loss + F.cross_entropy(logits, y, label_smoothing=SMOOTH)
            right += (logits.argmax(1) == y).float().mean() / len(net.heads)
        loss = loss + 1e-3 * (pooled ** 2).mean() + 1e-4 * (hidden ** 2).mean()
        run.step(loss, len(captions), right=right)
    smooth = run.save()
    tie_pads(smooth.model)
    work.save("text_final.pt", smooth.model.state_dict())


def load(work):
    tokenizer = words.load(work.path("tokenizer"))
    model = build(len(tokenizer)).to(work.device)
    model.load_state_dict(work.load("text_final.pt"))
    return Encoder(tokenizer, model.eval().requires_grad_(False), work.device)
