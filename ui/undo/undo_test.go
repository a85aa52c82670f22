package undo

import (
	"slices"
	"testing"
)

func TestStack(t *testing.T) {
	var s Stack
	var done []int
	add := func(owner string, n int) func() { return s.Add(owner, func() { done = append(done, n) }) }
	add("a", 1)
	two := add("a", 2)
	add("b", 3)
	add("b", 4)
	two()
	two() // once
	if first, second := s.UndoOf("a"), s.UndoOf("a"); !first || second || s.Has("a") || !s.Has("b") {
		t.Error("a has one step left, then none")
	}
	if first, second, third := s.Undo(), s.Undo(), s.Undo(); !first || !second || third {
		t.Error("b has two steps, then there is none")
	}
	if want := []int{2, 1, 4, 3}; !slices.Equal(done, want) {
		t.Errorf("taken back %v, want %v", done, want)
	}
}

func TestStackForgets(t *testing.T) {
	var s Stack
	first := s.Add(nil, func() { t.Error("the oldest is still there") })
	for range most {
		s.Add(nil, func() {})
	}
	first()
	n := 0
	for s.Undo() {
		n++
	}
	if n != most {
		t.Errorf("%d steps, want %d", n, most)
	}
}
