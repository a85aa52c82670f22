package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/desktop"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// Without a desktop to ask, the toolkit's own dialog opens.
func TestFilePickerFallback(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(900, 600))
	none := func(string, bool) ([]string, error) { return nil, desktop.ErrNoDialog }
	p := filePicker{Window: w, Choose: none, Run: func(work, then func()) { work(); then() }}
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
