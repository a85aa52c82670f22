package create

import (
	"image"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A Sheet shows the drafts that were asked for together, to tick those that
// are worth developing. Drafts still to come have their place already.
type Sheet struct {
	Content   fyne.CanvasObject
	OnDevelop func(drafts []studio.Job)
	OnOpen    func(j studio.Job)
	OnMenu    func(j studio.Job, at fyne.Position)
	OnBack    func()
	OnResume  func()                                  // the queue is paused and shall go on
	Time      func(drafts []studio.Job) time.Duration // how long they take to develop; nil or 0: unknown

	Tiles       *widgets.Tiles
	thumbs      *async.Thumbs
	jobs        []studio.Job
	group       int64
	ticked      map[int64]bool
	shown       map[int64]*stripTile
	at          studio.Progress
	title       *widgets.Text
	prompt      *widgets.Text
	hint        *widgets.Text
	all, resume *widgets.Button
	develop     *widgets.Button
	row         *fyne.Container
}

const SheetSide = 168 // of a draft, at least

// NewSheet shows nothing yet.
func NewSheet(thumbs *async.Thumbs) *Sheet {
	s := &Sheet{thumbs: thumbs, Tiles: widgets.NewSheet(SheetSide), ticked: map[int64]bool{}, shown: map[int64]*stripTile{}}
	t := s.Tiles
	t.OnTick = func(key string) { s.tick(idOf(key)) }
	t.OnOpen = func(key string) { s.open(idOf(key)) }
	t.OnEnter = func(string) { s.Develop() }
	t.OnKey = func(key string, e *fyne.KeyEvent) bool { return s.key(idOf(key), e) }
	t.OnMenu = func(key string, at fyne.Position) {
		if j, ok := s.job(idOf(key)); ok && s.OnMenu != nil {
			s.OnMenu(j, at)
		}
	}
	s.title = widgets.NewTitle(lang.X("sheet.title", "Drafts"))
	s.prompt = widgets.NewDim("").Shrink()
	s.all = widgets.NewButton("", s.TickAll)
	s.develop = widgets.NewMainButton("", s.Develop)
	back := widgets.NewButton(lang.X("sheet.back", "Back"), func() { widgets.Call(s.OnBack) })
	s.hint = widgets.NewDim("").Shrink()
	s.resume = widgets.NewTextButton(lang.X("queue.resume", "Go on"), func() { widgets.Call(s.OnResume) })
	s.resume.SetColor(look.ColorAccent)
	s.row = widgets.Wrap(8, s.hint, layout.NewSpacer(), s.resume, back, s.all, s.develop)
	s.Content = widgets.Frame(
		widgets.Pad(24, 12, container.NewBorder(nil, nil, s.title, nil, widgets.Pad(12, 3, s.prompt))),
		widgets.Pad(24, 10, s.row), nil, nil, widgets.Pad(16, 0, t))
	s.SetQueue(studio.Queue{})
	s.say()
	return s
}

// SetQueue says where the drafts are to come from that wait: from a queue that
// may be paused.
func (s *Sheet) SetQueue(q studio.Queue) {
	n := len(q.Waiting)
	paused := q.Paused && len(q.Running) == 0 && n > 0
	if paused {
		s.hint.SetText(lang.XN("stage.paused", "The queue is paused; {{.N}} wait.", n, map[string]any{"N": numbers.Grouped(n)}))
	} else {
		s.hint.SetText(lang.X("sheet.keys", "Space ticks · A all · N none · O shows it large · Enter develops"))
	}
	if s.resume.Visible() != paused {
		widgets.SetVisible(s.resume, paused)
		s.Content.Refresh()
	}
}

// Show shows drafts in this order. Ticks stay while the group is the same.
func (s *Sheet) Show(jobs []studio.Job) {
	if len(jobs) > 0 && jobs[0].Group != s.group {
		for _, t := range s.shown {
			widgets.Call(t.cancel)
		}
		s.group, s.ticked, s.shown = jobs[0].Group, map[int64]bool{}, map[int64]*stripTile{}
		s.prompt.SetText(jobs[0].Recipe.Title())
	}
	s.jobs = append(s.jobs[:0:0], jobs...)
	items := make([]widgets.Item, len(jobs))
	for i, j := range jobs {
		if s.shown[j.ID] == nil {
			s.shown[j.ID] = &stripTile{}
		}
		items[i] = s.item(j)
	}
	s.Tiles.SetItems(items)
	for _, j := range slices.Backward(jobs) { // what is asked for last comes first
		s.ask(j)
	}
	s.say()
}

// ask asks for the small picture of a finished draft, once.
func (s *Sheet) ask(j studio.Job) {
	t := s.shown[j.ID]
	if t.asked || !Ready(j) {
		return
	}
	t.asked = true
	t.cancel = s.thumbs.Get(j, func(img *image.RGBA) {
		if s.shown[j.ID] == t && img != nil {
			t.img = img
			s.update(j.ID)
		}
	})
}

// Ready reports whether a draft can be developed.
func Ready(j studio.Job) bool { return j.State == studio.Done && j.File != "" }

func (s *Sheet) item(j studio.Job) widgets.Item {
	it := widgets.Item{Key: KeyOf(j.ID), Tickable: Ready(j), Ticked: s.ticked[j.ID], Tip: lang.X("sheet.seed", "Seed {{.Seed}}", map[string]any{"Seed": settings.Seed(j.Recipe)})}
	if img := s.shown[j.ID].img; img != nil {
		it.Image = img
	}
	switch {
	case j.State == studio.Waiting:
		it.Dashed = true
	case j.State == studio.Running:
		it.Dashed = true
		if j.ID == s.at.Job.ID {
			it.Progress = overall(s.at)
		}
	case !Ready(j):
		it.Badge, it.Bad = format.Ending(j), j.State == studio.Failed || j.State == studio.Unsaved
		if it.Image == nil {
			it.Text, it.Badge = it.Badge, ""
		}
	}
	return it
}

// SetProgress shows the draft at work as it forms.
func (s *Sheet) SetProgress(p studio.Progress) {
	s.at = p
	t := s.shown[p.Job.ID]
	if t == nil {
		return
	}
	if p.Preview != nil {
		t.img = p.Preview
	}
	s.update(p.Job.ID)
}

func (s *Sheet) update(id int64) {
	if j, ok := s.job(id); ok {
		s.Tiles.Update(s.item(j))
	}
}

func (s *Sheet) job(id int64) (studio.Job, bool) {
	for _, j := range s.jobs {
		if j.ID == id {
			return j, true
		}
	}
	return studio.Job{}, false
}

// Focus gives the sheet the keyboard.
func (s *Sheet) Focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.Tiles); c != nil {
		c.Focus(s.Tiles)
	}
}

// Ticked are the drafts that were chosen, in their order.
func (s *Sheet) Ticked() []studio.Job {
	var jobs []studio.Job
	for _, j := range s.jobs {
		if s.ticked[j.ID] && Ready(j) {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

func (s *Sheet) tick(id int64) {
	if j, ok := s.job(id); ok && Ready(j) {
		s.ticked[id] = !s.ticked[id]
		s.update(id)
		s.say()
	}
}

// set ticks all finished drafts, or none.
func (s *Sheet) set(yes bool) {
	for _, j := range s.jobs {
		s.ticked[j.ID] = yes && Ready(j)
		s.update(j.ID)
	}
	s.say()
}

// TickAll ticks all finished drafts, or none where all are ticked.
func (s *Sheet) TickAll() { s.set(!s.full()) }

// full reports whether all finished drafts are ticked.
func (s *Sheet) full() bool {
	n := 0
	for _, j := range s.jobs {
		if Ready(j) {
			n++
		}
	}
	return n > 0 && len(s.Ticked()) == n
}

// Develop asks for pictures of the drafts that are ticked.
func (s *Sheet) Develop() {
	if jobs := s.Ticked(); len(jobs) > 0 && s.OnDevelop != nil {
		s.OnDevelop(jobs)
	}
}

// say puts the numbers on the buttons.
func (s *Sheet) say() {
	jobs := s.Ticked()
	n := len(jobs)
	text := lang.X("develop", "Develop")
	if n > 0 {
		text = lang.XN("sheet.develop", "Develop {{.N}}", n, map[string]any{"N": n})
		s.develop.Enable()
	} else {
		s.develop.Disable()
	}
	if s.Time != nil && n > 0 {
		if d := s.Time(jobs); d > 0 {
			text += " · " + lang.X("about.time", "about {{.Time}}", map[string]any{"Time": format.TimeText(d)})
		}
	}
	s.develop.SetTitle(text)
	s.all.SetTitle(lang.X("sheet.all", "Tick all"))
	if s.full() {
		s.all.SetTitle(lang.X("sheet.none.ticked", "Tick none"))
	}
	s.row.Refresh()
	s.Content.Refresh() // the row may need another line
}

func (s *Sheet) key(id int64, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyA:
		s.set(true)
	case fyne.KeyN:
		s.set(false)
	case fyne.KeyO:
		s.open(id)
	default:
		return false
	}
	return true
}

// open shows one draft large.
func (s *Sheet) open(id int64) {
	if j, ok := s.job(id); ok && s.OnOpen != nil {
		s.OnOpen(j)
	}
}
