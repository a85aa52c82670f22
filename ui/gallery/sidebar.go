package gallery

import (
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A place is where in the library the artist is.
type place struct {
	kind   placeKind
	album  int64
	tag    string
	folder string
}

type placeKind int

const (
	inAll placeKind = iota
	inToday
	inFavourites
	inDrafts
	inImported
	inFolder
	inAlbum
	inTag
)

// placeOf is the place whose pictures a query asks for.
func placeOf(q library.Query, now time.Time) place {
	switch {
	case q.Album != 0:
		return place{kind: inAlbum, album: q.Album}
	case q.Tag != "":
		return place{kind: inTag, tag: q.Tag}
	case q.Folder != "":
		return place{kind: inFolder, folder: q.Folder}
	case q.Favourites:
		return place{kind: inFavourites}
	case q.Drafts:
		return place{kind: inDrafts}
	case q.Imported:
		return place{kind: inImported}
	case q.To.IsZero() && q.From.Equal(midnight(now)):
		return place{kind: inToday}
	}
	return place{}
}

// query asks for the pictures of a place, with the words, the filter and the
// order of another query.
func (p place) query(now time.Time, with library.Query) library.Query {
	q := library.Query{Text: with.Text, Sort: with.Sort, Collapse: with.Collapse, MinStars: with.MinStars, Model: with.Model,
		Shape: with.Shape, MinWidth: with.MinWidth, MinHeight: with.MinHeight}
	switch p.kind {
	case inToday:
		q.From = midnight(now)
	case inFavourites:
		q.Favourites = true
	case inDrafts:
		q.Drafts = true
	case inImported:
		q.Imported = true
	case inFolder:
		q.Folder = p.folder
	case inAlbum:
		q.Album = p.album
	case inTag:
		q.Tag = p.tag
	}
	return q
}

// title is what the place is called.
func (p place) title(c library.Counts) string {
	switch p.kind {
	case inToday:
		return lang.X("library.today", "Today")
	case inFavourites:
		return lang.X("library.favourites", "Favourites")
	case inDrafts:
		return lang.X("library.drafts", "Drafts")
	case inImported:
		return lang.X("library.imported", "Imported")
	case inAlbum:
		if i := slices.IndexFunc(c.Albums, func(a library.Album) bool { return a.ID == p.album }); i >= 0 {
			return c.Albums[i].Name
		}
		return lang.X("library.album", "Album")
	case inTag:
		return p.tag
	case inFolder:
		return filepath.Base(p.folder)
	}
	return lang.X("library.everything", "Everything")
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// sidebar is the column of places.
type sidebar struct {
	OnGo    func(place)                     // to a place
	OnMenu  func(p place, at fyne.Position) // of an album or a folder
	OnAlbum func()                          // a new one is wanted
	OnAdd   func()                          // or another folder
	OnLeave func()                          // to the pictures

	content fyne.CanvasObject
	canvas  fyne.Canvas
	at      place
	rows    []placeRow
	column  *fyne.Container
}

type placeRow struct {
	place place
	row   *widgets.SidebarItem
}

func newSidebar(c fyne.Canvas) *sidebar {
	l := &sidebar{canvas: c, column: widgets.Column(2)}
	l.content = container.NewVScroll(widgets.Pad(10, 12, l.column))
	l.build(l.wanted(library.Counts{}))
	return l
}

// A placeLine is what a row is to say.
type placeLine struct {
	place place
	name  string
	count int
}

func (l *sidebar) wanted(c library.Counts) []placeLine {
	line := func(kind placeKind, n int) placeLine {
		p := place{kind: kind}
		return placeLine{place: p, name: p.title(c), count: n}
	}
	lines := []placeLine{line(inAll, c.All), line(inToday, c.Today), line(inFavourites, c.Favourites), line(inDrafts, c.Drafts), line(inImported, c.Imported)}
	for _, f := range c.Folders {
		lines = append(lines, placeLine{place: place{kind: inFolder, folder: f.Dir}, name: filepath.Base(f.Dir), count: f.Count})
	}
	for _, a := range c.Albums {
		lines = append(lines, placeLine{place: place{kind: inAlbum, album: a.ID}, name: a.Name, count: a.Count})
	}
	for _, t := range c.Tags {
		lines = append(lines, placeLine{place: place{kind: inTag, tag: t.Name}, name: t.Name, count: t.Count})
	}
	return lines
}

// set shows other figures. Rows that are there already stay, and the keyboard
// with them.
func (l *sidebar) set(c library.Counts) {
	lines := l.wanted(c)
	same := slices.EqualFunc(lines, l.rows, func(a placeLine, b placeRow) bool { return a.place == b.place })
	if !same {
		l.build(lines)
		return
	}
	for i, line := range lines {
		l.rows[i].row.Set(line.name, numbers.Grouped(line.count))
	}
}

func (l *sidebar) build(lines []placeLine) {
	l.rows, l.column.Objects = nil, nil
	heading := func(text string, above float32, action fyne.CanvasObject) {
		l.column.Add(widgets.Gap(0, above))
		l.column.Add(widgets.Pad(8, 3, container.NewBorder(nil, nil, nil, action, widgets.NewDim(text))))
	}
	heading(lang.X("library.show", "Show"), 0, nil)
	kind := inAll
	for _, line := range append(lines, placeLine{place: place{kind: inTag + 1}}) {
		if kind < inFolder && line.place.kind == inFolder {
			heading(lang.X("library.folders", "Folders"), 8, widgets.NewIconButton(look.IconAdd, lang.X("library.import", "Add a folder…"), func() { widgets.Call(l.OnAdd) }))
		}
		if kind < inAlbum && line.place.kind >= inAlbum {
			heading(lang.X("library.albums", "Albums"), 8, widgets.NewIconButton(look.IconAdd, lang.X("library.album.new", "New album"), func() { widgets.Call(l.OnAlbum) }))
		}
		if kind < inTag && line.place.kind == inTag {
			heading(lang.X("library.tags", "Tags"), 8, nil)
		}
		kind = line.place.kind
		if kind <= inTag {
			l.add(line)
		}
	}
	l.choose(l.at)
	l.content.Refresh()
}

func (l *sidebar) add(line placeLine) {
	i, at := len(l.rows), line.place
	row := widgets.NewSidebarItem(line.name, numbers.Grouped(line.count), func() { widgets.Call1(l.OnGo, at) })
	row.OnKey = func(e *fyne.KeyEvent) bool { return l.key(i, e) }
	if at.kind == inFolder {
		row.SetTip(at.folder)
	}
	if at.kind == inAlbum || at.kind == inFolder {
		row.OnMenu = func(abs fyne.Position) { l.OnMenu(at, abs) }
	}
	l.rows = append(l.rows, placeRow{at, row})
	l.column.Add(row)
}

// choose shows where the artist is.
func (l *sidebar) choose(at place) {
	l.at = at
	for _, r := range l.rows {
		r.row.SetChosen(r.place == at)
	}
}

// key goes from row to row.
func (l *sidebar) key(i int, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyUp:
		i--
	case fyne.KeyDown:
		i++
	case fyne.KeyRight:
		l.OnLeave()
		return true
	case desktop.KeyMenu:
		if o := l.rows[i].row; o.OnMenu != nil {
			o.OnMenu(fyne.CurrentApp().Driver().AbsolutePositionForObject(o).AddXY(24, o.Size().Height))
		}
		return true
	default:
		return false
	}
	if i >= 0 && i < len(l.rows) {
		l.canvas.Focus(l.rows[i].row)
	}
	return true
}
