package ort

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cascata/inference"
)

// casts is a model with a port of every type: out is in, for float32 in and
// out of the others.
func casts() []byte {
	var parts []message
	for _, e := range elemTypes {
		to := message{}.text(1, "to").varint(3, 1).varint(20, 2)
		back := message{}.text(1, "to").varint(3, int64(e.code)).varint(20, 2)
		parts = append(parts,
			inputProto("in_"+e.name, int64(e.code), -1, 3),
			nodeProto("Cast", []string{"in_" + e.name}, []string{"f_" + e.name}, to),
			nodeProto("Cast", []string{"f_" + e.name}, []string{"out_" + e.name}, back),
			outputProto("out_"+e.name, int64(e.code), -1, 3))
	}
	return modelProto(parts...)
}

func TestTypes(t *testing.T) {
	r := open(t, Options{})
	in, out := tensors{}, tensors{}
	for _, e := range elemTypes {
		if strings.Contains(e.name, "int") || e.name == "bool" {
			in["in_"+e.name] = ints([]int64{2, 3}, 0, 1, 1, 0, 1, 1)
			out["out_"+e.name] = ints([]int64{2, 3}, 0, 0, 0, 0, 0, 0)
		} else {
			in["in_"+e.name] = floats([]int64{2, 3}, 0, 1.5, -2, 0.25, 4, -8)
			out["out_"+e.name] = inference.NewTensor(2, 3)
		}
	}
	c := bind(t, r, cpu, casts(), in, out)
	for run := range 2 { // the second sees the changed data
		if err := c.Run(none); err != nil {
			t.Fatal(err)
		}
		for _, e := range elemTypes {
			i, o := in["in_"+e.name], out["out_"+e.name]
			if !slices.Equal(i.F32, o.F32) || !slices.Equal(i.I64, o.I64) {
				t.Errorf("run %d: %s: got %v %v, want %v %v", run, e.name, o.F32, o.I64, i.F32, i.I64)
			}
			if i.F32 != nil {
				i.F32[1] = 0.5
			} else {
				i.I64[1] = 0
			}
		}
	}
}

// TestSomeOutputs asks for a few outputs, in float16 too, which onnxruntime_go
// cannot leave out by itself.
func TestSomeOutputs(t *testing.T) {
	r := open(t, Options{})
	in := tensors{}
	for _, e := range elemTypes {
		in["in_"+e.name] = floats([]int64{1, 3}, 1, 0, 1)
	}
	s, err := r.Load(none, inference.Model{Name: "test", Proto: casts()}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{"out_float32", "out_bool", "out_float16"} {
		out := inference.NewTensor(1, 3)
		c, err := s.Bind(in, tensors{name: out})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Run(none); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want := []float32{1, 0, 1}; !slices.Equal(out.F32, want) {
			t.Errorf("%s: got %v, want %v", name, out.F32, want)
		}
		c.Close()
	}
}

func TestPorts(t *testing.T) {
	r := open(t, Options{})
	proto := modelProto(
		weightProto("w", []int64{2}, []float32{1, 2}),
		inputProto("x", 10, -1, 2), inputProto("w", 1, 2), outputProto("y", 1, -1, 2),
		nodeProto("Cast", []string{"x"}, []string{"f"}, message{}.text(1, "to").varint(3, 1).varint(20, 2)),
		nodeProto("Mul", []string{"f", "w"}, []string{"y"}))
	s, err := r.Load(none, inference.Model{Name: "test", Proto: proto}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := inference.Port{Name: "x", Shape: []int64{-1, 2}, Type: "float16"}
	if in := s.Inputs(); len(in) != 1 || in[0].Name != want.Name || in[0].Type != want.Type || !slices.Equal(in[0].Shape, want.Shape) {
		t.Errorf("inputs %v, want %v", in, want)
	}
	if out := s.Outputs(); len(out) != 1 || out[0].Name != "y" || out[0].Type != "float32" {
		t.Errorf("outputs %v", out)
	}
}

func TestBindRefuses(t *testing.T) {
	r := open(t, Options{})
	proto := modelProto(
		inputProto("a", 1, -1, 2), inputProto("b", 1, 2), outputProto("y", 1, -1, 2),
		nodeProto("Add", []string{"a", "b"}, []string{"y"}))
	s, err := r.Load(none, inference.Model{Name: "adder", Proto: proto}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, b, y := inference.NewTensor(3, 2), inference.NewTensor(2), inference.NewTensor(3, 2)
	for _, tt := range []struct {
		name    string
		in, out tensors
		want    string
	}{
		{"missing", tensors{"a": a}, tensors{"y": y}, `missing input "b" float32 [2]`},
		{"unknown input", tensors{"a": a, "b": b, "c": b}, tensors{"y": y}, `no input "c"; there are a, b`},
		{"unknown output", tensors{"a": a, "b": b}, tensors{"z": y}, `no output "z"; there are y`},
		{"no output", tensors{"a": a, "b": b}, nil, "no output asked for"},
		{"no tensor", tensors{"a": a, "b": nil}, tensors{"y": y}, `input "b" has no tensor`},
		{"rank", tensors{"a": b, "b": b}, tensors{"y": y}, `input "a": shape [2] does not fit [any 2]`},
		{"length", tensors{"a": a, "b": inference.NewTensor(3)}, tensors{"y": y}, `input "b": shape [3] does not fit [2]`},
		{"elements", tensors{"a": a, "b": floats([]int64{2}, 1)}, tensors{"y": y}, "needs 2 elements, the tensor has 1"},
		{"empty", tensors{"a": inference.NewTensor(0, 2), "b": b}, tensors{"y": y}, "empty or too large"},
		{"huge", tensors{"a": floats([]int64{1 << 62, 2}), "b": b}, tensors{"y": y}, "needs either"},
		{"neither", tensors{"a": a, "b": {Shape: []int64{2}}}, tensors{"y": y}, "needs either F32 or I64"},
	} {
		c, err := s.Bind(tt.in, tt.out)
		if err == nil {
			c.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "adder") {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	// A wrong output shape shows only in the run.
	c, err := s.Bind(tensors{"a": a, "b": b}, tensors{"y": inference.NewTensor(4, 2)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(none); err == nil {
		t.Error("a run into an output of the wrong shape passes")
	}
}

func TestLoadRefuses(t *testing.T) {
	r := open(t, Options{})
	bad := nodeProto("Add", []string{"x", "nowhere"}, []string{"y"})
	odd := nodeProto("NoSuchOperator", []string{"x"}, []string{"y"})
	x, y := inputProto("x", 1, 2), outputProto("y", 1, 2)
	for _, tt := range []struct {
		name string
		m    inference.Model
		d    inference.Device
		want error
	}{
		{"empty", inference.Model{}, cpu, inference.ErrBadModel},
		{"noise", inference.Model{Proto: []byte("this is no model")}, cpu, inference.ErrBadModel},
		{"a long field", inference.Model{Proto: []byte{7<<3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}}, cpu, inference.ErrBadModel},
		{"a loose end", inference.Model{Proto: modelProto(x, y, bad)}, cpu, inference.ErrBadModel},
		{"operator", inference.Model{Proto: modelProto(x, y, odd)}, cpu, inference.ErrUnsupported},
		{"no file", inference.Model{Path: t.TempDir() + "/none.onnx"}, cpu, inference.ErrModelMissing},
		{"a folder", inference.Model{Path: t.TempDir()}, cpu, inference.ErrBadModel},
		{"provider", inference.Model{Proto: chain(2, 1)}, inference.Device{Provider: "abacus"}, inference.ErrNoDevice},
		{"index", inference.Model{Proto: chain(2, 1)}, inference.Device{Provider: "cpu", Index: 1}, inference.ErrNoDevice},
	} {
		tt.m.Name = "stage x"
		s, err := r.Load(none, tt.m, tt.d)
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}
