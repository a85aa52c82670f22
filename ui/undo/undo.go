// Package undo takes back what the artist did, the newest first.
package undo

import "slices"

// most is how many steps a Stack remembers.
const most = 100

// A Stack is what can be taken back. Each step belongs to an owner, who may
// take back its own newest before newer ones of others. The zero value is
// ready. It belongs to the window's goroutine.
type Stack struct{ steps []*step }

type step struct {
	owner any
	back  func()
}

// Add notes how a step of owner is taken back. undo does so at once, wherever
// the step stands by then; once it was taken back, it does nothing.
func (s *Stack) Add(owner any, back func()) (undo func()) {
	added := &step{owner, back}
	s.steps = append(s.steps, added)
	if len(s.steps) > most {
		s.steps = slices.Delete(s.steps, 0, 1)
	}
	return func() { s.take(slices.Index(s.steps, added), added) }
}

// Undo takes back the newest step. It says false where there is none.
func (s *Stack) Undo() bool { return s.undo(func(*step) bool { return true }) }

// UndoOf takes back the newest step of owner. It says false where there is none.
func (s *Stack) UndoOf(owner any) bool {
	return s.undo(func(t *step) bool { return t.owner == owner })
}

// Has reports whether owner has a step that can be taken back.
func (s *Stack) Has(owner any) bool {
	return slices.ContainsFunc(s.steps, func(t *step) bool { return t.owner == owner })
}

// Forget forgets the steps of owner.
func (s *Stack) Forget(owner any) {
	s.steps = slices.DeleteFunc(s.steps, func(t *step) bool { return t.owner == owner })
}

func (s *Stack) undo(of func(*step) bool) bool {
	for i, t := range slices.Backward(s.steps) {
		if of(t) {
			s.take(i, t)
			return true
		}
	}
	return false
}

// take takes back the step at i; -1 is where it no longer is.
func (s *Stack) take(i int, t *step) {
	if i >= 0 {
		s.steps = slices.Delete(s.steps, i, i+1) // first, so that back may add steps
		t.back()
	}
}
