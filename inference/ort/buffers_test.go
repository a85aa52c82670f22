package ort

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cascata/inference"
)

// split is a model that takes x, [n, 4], apart into n rows, and tensors for the rows.
func split(n int64) (proto []byte, rows tensors) {
	model, names := []message{inputProto("x", 1, n, 4)}, []string{}
	rows = tensors{}
	for k := range n {
		name := fmt.Sprint("y", k)
		names = append(names, name)
		model = append(model, outputProto(name, 1, 1, 4))
		rows[name] = inference.NewTensor(1, 4)
	}
	model = append(model, nodeProto("Split", []string{"x"}, names, message{}.text(1, "num_outputs").varint(3, n).varint(20, 2)))
	return modelProto(model...), rows
}

// A node that has more parts than a shader binds buffers is no lack of memory: the card
// cannot run that graph, and the session, the card and others go on working.
func TestTooManyParts(t *testing.T) {
	needsVulkan(t)
	r := open(t, Options{})
	for _, n := range []int64{4, 100, 4} {
		proto, rows := split(n)
		x := inference.NewTensor(n, 4)
		x.F32[4] = 3
		err := bind(t, r, webgpu, proto, tensors{"x": x}, rows).Run(none)
		switch {
		case n == 100 && (!errors.Is(err, inference.ErrNoDevice) || errors.Is(err, inference.ErrOutOfMemory) || !strings.Contains(err.Error(), parts.why)):
			t.Errorf("a Split into %d: %v", n, err)
		case n == 4 && (err != nil || rows["y1"].F32[0] != 3):
			t.Errorf("a Split into %d: %v, %v", n, rows["y1"], err)
		}
	}
}
