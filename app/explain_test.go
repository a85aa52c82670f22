package app

import (
	"errors"
	"strings"
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
	if m := Explain(errors.New("else")); strings.Contains(m.Title+m.Help, "picture") {
		t.Errorf("%+v of an error that is perhaps of no picture", m)
	}
	if ExitCode(nil) != 0 || ExitCode(errors.New("else")) != 1 {
		t.Error("exit codes of no error and of an unknown one")
	}
}
