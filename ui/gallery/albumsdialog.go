package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// An AlbumStore keeps albums. *library.Library is one. It is called off the
// window's goroutine.
type AlbumStore interface {
	Counts() (library.Counts, error)
	Find(q library.Query) ([]int64, error)
	NewAlbum(name string) (library.Album, error)
	RenameAlbum(album int64, name string) error
	DeleteAlbum(album int64) error
	AddToAlbum(album int64, ids ...int64) error
	RemoveFromAlbum(album int64, ids ...int64) error
}

// An AlbumsDialog puts pictures into albums and takes them out, and makes,
// renames and deletes albums. Pictures themselves stay where they are.
type AlbumsDialog struct {
	OnChanged func() // an album or what is in it

	run    async.Runner
	store  AlbumStore
	ids    []int64
	canvas fyne.Canvas
	dialog *widgets.Dialog
	list   *fyne.Container
	name   *widgets.Entry
	note   *widgets.Paragraph
}

// An albumRow is an album and how many of the pictures are in it.
type albumRow struct {
	library.Album
	in int
}

// ShowAlbums opens the dialog for pictures; there may be none.
func ShowAlbums(c fyne.Canvas, run async.Runner, store AlbumStore, changed func(), ids ...int64) *AlbumsDialog {
	d := &AlbumsDialog{run: run, store: store, ids: slices.Clone(ids), canvas: c, OnChanged: changed}
	d.list = widgets.Column(2)
	d.note = widgets.NewParagraph("", look.SizeSmall, true)
	d.name = widgets.NewEntry(lang.X("albums.hint", "Lighthouse series"))
	d.name.OnSubmitted = func(string) { d.add() }
	scroll := container.NewVScroll(d.list)
	scroll.SetMinSize(fyne.NewSize(380, 220))
	content := widgets.Column(10, scroll,
		container.NewBorder(nil, nil, nil, widgets.NewButton(lang.X("albums.new", "New album"), d.add), d.name), d.note)
	title := lang.X("albums.title", "Albums")
	if n := len(ids); n > 0 {
		title = lang.XN("albums.title.n", "Albums of {{.N}} pictures", n, map[string]any{"N": n})
	}
	d.dialog = widgets.NewDialog(title, content, widgets.Action{Text: lang.X("close", "Close"), Main: true})
	d.dialog.SetWidth(460).SetFirst(d.name).Show(c)
	d.fill()
	return d
}

// do changes something and shows the albums again.
func (d *AlbumsDialog) do(change func() error) {
	async.Try(d.run, change, func(err error) {
		d.say(err)
		widgets.Call(d.OnChanged)
		d.fill()
	})
}

func (d *AlbumsDialog) say(err error) {
	text := ""
	if err != nil {
		text = format.Joined(format.Explain(err), err.Error())
	}
	d.note.SetText(text)
}

// fill shows the albums as they are.
func (d *AlbumsDialog) fill() {
	async.Go(d.run, d.rows, func(rows []albumRow, err error) {
		if err != nil {
			d.say(err)
		}
		d.list.Objects = nil
		for _, r := range rows {
			d.list.Add(d.row(r))
		}
		if len(rows) == 0 {
			d.list.Add(widgets.NewDim(lang.X("albums.none", "There are none yet.")))
		}
		d.list.Refresh()
	})
}

func (d *AlbumsDialog) rows() ([]albumRow, error) {
	counts, err := d.store.Counts()
	if err != nil {
		return nil, err
	}
	var rows []albumRow
	for _, a := range counts.Albums {
		r := albumRow{Album: a}
		if len(d.ids) > 0 && a.Count > 0 {
			in, err := d.store.Find(library.Query{Album: a.ID})
			if err != nil {
				return nil, err
			}
			has := make(map[int64]bool, len(in))
			for _, id := range in {
				has[id] = true
			}
			for _, id := range d.ids {
				if has[id] {
					r.in++
				}
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (d *AlbumsDialog) row(r albumRow) fyne.CanvasObject {
	var left fyne.CanvasObject = widgets.NewText(r.Name).Shrink()
	if len(d.ids) > 0 {
		name := r.Name
		if r.in > 0 && r.in < len(d.ids) {
			name = format.Joined(name, lang.X("albums.some", "{{.N}} of {{.All}}", map[string]any{"N": r.in, "All": len(d.ids)}))
		}
		check := widgets.NewCheck(name, nil)
		check.SetTicked(r.in == len(d.ids))
		check.OnChanged = func(yes bool) {
			d.do(func() error {
				if yes {
					return d.store.AddToAlbum(r.ID, d.ids...)
				}
				return d.store.RemoveFromAlbum(r.ID, d.ids...)
			})
		}
		left = check
	}
	return container.NewBorder(nil, nil, nil, widgets.Row(2, widgets.NewDim(numbers.Grouped(r.Count)),
		widgets.NewIconButton(look.IconEdit, lang.X("albums.rename", "Rename"), func() { d.rename(r.Album) }),
		widgets.NewIconButton(look.IconDelete, lang.X("albums.delete", "Delete the album; its pictures stay"), func() {
			d.do(func() error { return d.store.DeleteAlbum(r.ID) })
		})), left)
}

func (d *AlbumsDialog) add() {
	name := strings.TrimSpace(d.name.Text)
	if name == "" {
		return
	}
	d.name.SetText("")
	d.do(func() error {
		a, err := d.store.NewAlbum(name)
		if err == nil && len(d.ids) > 0 {
			err = d.store.AddToAlbum(a.ID, d.ids...)
		}
		return err
	})
}

func (d *AlbumsDialog) rename(a library.Album) {
	name := widgets.NewEntry(a.Name)
	name.SetText(a.Name)
	widgets.NewDialog(lang.X("albums.rename.title", "Rename the album"), name,
		widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: lang.X("albums.rename", "Rename"), Main: true, Do: func() {
			if n := strings.TrimSpace(name.Text); n != "" && n != a.Name {
				d.do(func() error { return d.store.RenameAlbum(a.ID, n) })
			}
		}}).SetFirst(name).Show(d.canvas)
}
