#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, Linux x86_64), onnx 1.19.1.
#
# Expected: a weights file that is a symbolic link is either followed or refused.
# Seen: it depends on what the MODEL file is. Where model.onnx and
# model.onnx_data are both links into another folder (a download cache), the
# session opens. Where model.onnx is an ordinary file and model.onnx_data the
# same link (large weights kept on another disk), it is refused: "External data
# path escapes model directory". So a bundle that works as a cache of links
# stops working when its small file is copied.
#
# Output: "both are links: opens", "only the data is a link: refused".
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 onnx==1.19.1 numpy
cd "$dir"
ORT_DISABLE_TELEMETRY=1 venv/bin/python - <<'PY'
import os, shutil
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh

graph = h.make_graph([h.make_node("MatMul", ["x", "w"], ["y"])], "product", [h.make_tensor_value_info("x", T.FLOAT, [1, 64])],
                     [h.make_tensor_value_info("y", T.FLOAT, [1, 64])], [nh.from_array(np.ones((64, 64), np.float32), "w")])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)])
model.ir_version = 10
os.makedirs("store")
onnx.save_model(model, "store/model.onnx", save_as_external_data=True, location="model.onnx_data", size_threshold=0)
for folder in ("links", "mixed"):
    os.makedirs(folder)
    os.symlink("../store/model.onnx_data", folder + "/model.onnx_data")
os.symlink("../store/model.onnx", "links/model.onnx")
shutil.copy("store/model.onnx", "mixed/model.onnx")

def opens(path):
    try:
        ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        return "opens"
    except Exception as e:
        return "refused" if "escapes model directory" in str(e) else str(e)

links, mixed = opens("links/model.onnx"), opens("mixed/model.onnx")
print(f"both are links: {links}\nonly the data is a link: {mixed}")
assert ort.__version__ == "1.30.0" and (links, mixed) == ("opens", "refused"), "this has changed"
PY
