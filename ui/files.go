package ui

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"cascata/ui/async"
)

// A filePicker asks for files and folders: with the system's dialog where it
// has one that can be asked, else with the toolkit's.
type filePicker struct {
	Window fyne.Window
	Run    async.Runner
	// Choose asks with the system's dialog, and waits. The toolkit's opens
	// when it returns an error.
	Choose func(title string, folder bool) (paths []string, err error)
}

// Folder asks for a folder. then is not called when the artist chooses none.
func (p filePicker) Folder(title string, then func(path string)) {
	async.Go(p.Run, func() ([]string, error) { return p.Choose(title, true) }, func(paths []string, err error) {
		switch {
		case err != nil:
			d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
				if err == nil && u != nil {
					then(u.Path())
				}
			}, p.Window)
			p.show(d, d.SetLocation)
		case len(paths) > 0:
			then(paths[0])
		}
	})
}

// Files asks for files. then is not called when the artist chooses none. The
// toolkit's dialog gives one.
func (p filePicker) Files(title string, then func(paths []string)) {
	async.Go(p.Run, func() ([]string, error) { return p.Choose(title, false) }, func(paths []string, err error) {
		switch {
		case err != nil:
			d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
				if err != nil || r == nil {
					return
				}
				r.Close()
				then([]string{r.URI().Path()})
			}, p.Window)
			p.show(d, d.SetLocation)
		case len(paths) > 0:
			then(paths)
		}
	})
}

// show opens the toolkit's dialog in the artist's own folder, large.
func (p filePicker) show(d dialog.Dialog, at func(fyne.ListableURI)) {
	if home, err := os.UserHomeDir(); err == nil {
		if u, err := storage.ListerForURI(storage.NewFileURI(home)); err == nil {
			at(u)
		}
	}
	size := p.Window.Canvas().Size()
	d.Show() // before that it has no size to change
	d.Resize(fyne.NewSize(min(size.Width-80, 900), min(size.Height-80, 640)))
}
