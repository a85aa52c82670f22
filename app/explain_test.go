package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"cascata/inference"
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
	if m := Explain(fmt.Errorf("%w: prior: %w", inference.ErrBadModel, fs.ErrPermission)); strings.Contains(m.Title+m.Help, "ownload") {
		t.Errorf("a model that may not be read: %v", m)
	}
	if m := Explain(errors.New("else")); strings.Contains(m.Title+m.Help, "picture") {
		t.Errorf("%+v of an error that is perhaps of no picture", m)
	}
	if ExitCode(nil) != 0 || ExitCode(errors.New("else")) != 1 {
		t.Error("exit codes of no error and of an unknown one")
	}
}

// Each exit code that there is has its words in README.md.
func TestExitCodesAreTold(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, told, ok := strings.Cut(string(data), "\nExit codes: ")
	told, _, _ = strings.Cut(told, "\n\n")
	if !ok {
		t.Fatal("README.md tells no exit codes")
	}
	told = " " + strings.ReplaceAll(told, "\n", " ")
	codes := map[int]bool{0: true, ExitCode(errors.New("else")): true}
	for _, c := range causes {
		codes[c.exit] = true
	}
	for code := range codes {
		if !strings.Contains(told, fmt.Sprintf(" %d ", code)) {
			t.Errorf("exit code %d is not in README.md", code)
		}
	}
}
