package onnx

import (
	"encoding/hex"
	"testing"
)

// The bytes were worked out by hand from onnx.proto's field numbers.
func TestMarshal(t *testing.T) {
	b := &Builder{Scope: "s"}
	x := b.Input("x", Float, Dim{Name: "n"}, Dim{Size: 2})
	w := b.External("w", BFloat16, []int64{2}, External{Location: "f", Offset: 8, Length: 4})
	y := b.Node("Add", []string{x, w}, Int("i", -1), Flt("f", 1), Str("s", "a"), Ints("l", 1, 2))
	b.Output("y", y, Float)
	b.Graph.Name = "g"
	m := Model{IR: 10, Producer: "p", Opsets: []Opset{{"", 20}}, Graph: b.Graph}
	got := hex.EncodeToString(m.Marshal())
	for _, part := range []string{
		"080a120170", // ir_version 10, producer_name p
		"0a01780a0177" + "1209" + hexOf("s/Add_1:0") + "1a07" + hexOf("s/Add_1") + "2203" + hexOf("Add"),
		"2a11" + "0a0169" + "18ffffffffffffffffff01" + "a00102", // i = -1, INT
		"2a0b" + "0a0166" + "150000803f" + "a00101",             // f = 1.0, FLOAT
		"2a09" + "0a0173" + "220161" + "a00103",                 // s = a, STRING
		"2a0a" + "0a016c" + "40014002" + "a00107",               // l = [1, 2], INTS
		"1201" + hexOf("g"), // graph name
		"2a32" + "0802" + "1010" + "420177" + // initializer: dims 2, BFLOAT16, name w
			"6a0d" + "0a08" + hexOf("location") + "120166" +
			"6a0b" + "0a06" + hexOf("offset") + "120138" +
			"6a0b" + "0a06" + hexOf("length") + "120134" + "7001",
		"5a14" + "0a0178" + "120f" + "0a0d" + "0801" + "1209" + "0a0312016e" + "0a020802", // input x: FLOAT [n, 2]
		"42040a001014", // opset_import: "" 20
	} {
		if !contains(got, part) {
			t.Errorf("%s is not in\n%s", part, got)
		}
	}
}

func hexOf(s string) string { return hex.EncodeToString([]byte(s)) }

// contains looks for whole bytes.
func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i += 2 {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func TestConstantsAreShared(t *testing.T) {
	var b Builder
	ints, floats := b.Ints(1, 2), b.Floats([]float32{1}, 1)
	if ints != b.Ints(1, 2) || floats != b.Floats([]float32{1}, 1) {
		t.Error("equal constants are two")
	}
	if b.Floats([]float32{1}) == b.Floats([]float32{1}, 1) || b.Ints(1) == b.Ints(2) {
		t.Error("different constants are one")
	}
	if len(b.Graph.Initializers) != 5 {
		t.Errorf("got %d constants, want 5", len(b.Graph.Initializers))
	}
}

func TestOutputsAreNotShared(t *testing.T) {
	var b Builder
	out := b.Nodes("Split", 2, []string{"x"})
	out[1] = "other"
	if b.Graph.Nodes[0].Outputs[1] == "other" {
		t.Error("changing what Nodes returned changed the node")
	}
}
