package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// Tag gives pictures a tag, or takes it from them.
func (v *View) Tag(tag string, on bool, ids ...int64) {
	if tag = strings.TrimSpace(tag); tag == "" {
		return
	}
	v.With(ids, func(pics []library.Picture) {
		var changed []int64
		for _, p := range pics {
			if slices.Contains(p.Tags, tag) != on {
				changed = append(changed, p.ID)
			}
		}
		if len(changed) == 0 {
			return
		}
		v.do(func() error { return v.p.Library.Tag(tag, on, changed...) }, v.Changed)
		v.undoable(len(changed), taggedText(tag, on, len(changed)), func() {
			v.do(func() error { return v.p.Library.Tag(tag, !on, changed...) }, v.Changed)
		})
	})
}

func taggedText(tag string, on bool, n int) string {
	words := map[string]any{"N": format.Grouped(n), "Tag": tag}
	if !on {
		return lang.XN("library.untagged", "{{.N}} pictures no longer have the tag {{.Tag}}.", n, words)
	}
	return lang.XN("library.tagged", "{{.N}} pictures have the tag {{.Tag}} now.", n, words)
}

// askText asks for a short text.
func (v *View) askText(title, placeholder, text, button string, then func(text string)) {
	e := widgets.NewEntry(placeholder)
	e.SetText(text)
	d := widgets.NewDialog(title, widgets.Column(8, e), widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: button, Main: true, Do: func() {
			if t := strings.TrimSpace(e.Text); t != "" {
				then(t)
			}
		}})
	d.SetFirst(e).Show(v.p.Canvas)
}

// Albums asks in which albums pictures are to be.
func (v *View) Albums(ids ...int64) {
	ShowAlbums(v.p.Canvas, v.p.Run, v.p.Library, v.Changed, ids...)
}

// NewAlbum asks for a name, makes an album and puts pictures into it.
func (v *View) NewAlbum(ids ...int64) {
	v.askText(lang.X("library.album.new", "New album"), lang.X("library.album.name", "Name of the album"), "", lang.X("library.album.make", "Make the album"), func(name string) {
		v.makeAlbum(name, ids)
	})
}

func (v *View) makeAlbum(name string, ids []int64) {
	v.do(func() error {
		a, err := v.p.Library.NewAlbum(name)
		if err == nil && len(ids) > 0 {
			err = v.p.Library.AddToAlbum(a.ID, ids...)
		}
		return err
	}, v.Changed)
}

// AddToAlbum puts pictures into an album.
func (v *View) AddToAlbum(a library.Album, ids ...int64) {
	v.do(func() error { return v.p.Library.AddToAlbum(a.ID, ids...) }, func() {
		n := len(ids)
		v.offerUndo(lang.XN("library.album.added", "{{.N}} pictures are in the album {{.Album}}.", n, map[string]any{"N": format.Grouped(n), "Album": a.Name}), func() {
			v.do(func() error { return v.p.Library.RemoveFromAlbum(a.ID, ids...) }, v.Changed)
		})
		v.Changed()
	})
}

// removeFromAlbum takes pictures out of the album that is shown.
func (v *View) removeFromAlbum(album int64, ids []int64) {
	v.do(func() error { return v.p.Library.RemoveFromAlbum(album, ids...) }, func() {
		n := len(ids)
		v.undoable(n, lang.XN("library.album.removed", "{{.N}} pictures are no longer in this album.", n, map[string]any{"N": format.Grouped(n)}), func() {
			v.do(func() error { return v.p.Library.AddToAlbum(album, ids...) }, v.Changed)
		})
		v.Changed()
	})
}

// PlaceActions are what can be done with the place that is shown.
func (v *View) PlaceActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("menu.album.rename", "Rename the album…"), Line: true, Key: menu.Plain(fyne.KeyF2), Do: v.renameAlbum},
		{Text: lang.X("library.album.delete", "Delete the album"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyA), Do: v.dropAlbum},
		{Text: lang.X("library.folder.forget", "Forget this folder…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyMinus), Do: v.forgetShown},
	}
}

// placeMenu goes to a place and shows what can be done with it.
func (v *View) placeMenu(p place, at fyne.Position) {
	if p != v.place {
		v.goTo(p)
	}
	actions := v.PlaceActions()
	if p.kind == inFolder {
		actions = actions[2:]
	} else {
		actions = actions[:2]
	}
	var items []*fyne.MenuItem
	for _, a := range actions {
		items = append(items, a.Item(a.Do))
	}
	v.popup(at, items...)
}

// album is the album that is shown. Where none is, that is said.
func (v *View) album() (a library.Album, ok bool) {
	i := slices.IndexFunc(v.counts.Albums, func(a library.Album) bool { return a.ID == v.query.Album })
	if i < 0 {
		v.Tell(lang.X("library.album.first", "Go to an album first."), "", nil)
		return a, false
	}
	return v.counts.Albums[i], true
}

func (v *View) renameAlbum() {
	a, ok := v.album()
	if !ok {
		return
	}
	v.askText(lang.X("library.album.rename.title", "Rename the album"), lang.X("library.album.name", "Name of the album"), a.Name, lang.X("library.album.rename.do", "Rename"), func(name string) {
		v.do(func() error { return v.p.Library.RenameAlbum(a.ID, name) }, v.Changed)
	})
}

func (v *View) dropAlbum() {
	if a, ok := v.album(); ok {
		v.deleteAlbum(a.ID, a.Name)
	}
}

// deleteAlbum deletes an album, not its pictures, and offers to make it again.
func (v *View) deleteAlbum(id int64, name string) {
	var ids []int64
	v.do(func() (err error) {
		if ids, err = v.p.Library.Find(library.Query{Album: id}); err != nil {
			return err
		}
		return v.p.Library.DeleteAlbum(id)
	}, func() {
		v.offerUndo(lang.X("library.album.deleted", "The album {{.Name}} is deleted. Its pictures stay.", map[string]any{"Name": name}), func() {
			v.makeAlbum(name, ids)
		})
		if v.query.Album == id {
			v.SetQuery(library.Query{Sort: v.query.Sort})
		}
		v.Changed()
	})
}

func (v *View) askTag(ids []int64) {
	v.askText(lang.X("library.tag", "Add a tag"), lang.X("library.tag.name", "A word"), "", lang.X("library.tag.add", "Add the tag"), func(tag string) { v.Tag(tag, true, ids...) })
}
