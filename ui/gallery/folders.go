package gallery

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// forgetShown asks whether the folder that is shown is to leave the library.
func (v *View) forgetShown() {
	i := slices.IndexFunc(v.counts.Folders, func(f library.Folder) bool { return f.Dir == v.query.Folder })
	if i < 0 {
		v.Tell(lang.X("library.folder.first", "Go to a folder that was added first: the folders stand beside the pictures."), "", nil)
		return
	}
	f := v.counts.Folders[i]
	widgets.Confirm(v.p.Canvas, lang.X("library.folder.ask", "Forget the folder {{.Name}}?", map[string]any{"Name": filepath.Base(f.Dir)}),
		lang.XN("library.folder.about", "{{.N}} pictures leave the library. The files stay where they are, and stars, tags and albums are kept for when the folder is added again.",
			f.Count, map[string]any{"N": format.Grouped(f.Count)}),
		lang.X("library.folder.do", "Forget it"), lang.X("cancel", "Cancel"), func() { v.forget(f.Dir) })
}

// forget takes a folder out of the library and offers to add it again.
func (v *View) forget(dir string) {
	left := 0
	v.do(func() (err error) { left, err = v.p.Library.RemoveFolder(dir); return err }, func() {
		v.offerUndo(lang.XN("library.folder.forgotten", "{{.N}} files left the library; they stay where they are.", left, map[string]any{"N": format.Grouped(left)}), func() { v.remember(dir) })
		if v.query.Folder == dir {
			v.SetQuery(library.Query{Sort: v.query.Sort})
		}
		v.Changed()
	})
}

// remember adds a folder again.
func (v *View) remember(dir string) {
	v.do(func() error {
		if err := v.p.Library.AddFolder(dir); err != nil {
			return err
		}
		_, err := v.p.Library.Rescan(context.Background(), nil)
		return err
	}, v.Changed)
}
