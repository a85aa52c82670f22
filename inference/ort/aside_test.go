package ort

import (
	"errors"
	"testing"

	"cascata/inference"
)

// What runs aside does not wait for what runs in turn, nor the other way.
func TestAside(t *testing.T) {
	r := open(t, Options{})
	free := make(chan bool)
	busy, err := r.start(none, func() error { <-free; return nil })
	if err != nil {
		t.Fatal(err)
	}
	m := inference.Model{Name: "test", Proto: chain(8, 3), Aside: true}
	s, err := r.Load(none, m, cpu)
	if err != nil {
		t.Fatal(err)
	}
	x, y := inference.NewTensor(8, 8), inference.NewTensor(8, 8)
	for i := range 8 {
		x.F32[9*i] = 2
	}
	c, err := s.Bind(tensors{"x": x}, tensors{"y": y})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(none); err != nil {
		t.Fatal(err)
	}
	if y.F32[0] == 0 || y.F32[1] != 0 {
		t.Errorf("got %v", y.F32[:2])
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	close(free)
	if err := <-busy; err != nil {
		t.Error(err)
	}

	if s, err = r.Load(none, m, cpu); err != nil { // left for the runtime to close
		t.Fatal(err)
	}
	if _, err := r.Load(none, m, webgpu); !errors.Is(err, inference.ErrNoDevice) {
		t.Errorf("aside on a card: got %v, want ErrNoDevice", err)
	}
	r.Close()
	if err := s.Close(); err != nil {
		t.Errorf("close after the runtime: %v", err)
	}
	if len(r.aside.sessions) != 0 {
		t.Errorf("%d sessions left open", len(r.aside.sessions))
	}
}
