"""Writes the sample pictures of other programs that the tests read.

Each is made from the description of the program's format with Pillow and plain
byte strings, and never with Cascata's own writer:

    python make.py

The pictures are 8 by 6 pixels; nothing in them was made by those programs.
"""
import json
import struct
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

HERE = Path(__file__).parent
PICTURE = Image.new("RGB", (8, 6), (200, 120, 40))


def png(name, texts, unicode=(), packed=(), raw=None):
    info = PngInfo()
    for key, text in texts.items():
        if key in unicode:
            info.add_itxt(key, text, zip=key in packed)
        else:
            info.add_text(key, text, zip=key in packed)
    PICTURE.save(HERE / f"{name}.png", pnginfo=info)


def tiff(first, second=(), order=">"):
    """A TIFF block: entries are (tag, type, bytes); second is the Exif directory."""
    entries = list(first)
    size = 8 + 2 + 12 * (len(entries) + bool(second)) + 4

    def directory(entries, at, nested=None):
        heads, values = b"", b""
        behind = at + 2 + 12 * (len(entries) + (nested is not None)) + 4
        for tag, kind, data in sorted(entries):
            if len(data) <= 4:
                place = data.ljust(4, b"\0")
            else:
                place = struct.pack(order + "I", behind + len(values))
                values += data + b"\0" * (len(data) % 2)
            heads += struct.pack(order + "HHI", tag, kind, len(data)) + place
        if nested is not None:
            heads += struct.pack(order + "HHII", 0x8769, 4, 1, behind + len(values))
            values += directory(nested, behind + len(values))
        count = len(entries) + (nested is not None)
        return struct.pack(order + "H", count) + heads + b"\0\0\0\0" + values

    magic = b"MM\0*" if order == ">" else b"II*\0"
    return magic + struct.pack(order + "I", 8) + directory(entries, 8, list(second) or None)


def jpeg(name, exif=None, xmp=None, comment=None):
    PICTURE.save(HERE / f"{name}.jpg", quality=80)
    data = (HERE / f"{name}.jpg").read_bytes()
    extra = b""
    for marker, body in ((0xE1, exif and b"Exif\0\0" + exif), (0xE1, xmp and b"http://ns.adobe.com/xap/1.0/\0" + xmp.encode()), (0xFE, comment and comment.encode())):
        if body:
            extra += b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
    (HERE / f"{name}.jpg").write_bytes(data[:2] + extra + data[2:])


def webp(name, exif=None, xmp=None, lossless=False):
    more = {}
    if exif:
        more["exif"] = exif
    if xmp:
        more["xmp"] = xmp.encode()
    PICTURE.save(HERE / f"{name}.webp", lossless=lossless, **more)


def comment(text, order=">"):
    return b"UNICODE\0" + text.encode("utf-16-be" if order == ">" else "utf-16-le")


COMMENT, SOFTWARE, NOTE, MODEL, MAKE = 0x9286, 0x0131, 0x927C, 0x0110, 0x010F

# A1111 and Forge
A1111 = (
    "lighthouse on a cliff, dusk\n(oil painting:1.2), <lora:sea:0.7>\n"
    "Negative prompt: text, frame,\n[blurry]\n"
    'Steps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 965400086, Size: 512x768, '
    'Model hash: 45dee52b, Model: myModel, Denoising strength: 0.5, Clip skip: 2, '
    'Lora hashes: "sea: 0a1b2c, sky: 3d4e5f", RNG: CPU, Version: f2.0.1'
)
png("a1111", {"parameters": A1111})
png("a1111-packed", {"parameters": A1111}, packed=["parameters"])
png("a1111-unicode", {"parameters": A1111.replace("lighthouse", "灯台")}, unicode=["parameters"])
png("a1111-unicode-packed", {"parameters": A1111.replace("lighthouse", "灯台")}, unicode=["parameters"], packed=["parameters"])
png("a1111-no-negative", {"parameters": "a red boat\nSteps: 5, Sampler: DDIM, CFG scale: 1.5, Seed: 1, Size: 64x64"})
png("a1111-upscaled", {"parameters": A1111, "postprocessing": "Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+"})
jpeg("a1111", exif=tiff([], [(COMMENT, 7, comment(A1111))]))
jpeg("a1111-little", exif=tiff([], [(COMMENT, 7, comment(A1111, "<"))], "<"))
webp("a1111", exif=tiff([], [(COMMENT, 7, comment(A1111.replace("lighthouse", "灯台")))]))

# Texts that lost their line breaks, or have another kind
ONE_LINE = "a stone bridge in spring, noon light. Negative prompt: rain, people. Steps: 21, Sampler: Euler a, CFG scale: 6.5, Seed: 55443322, Size: 704x512, Model: river"
BRIDGE = "a stone bridge in spring\nNegative prompt: rain, people\nSteps: 21, Sampler: Euler a, CFG scale: 6.5, Seed: 55443322, Size: 704x512, Model hash: 0d1e2f, Model: river"
png("a1111-one-line", {"parameters": ONE_LINE})
jpeg("a1111-one-line", exif=tiff([], [(COMMENT, 7, comment(ONE_LINE))]))
png("a1111-joined", {"parameters": "a stone bridge in spring,.Negative prompt: rain, people.Steps: 21, Sampler: Euler a, CFG scale: 6.5, Seed: 55443322, Size: 704x512"})
png("a1111-crlf", {"parameters": BRIDGE.replace("\n", "\r\n")})
png("a1111-templates", {"parameters": BRIDGE + ", Template: a {stone|brick} bridge\nin __season__, old\nNegative Template: rain, people"})

# Comments that are not what they are declared to be
UMLAUT = BRIDGE.replace("stone bridge", "Steinbrücke")
jpeg("a1111-utf8", exif=tiff([], [(COMMENT, 7, b"UNICODE\0" + UMLAUT.encode() + b"\0")]))
webp("a1111-utf8", exif=tiff([], [(COMMENT, 7, b"UNICODE\0" + BRIDGE.encode() + b"\0")]))
jpeg("a1111-ascii", exif=tiff([], [(COMMENT, 7, b"ASCII\0\0\0" + UMLAUT.encode("utf-16-le"))]))
jpeg("a1111-mark", exif=tiff([], [(COMMENT, 7, b"UNICODE\0" + UMLAUT.encode("utf-16"))]))

# What decoders pass over: bytes between segments, a text with a wrong sum
jpeg("stray", exif=tiff([], [(COMMENT, 7, comment(BRIDGE))]))
data = (HERE / "stray.jpg").read_bytes()
(HERE / "stray.jpg").write_bytes(data[:2] + b"\0\0\x12" + data[2:])
png("sum", {"parameters": BRIDGE})
data = (HERE / "sum.png").read_bytes()
(HERE / "sum.png").write_bytes(data.replace(b"a stone bridge", b"a brick bridge"))
png("sum-other", {"parameters": BRIDGE, "note": "hello"})
data = (HERE / "sum-other.png").read_bytes()
(HERE / "sum-other.png").write_bytes(data.replace(b"note\0hello", b"note\0hullo"))
jpeg("saved", comment="from a browser")
(HERE / "saved.jpg").rename(HERE / "saved.jfif")

# Easy Diffusion, and what is no recipe though it has colons
EASY = {"seed": 55443322, "used_random_seed": True, "negative_prompt": "rain", "num_outputs": 1, "num_inference_steps": 21, "guidance_scale": 6.5, "width": 704, "height": 512,
        "use_stable_diffusion_model": "river", "sampler_name": "euler_a", "prompt": "a stone bridge: old, light: low, mood: calm", "output_format": "jpeg"}
png("easydiffusion", {key: str(value) for key, value in EASY.items()})
jpeg("easydiffusion", exif=tiff([], [(COMMENT, 7, comment(json.dumps(EASY)))]))
jpeg("notes", exif=tiff([], [(COMMENT, 7, b"ASCII\0\0\0" + b'{"tool": "a notebook", "text": "Steps: 1, Seed: 2, Size: 3x3, CFG scale: 4"}\0')]))
png("caption", {"parameters": "Light: low, Mood: calm, Lens: 35mm"})

# ComfyUI
PLAIN = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 156680208700286, "steps": 20, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
          "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5-pruned.ckpt"}, "is_changed": [float("nan")]},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 640, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a bottle, NaN on its label", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text, watermark", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}},
}
WORKFLOW = {"nodes": [{"id": 3, "type": "KSampler", "pos": [863, 186]}], "links": [], "version": 0.4}
png("comfyui", {"prompt": json.dumps(PLAIN), "workflow": json.dumps(WORKFLOW)})
webp("comfyui", exif=tiff([(MODEL, 2, b"prompt:" + json.dumps(PLAIN).encode() + b"\0"), (MAKE, 2, b"workflow:" + json.dumps(WORKFLOW).encode() + b"\0")]))
png("comfyui-a1111", {"prompt": json.dumps(PLAIN), "parameters": A1111})

CASCADE = {
    "3": {"class_type": "KSampler", "inputs": {"seed": ["50", 0], "steps": 20, "cfg": 4.0, "sampler_name": "euler_ancestral", "scheduler": "simple", "denoise": 1.0,
          "model": ["51", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["34", 0]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["52", 0], "clip": ["41", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["41", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["33", 0], "vae": ["42", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}},
    "33": {"class_type": "KSampler", "inputs": {"seed": 183495397600639, "steps": 10, "cfg": 1.1, "sampler_name": "euler", "scheduler": "simple", "denoise": 1.0,
           "model": ["42", 0], "positive": ["36", 0], "negative": ["40", 0], "latent_image": ["34", 1]}},
    "34": {"class_type": "StableCascade_EmptyLatentImage", "inputs": {"width": 1024, "height": 1536, "compression": 42, "batch_size": 1}},
    "36": {"class_type": "StableCascade_StageB_Conditioning", "inputs": {"conditioning": ["40", 0], "stage_c": ["3", 0]}},
    "40": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["6", 0]}},
    "41": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "stable_cascade_stage_c.safetensors"}},
    "42": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "stable_cascade_stage_b.safetensors"}},
    "50": {"class_type": "PrimitiveInt", "inputs": {"value": 253}},
    "51": {"class_type": "LoraLoaderModelOnly", "inputs": {"lora_name": "ink.safetensors", "strength_model": 1.0, "model": ["41", 0]}},
    "52": {"class_type": "PrimitiveString", "inputs": {"value": "a penguin in a café"}},
}
png("comfyui-cascade", {"prompt": json.dumps(CASCADE)})

CUSTOM = {
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["11", 0]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["10", 0]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}},
    "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors", "weight_dtype": "default"}},
    "13": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["25", 0], "guider": ["22", 0], "sampler": ["16", 0], "sigmas": ["17", 0], "latent_image": ["27", 0]}},
    "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "17": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 24, "denoise": 1.0, "model": ["12", 0]}},
    "22": {"class_type": "BasicGuider", "inputs": {"model": ["12", 0], "conditioning": ["26", 0]}},
    "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 219670278747233}},
    "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
    "27": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 832, "height": 1216, "batch_size": 1}},
}
png("comfyui-custom", {"prompt": json.dumps(CUSTOM)})

TWO = dict(PLAIN)
TWO.update({
    "10": {"class_type": "LatentUpscale", "inputs": {"samples": ["3", 0], "width": 1024, "height": 1280}},
    "11": {"class_type": "KSampler", "inputs": {"seed": 9, "steps": 14, "cfg": 6.0, "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 0.5,
           "model": ["4", 0], "positive": ["13", 0], "negative": ["13", 1], "latent_image": ["10", 0]}},
    "13": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["6", 0], "negative": ["7", 0], "strength": 1.0}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["11", 0], "vae": ["4", 2]}},
})
png("comfyui-workflow", {"workflow": json.dumps(WORKFLOW)})
png("comfyui-two-passes", {"prompt": json.dumps(TWO)})

# ComfyUI's nodes of many authors
BRIDGE_GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 55443322, "steps": 21, "cfg": 6.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
          "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "river.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 704, "height": 512, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a stone bridge in spring", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "rain", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["8", 0]}},
}


def bridge(more):
    """The graph with some nodes in others' place; a change to inputs is (ID, inputs)."""
    graph = json.loads(json.dumps(BRIDGE_GRAPH))
    for id, node in more.items():
        if "class_type" in node:
            graph[id] = node
        else:
            graph[id]["inputs"].update(node)
    return json.dumps(graph)


VIEW = json.dumps(WORKFLOW)
webp("comfyui-capital", exif=tiff([(MAKE, 2, b"Prompt:" + bridge({}).encode() + b"\0"), (0x010E, 2, b"Workflow:" + VIEW.encode() + b"\0")]))
jpeg("comfyui-capital", exif=tiff([(MAKE, 2, b"Prompt: " + bridge({}).encode() + b"\0"), (0x010E, 2, b"Workflow: " + VIEW.encode() + b"\0")]))
webp("comfyui-artist", exif=tiff([(0x013B, 2, b"PROMPT : " + bridge({}).encode() + b"\0")], order="<"))
jpeg("comfyui-comment", exif=tiff([], [(COMMENT, 7, comment(json.dumps({"prompt": json.loads(bridge({})), "workflow": WORKFLOW})))]))
png("comfyui-efficient", {"prompt": json.dumps({
    "1": {"class_type": "Efficient Loader", "inputs": {"ckpt_name": "river.safetensors", "vae_name": "Baked VAE", "clip_skip": -1, "lora_name": "None", "positive": "a stone bridge in spring",
          "negative": "rain", "token_normalization": "none", "empty_latent_width": 704, "empty_latent_height": 512, "batch_size": 1}},
    "2": {"class_type": "KSampler (Efficient)", "inputs": {"seed": 55443322, "steps": 21, "cfg": 6.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
          "model": ["1", 0], "positive": ["1", 1], "negative": ["1", 2], "latent_image": ["1", 3], "optional_vae": ["1", 4]}},
    "3": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["2", 5]}}})})
STRINGS = {"6": {"text": ["30", 0]}, "31": {"class_type": "PrimitiveString", "inputs": {"value": "not this one"}}}
png("comfyui-strings", {"prompt": bridge({**STRINGS, "30": {"class_type": "StringConcatenate", "inputs": {"string_a": "a stone bridge", "string_b": "in spring", "delimiter": ", "}}})})
png("comfyui-function", {"prompt": bridge({**STRINGS, "30": {"class_type": "StringFunction|pysssss", "inputs": {
    "action": "append", "tidy_tags": "yes", "text_a": "a stone bridge", "text_b": "in spring", "text_c": ""}}})})
SDXL = {"width": 4096, "height": 4096, "crop_w": 0, "crop_h": 0, "target_width": 4096, "target_height": 4096}
ENCODERS = {"6": {"class_type": "CLIPTextEncodeSDXL", "inputs": {**SDXL, "text_g": "a stone bridge in spring", "text_l": "a stone bridge in spring", "clip": ["4", 1]}},
            "7": {"class_type": "CLIPTextEncodeSDXL", "inputs": {**SDXL, "text_g": "rain", "text_l": "rain", "clip": ["4", 1]}}}
LOADED = {"21": {"class_type": "LoadImage", "inputs": {"image": "in.png"}}}
png("comfyui-sdxl-scaled", {"prompt": bridge({**ENCODERS, **LOADED, "5": {"class_type": "VAEEncode", "inputs": {"pixels": ["20", 0], "vae": ["4", 2]}},
    "20": {"class_type": "ImageScale", "inputs": {"image": ["21", 0], "upscale_method": "lanczos", "width": 704, "height": 512, "crop": "center"}}})})
png("comfyui-sdxl-loaded", {"prompt": bridge({**ENCODERS, **LOADED, "5": {"class_type": "VAEEncode", "inputs": {"pixels": ["21", 0], "vae": ["4", 2]}}})})
png("comfyui-sdxl-batch", {"prompt": bridge({**ENCODERS, "5": {"class_type": "RepeatLatentBatch", "inputs": {"samples": ["22", 0], "amount": 2}},
    "22": {"class_type": "EmptyLatentImage", "inputs": {"width": 704, "height": 512, "batch_size": 1}}})})
png("comfyui-parts", {"prompt": bridge({"3": {"positive": ["40", 0]}, "40": {"class_type": "ConditioningConcat", "inputs": {"conditioning_to": ["6", 0], "conditioning_from": ["41", 0]}},
    "41": {"class_type": "CLIPTextEncode", "inputs": {"text": "at noon", "clip": ["4", 1]}}})})
png("comfyui-wrapped", {"prompt": bridge({"6": {"text": {"__value__": ["a stone bridge in spring"]}}, "4": {"ckpt_name": {"content": "river.safetensors", "image": None}}})})
png("comfyui-unknown", {"prompt": bridge({"3": {"class_type": "SomethingElse", "inputs": {"a": "a stone bridge", "b": ["6", 0]}}})})

# InvokeAI
INVOKE = {
    "app_version": "5.6.0", "generation_mode": "sdxl_txt2img", "positive_prompt": "a snail, 蝸牛", "negative_prompt": "ugly", "width": 896, "height": 1152,
    "seed": 3141592653, "rand_device": "cpu", "cfg_scale": 5.5, "steps": 30, "scheduler": "euler_a",
    "model": {"key": "1f2e", "hash": "blake3:aa", "name": "Juggernaut XL", "base": "sdxl", "type": "main"}, "loras": [{"weight": 0.75}], "vae": None,
}
png("invokeai", {"invokeai_metadata": json.dumps(INVOKE, ensure_ascii=False)}, unicode=["invokeai_metadata"])
png("invokeai-2", {"sd-metadata": json.dumps({
    "model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "app_version": "2.3.0",
    "image": {"prompt": [{"prompt": "an owl [cartoon, blurry]", "weight": 1}], "steps": 50, "cfg_scale": 7.5, "width": 512, "height": 448, "seed": 42, "sampler": "k_lms"}})})
png("invokeai-1", {"Dream": '"an owl on a branch [cartoon]" -s 50 -S 4210 -W 512 -H 448 -C 7.5 -A k_lms'})

# Fooocus
FOOOCUS = {
    "adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL_v8", "base_model_hash": "aeb7e9e689", "clip_skip": 2, "full_negative_prompt": ["unrealistic"],
    "full_prompt": ["a sunflower field, cinematic"], "guidance_scale": 4, "lora_combined_1": "offset : 0.1", "metadata_scheme": "fooocus", "negative_prompt": "",
    "performance": "Speed", "prompt": "a sunflower field", "resolution": "(1152, 896)", "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras", "seed": "1234567890123456789",
    "sharpness": 2, "steps": 30, "styles": "['Fooocus V2']", "vae": "Default (model)", "version": "Fooocus v2.5.5",
}
png("fooocus", {"parameters": json.dumps(FOOOCUS), "fooocus_scheme": "fooocus"})
FOOOCUS_A1111 = (
    "a sunflower field, cinematic\nNegative prompt: unrealistic\n"
    'Steps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 77, Size: 1152x896, CFG scale: 4, Sharpness: 2, ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8, '
    'Model hash: aeb7e9e689, Performance: Speed, Raw prompt: "a sunflower\\nfield", Raw negative prompt: , Version: Fooocus v2.5.5'
)
png("fooocus-a1111", {"parameters": FOOOCUS_A1111, "fooocus_scheme": "a1111"})
jpeg("fooocus", exif=tiff([(COMMENT, 2, json.dumps(FOOOCUS).encode() + b"\0"), (SOFTWARE, 2, b"Fooocus v2.5.5\0"), (NOTE, 2, b"fooocus\0")]))
webp("fooocus", exif=tiff([(COMMENT, 2, FOOOCUS_A1111.encode() + b"\0"), (SOFTWARE, 2, b"Fooocus v2.5.5\0"), (NOTE, 2, b"a1111\0")]), lossless=True)

# Draw Things
DRAW = {"c": "an astronaut & a <horse>", "uc": "", "model": "wurstchen_v3.0_stage_c_f32_q6p_q8p.ckpt", "sampler": "Euler A AYS", "seed": 2718281828, "scale": 4.5, "steps": 20,
        "size": "1024x768", "strength": 1, "seed_mode": "Scale Alike", "v2": {"stage2Steps": 10, "stage2Guidance": 1.5, "batchCount": 1, "loras": []}}


def drawthings(d):
    escaped = json.dumps(d).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0.0">
   <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
         <xmp:CreatorTool>Draw Things</xmp:CreatorTool>
         <exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">{escaped}</rdf:li></rdf:Alt></exif:UserComment>
         <dc:description><rdf:Alt><rdf:li xml:lang="x-default">an astronaut</rdf:li></rdf:Alt></dc:description>
      </rdf:Description>
   </rdf:RDF>
</x:xmpmeta>"""


png("drawthings", {"XML:com.adobe.xmp": drawthings(DRAW)}, unicode=["XML:com.adobe.xmp"])
jpeg("drawthings", xmp=drawthings(DRAW))
webp("drawthings", xmp=drawthings({**DRAW, "model": "sd_xl_base.ckpt"}))

# StabilityMatrix
png("stabilitymatrix", {
    "parameters": "a harbour\nNegative prompt: fog\nSteps: 25, Sampler: DPM++ 2M Karras, CFG scale: 6, Seed: 18446744073709551615, Size: 640x896, Model hash: b899, Model: Mix7",
    "parameters-json": json.dumps({"positivePrompt": "a harbour", "negativePrompt": "fog", "steps": 25, "sampler": "DPM++ 2M Karras", "cfgScale": 6, "seed": 18446744073709551615,
                                   "height": 896, "width": 640, "modelHash": "b899", "modelName": "Mix7", "lossless": False}),
    "smproj": json.dumps({"Version": 2, "ProjectType": "TextToImage"}), "prompt": json.dumps(PLAIN)})

# NovelAI: the prompt stands in the comment too in later versions; earlier ones say it in the description alone
png("novelai", {"Title": "AI generated image", "Description": "a moth, {{lantern}}, 花火", "Software": "NovelAI", "Source": "NovelAI Diffusion V9 0000ABCD",
    "Generation time": "3.21", "Comment": json.dumps({"prompt": "a moth, {{lantern}}, 花火", "steps": 28, "height": 1216, "width": 832, "scale": 5.5,
    "cfg_rescale": 0.0, "seed": 3145726, "n_samples": 1, "noise_schedule": "karras", "sampler": "k_euler_ancestral", "strength": None,
    "uc": "lowres, text", "v4_prompt": {"caption": {"base_caption": "a moth", "char_captions": []}}, "request_type": "PromptGenerateRequest"}, ensure_ascii=False)},
    unicode=["Description", "Comment"])
png("novelai-1", {"Description": "a moth", "Software": "NovelAI",
    "Comment": json.dumps({"steps": 50, "sampler": "k_euler_ancestral", "seed": 7, "strength": 0.69, "noise": 0.667, "scale": 11.0, "uc": "lowres"})})

# SwarmUI
SWARM = {"sui_image_params": {"prompt": "a kite", "negativeprompt": "rain", "model": "OfficialStableDiffusion/sd_xl_base_1.0", "seed": 1951, "steps": 22, "cfgscale": 6.5,
                              "aspectratio": "1:1", "width": 1024, "height": 1024, "swarm_version": "0.9.4"}, "sui_extra_data": {"date": "2024"}}
png("swarmui", {"parameters": json.dumps(SWARM)})
jpeg("swarmui", exif=tiff([], [(COMMENT, 7, comment(json.dumps(SWARM)))]))

# Nothing, and what only looks like something
png("plain", {})
jpeg("plain", comment="made with a camera")
webp("plain")
png("words", {"parameters": "just some words, written by hand", "prompt": "[]", "Software": "an editor"})
