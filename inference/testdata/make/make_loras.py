"""Writes ../loras: tiny LoRA files in every format, and pictures of weights merged by hand.

    make_loras.py WORK      WORK: the folder of make_checkpoints.py, for CLIP's tokenizer

Needs peft 0.17.1 and lycoris-lora 3.2.0.post2 (with einops and toml) beside requirements.txt. What each file does to the
weights is computed by these two, or by the formulas of the formats' own programs, in float32; the pictures are made by
diffusers' pipelines with the changed weights. Every other pixel of every other row is kept, and the latents, which tell a
weight of 0.9 from one of 1 more surely.
"""

import copy
import json
import pathlib
import sys

import numpy as np
import peft
import torch
from diffusers import DDPMWuerstchenScheduler, StableCascadeDecoderPipeline, StableCascadePriorPipeline
from lycoris.functional import loha, lokr, locon
from PIL import Image
from safetensors.torch import save_file

import layouts

OUT = layouts.ROOT / "loras"
CASE = dict(prompt="a red circle on white, middle", negative="a blue square", steps=10, guidance=3.0, decoder_steps=8,
            width=128, height=128, seed=4)
ALPHA, RANK = 3.0, 2
G = torch.Generator().manual_seed(5)


def tame(x):
    """Numbers that float16 and bfloat16 hold exactly."""
    x = x.bfloat16().float()
    return torch.where(x.abs() < 2**-12, torch.zeros_like(x), x)


def random(*shape):
    return torch.randn(*shape, generator=G)


def pair(weight, rank=RANK, share=0.5, rows=None):
    """down and up for a weight, such that 1.5 times their product has a share of its norm."""
    rows = rows or weight.shape[0]
    down, up = random(rank, *weight.shape[1:]), random(rows, rank, *(1 for _ in weight.shape[2:]))
    product = up.flatten(1) @ down.flatten(1)
    scale = (share * weight.norm() * (rows / weight.shape[0]) ** 0.5 / (ALPHA / RANK * product.norm())).sqrt()
    return tame(down * scale), tame(up * scale)


def attentions(state):
    """Attention blocks in the order of the official code's list: down before up, by level, by place."""
    names = [k.split(".to_q.weight")[0] for k in state if k.endswith(".attention.to_q.weight")]
    return sorted(names, key=lambda k: (k.split("_")[0] != "down", [int(p) for p in k.split(".")[1:3]]))


def put(path, tensors, dtype=None, metadata=None):
    t = {k: (v if dtype is None or not v.is_floating_point() else v.to(dtype)).contiguous().clone() for k, v in tensors.items()}
    for k, v in tensors.items():
        assert dtype is None or not v.is_floating_point() or torch.equal(t[k].float(), v.float()), k
    save_file(t, OUT / path, metadata=metadata)
    (OUT / path).chmod(0o644)


# Names.


def attn(name):
    """The original code's name of a diffusers layer."""
    return name.replace(".attention.to_out.0", ".attention.attn.out_proj").replace(".attention.to_", ".attention.attn.to_")


def thirds(name):
    for i, part in enumerate(("to_q", "to_k", "to_v")):
        name = name.replace(f".attn.{part}", f".attn.in_proj.{i}")
    return name


def flat(name):
    return name.replace(".", "_")


NAMES = {  # of a layer of Stage C, of a layer of the text encoder, down, up, whether alpha is a tensor
    "onetrainer": (lambda n: "lora_prior_unet_" + flat(attn(n)), lambda n: "lora_prior_te_" + flat(n), "lora_down", "lora_up", True),
    "kohya": (lambda n: "lora_unet_" + flat(thirds(attn(n))), lambda n: "lora_te_" + flat(n), "lora_down", "lora_up", True),
    "diffusers": (lambda n: "prior." + n, lambda n: "text_encoder." + n, "lora_A", "lora_B", False),
    "original": (lambda n: thirds(attn(n)), lambda n: "clip_g.transformer." + n, "lora_A", "lora_B", True),
    "comfy": (lambda n: "diffusion_model." + thirds(attn(n)), lambda n: "text_encoders.clip_g.transformer." + n, "lora_A", "lora_B", True),
}
DTYPES = {"onetrainer": torch.bfloat16, "kohya": torch.float16, "diffusers": None, "original": None, "comfy": torch.bfloat16}


def in_format(name, prior, text):
    """The tensors of {layer: (down, up)} for Stage C and the text encoder in a format."""
    of_prior, of_text, down, up, alpha = NAMES[name]
    out = {}
    for of, pairs in ((of_prior, prior), (of_text, text)):
        for layer, (d, u) in pairs.items():
            out[f"{of(layer)}.{down}.weight"] = d
            out[f"{of(layer)}.{up}.weight"] = u if alpha else u * (ALPHA / RANK)
            if alpha:
                out[f"{of(layer)}.alpha"] = torch.tensor(ALPHA)
    return out


# Merging and pictures.


class Model:
    def __init__(self, name, clip_folder):
        self.name = name
        self.nets, self.tok, _ = layouts.load(name, clip_folder)

    def states(self):
        return {k: {n: v.clone() for n, v in self.nets[k].state_dict().items()} for k in ("prior", "decoder", "text")}

    @torch.no_grad()
    def picture(self, states, prompt=None, words=None):
        """Stage C's latent [1, 16, h, w], every fourth number each way of Stage B's, [1, 4, H/16, W/16], and the picture,
        uint8 [H/2, W/2, 3]. words are (embeddings, output) that stand for "zzz" in the prompt."""
        nets = dict(self.nets)
        for k, state in states.items():
            nets[k] = copy.deepcopy(nets[k])
            nets[k].load_state_dict(state)
        parts = dict(text_encoder=nets["text"], tokenizer=self.tok, scheduler=DDPMWuerstchenScheduler())
        prior, decoder = StableCascadePriorPipeline(prior=nets["prior"], **parts), \
            StableCascadeDecoderPipeline(decoder=nets["decoder"], vqgan=nets["vq"], **parts)
        g = torch.Generator().manual_seed(CASE["seed"])
        text = dict(prompt=prompt or CASE["prompt"], negative_prompt=CASE["negative"])
        if words:
            text = self.spoken(nets["text"], prompt, *words)
        for p in (prior, decoder):
            p.set_progress_bar_config(disable=True)
        size = dict(height=CASE["height"], width=CASE["width"])
        c = prior(**text, **size, num_inference_steps=CASE["steps"], guidance_scale=CASE["guidance"], generator=g,
                  output_type="pt").image_embeddings
        z = decoder(image_embeddings=c, **text, num_inference_steps=CASE["decoder_steps"], guidance_scale=0.0, generator=g,
                    output_type="latent", return_dict=False)
        rgb = nets["vq"].decode(nets["vq"].config.scale_factor * z).sample.clamp(0, 1)[0]
        return c, z[:, :, ::4, ::4], (rgb.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)[::2, ::2]

    def spoken(self, net, prompt, rows, output):
        """The prompt's embeddings with rows in place of the word zzz."""
        before, after = prompt.split("zzz")
        ids = [self.tok(s, add_special_tokens=False).input_ids for s in (before, after)]
        vocab = net.text_model.embeddings.token_embedding
        row = [self.tok.bos_token_id, *ids[0], *range(vocab.num_embeddings, vocab.num_embeddings + len(rows)), *ids[1], self.tok.eos_token_id]
        at, n = 1 + len(ids[0]), len(row)
        row += [self.tok.pad_token_id] * (77 - n)
        eos = net.config.eos_token_id
        net.text_model.embeddings.token_embedding = torch.nn.Embedding.from_pretrained(torch.cat([vocab.weight, rows]))
        mask = torch.tensor([[1] * n + [0] * (77 - n)])
        out = net.text_model(torch.tensor([row]), attention_mask=mask, output_hidden_states=True)
        hidden = out.hidden_states[-1].clone()
        pooled = net.text_projection(out.last_hidden_state[:, row.index(eos)])
        if output is not None:
            hidden[0, at:at + len(rows)] += output
        t = self.tok([CASE["negative"]], padding="max_length", max_length=77, truncation=True, return_tensors="pt")
        no = net(t.input_ids, attention_mask=t.attention_mask, output_hidden_states=True)
        return dict(prompt_embeds=hidden, prompt_embeds_pooled=pooled[:, None], negative_prompt_embeds=no.hidden_states[-1],
                    negative_prompt_embeds_pooled=no.text_embeds[:, None])


def add(states, network, deltas, weight):
    for layer, delta in deltas.items():
        w = states[network][layer + ".weight"]
        w += weight * delta.reshape(w.shape)
    return states


class Cases:
    def __init__(self):
        self.rows, self.latents = [], {}

    def add(self, name, model, states, loras, prompt=None, words=None):
        """One picture. loras is a list of alternatives that must all make it, each a list of (file, weight)."""
        prior, decoder, picture = model.picture(states, prompt, words)
        self.latents.update({f"{name}.prior": prior.clone(), f"{name}.decoder": decoder.clone()})
        Image.fromarray(picture).save(OUT / f"{name}.png", optimize=True)
        self.rows.append(dict(name=name, checkpoint=model.name, **{**CASE, "prompt": prompt or CASE["prompt"]},
                              loras=[[dict(file=f, weight=w) for f, w in a] for a in loras]))
        print(name, picture.mean((0, 1)).round(1), prior.abs().max().item(), decoder.abs().max().item(), flush=True)


def plain(model, cases):
    """The five formats of one LoRA: Linear layers, 1x1 and depthwise convolutions, text encoder."""
    base = model.states()
    prior = {k[:-7]: v for k, v in base["prior"].items() if k.endswith(".weight") and v.dim() > 1}
    chosen = [k for k in prior if ".attention.to_" in k or k.startswith("down_blocks.0.") and "norm" not in k
              or k in ("embedding.1", "clip_txt_mapper", "clip_txt_pooled_mapper", "clip_img_mapper")]
    text = {k[:-7]: v for k, v in base["text"].items() if k.endswith(".weight") and v.dim() > 1 and "embedding" not in k}
    chosen_text = [k for k in text if "layers.0." in k or k == "text_projection"]
    # Attention hardly matters to these networks, and what the last layers do is amplified by the first step.
    of_prior = {k: pair(prior[k], share=1.0 if ".attention." in k else 0.1) for k in chosen}
    of_text = {k: pair(text[k], share=1.0 if ".self_attn." in k else 0.3) for k in chosen_text}
    for name in NAMES:
        put(f"{name}.safetensors", in_format(name, of_prior, of_text), DTYPES[name],
            {"ss_output_name": "golden", "modelspec.trigger_phrase": "circle"} if name == "kohya" else None)
    by = ALPHA / RANK

    def merged(weight):
        s = model.states()
        add(s, "prior", {k: by * (u.flatten(1) @ d.flatten(1)) for k, (d, u) in of_prior.items()}, weight)
        return add(s, "text", {k: by * u @ d for k, (d, u) in of_text.items()}, weight)

    for weight, formats in ((1, list(NAMES)), (0.6, ["onetrainer", "diffusers"]), (-0.5, ["original"])):
        cases.add(f"plain@{weight}", model, merged(weight), [[(f"{n}.safetensors", weight)] for n in formats])
    return merged


def official(model, cases):
    """The official code's own file, for fused original weights: attention alone, and differences of token embeddings."""
    base, out = model.states(), {}
    deltas = {}
    for k, block in enumerate(attentions(base["prior"])):
        w = base["prior"][block + ".to_out.0.weight"]
        for j, rows in ((2 * k, w.shape[0]), (2 * k + 1, 3 * w.shape[0])):
            down, up = pair(w, rank=4, share=0.5, rows=rows)
            down, up = 2 * down, 2 * up  # alpha is 1
            out[f"weights.{j}.lora_down"], out[f"weights.{j}.lora_up"] = down, up
            delta = up @ down / 4
            parts = [".to_out.0"] if j % 2 == 0 else [".to_q", ".to_k", ".to_v"]
            deltas.update({block + p: d for p, d in zip(parts, delta.chunk(len(parts)))})
    ids = model.tok(" red circle", add_special_tokens=False).input_ids
    rows = tame(0.5 * random(len(ids), base["text"]["text_model.embeddings.token_embedding.weight"].shape[1]))
    out["embeddings.embeddings"], out["embeddings.indices"] = rows, torch.tensor(ids)
    put("official.safetensors", out)
    for weight in (1, 0.6):
        s = add(model.states(), "prior", deltas, weight)
        for i, r in zip(ids, rows):
            s["text"]["text_model.embeddings.token_embedding.weight"][i] += weight * r
        cases.add(f"official@{weight}", model, s, [[("official.safetensors", weight)]])


def transposed(model, cases):
    """ComfyUI's combined files: attention by parts, a text projection that is stored transposed."""
    base = model.states()
    names = [b + p for b in attentions(base["prior"]) for p in (".to_q", ".to_out.0")]
    prior = {k: pair(base["prior"][k + ".weight"], share=0.4) for k in names}
    text = {"text_projection": pair(base["text"]["text_projection.weight"], share=0.4)}
    put("comfy-checkpoint.safetensors", in_format("onetrainer", prior, text), torch.float16)
    s = add(model.states(), "prior", {k: 1.5 * u @ d for k, (d, u) in prior.items()}, 1)
    add(s, "text", {k: 1.5 * u @ d for k, (d, u) in text.items()}, 1)
    cases.add("comfy-checkpoint@1", model, s, [[("comfy-checkpoint.safetensors", 1)]])


def dora(model, cases):
    """PEFT's DoRA, made, saved and merged by PEFT, with its configuration in the metadata as diffusers keeps it."""
    targets = ["to_q", "to_out.0", "channelwise.0", "embedding.1", "clip_txt_mapper"]
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, use_dora=True, target_modules=targets)

    def build():
        net = peft.get_peft_model(copy.deepcopy(model.nets["prior"]), config)
        g = torch.Generator().manual_seed(9)
        for name, p in net.named_parameters():
            if "lora_B" in name or "lora_A" in name:
                p.data = tame(0.05 * torch.randn(p.shape, generator=g))
            elif "magnitude" in name:
                p.data = p.data * (1 + 0.3 * torch.rand(p.shape, generator=g))
        return net

    state = peft.get_peft_model_state_dict(build())
    put("peft-dora.safetensors", state, metadata={
        "format": "pt", "lora_adapter_metadata": json.dumps({"prior.r": RANK, "prior.lora_alpha": ALPHA, "prior.use_dora": True})})
    for weight in (1, 0.6):
        net = build()
        for m in net.modules():
            if isinstance(m, peft.tuners.lora.LoraLayer):
                m.scale_layer(weight)
        s = {**model.states(), "prior": net.merge_and_unload().state_dict()}
        cases.add(f"peft-dora@{weight}", model, s, [[("peft-dora.safetensors", weight)]])


def dora_scale(model, cases):
    """DoRA as LyCORIS, OneTrainer and ComfyUI store it: by output rows, or by input columns."""
    base, out, target = model.states(), {}, {}
    for i, block in enumerate(attentions(base["prior"])):
        for part in (".to_q", ".to_v"):
            name = block + part
            w = base["prior"][name + ".weight"]
            down, up = pair(w)
            new = w + ALPHA / RANK * up @ down
            axis = 1 if i % 2 else 0
            norm = new.norm(dim=axis, keepdim=True)
            scale = tame(w.norm(dim=axis, keepdim=True) * (0.3 + 1.5 * torch.rand(norm.shape, generator=G)))
            target[name] = scale * new / norm
            key = "lora_prior_unet_" + flat(attn(name))
            out.update({key + ".lora_down.weight": down, key + ".lora_up.weight": up, key + ".alpha": torch.tensor(ALPHA),
                        key + ".dora_scale": scale})
    put("dora-scale.safetensors", out, torch.bfloat16)
    for weight in (1, 0.6):
        s = add(model.states(), "prior", {k: v - base["prior"][k + ".weight"] for k, v in target.items()}, weight)
        cases.add(f"dora-scale@{weight}", model, s, [[("dora-scale.safetensors", weight)]])


def lycoris(model, cases, merged):
    """LoHa, LoKr and LoCon with a middle (Tucker), of Stage C and Stage B; whole differences of weight and bias."""
    base, out = model.states(), {}
    deltas = {"prior": {}, "decoder": {}}
    by = ALPHA / RANK

    def weigh(delta, w, tensors, grow):
        """Scales one tensor so that the change has half of the weight's norm."""
        k = float(0.5 * w.norm() / delta.norm())
        tensors[grow] = tensors[grow] * k
        return tensors

    blocks = attentions(base["prior"])
    for i, block in enumerate(blocks):
        name, key = block + ".to_q", "lora_unet_" + flat(attn(block + ".to_q"))
        w = base["prior"][name + ".weight"]
        o, n = w.shape
        if i % 2 == 0:
            t = dict(hada_w1_a=random(o, RANK), hada_w1_b=random(RANK, n), hada_w2_a=random(o, RANK), hada_w2_b=random(RANK, n))
            make = lambda t: loha.diff_weight(t["hada_w1_b"], t["hada_w1_a"], t["hada_w2_b"], t["hada_w2_a"], None, None, gamma=by)  # noqa: E731
            t = weigh(make(t), w, t, "hada_w1_a")
        else:
            t = dict(lokr_w1=random(4, 4), lokr_w2_a=random(o // 4, RANK), lokr_w2_b=random(RANK, n // 4))
            make = lambda t: lokr.diff_weight(t["lokr_w1"], None, None, None, t["lokr_w2_a"], t["lokr_w2_b"], None, gamma=ALPHA)  # noqa: E731
            t = weigh(make(t), w, t, "lokr_w1")
        deltas["prior"][name] = make(t)
        out.update({f"{key}.{k}": v for k, v in {**t, "alpha": torch.tensor(ALPHA)}.items()})
    name = "down_downscalers.1.1"  # of Stage B, 2x2
    w = base["decoder"][name + ".weight"]
    t = {"lora_down.weight": random(RANK, w.shape[1], 1, 1), "lora_up.weight": random(w.shape[0], RANK, 1, 1),
         "lora_mid.weight": random(RANK, RANK, *w.shape[2:])}
    make = lambda t: locon.diff_weight(t["lora_down.weight"], t["lora_up.weight"], t["lora_mid.weight"], gamma=by)  # noqa: E731
    t = weigh(make(t), w, t, "lora_up.weight")
    deltas["decoder"][name] = make(t)
    out.update({f"lora_decoder_unet_{flat(name)}.{k}": v for k, v in {**t, "alpha": torch.tensor(ALPHA)}.items()})
    name = "down_downscalers.2.1"
    w = base["decoder"][name + ".weight"]
    t = dict(hada_w1_a=random(RANK, w.shape[0]), hada_w1_b=random(RANK, w.shape[1]), hada_t1=random(RANK, RANK, *w.shape[2:]),
             hada_w2_a=random(RANK, w.shape[0]), hada_w2_b=random(RANK, w.shape[1]), hada_t2=random(RANK, RANK, *w.shape[2:]))
    make = lambda t: loha.diff_weight(t["hada_w1_b"], t["hada_w1_a"], t["hada_w2_b"], t["hada_w2_a"], t["hada_t1"], t["hada_t2"], gamma=by)  # noqa: E731
    t = weigh(make(t), w, t, "hada_w1_a")
    deltas["decoder"][name] = make(t)
    out.update({f"lora_decoder_unet_{flat(name)}.{k}": v for k, v in {**t, "alpha": torch.tensor(ALPHA)}.items()})
    name = "down_downscalers.3.1"
    w = base["decoder"][name + ".weight"]
    t = dict(lokr_w1_a=random(2, 1), lokr_w1_b=random(1, 2), lokr_t2=random(RANK, RANK, *w.shape[2:]),
             lokr_w2_a=random(RANK, w.shape[0] // 2), lokr_w2_b=random(RANK, w.shape[1] // 2))
    # lycoris divides by the rank of the first factor where both are pairs, ComfyUI by that of the second: they agree when
    # alpha says so. Here both ranks differ, and ComfyUI's way counts.
    make = lambda t: lokr.diff_weight(t["lokr_w1_a"] @ t["lokr_w1_b"], None, None, None, t["lokr_w2_a"], t["lokr_w2_b"], t["lokr_t2"], gamma=1.0)  # noqa: E731
    t = weigh(make(t) * by * t["lokr_w2_a"].shape[1], w, t, "lokr_w1_a")
    deltas["decoder"][name] = make(t) * by * t["lokr_w2_a"].shape[1]
    out.update({f"lora_decoder_unet_{flat(name)}.{k}": v for k, v in {**t, "alpha": torch.tensor(ALPHA)}.items()})
    w = base["prior"]["clip_txt_mapper.weight"]
    diff, bias = 0.2 * w.std() * random(*w.shape), 0.2 * random(w.shape[0])
    deltas["prior"]["clip_txt_mapper"] = diff
    out["lora_unet_clip_txt_mapper.diff"], out["lora_unet_clip_txt_mapper.diff_b"] = diff, bias
    put("lycoris.safetensors", out)

    def put_on(s, weight):
        for net, d in deltas.items():
            add(s, net, d, weight)
        s["prior"]["clip_txt_mapper.bias"] += weight * bias
        return s

    for weight in (1, 0.6):
        cases.add(f"lycoris@{weight}", model, put_on(model.states(), weight), [[("lycoris.safetensors", weight)]])
    cases.add("together", model, put_on(merged(1), 0.6), [[("kohya.safetensors", 1), ("lycoris.safetensors", 0.6)],
                                                        [("lycoris.safetensors", 0.6), ("comfy.safetensors", 0.4), ("onetrainer.safetensors", 0.6)]])


def words(model, cases):
    """Textual inversion: a file of its own, and OneTrainer's bundle with what is added to the output."""
    width = model.states()["text"]["text_model.embeddings.token_embedding.weight"].shape[1]
    rows, output = tame(0.5 * random(2, width)), tame(0.5 * random(2, width))
    put("zzz.safetensors", {"clip_g": rows})
    put("bundle.safetensors", {"bundle_emb.zzz.clip_g": rows, "bundle_emb.zzz.clip_g_out": output})
    prompt = "a red zzz on white"
    cases.add("word", model, model.states(), [[("zzz.safetensors", 1)]], prompt, (rows, None))
    cases.add("bundle", model, model.states(), [[("bundle.safetensors", 1)]], prompt, (rows, output))


def main():
    torch.set_num_threads(1)
    OUT.mkdir(exist_ok=True)
    for f in OUT.iterdir():
        f.unlink()
    clip = pathlib.Path(sys.argv[1]) / "clip"
    cases = Cases()
    a = Model("diffusers-a", clip)
    cases.add("without", a, {}, [[], [("kohya.safetensors", 0)]])
    merged = plain(a, cases)
    dora(a, cases)
    dora_scale(a, cases)
    lycoris(a, cases, merged)
    words(a, cases)
    official(Model("original", clip), cases)
    transposed(Model("comfy", clip), cases)
    put("golden.safetensors", cases.latents)
    (OUT / "cases.json").write_text(json.dumps(cases.rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
