package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/widgets"
)

func TestRevealMissing(t *testing.T) {
	if err := Reveal(filepath.Join(t.TempDir(), "none.png")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no such file", err)
	}
}

// Without a desktop to ask, the toolkit's own dialog opens.
func TestFilePickerFallback(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	testApp(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(900, 600))
	p := FilePicker{Window: w, Run: func(work, then func()) { work(); then() }}
	p.Folder("A folder", func(string) { t.Error("nothing was chosen yet") })
	if !widgets.Modal(w.Canvas()) {
		t.Error("no dialog for a folder is open")
	}
	w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top())
	p.Files("Files", func([]string) { t.Error("nothing was chosen yet") })
	if !widgets.Modal(w.Canvas()) {
		t.Error("no dialog for files is open")
	}
}

func TestCopyPictureRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := CopyPicture(file)
	if err == nil || !strings.Contains(err.Error(), "clipboard") && !strings.Contains(err.Error(), "no PNG picture") {
		t.Errorf("got %v, want a refusal", err)
	}
}
