package create

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/settings"
	"cascata/ui/widgets"
)

// footer is what stands under the picture: the bar in three parts, one sentence,
// and what can be done now. A second line has what the artist should know
// besides, and one says that the queue is paused.
type footer struct {
	content *fyne.Container
	stage   *Stage

	bar          *widgets.Bar
	line         *footerLine
	row, actions *fyne.Container
	note         *widgets.Text
	noted        fyne.CanvasObject // the note, with all of it where the pointer rests
	paused       *widgets.Text
	pause        *fyne.Container

	keep, skip, after, stop  *widgets.Button
	save, develop, reveal    *widgets.Button
	back, sheet, marks, more *widgets.Button
	shares                   [3]float32
	state                    footerState
}

func newFooter(s *Stage) *footer {
	f := &footer{
		stage: s, bar: widgets.NewBar(5, 4, 1), note: widgets.NewDim("").Shrink(), paused: widgets.NewSmall("").Shrink(),
	}
	id := func(of *func(int64)) func() { return func() { widgets.Call1(*of, s.Job.ID) } }
	f.keep = widgets.NewTextButton(lang.X("stop.keep", "Keep draft"), func() {
		s.ask(lang.X("stage.keeping", "The draft is kept as soon as the composition is done"), s.OnKeepDraft)
	})
	f.skip = widgets.NewTextButton(lang.X("stop.skip", "Skip"), func() { s.ask(lang.X("stage.stopping", "Stopping"), s.OnSkip) })
	f.after = widgets.NewTextButton("", func() {
		if s.queue.Paused {
			widgets.Call(s.OnResume)
			return
		}
		widgets.Call(s.OnStopAfter)
	})
	f.stop = widgets.NewTextButton(lang.X("stop.now", "Stop"), func() { s.ask(lang.X("stage.stopping", "Stopping"), s.OnStop) })
	f.save = widgets.NewTextButton(lang.X("save.again", "Save again"), id(&s.OnSaveAgain))
	f.develop = widgets.NewTextButton("", id(&s.OnRedevelop))
	f.reveal = widgets.NewTextButton(lang.X("reveal", "Show in folder"), func() {
		if s.OnReveal != nil {
			s.OnReveal(s.Job.File)
		}
	})
	below := func(b *widgets.Button) fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(b).AddXY(0, b.Size().Height)
	}
	f.marks = widgets.NewTextButton("", func() { widgets.Call1(s.OnMarks, below(f.marks)) })
	f.marks.SetTip(lang.X("stage.marks.tip", "Stars, favourite: 0 to 5, F"))
	f.more = widgets.NewIconButton(look.IconMore, lang.X("lightbox.more", "What can be done with it"), func() {
		if s.OnMenu != nil {
			s.OnMenu(s.Job, below(f.more))
		}
	})
	f.back = widgets.NewTextButton(lang.X("stage.back", "To the running picture"), func() {
		s.Follow()
		widgets.Call1(s.OnFollow, s.Job.ID)
	})
	f.sheet = widgets.NewTextButton(lang.X("stage.sheet", "To the sheet"), func() { widgets.Call(s.OnSheet) })
	f.sheet.SetTip(lang.X("stage.sheet.tip", "Esc; ← and → show the others, Enter develops a draft"))
	resume := widgets.NewTextButton(lang.X("queue.resume", "Go on"), func() { widgets.Call(s.OnResume) })
	resume.SetColor(look.ColorAccent)
	clear := widgets.NewTextButton(lang.X("queue.clear", "Cancel them"), func() { widgets.Call(s.OnClear) })

	f.actions = widgets.Wrap(actionGap, f.save, f.marks, f.develop, f.reveal, f.more, f.keep, f.skip, f.after, f.stop, f.back, f.sheet)
	f.pause = widgets.Wrap(actionGap, f.paused, layout.NewSpacer(), resume, clear)
	f.line, f.row = newFooterLine(f.actions)
	f.noted = widgets.Tip(f.note, "")
	f.noted.Hide()
	f.pause.Hide()
	f.content = container.New(layout.NewCustomPaddedVBoxLayout(2), widgets.Pad(0, 4, widgets.Height(4, f.bar)), f.row, f.noted, f.pause)
	return f
}

// refresh shows the state of the stage under the picture. It is called for
// every step, so the picture is laid out again only where its room changes.
func (s *Stage) refresh() {
	f := s.footer
	if s.Job.ID != s.told {
		s.told = s.Job.ID
		widgets.Call1(s.OnShown, s.Job)
	}
	active := s.following && s.running
	n := len(s.queue.Waiting)
	widgets.SetVisible(f.bar, active)
	var notes []string
	for _, n := range s.notes { // before what is of less weight where there is little room
		notes = append(notes, format.OneLine(format.NoteText(n)))
	}
	if s.Job.State == studio.Done && !active {
		notes = append(notes, format.Joined(savedAs(s.Job), format.Took(s.Job.Took)))
	}
	f.note.SetText(strings.Join(notes, "   "))
	s.AskMarks(false)
	widgets.Tip(f.noted, f.note.Text())
	f.paused.SetText(lang.XN("stage.paused", "The queue is paused; {{.N}} wait.", n, map[string]any{"N": numbers.Grouped(n)}))
	var can []*widgets.Button
	if active {
		can = f.progress(s.progress)
	} else {
		can = f.outcome(s.Job)
		if s.running {
			can = append(can, f.back)
		}
	}
	if s.ofSheet {
		can = append(can, f.sheet)
	}
	for _, b := range f.actions.Objects {
		widgets.SetVisible(b, slices.Contains(can, b.(*widgets.Button)))
	}
	now := footerState{len(notes) > 0, s.queue.Paused && n > 0 && !active, s.Job.Recipe.Size(), f.line.MinSize(nil).Height}
	if now != f.state {
		f.state = now
		widgets.SetVisible(f.noted, now.note)
		widgets.SetVisible(f.pause, now.pause)
		s.Content.(*fyne.Container).Refresh()
		return
	}
	f.line.Layout(nil, f.row.Size())
	f.actions.Layout.Layout(f.actions.Objects, f.actions.Size())
}

// footerState is what the foot's own size depends on.
type footerState struct {
	note, pause bool
	size        recipe.Size
	line        float32 // height of the sentence and what can be done
}

// progress is what is said of the running picture.
// It returns what can be done.
func (f *footer) progress(p studio.Progress) []*widgets.Button {
	s := f.stage
	if p.Shares != f.shares && p.Shares[0]+p.Shares[1]+p.Shares[2] > 0 {
		f.shares = p.Shares
		f.bar.SetWeights(p.Shares[:]...)
	}
	part, share := barAt(p)
	f.bar.Set(part, share)
	if s.asked != "" {
		f.line.set(look.ColorDim, []string{s.asked})
	} else {
		f.line.set(look.ColorDim, []string{s.doing(p, true), s.doing(p, false)}, format.Joined(elapsed(p), speed(p)), speed(p))
	}
	f.after.SetTitle(lang.X("stop.after", "Stop after this"))
	if s.queue.Paused {
		f.after.SetTitle(lang.X("stop.not", "Go on after this"))
	}
	for _, b := range []*widgets.Button{f.keep, f.skip} {
		if s.asked != "" {
			b.Disable()
		} else {
			b.Enable()
		}
	}
	can := []*widgets.Button{f.stop}
	if !p.Job.Recipe.Draft && !p.Job.Recipe.Enlarge && p.Job.Source == "" {
		can = append(can, f.keep)
	}
	if len(s.queue.Waiting) > 0 {
		can = append(can, f.skip, f.after)
	}
	return can
}

// outcome is what is said of a job that does not run, and returns what can be
// done.
func (f *footer) outcome(j studio.Job) (can []*widgets.Button) {
	f.line.set(look.ColorDim, nil)
	switch j.State {
	case studio.Waiting:
		if n := studio.IndexOf(f.stage.queue.Waiting, j.ID); n >= 0 {
			f.line.set(look.ColorDim, []string{lang.X("stage.waiting", "Number {{.N}} of {{.Of}} that wait", map[string]any{"N": n + 1, "Of": len(f.stage.queue.Waiting)})})
		}
	case studio.Done:
		f.line.set(look.ColorDim, f.stage.Facts(j))
		f.develop.SetTitle(lang.X("redevelop", "Develop again"))
		if j.Recipe.Draft {
			f.develop.SetTitle(lang.X("develop", "Develop"))
		}
		f.marks.SetTitle(f.stage.Marks())
		can = append(can, f.marks, f.develop, f.reveal, f.more)
	case studio.Unsaved:
		// The reason, which comes last, has room; the paths before it have not.
		reason := strings.TrimSpace(j.Error[strings.LastIndex(j.Error, ": ")+1:])
		f.line.set(look.ColorBad, []string{lang.X("stage.unsaved", "Not saved: {{.Error}}", map[string]any{"Error": reason})})
		f.line.setTip(j.Error)
		can = append(can, f.save)
	case studio.Cancelled:
		f.line.set(look.ColorDim, []string{cancelledText(j)})
	}
	return can
}

// Facts are what a picture is and what made it, the most first. Its pixels are
// counted where it is there.
func (s *Stage) Facts(j studio.Job) []string {
	size := j.Recipe.Size()
	if img := s.Picture(); img != nil && s.shownFile == j.File {
		size = recipe.Size{Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	}
	return settings.Facts(j.Recipe, size)
}

// cancelledText says what is left of a picture that was cancelled.
func cancelledText(j studio.Job) string {
	if j.Source != "" {
		return lang.X("stage.cancelled.source", "Cancelled. The composition it was made from is still there.")
	}
	return lang.X("stage.cancelled.lost", "Cancelled before the composition was done.")
}

// barAt is which part of the bar is at work, and how far it is.
func barAt(p studio.Progress) (part int, share float32) {
	switch p.Stage {
	case inference.StageB:
		part = 1
	case inference.StageA:
		part = 2
	}
	if p.Total > 0 && p.Stage != inference.StageText {
		share = float32(p.N) / float32(p.Total)
	}
	return part, share
}

// doing is the sentence while a picture forms: "Picture 2 of 4 · detail, step
// 4 of 10 · 6 s left", with or without the picture's number.
func (s *Stage) doing(p studio.Progress, number bool) string {
	var parts []string
	n, of := s.series.Place(p.Job)
	number = number && of > 1
	if number {
		parts = append(parts, lang.X("stage.nth", "Picture {{.N}} of {{.Of}}", map[string]any{"N": n, "Of": of}))
	}
	work := stageName(p.Stage, !number)
	if p.Total > 1 && p.N > 0 {
		work += ", " + lang.X("stage.step", "step {{.N}} of {{.Of}}", map[string]any{"N": p.N, "Of": p.Total})
	}
	parts = append(parts, work)
	if p.Left >= time.Second {
		parts = append(parts, lang.X("stage.left", "{{.Time}} left", map[string]any{"Time": format.TimeText(p.Left)}))
	}
	if s.queue.Paused && len(s.queue.Waiting) > 0 {
		parts = append(parts, lang.X("stage.then.paused", "then a pause"))
	}
	return strings.Join(parts, " · ")
}

// stageName is what is done now, at the beginning of a sentence or in it.
func stageName(stage inference.Stage, first bool) string {
	switch {
	case stage == inference.StageText && first:
		return lang.X("stage.text", "Reading the prompt")
	case stage == inference.StageText:
		return lang.X("stage.text.in", "reading the prompt")
	case stage == inference.StageC && first:
		return lang.X("stage.prior", "Composition")
	case stage == inference.StageC:
		return lang.X("stage.prior.in", "composition")
	case stage == inference.StageB && first:
		return lang.X("stage.decoder", "Detail")
	case stage == inference.StageB:
		return lang.X("stage.decoder.in", "detail")
	case stage == inference.StageA && first:
		return lang.X("stage.picture", "Finishing")
	case stage == inference.StageA:
		return lang.X("stage.picture.in", "finishing")
	case first:
		return lang.X("stage.opening", "Opening the model")
	}
	return lang.X("stage.opening.in", "opening the model")
}

// elapsed is how long a picture has taken so far.
func elapsed(p studio.Progress) string {
	if p.Elapsed < time.Second {
		return ""
	}
	return lang.X("stage.elapsed", "{{.Time}} so far", map[string]any{"Time": format.TimeText(p.Elapsed)})
}

// speed is how fast the steps go.
func speed(p studio.Progress) string {
	switch v := p.StepsPerSecond; {
	case v >= 1:
		return lang.X("stage.speed", "{{.N}} steps/s", map[string]any{"N": numbers.Fixed(v, 1)})
	case v > 0:
		return lang.X("stage.slow", "{{.N}} s a step", map[string]any{"N": numbers.Fixed(1/v, 1)})
	}
	return ""
}

// stageLayout is the picture above its foot, which is as wide as the picture
// unless that is too narrow.
type stageLayout struct{ s *Stage }

const (
	stageX       = 24
	stageTop     = 20
	stageLow     = 300 // height below which there is less space above the picture
	footGap      = 10
	footBelow    = 6
	footerNarrow = 560 // a picture less wide has a foot of
	footWidth    = 680
)

func (l *stageLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	v, f := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(v.Width, f.Width)+2*stageX, v.Height+f.Height+2*footGap+footBelow)
}

func (l *stageLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	var room fyne.Size
	var h, w float32
	top := float32(stageTop)
	if size.Height < stageLow {
		top = footGap
	}
	for range 2 { // the foot's height depends on its width, and that on the picture's
		h = o[1].MinSize().Height
		room = fyne.NewSize(max(size.Width-2*stageX, 0), max(size.Height-h-top-footGap-footBelow, 0))
		if w = l.s.pictureWidth(room); w < footerNarrow {
			w = min(footWidth, room.Width)
		}
		o[1].Resize(fyne.NewSize(w, h))
	}
	h = o[1].MinSize().Height
	room.Height = max(size.Height-h-top-footGap-footBelow, 0)
	o[0].Move(fyne.NewPos(stageX, top))
	o[0].Resize(room)
	o[1].Move(fyne.NewPos(stageX+(room.Width-w)/2, top+room.Height+footGap))
	o[1].Resize(fyne.NewSize(w, h))
}

// pictureWidth is how wide what is shown is where it fits into room.
func (s *Stage) pictureWidth(room fyne.Size) float32 {
	size := s.Job.Recipe.Size()
	w, h := float32(size.Width), float32(size.Height)
	if w <= 0 || h <= 0 {
		w, h = 1, 1
	}
	return min(room.Width, room.Height*w/h)
}
