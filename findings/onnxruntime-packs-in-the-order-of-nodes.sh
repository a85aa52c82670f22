#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, CPU provider, Linux x86_64), onnx 1.19.1.
#
# Expected: creating a session of a model whose layers run twice over the same weights
# takes about the memory of the weights, as it does of a model whose layers run once.
# Seen: it takes twice as much. Weights are packed for each node that multiplies by them, in
# the order of the nodes, and the plain weight stays until its last node is packed. With the
# layers 1 2 3 1 2 3 in the file all of them are there packed and plain; afterwards one copy is left.
# With the nodes in the order 1 1 2 2 3 3, which is not the order of their values but is
# accepted, the peak is that of the weights.
#
# Output: "use: 386 MB of weights, 786 MB at the peak", "together: 386 MB of weights, 418 MB at the peak" (a few MB either way).
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 onnx==1.19.1 numpy
cd "$dir"
cat >model.py <<'PY'
import numpy as np, onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh
K, layers = 2048, 24
rng = np.random.default_rng(0)
weights = [nh.from_array((rng.standard_normal((K, K)) / 45).astype("float32"), f"w{i}") for i in range(layers)]
nodes = [h.make_node("Gemm", [f"x{i}", f"w{i % layers}"], [f"x{i + 1}"], transB=1) for i in range(2 * layers)]
for name, order in (("use", nodes), ("together", sorted(nodes, key=lambda n: n.input[1]))):
    graph = h.make_graph(order, name, [h.make_tensor_value_info("x0", T.FLOAT, [64, K])],
                         [h.make_tensor_value_info(f"x{2 * layers}", T.FLOAT, [64, K])], weights)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)])
    model.ir_version = 10
    onnx.save_model(model, name + ".onnx", save_as_external_data=True, location=name + ".data")
PY
cat >memory.py <<'PY'
import ctypes, sys
import onnxruntime as ort
def status(key):  # MB
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) >> 10 for line in f if line.startswith(key))
ctypes.CDLL(None).mallopt(-3, 1 << 20)  # what is freed goes back at once
options = ort.SessionOptions()
options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
before = status("RssAnon")
open("/proc/self/clear_refs", "w").write("5")  # the high-water mark starts anew
session = ort.InferenceSession(sys.argv[1] + ".onnx", options, providers=["CPUExecutionProvider"])
print(status("RssAnon") - before, status("VmHWM") - status("RssFile") - before)
PY
export ORT_DISABLE_TELEMETRY=1
venv/bin/python model.py
declare -A peak
for order in use together; do
  read -r weights peak[$order] < <(venv/bin/python memory.py $order)
  echo "$order: $weights MB of weights, ${peak[$order]} MB at the peak"
done
[ "$((peak[use] * 10))" -gt "$((peak[together] * 13))" ] || { echo "this has changed"; exit 1; }
