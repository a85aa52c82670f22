#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, CPU provider, Linux x86_64), onnx 1.19.1, two cores or more.
#
# Expected: with several intra-op threads, a session of a model with large weights is
# created by all of them: each weight is cast and packed for itself.
# Seen: one core does it all, whatever the options say. Two halves of the model, created
# at the same time by two programs, are both there in little more than half the time.
#
# Output: "one model: 1.0 cores for 1.26 s", "two halves at once: 0.64 s" (times vary).
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 onnx==1.19.1 numpy
cd "$dir"
cat >model.py <<'PY'
import numpy as np, onnx
from onnx import TensorProto as T, helper as h
K, layers = 2048, 48
rng = np.random.default_rng(0)
bits = rng.integers(0x3C00, 0x3D00, (layers, K, K), dtype=np.uint16)  # as bfloat16: small numbers
def save(name, first, count):
    weights, nodes = [], []
    for i in range(count):
        weights.append(onnx.TensorProto(name=f"w{i}", data_type=T.BFLOAT16, dims=[K, K], raw_data=bits[first + i].tobytes()))
        nodes += [h.make_node("Cast", [f"w{i}"], [f"c{i}"], to=T.FLOAT), h.make_node("Gemm", [f"x{i}", f"c{i}"], [f"x{i + 1}"])]
    graph = h.make_graph(nodes, name, [h.make_tensor_value_info("x0", T.FLOAT, [64, K])],
                         [h.make_tensor_value_info(f"x{count}", T.FLOAT, [64, K])], weights)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)])
    model.ir_version = 10
    onnx.save_model(model, name + ".onnx", save_as_external_data=True, location=name + ".data")
save("whole", 0, layers)
save("first", 0, layers // 2)
save("second", layers // 2, layers // 2)
PY
cat >load.py <<'PY'
import sys, time
import onnxruntime as ort
options = ort.SessionOptions()
options.intra_op_num_threads = 2
start, used = time.perf_counter(), time.process_time()
session = ort.InferenceSession(sys.argv[1] + ".onnx", options, providers=["CPUExecutionProvider"])
wall = time.perf_counter() - start
print(f"{(time.process_time() - used) / wall:.1f} {wall:.2f}")
PY
export ORT_DISABLE_TELEMETRY=1
venv/bin/python model.py
venv/bin/python load.py whole >/dev/null # the files are in memory from here on
read -r cores whole < <(venv/bin/python load.py whole)
echo "one model: $cores cores for $whole s"
venv/bin/python load.py first >first.txt & venv/bin/python load.py second >second.txt
wait
halves=$(cut -d' ' -f2 first.txt second.txt | sort -n | tail -1)
echo "two halves at once: $halves s"
awk -v cores="$cores" -v whole="$whole" -v halves="$halves" 'BEGIN { exit !(cores < 1.2 && halves < 0.9 * whole) }' ||
  { echo "this has changed, or the cores were busy"; exit 1; }
