package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// ErrNoDialog says that the system has no file dialog that can be asked.
var ErrNoDialog = errors.New("the system has no file dialog to ask")

// Choose asks the artist for files, or for a folder, with the system's dialog,
// and waits for the answer: as long as the dialog is open. It returns nothing
// when nothing was chosen. Choosing again, and Close, close the dialog.
func (d *Desktop) Choose(title string, folder bool) ([]string, error) {
	ctx, end := context.WithCancel(d.ctx)
	defer end()
	d.mu.Lock()
	if d.close != nil {
		d.close()
	}
	d.close = end
	d.mu.Unlock()
	paths, err := ask(d, ctx, kindDialog, 0, func(ctx context.Context) ([]string, error) { return systemDialog(ctx, title, folder) })
	if ctx.Err() != nil {
		return nil, nil // another dialog took its place
	}
	return paths, err
}

// Reveal shows a file in the system's file manager. It waits for the desktop.
func (d *Desktop) Reveal(file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); err != nil {
		return err
	}
	return d.show(func(ctx context.Context) error { return reveal(ctx, file) })
}

// OpenFolder opens a folder in the system's file manager, and makes it first
// where there is none. It waits for the desktop.
func (d *Desktop) OpenFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return d.show(func(ctx context.Context) error { return openFolder(ctx, dir) })
}

func (d *Desktop) show(f func(context.Context) error) error {
	_, err := ask(d, d.ctx, kindShow, 2*openWait, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) })
	return err
}
