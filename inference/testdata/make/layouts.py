"""Writes and reads the four ways a checkpoint lies on disk."""

import json
import pathlib
import shutil

import torch
from diffusers import DDPMWuerstchenScheduler, StableCascadeUNet
from diffusers.pipelines.wuerstchen import PaellaVQModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModelWithProjection

import networks

ROOT = pathlib.Path(__file__).resolve().parents[1]
CHECKPOINTS = ROOT / "checkpoints"


# Names of the original files.


def unet_to_original(state, split=False):
    """Fuses to_q, to_k, to_v into in_proj (unless split), and renames Stage B's text mapper."""
    out = {}
    for k, v in state.items():
        if ".attention.to_q." in k and not split:
            parts = [state[k.replace("to_q", p)] for p in ("to_q", "to_k", "to_v")]
            head, tail = k.split(".attention.to_q.")
            out[f"{head}.attention.attn.in_proj_{tail}"] = torch.cat(parts)
        elif ".attention.to_q." in k or ((".attention.to_k." in k or ".attention.to_v." in k) and split):
            out[k.replace(".attention.", ".attention.attn.")] = v
        elif ".attention.to_k." in k or ".attention.to_v." in k:
            pass
        elif ".attention.to_out.0." in k:
            out[k.replace(".attention.to_out.0.", ".attention.attn.out_proj.")] = v
        elif k.startswith("clip_txt_pooled_mapper.") and "clip_txt_mapper.weight" not in state:
            out[k.replace("clip_txt_pooled_mapper", "clip_mapper")] = v
        else:
            out[k] = v
    return out


def unet_from_original(state):
    out = {}
    for k, v in state.items():
        if ".attention.attn.in_proj_" in k:
            head, tail = k.split(".attention.attn.in_proj_")
            for p, part in zip(("to_q", "to_k", "to_v"), v.chunk(3)):
                out[f"{head}.attention.{p}.{tail}"] = part
        else:
            k = k.replace(".attention.attn.out_proj.", ".attention.to_out.0.").replace(".attention.attn.", ".attention.")
            out[k.replace("clip_mapper.", "clip_txt_pooled_mapper.")] = v
    return out


def vq_to_original(state):
    return {k.replace("vquantizer.embedding.", "vquantizer.codebook."): v for k, v in state.items()}


def vq_from_original(state):
    return {k.replace("vquantizer.codebook.", "vquantizer.embedding."): v for k, v in state.items()}


# Writing.


def cast(state, dtype):
    return {k: (v.to(dtype) if v.is_floating_point() else v).contiguous().clone() for k, v in state.items()}


def save(path, state, dtype):
    save_file(cast(state, dtype), path, metadata={"format": "pt"})


def fresh(name):
    folder = CHECKPOINTS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def copy_tokenizer(folder, names):
    (folder / "tokenizer").mkdir()
    for n in names:
        shutil.copy(networks.TINY_TOKENIZER / n, folder / "tokenizer" / n)


def write_diffusers_a(nets):
    folder = fresh("diffusers-a")
    for part, net in (("prior", "prior"), ("decoder", "decoder"), ("vqgan", "vq"), ("text_encoder", "text")):
        nets[net].save_pretrained(folder / part)
    DDPMWuerstchenScheduler().save_pretrained(folder / "scheduler")
    copy_tokenizer(folder, ["merges.txt", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"])
    index = {
        "_class_name": "StableCascadeDecoderPipeline",
        "_diffusers_version": "0.35.2",
        "decoder": ["diffusers", "StableCascadeUNet"],
        "latent_dim_scale": 10.67,
        "scheduler": ["diffusers", "DDPMWuerstchenScheduler"],
        "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
        "tokenizer": ["transformers", "CLIPTokenizerFast"],
        "vqgan": ["wuerstchen", "PaellaVQModel"],
    }
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")


def write_lite(nets):
    folder, b = fresh("lite-bf16"), torch.bfloat16
    nets["prior"].to(b).save_pretrained(folder / "prior_lite", variant="bf16")
    nets["decoder"].to(b).save_pretrained(folder / "decoder_lite", variant="bf16", max_shard_size="250KB")
    nets["vq"].to(b).save_pretrained(folder / "vqgan", variant="bf16")
    nets["text"].to(b).save_pretrained(folder / "text_encoder", variant="bf16")
    copy_tokenizer(folder, ["merges.txt", "special_tokens_map.json", "tokenizer_config.json", "vocab.json"])


def write_original(nets):
    folder = fresh("original")
    save(folder / "stage_a.safetensors", vq_to_original(nets["vq"].state_dict()), torch.float32)
    save(folder / "stage_b.safetensors", unet_to_original(nets["decoder"].state_dict()), torch.bfloat16)
    save(folder / "stage_c.safetensors", unet_to_original(nets["prior"].state_dict()), torch.bfloat16)
    nets["text"].to(torch.bfloat16).save_pretrained(folder / "text_encoder")
    copy_tokenizer(folder, ["tokenizer.json"])


def with_prefix(prefix, state):
    return {prefix + k: v for k, v in state.items()}


def write_comfy(nets):
    folder, f = fresh("comfy"), torch.float16
    state = nets["text"].state_dict()
    text = {f"text_encoder.clip_g.transformer.{k}": v for k, v in state.items() if k != "text_projection.weight"}
    text["text_encoder.clip_g.text_projection"] = state["text_projection.weight"].T
    text["text_encoder.clip_g.logit_scale"] = torch.tensor(4.6052)
    text["text_encoder.clip_g.transformer.text_model.embeddings.position_ids"] = torch.arange(77)[None]
    g = torch.Generator().manual_seed(0)
    bystanders = {  # the official file also carries an image encoder and a vision tower
        "vae.encoder.backbone.0.0.weight": torch.randn(24, 3, 3, 3, generator=g),
        "vae.encoder.backbone.0.1.num_batches_tracked": torch.tensor(1),
        "clip_l_vision.vision_model.embeddings.class_embedding": torch.randn(16, generator=g),
    }
    stage_c = {
        **with_prefix("model.diffusion_model.", unet_to_original(nets["prior"].state_dict(), split=True)),
        **text,
        **with_prefix("vae.previewer.", nets["previewer"].state_dict()),
        **bystanders,
    }
    stage_b = {
        **with_prefix("model.diffusion_model.", unet_to_original(nets["decoder"].state_dict())),
        **text,
        **with_prefix("vae.", vq_to_original(nets["vq"].state_dict())),
    }
    save(folder / "stable_cascade_stage_c.safetensors", stage_c, f)
    save(folder / "stable_cascade_stage_b.safetensors", stage_b, f)


WRITE = {"diffusers-a": write_diffusers_a, "lite-bf16": write_lite, "original": write_original, "comfy": write_comfy}


# Reading: always into the libraries' own classes, float32, eval mode.


def under(prefix, state):
    return {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}


def fill(net, state):
    state = {k: v.float() if v.is_floating_point() else v for k, v in state.items()}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert not missing and not unexpected, (missing, unexpected)
    return net


def load(name, clip_folder):
    """Returns ({network: module}, tokenizer, {network: original-format state}) as the committed files say."""
    folder, config = CHECKPOINTS / name, networks.configurations()[name]
    if name in ("diffusers-a", "lite-bf16"):
        lite = name == "lite-bf16"
        suffix, variant = ("_lite", "bf16") if lite else ("", None)
        nets = dict(
            prior=StableCascadeUNet.from_pretrained(folder / f"prior{suffix}", variant=variant),
            decoder=StableCascadeUNet.from_pretrained(folder / f"decoder{suffix}", variant=variant),
            vq=PaellaVQModel.from_pretrained(folder / "vqgan", variant=variant),
            text=CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder", variant=variant),
        )
    else:
        nets = networks.build(config)
        if name == "original":
            nets["text"] = CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder")
            b, c, a = (load_file(folder / f"stage_{x}.safetensors") for x in "bca")
        else:
            b = load_file(folder / "stable_cascade_stage_b.safetensors")
            c = load_file(folder / "stable_cascade_stage_c.safetensors")
            t = "text_encoder.clip_g."
            text = {k: v for k, v in under(t + "transformer.", c).items() if not k.endswith("position_ids")}
            fill(nets["text"], {**text, "text_projection.weight": c[t + "text_projection"].T})
            fill(nets["previewer"], under("vae.previewer.", c))
            a, b, c = under("vae.", b), under("model.diffusion_model.", b), under("model.diffusion_model.", c)
        fill(nets["prior"], unet_from_original(c))
        fill(nets["decoder"], unet_from_original(b))
        fill(nets["vq"], vq_from_original(a))
    nets = {k: v.float().eval() for k, v in nets.items()}
    tok = networks.clip_tokenizer(clip_folder) if name == "comfy" else networks.tiny_tokenizer()
    original = dict(
        prior=unet_to_original(nets["prior"].state_dict()),
        decoder=unet_to_original(nets["decoder"].state_dict()),
        vq=vq_to_original(nets["vq"].state_dict()),
    )
    return nets, tok, original
