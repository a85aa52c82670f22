package create

import (
	"image"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// A Strip is the row of pictures below the stage: those at work, those that
// wait in their order, and those that ended, newest first.
type Strip struct {
	Content fyne.CanvasObject
	OnOpen  func(j studio.Job)
	OnMove  func(id, before int64) // before is 0 at the end
	OnMenu  func(j studio.Job, at fyne.Position)
	OnKey   func(j studio.Job, e *fyne.KeyEvent) bool // Delete and others; false: the window's

	// Since is when the program began: what was cancelled or interrupted before
	// is finished business, which only the list of the queue has.
	Since time.Time

	tiles   *widgets.Tiles
	thumbs  *async.Thumbs
	queue   studio.Queue
	series  format.Series
	at      studio.Progress // of the running picture
	chosen  int64
	shown   map[int64]*stripTile
	showing []studio.Job // in the order of the tiles
}

// stripTile is what a tile's picture comes from.
type stripTile struct {
	img    *image.RGBA
	asked  bool
	cancel func()
}

// NewStrip shows nothing yet.
func NewStrip(thumbs *async.Thumbs) *Strip {
	s := &Strip{thumbs: thumbs, tiles: widgets.NewStrip(), shown: map[int64]*stripTile{}}
	t := s.tiles
	t.OnChoose = func(key string, _ fyne.KeyModifier) { s.with(key, s.OnOpen) }
	t.OnOpen = func(key string) { s.with(key, s.OnOpen) }
	t.OnMenu = func(key string, at fyne.Position) {
		s.with(key, func(j studio.Job) {
			if s.OnMenu != nil {
				s.OnMenu(j, at)
			}
		})
	}
	t.OnMove = func(key, before string) {
		to := idOf(before)
		if len(s.queue.Waiting) > stripWaiting && !slices.ContainsFunc(s.queue.Waiting, func(j studio.Job) bool { return j.ID == to }) {
			to = s.queue.Waiting[stripWaiting].ID // behind the last that is shown
		}
		if s.OnMove != nil {
			s.OnMove(idOf(key), to)
		}
	}
	t.OnKey = func(key string, e *fyne.KeyEvent) (used bool) {
		s.with(key, func(j studio.Job) { used = s.OnKey != nil && s.OnKey(j, e) })
		return used
	}
	s.Content = t
	return s
}

// KeyOf and idOf go between jobs and tiles.
func KeyOf(id int64) string { return strconv.FormatInt(id, 10) }

func idOf(key string) int64 {
	id, _ := strconv.ParseInt(key, 10, 64) // "" is 0, the end
	return id
}

// with calls f with the job of a tile.
func (s *Strip) with(key string, f func(studio.Job)) {
	id := idOf(key)
	for _, j := range s.showing {
		if j.ID == id && f != nil {
			f(j)
			return
		}
	}
}

// How many pictures the strip shows; the list of the queue and the library have
// all. Every tile costs a little at each drawing of the window.
const (
	stripWaiting = 30
	stripEnded   = 40
)

// SetQueue shows what there is. What is in view stays where it is.
func (s *Strip) SetQueue(q studio.Queue) {
	s.queue, s.series = q, format.SeriesOf(q)
	s.showing = s.showing[:0]
	s.showing = append(append(s.showing, q.Running...), q.Waiting[:min(len(q.Waiting), stripWaiting)]...)
	over := slices.DeleteFunc(slices.Clone(q.Over), s.finished)
	s.showing = append(s.showing, over[:min(len(over), stripEnded)]...)
	here := map[int64]bool{}
	for _, j := range s.showing {
		here[j.ID] = true
		if s.shown[j.ID] == nil {
			s.shown[j.ID] = &stripTile{}
		}
	}
	for id, t := range s.shown {
		if !here[id] {
			widgets.Call(t.cancel)
			delete(s.shown, id)
		}
	}
	s.show()
}

// finished reports whether nothing came of a job, before the program began.
func (s *Strip) finished(j studio.Job) bool {
	return (j.State == studio.Cancelled || j.State == studio.Interrupted) && j.Ended.Before(s.Since)
}

func (s *Strip) show() {
	items := make([]widgets.Item, len(s.showing))
	for i, j := range s.showing {
		items[i] = s.item(j)
	}
	s.tiles.SetItems(items)
	for _, j := range slices.Backward(s.showing) { // what is asked for last comes first
		s.ask(j)
	}
}

// ask asks for the small picture of a job that ended, once.
func (s *Strip) ask(j studio.Job) {
	t := s.shown[j.ID]
	if t.asked || j.File == "" && j.State != studio.Unsaved {
		return
	}
	t.asked = true
	t.cancel = s.thumbs.Get(j, func(img *image.RGBA) {
		if s.shown[j.ID] != t || img == nil {
			return
		}
		t.img = img
		s.update(j.ID)
	})
}

// update shows one tile again.
func (s *Strip) update(id int64) {
	for _, j := range s.showing {
		if j.ID == id {
			s.tiles.Update(s.item(j))
			return
		}
	}
}

// item is how the strip shows a job.
func (s *Strip) item(j studio.Job) widgets.Item {
	it := widgets.Item{Key: KeyOf(j.ID), Chosen: j.ID == s.chosen, Tip: j.Recipe.Title()}
	if img := s.shown[j.ID].img; img != nil {
		it.Image = img
	}
	switch j.State {
	case studio.Running:
		it.Badge = s.series.Short(j)
		if j.ID == s.at.Job.ID {
			it.Progress = overall(s.at)
		}
		if it.Image == nil {
			it.Text = lang.X("strip.running", "now")
		}
	case studio.Waiting:
		it.Dashed, it.Movable = true, true
		it.Text = s.series.Short(j)
		if it.Text == "" && j.Recipe.Draft {
			it.Text = lang.X("job.draft", "draft")
		}
		if j.ID == s.queue.Waiting[0].ID {
			it.Text, it.Badge = lang.X("strip.next", "next"), it.Text
		}
	default:
		it.Badge = format.Ending(j)
		it.Bad = j.State == studio.Failed || j.State == studio.Unsaved
		if it.Image == nil {
			it.Text, it.Badge = it.Badge, ""
		}
	}
	return it
}

// overall is how much of a picture is done, 0 to 1; a little at once.
func overall(p studio.Progress) float32 {
	part, share := barAt(p)
	var sum, done float32
	for i, w := range p.Shares {
		sum += w
		switch {
		case i < part:
			done += w
		case i == part:
			done += w * share
		}
	}
	if sum <= 0 {
		return 0.01
	}
	return max(done/sum, 0.01)
}

// SetProgress shows the running picture as it forms.
func (s *Strip) SetProgress(p studio.Progress) {
	s.at = p
	t := s.shown[p.Job.ID]
	if t == nil {
		return
	}
	if p.Preview != nil && p.Stage != inference.StageText {
		t.img = p.Preview
	}
	s.update(p.Job.ID)
}

// Select frames one picture; 0 is none.
func (s *Strip) Select(id int64) {
	before := s.chosen
	s.chosen = id
	s.update(before)
	s.update(id)
}

// Selected is the picture that is framed, or 0.
func (s *Strip) Selected() int64 { return s.chosen }

// Step is the picture that lies this many to the right of one.
func (s *Strip) Step(from int64, by int) (studio.Job, bool) {
	for i, j := range s.showing {
		if j.ID == from && i+by >= 0 && i+by < len(s.showing) {
			s.tiles.ScrollTo(KeyOf(s.showing[i+by].ID))
			return s.showing[i+by], true
		}
	}
	return studio.Job{}, false
}
