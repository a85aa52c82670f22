package gallery

import (
	"image"
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
)

// A smallPicture is one in view.
type smallPicture struct {
	key    string
	img    *image.RGBA
	bad    bool
	cancel func()
}

// item is what is known of a picture in view.
func (v *View) item(id int64) grid.Item {
	var it grid.Item
	if s := v.small[id]; s != nil {
		if s.img != nil {
			it.Image = s.img
		} else if s.bad {
			it.Text = lang.X("library.unreadable", "cannot be read")
		}
	}
	p, ok := v.rows.get(id)
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
func (v *View) inView(ids []int64) {
	for id, s := range v.small {
		if !slices.Contains(ids, id) {
			widgets.Call(s.cancel)
			delete(v.small, id)
		}
	}
	v.rows.want(ids)
	v.askSmall(ids)
}

// askSmall asks for the small pictures of rows that are known. What is asked
// for last comes first.
func (v *View) askSmall(ids []int64) {
	for _, id := range slices.Backward(ids) {
		p, ok := v.rows.get(id)
		if !ok {
			continue
		}
		s := v.small[id]
		if key := async.ThumbKey(p); s == nil || s.key != key {
			next := &smallPicture{key: key}
			if s != nil {
				widgets.Call(s.cancel)
				next.img = s.img
			}
			v.small[id] = next
			next.cancel = v.p.Thumbs.Picture(p, v.p.Library.Thumb, func(img *image.RGBA) {
				if v.small[id] == next {
					next.img, next.bad, next.cancel = img, img == nil, nil
					v.Grid.Update(id)
					v.traceFull()
				}
			})
		}
	}
}

// gotRows shows what was asked for.
func (v *View) gotRows() {
	v.askSmall(v.Grid.InView())
	v.Grid.UpdateAll()
}

// traceFull tells when every picture in view is there.
func (v *View) traceFull() {
	ids := v.Grid.InView()
	for _, id := range ids {
		if s := v.small[id]; s == nil || s.img == nil && !s.bad {
			return
		}
	}
	v.p.Trace("library.full", "pictures", len(ids))
}
