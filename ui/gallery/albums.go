package gallery

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/numbers"
)

// Albums makes albums, puts pictures into them and takes them out. The pictures
// themselves stay where they are.
type Albums struct {
	*Changes
	finder *Finder
	canvas fyne.Canvas
}

// Choose asks in which albums pictures are to be.
func (a *Albums) Choose(ids ...int64) { ShowAlbums(a.canvas, a.run, a.lib, a.made, ids...) }

// create asks for a name, makes an album and puts pictures into it.
func (a *Albums) create(ids ...int64) {
	askText(a.canvas, lang.X("library.album.new", "New album"), lang.X("library.album.name", "Name of the album"), "", lang.X("library.album.make", "Make the album"), func(name string) {
		a.make(name, ids)
	})
}

func (a *Albums) make(name string, ids []int64) {
	a.do(func() error {
		album, err := a.lib.NewAlbum(name)
		if err == nil && len(ids) > 0 {
			err = a.lib.AddToAlbum(album.ID, ids...)
		}
		return err
	}, a.made)
}

// add puts pictures into an album.
func (a *Albums) add(album library.Album, ids ...int64) {
	a.do(func() error { return a.lib.AddToAlbum(album.ID, ids...) }, func() {
		n := len(ids)
		a.offerUndo(lang.XN("library.album.added", "{{.N}} pictures are in the album {{.Album}}.", n, map[string]any{"N": numbers.Grouped(n), "Album": album.Name}), func() {
			a.do(func() error { return a.lib.RemoveFromAlbum(album.ID, ids...) }, a.made)
		})
		a.made()
	})
}

// remove takes pictures out of the album that is shown.
func (a *Albums) remove(ids []int64) {
	album := a.finder.query.Album
	a.do(func() error { return a.lib.RemoveFromAlbum(album, ids...) }, func() {
		n := len(ids)
		a.undoable(n, lang.XN("library.album.removed", "{{.N}} pictures are no longer in this album.", n, map[string]any{"N": numbers.Grouped(n)}), func() {
			a.do(func() error { return a.lib.AddToAlbum(album, ids...) }, a.made)
		})
		a.made()
	})
}

// shown is the album that is shown. Where none is, that is said.
func (a *Albums) shown() (album library.Album, ok bool) {
	all := a.finder.counts.Albums
	i := slices.IndexFunc(all, func(album library.Album) bool { return album.ID == a.finder.query.Album })
	if i < 0 {
		a.tell(lang.X("library.album.first", "Go to an album first."), "", nil)
		return album, false
	}
	return all[i], true
}

// renameShown asks for another name of the album that is shown.
func (a *Albums) renameShown() {
	album, ok := a.shown()
	if !ok {
		return
	}
	askText(a.canvas, lang.X("library.album.rename.title", "Rename the album"), lang.X("library.album.name", "Name of the album"), album.Name, lang.X("library.album.rename.do", "Rename"), func(name string) {
		a.do(func() error { return a.lib.RenameAlbum(album.ID, name) }, a.made)
	})
}

// deleteShown deletes the album that is shown.
func (a *Albums) deleteShown() {
	if album, ok := a.shown(); ok {
		a.delete(album.ID, album.Name)
	}
}

// delete deletes an album, not its pictures, and offers to make it again.
func (a *Albums) delete(id int64, name string) {
	var ids []int64
	a.do(func() (err error) {
		if ids, err = a.lib.Find(library.Query{Album: id}); err != nil {
			return err
		}
		return a.lib.DeleteAlbum(id)
	}, func() {
		a.offerUndo(lang.X("library.album.deleted", "The album {{.Name}} is deleted. Its pictures stay.", map[string]any{"Name": name}), func() {
			a.make(name, ids)
		})
		if a.finder.query.Album == id {
			a.finder.everything()
		}
		a.made()
	})
}
