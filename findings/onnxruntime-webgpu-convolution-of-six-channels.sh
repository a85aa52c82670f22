#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm, WebGPU provider, Linux x86_64), over SwiftShader.
#
# Expected: a 3x3 convolution gives on WebGPU what it gives on the processor.
# Seen: with 6, 9, 18 ... input channels (a multiple of 3 and not of 4, above 3) and
# a multiple of 4 output channels, it is wrong by as much as its values are large,
# and says nothing. Other numbers of channels, 3 among them, are right.
#
# Output: "3 channels: right", "6 channels: wrong", "8 channels: right", "9 channels: wrong".
#
# Needs node, npm, python3 with pip, and a Vulkan driver in VK_DRIVER_FILES; Debian's
# packages chromium and libvulkan1 bring SwiftShader, which is taken where it is not set.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
export VK_DRIVER_FILES=${VK_DRIVER_FILES:-/usr/lib/chromium/vk_swiftshader_icd.json} VK_ICD_FILENAMES=${VK_DRIVER_FILES:-/usr/lib/chromium/vk_swiftshader_icd.json}
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$dir} ORT_DISABLE_TELEMETRY=1
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnx==1.19.1 numpy
cd "$dir"
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 > /dev/null
venv/bin/python - <<'PY'
import numpy as np
from onnx import TensorProto as T, helper as h, numpy_helper as nh, save

for c in (3, 6, 8, 9):
    w = np.random.default_rng(c).standard_normal((8, c, 3, 3)).astype(np.float32)
    node = h.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    g = h.make_graph([node], "g", [h.make_tensor_value_info("x", T.FLOAT, [1, c, 16, 16])],
                     [h.make_tensor_value_info("y", T.FLOAT, [1, 8, 16, 16])], [nh.from_array(w, "w")])
    m = h.make_model(g, opset_imports=[h.make_opsetid("", 20)])
    m.ir_version = 10
    save(m, f"{c}.onnx")
PY
node - <<'JS'
const ort = require("onnxruntime-node");
(async () => {
  let changed = false;
  for (const c of [3, 6, 8, 9]) {
    const x = new ort.Tensor("float32", Float32Array.from({ length: c * 256 }, (_, i) => Math.sin(i)), [1, c, 16, 16]);
    const run = async (ep) => (await (await ort.InferenceSession.create(`${c}.onnx`, { executionProviders: [ep] })).run({ x })).y.data;
    const cpu = await run("cpu"), gpu = await run("webgpu");
    let off = 0;
    cpu.forEach((v, i) => { off = Math.max(off, Math.abs(v - gpu[i])); });
    const wrong = off > 0.01;
    console.log(`${c} channels: ${wrong ? "wrong" : "right"}`);
    changed ||= wrong !== (c === 6 || c === 9);
  }
  if (changed) { console.error("this has changed"); process.exit(1); }
  process.exit(0);
})();
JS
