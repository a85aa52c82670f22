#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, CPU provider, Linux x86_64, glibc 2.35 and newer), onnx 1.19.1.
#
# Expected: a library that is built to hold gigabytes of weights asks the system for huge pages
# (madvise), so that loading 512 MB of them costs some hundred page faults.
# Seen: it does not. Where huge pages are for those who ask ("madvise" in
# /sys/kernel/mm/transparent_hugepage/enabled, the default of most distributions), every 4 KB
# of weights is a fault of its own, and twice so, since a weight stored in 16 bits is first
# made into a float32 copy, which is then packed. Half of the time to load goes into that.
# glibc asks in its place when it is told so before the process begins; nothing in the
# library's own options does.
#
# Output: "plain: 328300 page faults for 512 MB of weights", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1: 9095 page faults ..." (a fifth either way;
# more of the latter where memory is in pieces).
set -euo pipefail
grep -q '\[madvise\]' /sys/kernel/mm/transparent_hugepage/enabled || { echo "this system gives huge pages to all or to none; nothing to see"; exit 0; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 onnx==1.19.1 numpy
cd "$dir"
cat >model.py <<'PY'
import numpy as np, onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh
K, layers = 4096, 8
rng = np.random.default_rng(0)
weights = [nh.from_array((rng.standard_normal((K, K), np.float32) / 64).astype(np.float16), f"w{i}") for i in range(layers)]
nodes = []
for i in range(layers):
    nodes += [h.make_node("Cast", [f"w{i}"], [f"c{i}"], to=T.FLOAT), h.make_node("Gemm", [f"x{i}", f"c{i}"], [f"x{i + 1}"], transB=1)]
graph = h.make_graph(nodes, "g", [h.make_tensor_value_info("x0", T.FLOAT, [1, K])], [h.make_tensor_value_info(f"x{layers}", T.FLOAT, [1, K])], weights)
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)])
model.ir_version = 10
onnx.save_model(model, "m.onnx", save_as_external_data=True, location="m.data")
PY
cat >load.py <<'PY'
import ctypes, resource
import onnxruntime as ort
ctypes.CDLL(None).mallopt(-3, 1 << 20)  # what is freed goes back at once
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
session = ort.InferenceSession("m.onnx", providers=["CPUExecutionProvider"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
PY
export ORT_DISABLE_TELEMETRY=1
venv/bin/python model.py
plain=$(venv/bin/python load.py)
asked=$(GLIBC_TUNABLES=glibc.malloc.hugetlb=1 venv/bin/python load.py)
echo "plain: $plain page faults for 512 MB of weights"
echo "GLIBC_TUNABLES=glibc.malloc.hugetlb=1: $asked page faults for 512 MB of weights"
[ "$plain" -gt 200000 ] && [ "$asked" -lt "$((plain / 4))" ] || { echo "this has changed"; exit 1; }
