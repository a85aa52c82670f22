package ort

import (
	"testing"

	"cascata/inference"
	"cascata/inference/inferencetest"
)

// Casts of weights that stand before all other nodes, and are not folded, run
// each just before its product, also where the layers run twice. Graphs that
// stream their weights rely on it: otherwise all weights are in memory at once.
func TestCastsRunWhereTheyAreUsed(t *testing.T) {
	const n, layers, passes = 64, 8, 2
	casts, products := []message{}, []message{inputProto("x", 1, n, n), outputProto("y", 1, n, n)}
	last := "x"
	for i := range passes * layers {
		w, cast, next := string(rune('a'+i%layers)), "c"+string(rune('a'+i)), "p"+string(rune('a'+i))
		if i == passes*layers-1 {
			next = "y"
		}
		if i < layers {
			raw := make([]byte, 2*n*n)
			raw[i] = 1                                                                           // no two are the same
			weight := message{}.varint(1, n).varint(1, n).varint(2, 16).text(8, w).bytes(9, raw) // BFLOAT16
			casts = append(casts, message{}.bytes(5, weight))
		}
		to := message{}.text(1, "to").varint(3, 1).varint(20, 2)
		casts = append(casts, nodeProto("Cast", []string{w}, []string{cast}, to))
		products = append(products, nodeProto("MatMul", []string{last, cast}, []string{next}))
		last = next
	}
	profiles := t.TempDir()
	r := open(t, Options{Profile: profiles})
	s, err := r.Load(none, inference.Model{Name: "test", Proto: modelProto(append(casts, products...)...), Stream: 1000}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Bind(tensors{"x": inference.NewTensor(n, n)}, tensors{"y": inference.NewTensor(n, n)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(none); err != nil {
		t.Fatal(err)
	}
	s.Close()
	held, most, ran := 0, 0, 0
	for _, op := range inferencetest.Operators(t, profiles) {
		switch op {
		case "Cast":
			held, ran = held+1, ran+1
		case "MatMul":
			held--
		}
		most = max(most, held)
	}
	if ran != passes*layers || most > 1 {
		t.Errorf("%d of %d casts ran, %d of them at once before their products", ran, passes*layers, most)
	}
}
