package desktop

import (
	"context"
	"os/exec"
)

func systemDialog(context.Context, string, bool) ([]string, error) { return nil, ErrNoDialog }

// explorer returns 1 also when it has opened its window.
func reveal(_ context.Context, file string) error {
	return exec.Command("explorer", "/select,"+file).Start()
}

func openFolder(_ context.Context, dir string) error { return exec.Command("explorer", dir).Start() }
