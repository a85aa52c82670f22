package gallery

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// Folders takes folders that were added out of the library, and back.
type Folders struct {
	*Changes
	finder *Finder
	canvas fyne.Canvas
}

// forgetShown asks whether the folder that is shown is to leave the library.
func (f *Folders) forgetShown() {
	all := f.finder.counts.Folders
	i := slices.IndexFunc(all, func(folder library.Folder) bool { return folder.Dir == f.finder.query.Folder })
	if i < 0 {
		f.tell(lang.X("library.folder.first", "Go to a folder that was added first: the folders stand beside the pictures."), "", nil)
		return
	}
	folder := all[i]
	widgets.Confirm(f.canvas, lang.X("library.folder.ask", "Forget the folder {{.Name}}?", map[string]any{"Name": filepath.Base(folder.Dir)}),
		lang.XN("library.folder.about", "{{.N}} pictures leave the library. The files stay where they are, and stars, tags and albums are kept for when the folder is added again.",
			folder.Count, map[string]any{"N": numbers.Grouped(folder.Count)}),
		lang.X("library.folder.do", "Forget it"), lang.X("cancel", "Cancel"), func() { f.forget(folder.Dir) })
}

// forget takes a folder out of the library and offers to add it again.
func (f *Folders) forget(dir string) {
	left := 0
	f.do(func() (err error) { left, err = f.lib.RemoveFolder(dir); return err }, func() {
		f.offerUndo(lang.XN("library.folder.forgotten", "{{.N}} files left the library; they stay where they are.", left, map[string]any{"N": numbers.Grouped(left)}), func() { f.remember(dir) })
		if f.finder.query.Folder == dir {
			f.finder.everything()
		}
		f.made()
	})
}

// remember adds a folder again.
func (f *Folders) remember(dir string) {
	f.do(func() error {
		if err := f.lib.AddFolder(dir); err != nil {
			return err
		}
		_, err := f.lib.Rescan(context.Background(), nil)
		return err
	}, f.made)
}
