package gallery

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/library"
	"cascata/ui/uitest"
)

func TestImport(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(900, 700))
	folder, shown := "", ""
	var done library.Scan
	var cancelled error
	p := ImportParams{Run: uitest.InPlace, Do: func(f func()) { f() },
		Folder:    func(_ string, then func(string)) { then("/pictures/old") },
		AddFolder: func(dir string) error { folder = dir; return nil },
		Rescan: func(ctx context.Context, progress func(done, total int)) (library.Scan, error) {
			progress(5, 10)
			return library.Scan{Files: 10, Added: 8, Copies: 1, Failed: 2, Unread: "/pictures/old/half.png\n"}, nil
		},
		OnDone: func(s library.Scan) { done = s }, OnShow: func(dir string) { shown = dir }}
	Import(w.Canvas(), p)
	got := uitest.Overlay(t, w.Canvas())
	if folder != "/pictures/old" || done.Added != 8 || !strings.Contains(got, "8 new pictures · one of them was there already, as a copy · 2 could not be read") {
		t.Errorf("folder %q, done %+v, shown %q", folder, done, got)
	}
	if !strings.Contains(got, "Not read: /pictures/old/half.png") {
		t.Errorf("what could not be read is not named: %q", got)
	}
	d := ShowImport(w.Canvas(), p, "/pictures/new")
	test.Tap(d.show)
	if shown != "/pictures/new" {
		t.Errorf("shown are the pictures of %q", shown)
	}
	p.AddFolder = func(string) error { return os.ErrPermission }
	d = ShowImport(w.Canvas(), p, "/closed/secret")
	if !strings.Contains(d.note.Text(), os.ErrPermission.Error()) {
		t.Errorf("said %q", d.note.Text())
	}
	// Closing the dialog ends the look.
	p.AddFolder = func(string) error { return nil }
	var work, then func()
	p.Run = func(w, t func()) { work, then = w, t }
	p.Rescan = func(ctx context.Context, _ func(done, total int)) (library.Scan, error) {
		cancelled = ctx.Err()
		return library.Scan{}, cancelled
	}
	d = ShowImport(w.Canvas(), p, "/pictures/old")
	d.dialog.Close()
	work()
	then()
	if !errors.Is(cancelled, context.Canceled) {
		t.Errorf("the look goes on: %v", cancelled)
	}
}
