package app

import (
	"errors"
	"testing"
)

func TestExplain(t *testing.T) {
	for _, c := range causes {
		err := errors.Join(errors.New("outer"), c.err)
		if got := Explain(err); got.Title != c.title || got.Help == "" {
			t.Errorf("Explain(%v) = %v", err, got)
		}
		if got := ExitCode(err); got != c.exit {
			t.Errorf("ExitCode(%v) = %d, want %d", err, got, c.exit)
		}
	}
	if ExitCode(nil) != 0 || ExitCode(errors.New("else")) != 1 {
		t.Error("exit codes of no error and of an unknown one")
	}
}
