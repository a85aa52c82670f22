#!/usr/bin/env bash
# onnxruntime 1.30.0 (PyPI wheel, CPU provider, Linux x86_64), onnx 1.19.1, on a processor with AVX2 and without VNNI.
#
# Expected: MatMulInteger, whose result the standard defines in int32, gives the sum of products of bytes exactly,
# whatever their signs: no sum here comes near int32's limits.
# Seen: with uint8 times int8 it adds pairs of products in int16, which saturates from 32767 on, without a word: 255*127 + 255*127
# is 64770 and counts as 32767, about half. With uint8 weights (the same plus 128, zero point 128) every sum is exact. With VNNI both are.
#
# Output (AVX2): "uint8 x int8: 32767 instead of 64770", "uint8 x uint8: 64770". With VNNI the first is exact and the script says so.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q onnxruntime==1.30.0 onnx==1.19.1 numpy
cd "$dir"
ORT_DISABLE_TELEMETRY=1 venv/bin/python - <<'PY'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh

K = 2

def product(kind, weight, zero):
    graph = h.make_graph(
        [h.make_node("MatMulInteger", ["a", "b", "za", "zb"], ["y"])], "product",
        [h.make_tensor_value_info("a", T.UINT8, [1, K])], [h.make_tensor_value_info("y", T.INT32, [1, 1])],
        [nh.from_array(np.full((K, 1), weight, kind), "b"), nh.from_array(np.uint8(0), "za"), nh.from_array(kind(zero), "zb")])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 20)])
    model.ir_version = 10
    onnx.checker.check_model(model)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return int(session.run(None, {"a": np.full((1, K), 255, np.uint8)})[0][0, 0])

flags = open("/proc/cpuinfo").read()
vnni = "avx512_vnni" in flags or "avx_vnni" in flags
want = K * 255 * 127
signed, unsigned = product(np.int8, 127, 0), product(np.uint8, 255, 128)
print(f"uint8 x int8: {signed} instead of {want}" if signed != want else f"uint8 x int8: {signed}")
print(f"uint8 x uint8: {unsigned}")
if vnni:
    print("this processor has VNNI: nothing to see")
assert ort.__version__ == "1.30.0" and unsigned == want and (signed == want) == vnni, "this has changed"
PY
