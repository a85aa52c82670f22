package gallery

import (
	"image"
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
)

// thumbs are the rows and the small pictures of what is in view. They are read
// when it comes into view, what is asked for last first.
type thumbs struct {
	lib   Library
	small *async.Thumbs
	rows  *pictureRows
	grid  *grid.Grid
	trace func(event string, values ...any)
	shown map[int64]*smallPicture // of those in view
}

// A smallPicture is one in view.
type smallPicture struct {
	key    string
	img    *image.RGBA
	bad    bool
	cancel func()
}

func newThumbs(p Params, g *grid.Grid) *thumbs {
	t := &thumbs{lib: p.Library, small: p.Thumbs, grid: g, trace: p.Trace, shown: map[int64]*smallPicture{}}
	t.rows = newPictureRows(p.Run, p.Library, t.gotRows)
	return t
}

// item is what is known of a picture in view.
func (t *thumbs) item(id int64) grid.Item {
	var it grid.Item
	if s := t.shown[id]; s != nil {
		if s.img != nil {
			it.Image = s.img
		} else if s.bad {
			it.Text = lang.X("library.unreadable", "cannot be read")
		}
	}
	p, ok := t.rows.get(id)
	if !ok {
		return it
	}
	it.Stars, it.Favourite, it.Tip = p.Stars, p.Favourite, format.FirstLines(p.Prompt, 3)
	switch n := p.Kin; {
	case p.Missing:
		it.Badge = lang.X("library.missing", "file is gone")
		return it
	case p.Draft:
		it.Badge = lang.X("library.draft", "draft")
	case n > 1:
		it.Badge = lang.XN("library.family", "family of {{.N}}", n, map[string]any{"N": n})
	}
	if p.Files > 1 {
		it.Badge = format.Joined(it.Badge, format.FilesText(p.Files))
	}
	return it
}

// inView asks for what is not known yet of the pictures in view.
func (t *thumbs) inView(ids []int64) {
	for id, s := range t.shown {
		if !slices.Contains(ids, id) {
			widgets.Call(s.cancel)
			delete(t.shown, id)
		}
	}
	t.rows.want(ids)
	t.askSmall(ids)
}

// askSmall asks for the small pictures of rows that are known. What is asked
// for last comes first.
func (t *thumbs) askSmall(ids []int64) {
	for _, id := range slices.Backward(ids) {
		p, ok := t.rows.get(id)
		if !ok {
			continue
		}
		s := t.shown[id]
		if key := async.ThumbKey(p); s == nil || s.key != key {
			next := &smallPicture{key: key}
			if s != nil {
				widgets.Call(s.cancel)
				next.img = s.img
			}
			t.shown[id] = next
			next.cancel = t.small.Picture(p, t.lib.Thumb, func(img *image.RGBA) {
				if t.shown[id] == next {
					next.img, next.bad, next.cancel = img, img == nil, nil
					t.grid.Update(id)
					t.traceFull()
				}
			})
		}
	}
}

// put shows a picture that was changed here, before the library says so.
func (t *thumbs) put(p library.Picture) {
	t.rows.put(p)
	t.grid.Update(p.ID)
}

// gotRows shows what was asked for.
func (t *thumbs) gotRows() {
	t.askSmall(t.grid.InView())
	t.grid.UpdateAll()
}

// traceFull reports when every picture in view is there.
func (t *thumbs) traceFull() {
	ids := t.grid.InView()
	for _, id := range ids {
		if s := t.shown[id]; s == nil || s.img == nil && !s.bad {
			return
		}
	}
	t.trace("library.full", "pictures", len(ids))
}
