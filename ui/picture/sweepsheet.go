package picture

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/disk"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// A SweepSheet shows a sweep: small pictures under their values, and beside
// them, large, the one that the pointer or the keyboard touches. Pictures
// still to come have their place already.
type SweepSheet struct {
	Content  fyne.CanvasObject
	OnOpen   func(j studio.Job)
	OnBack   func()
	OnExport func(l ContactSheet) // the sheet as one picture, see SaveSheet
	OnUse    func(j studio.Job)   // its settings

	run    async.Runner
	thumbs *async.Thumbs
	jobs   []studio.Job
	grid   settings.Grid
	at     int    // of jobs; the one that is touched
	file   string // of the large picture, or the one that is read for it
	Cells  []*widgets.TouchCell
	wants  []func() // cancel the small pictures that were asked for

	title, prompt, value *widgets.Text
	Viewer               *widgets.Viewer
	table, body          *fyne.Container
	scroll               *container.Scroll
	save                 *widgets.Button
	large                async.Loader
}

// NewSweepSheet shows nothing yet.
func NewSweepSheet(run async.Runner, thumbs *async.Thumbs) *SweepSheet {
	s := &SweepSheet{run: run, thumbs: thumbs, Viewer: widgets.NewViewer(run)}
	s.large = async.Loader{Run: run, Read: disk.ReadPicture, Then: s.showLarge}
	s.title = widgets.NewTitle(lang.X("sweep.title", "Compare values"))
	s.prompt, s.value = widgets.NewDim("").Shrink(), widgets.NewText("").Bold().Shrink()
	s.table = container.New(&tableLayout{})
	s.scroll = container.NewScroll(s.table)
	s.save = widgets.NewButton(lang.X("sweep.export", "Save as one picture…"), func() { widgets.Call1(s.OnExport, s.ContactSheet()) })
	back := widgets.NewButton(lang.X("sheet.back", "Back"), func() { widgets.Call(s.OnBack) })
	use := widgets.NewButton(lang.X("use.settings", "Use its settings"), func() {
		if s.OnUse != nil && s.at < len(s.jobs) {
			s.OnUse(s.jobs[s.at])
		}
	})
	s.body = container.New(&sheetLayout{}, s.scroll, s.Viewer)
	top := widgets.Pad(24, 12, container.NewBorder(nil, nil, s.title, nil, widgets.Pad(12, 3, s.prompt)))
	bottom := widgets.Pad(24, 10, widgets.Wrap(8, s.value, layout.NewSpacer(), back, use, s.save))
	s.Content = widgets.Frame(top, bottom, nil, nil, widgets.Pad(16, 0, s.body))
	return s
}

// Touched is the job that is shown large; its ID is 0 where there is none.
func (s *SweepSheet) Touched() studio.Job {
	if s.at >= len(s.jobs) {
		return studio.Job{}
	}
	return s.jobs[s.at]
}

// Show shows jobs of one group. It says false where they are no sweep: where
// they differ in nothing, or in more than two settings.
func (s *SweepSheet) Show(jobs []studio.Job) bool {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b studio.Job) int { return int(a.ID - b.ID) })
	g, ok := settings.GridOf(jobs)
	if !ok {
		return false
	}
	same := len(s.jobs) == len(jobs) && len(jobs) > 0 && s.jobs[0].ID == jobs[0].ID
	s.jobs, s.grid = jobs, g
	if !same {
		s.at, s.file = 0, ""
		s.prompt.SetText(jobs[0].Recipe.Title())
		s.Viewer.Clear()
		s.build()
	}
	s.fill()
	s.touch(s.at)
	return true
}

// build makes the places.
func (s *SweepSheet) build() {
	for _, cancel := range s.wants {
		widgets.Call(cancel)
	}
	s.wants, s.Cells = make([]func(), len(s.jobs)), make([]*widgets.TouchCell, len(s.jobs))
	columns, labels := len(s.grid.Across.Values), s.grid.Down.Labels()
	var objects []fyne.CanvasObject
	for _, t := range s.grid.Across.Labels() {
		objects = append(objects, widgets.NewSmall(t).Centre().Shrink())
	}
	for i, k := range s.grid.Cells {
		if i%columns == 0 && len(labels) > 0 {
			objects = append(objects, widgets.NewSmall(labels[i/columns]).Right())
		}
		var cell fyne.CanvasObject = widgets.Gap(0, 0)
		if k >= 0 {
			c := widgets.NewTouchCell(func() { s.touch(k) }, func(by fyne.Position) { s.move(i, by) }, func() { s.open(k) })
			s.Cells[k], cell = c, c
		}
		objects = append(objects, cell)
	}
	shape := s.jobs[0].Recipe.Size()
	s.table.Layout = &tableLayout{columns: columns, named: len(labels) > 0, ratio: float32(max(shape.Height, 1)) / float32(max(shape.Width, 1))}
	s.table.Objects = objects
	s.scroll.Refresh()
	s.body.Layout = &sheetLayout{strip: len(labels) == 0}
	s.body.Refresh()
}

// fill asks for the small pictures of jobs that are done, once.
func (s *SweepSheet) fill() {
	ready := 0
	for k, j := range s.jobs {
		c := s.Cells[k]
		if c == nil {
			continue
		}
		c.SetText(format.Ending(j))
		if j.File == "" {
			continue
		}
		ready++
		if s.wants[k] == nil {
			s.wants[k] = s.thumbs.Get(j, c.SetImage)
		}
	}
	widgets.Enable(s.save, ready > 0)
}

// touch shows one picture large.
func (s *SweepSheet) touch(k int) {
	if k < 0 || k >= len(s.jobs) {
		return
	}
	s.at = k
	for i, c := range s.Cells {
		if c != nil {
			c.SetChosen(i == k)
		}
	}
	j := s.jobs[k]
	text := s.grid.Named(j.Recipe)
	s.value.SetText(text)
	switch {
	case j.File == "":
		s.Viewer.Wait(j.Recipe.Size().Width, j.Recipe.Size().Height, text)
	case j.File != s.file:
		s.large.Want(j.File)
	}
	s.file = j.File
}

func (s *SweepSheet) showLarge(file string, img *image.RGBA, err error) {
	if s.at >= len(s.jobs) || s.jobs[s.at].File != file {
		return
	}
	if err != nil {
		m := format.Explained(err)
		s.Viewer.Fail(m.Title, m.Help, err.Error())
		return
	}
	s.Viewer.Finish(img)
}

// move touches the neighbour of place i.
func (s *SweepSheet) move(i int, by fyne.Position) {
	columns := len(s.grid.Across.Values)
	x, y := i%columns+int(by.X), i/columns+int(by.Y)
	if x < 0 || x >= columns || y < 0 || y*columns+x >= len(s.grid.Cells) {
		return
	}
	if k := s.grid.Cells[y*columns+x]; k >= 0 {
		s.Cells[k].TakeFocus()
		s.touch(k)
	}
}

// First is what has the keyboard at first.
func (s *SweepSheet) First() fyne.Focusable {
	if i := s.at; i < len(s.Cells) && s.Cells[i] != nil {
		return s.Cells[i]
	}
	return nil
}

// Focus gives the keyboard to the picture of a job.
func (s *SweepSheet) Focus(id int64) {
	if k := studio.IndexOf(s.jobs, id); k >= 0 && s.Cells[k] != nil {
		s.Cells[k].TakeFocus()
	}
}

func (s *SweepSheet) open(k int) { widgets.Call1(s.OnOpen, s.jobs[k]) }

// ContactSheet is the sheet to be saved.
func (s *SweepSheet) ContactSheet() ContactSheet {
	l := ContactSheet{across: s.grid.Across.Labels(), down: s.grid.Down.Labels()}
	for _, k := range s.grid.Cells {
		file := ""
		if k >= 0 {
			file = s.jobs[k].File
		}
		l.cells = append(l.cells, file)
	}
	if len(s.jobs) > 0 {
		r := s.jobs[0].Recipe
		l.shape = image.Pt(r.Size().Width, r.Size().Height)
		l.title, l.note = r.Title(), settings.Made(r)
	}
	return l
}

// sheetCell is how large a picture is on a sheet that is saved, pixels.
const sheetCell = 512

// SaveSheet draws a sheet and writes it as a PNG. Not for the window's
// goroutine. A picture that cannot be read leaves its place empty.
func SaveSheet(l ContactSheet, path string) error {
	img, unread := l.draw(sheetCell)
	if img == nil {
		return unread
	}
	data, err := disk.PNG(img)
	if err == nil {
		err = disk.WriteFile(path, data)
	}
	if err == nil {
		err = unread
	}
	return err
}
