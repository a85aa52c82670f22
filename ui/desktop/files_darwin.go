package desktop

import (
	"context"
	"os/exec"
)

func systemDialog(context.Context, string, bool) ([]string, error) { return nil, ErrNoDialog }

func reveal(ctx context.Context, file string) error {
	return exec.CommandContext(ctx, "open", "-R", file).Run()
}

func openFolder(ctx context.Context, dir string) error {
	return exec.CommandContext(ctx, "open", dir).Run()
}
