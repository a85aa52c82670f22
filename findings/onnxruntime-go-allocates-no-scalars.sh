#!/usr/bin/env bash
# github.com/yalue/onnxruntime_go v1.36.0, onnxruntime-node 1.30.0 (npm; its library), onnx 1.19.1, Go 1.26, Linux x86_64.
#
# Expected: an output for which nil is given to DynamicAdvancedSession.Run is allocated
# by the library and returned, as documented, whatever its shape and type.
# Seen: a float32 matrix is. A float32 scalar is an error, "The shape has no dimensions",
# and so is a float16 matrix, "not enough space", since half its bytes are taken. Such
# outputs need a tensor of the caller's own, or must not be asked for.
#
# Output: "float32 [2 3]: returned", "float32 []: Error creating tensor from ort: Invalid tensor shape: The shape has no dimensions",
# "float16 [2 3]: Error creating tensor from ort: ORT API error creating tensor: not enough space: expected 12, got 6".
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q onnx==1.19.1
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0 >/dev/null
library=$(find node_modules/onnxruntime-node/bin -path '*linux/x64*' -name 'libonnxruntime.so*' | head -1)
cat >model.py <<'PY'
import onnx
from onnx import TensorProto as T, helper as h
for name, type_, dims in (("matrix", T.FLOAT, [2, 3]), ("scalar", T.FLOAT, []), ("half", T.FLOAT16, [2, 3])):
    node = h.make_node("ReduceSum", ["x"], ["y"], keepdims=0) if name == "scalar" else h.make_node("Cast", ["x"], ["y"], to=type_)
    graph = h.make_graph([node], name, [h.make_tensor_value_info("x", T.FLOAT, [2, 3])], [h.make_tensor_value_info("y", type_, dims)])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)])
    model.ir_version = 10
    onnx.save(model, name + ".onnx")
PY
venv/bin/python model.py
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	ort "github.com/yalue/onnxruntime_go"
)

func main() {
	ort.SetSharedLibraryPath(os.Args[1])
	if err := ort.InitializeEnvironment(); err != nil {
		panic(err)
	}
	x, err := ort.NewTensor(ort.NewShape(2, 3), []float32{1, 2, 3, 4, 5, 6})
	if err != nil {
		panic(err)
	}
	for _, c := range [][2]string{{"matrix", "float32 [2 3]"}, {"scalar", "float32 []"}, {"half", "float16 [2 3]"}} {
		s, err := ort.NewDynamicAdvancedSession(c[0]+".onnx", []string{"x"}, []string{"y"}, nil)
		if err != nil {
			panic(err)
		}
		seen := "returned"
		if err := s.Run([]ort.Value{x}, []ort.Value{nil}); err != nil {
			seen = err.Error()
		}
		fmt.Printf("%s: %s\n", c[1], seen)
	}
}
GO
export ORT_DISABLE_TELEMETRY=1
go mod init seen 2>/dev/null
go get github.com/yalue/onnxruntime_go@v1.36.0 2>/dev/null
go run . "$PWD/$library" | tee seen.txt
grep -q '^float32 \[2 3\]: returned$' seen.txt && grep -q 'float32 \[\]: .*no dimensions' seen.txt && grep -q 'float16 \[2 3\]: .*not enough space' seen.txt || { echo "this has changed"; exit 1; }
