"""Exports lite-bf16 by torch.onnx into ../checkpoints/bundle, laid out as TensorStack's bundles, with goldens.

make_bundle.py WORK. Weights are stored in float16, which holds these bfloat16 weights. Text encoder and prior have
float32 borders; the decoder computes in float32 between float16 borders, but for timestep_ratio, which stays float32: in
float16 its embedding would be noise; Stage A is float16 throughout. So the pictures are the checkpoint's own, but for
rounding. The goldens run the exported graphs in ONNX Runtime inside the reference samplers.
"""

import json
import pathlib
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
import torch

import layouts
import make_goldens
import networks

SOURCE = "lite-bf16"
FOLDER = layouts.CHECKPOINTS / "bundle"
CASES = ["plain", "both-guided", "official", "official-odd", "comfy"]


class Text(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, input_ids, attention_mask):
        o = self.net(input_ids, attention_mask=attention_mask, output_hidden_states=True)
        return o.text_embeds, o.last_hidden_state, *o.hidden_states


class UNet(torch.nn.Module):
    def __init__(self, net, names):
        super().__init__()
        self.net, self.names = net, names

    def forward(self, *inputs):
        inputs = {k: v.float() for k, v in zip(self.names, inputs)}
        return self.net(**inputs, return_dict=False)[0].to(BORDER[self.names[-1]])


BORDER = {"clip_img": torch.float32, "effnet": torch.float16}  # out_sample's type, by the last input


class StageA(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, sample):
        return self.net.decode(sample, return_dict=False)[0]


def store_half(model):
    """Stores float32 weights in float16, each with a Cast behind it."""
    casts = []
    for w in model.graph.initializer:
        if w.data_type != onnx.TensorProto.FLOAT or np.prod(w.dims) < 64:
            continue
        name = w.name + "h"
        casts.append(onnx.helper.make_node("Cast", [name], [w.name], to=onnx.TensorProto.FLOAT))
        w.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(w).astype(np.float16), name))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def shorten(model):
    """Gives everything between the borders a short name; the exporter's are longer than the weights."""
    g = model.graph
    keep = {v.name for v in (*g.input, *g.output)} | {""}
    short = {}

    def name(old):
        return old if old in keep else short.setdefault(old, f"v{len(short)}")

    for w in g.initializer:
        w.name = name(w.name)
    for n in g.node:
        n.ClearField("name")
        n.ClearField("doc_string")
        n.input[:], n.output[:] = [name(i) for i in n.input], [name(o) for o in n.output]
        for a in n.attribute:
            assert a.type not in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)
    del g.value_info[:]


def export(part, module, inputs, outputs, axes):
    """Writes part/model.onnx. inputs is {name: example}; axes {name: {axis: label}}."""
    path = FOLDER / part / "model.onnx"
    path.parent.mkdir(parents=True)
    with torch.no_grad():
        torch.onnx.export(
            module.eval(), tuple(inputs.values()), str(path), input_names=list(inputs), output_names=outputs,
            dynamic_axes=axes, opset_version=20, dynamo=False, do_constant_folding=True,
        )
    model = onnx.load(path)
    shorten(model)
    store_half(model)
    onnx.save(model, path)
    onnx.checker.check_model(str(path), full_check=True)
    print(part, path.stat().st_size, {i.name: i.type.tensor_type.elem_type for i in model.graph.input}, flush=True)


def export_all(nets):
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    shutil.copytree(layouts.CHECKPOINTS / SOURCE / "tokenizer", FOLDER / "tokenizer")
    batch, plane = {0: "batch"}, {0: "batch", 2: "height", 3: "width"}
    c = nets["prior"].config
    layers = nets["text"].config.num_hidden_layers

    outputs = ["text_embeds", "last_hidden_state"] + [f"hidden_states.{i}" for i in range(layers + 1)]
    ids = torch.full((2, 77), nets["text"].config.eos_token_id)
    mask = torch.ones(2, 77, dtype=torch.int64)
    mask[:, 9:] = 0
    names = ["input_ids", "attention_mask"] + outputs
    export("text_encoder", Text(nets["text"]), dict(input_ids=ids, attention_mask=mask), outputs, {n: batch for n in names})

    pooled = torch.randn(2, 1, c.clip_text_pooled_in_channels)
    inputs = dict(
        sample=torch.randn(2, 16, 3, 5), timestep_ratio=torch.tensor([0.9, 0.4]), clip_text_pooled=pooled,
        clip_text=torch.randn(2, 77, c.clip_text_in_channels), clip_img=torch.zeros(2, 1, c.clip_image_in_channels),
    )
    axes = {n: batch for n in inputs} | {"sample": plane, "out_sample": plane}
    axes["clip_text"] = {0: "batch", 1: "tokens"}
    export("prior", UNet(nets["prior"], list(inputs)), inputs, ["out_sample"], axes)

    h = torch.float16
    # A size whose every level is odd, so that each skip's resize is traced.
    inputs = dict(
        sample=torch.randn(2, 4, 30, 62).to(h), timestep_ratio=torch.tensor([0.9, 0.4]), clip_text_pooled=pooled.to(h),
        effnet=torch.randn(2, 16, 4, 2).to(h),
    )
    axes = {n: batch for n in inputs} | {"sample": plane, "out_sample": plane}
    axes["effnet"] = {0: "batch", 2: "effnet_height", 3: "effnet_width"}
    export("decoder", UNet(nets["decoder"], list(inputs)), inputs, ["out_sample"], axes)

    inputs = dict(sample=torch.randn(2, 4, 9, 5).to(h))
    export("vae_decoder", StageA(nets["vq"].to(h)), inputs, ["latent_sample"], {"sample": plane, "latent_sample": plane})


class Graph:
    """An exported graph, called with torch tensors by name."""

    def __init__(self, part):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.s = onnxruntime.InferenceSession(str(FOLDER / part / "model.onnx"), options, ["CPUExecutionProvider"])
        self.types = {i.name: {"tensor(float16)": np.float16, "tensor(float)": np.float32, "tensor(int64)": np.int64}[i.type]
                      for i in self.s.get_inputs()}

    def __call__(self, output, **inputs):
        feed = {k: inputs[k].numpy().astype(t) for k, t in self.types.items()}
        return torch.from_numpy(self.s.run([output], feed)[0]).float()


def run_on_graphs(ck):
    """Puts the exported graphs in place of the checkpoint's networks."""
    text, prior, decoder, vq = (Graph(p) for p in ("text_encoder", "prior", "decoder", "vae_decoder"))
    last = f"hidden_states.{ck.nets['text'].config.num_hidden_layers}"

    def encode(ids, attention_mask=None, **_):
        feed = dict(input_ids=ids, attention_mask=attention_mask)
        return type("Out", (), dict(hidden_states=[text(last, **feed)], text_embeds=text("text_embeds", **feed)))

    ck.nets["text"].forward = encode
    ck.nets["prior"].forward = lambda return_dict=True, **k: (prior("out_sample", **k),)
    ck.nets["decoder"].forward = lambda return_dict=True, **k: (decoder("out_sample", **k),)
    ck.nets["vq"].decode = lambda x: type("Out", (), dict(sample=vq("latent_sample", sample=x)))
    ck.official["prior"].forward = lambda x, r, **k: prior("out_sample", sample=x, timestep_ratio=r, **k)
    ck.official["decoder"].forward = lambda x, r, effnet, clip: decoder(
        "out_sample", sample=x, timestep_ratio=r, effnet=effnet, clip_text_pooled=clip
    )
    ck.official["vq"].decode = lambda x: vq("latent_sample", sample=x * 0.43)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    work = pathlib.Path(sys.argv[1])
    export_all(make_goldens.Checkpoint(SOURCE, work / "clip-tokenizer").nets)

    ck = make_goldens.Checkpoint(SOURCE, work / "clip-tokenizer")
    ck.nets["vq"].register_to_config(scale_factor=0.3764)  # a bundle has no file that would say lite-bf16's 0.43
    cases = [c for c in make_goldens.CASES if c["name"] in CASES]
    plain = [ck.run(c) for c in cases]
    run_on_graphs(ck)
    ck.name = "bundle"
    make_goldens.write(ck, cases, calls=False)
    rows = []
    for c, want in zip(cases, plain):
        got = ck.run(c)
        d = [float((a - b).abs().max()) for a, b in zip(want[:2], got[:2])]
        p = np.abs(make_goldens.levels(want[2]).astype(int) - make_goldens.levels(got[2]).astype(int))
        rows.append(dict(case=c["name"], prior=float(f"{d[0]:.2g}"), decoder=float(f"{d[1]:.2g}"), png=int(p.max())))
        print("against float32:", rows[-1], flush=True)
    (make_goldens.GOLDEN / "bundle" / "against-float32.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
