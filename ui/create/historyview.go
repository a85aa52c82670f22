package create

import (
	"image"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// historyView is the prompts that were used, the newest first, with a picture of
// each. From the search field the arrows move through it and Enter takes one.
type historyView struct {
	Content fyne.CanvasObject
	OnUse   func(studio.PastPrompt)

	run    async.Runner
	find   func(text string, limit int) ([]studio.PastPrompt, error)
	thumbs *async.Thumbs
	now    func() time.Time

	field *historyField
	list  *historyList
	empty *widgets.Message
	past  []studio.PastPrompt
	at    int
	asked async.Newest // of the searches
}

const historyMost = 300 // prompts that are shown

// newHistoryView is empty until Load. thumb is the file of a job's thumbnail.
func newHistoryView(run async.Runner, thumb func(job int64) string, search func(text string, limit int) ([]studio.PastPrompt, error)) *historyView {
	h := &historyView{run: run, find: search, thumbs: async.NewThumbs(run, thumb), now: time.Now}
	h.field = &historyField{of: h}
	h.field.ExtendBaseWidget(h.field)
	h.field.SetPlaceHolder(lang.X("history.search", "Search earlier prompts"))
	h.field.OnChanged = func(string) { h.Load() }
	h.field.OnSubmitted = func(string) { h.use(h.at) }
	h.list = &historyList{of: h}
	h.list.Length = func() int { return len(h.past) }
	h.list.CreateItem = func() fyne.CanvasObject { return newHistoryRow(h) }
	h.list.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) { o.(*historyRow).show(i) }
	h.list.HideSeparators = true
	h.list.ExtendBaseWidget(h.list)
	h.empty = widgets.NewMessage()
	size := canvas.NewRectangle(nil)
	size.SetMinSize(fyne.NewSize(420, 360))
	h.Content = container.NewBorder(widgets.Pad(0, 4, h.field), nil, nil, nil, container.NewStack(size, h.list, h.empty))
	return h
}

// Field is what takes the keyboard first.
func (h *historyView) Field() fyne.Focusable { return h.field }

// Load looks for what is written in the search field.
func (h *historyView) Load() {
	text := strings.TrimSpace(h.field.Text)
	async.Go(h.asked.On(h.run), func() ([]studio.PastPrompt, error) { return h.find(text, historyMost) },
		func(past []studio.PastPrompt, err error) { h.show(text, past, err) })
}

func (h *historyView) show(text string, past []studio.PastPrompt, err error) {
	h.past, h.at = past, 0
	switch {
	case err != nil:
		m := format.Explained(err)
		h.empty.Set(m.Title, m.Help, err.Error())
	case text != "":
		h.empty.Set("", lang.X("history.none", "No earlier prompt contains “{{.Text}}”.", map[string]any{"Text": text}), "")
	default:
		h.empty.Set("", lang.X("history.empty", "Every prompt you generate with is kept here."), "")
	}
	widgets.SetVisible(h.empty, len(past) == 0)
	h.list.ScrollTo(0)
	h.list.Refresh()
}

// move marks another prompt.
func (h *historyView) move(by int) {
	if len(h.past) == 0 {
		return
	}
	h.at = min(max(h.at+by, 0), len(h.past)-1)
	h.list.ScrollTo(h.at)
	h.list.Refresh()
}

func (h *historyView) use(i int) {
	if i >= 0 && i < len(h.past) {
		widgets.Call1(h.OnUse, h.past[i])
	}
}

// key is a key that moves or takes, from the field or the list.
func (h *historyView) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		h.move(1)
	case fyne.KeyUp:
		h.move(-1)
	case fyne.KeyPageDown:
		h.move(6)
	case fyne.KeyPageUp:
		h.move(-6)
	default:
		return false
	}
	return true
}

// historyField is the search field, whose arrows belong to the list.
type historyField struct {
	widgets.Entry
	of *historyView
}

func (f *historyField) TypedKey(e *fyne.KeyEvent) {
	switch {
	case f.of.key(e):
	case e.Name == fyne.KeyEscape:
		widgets.Pass(f, e)
	default:
		f.Entry.TypedKey(e)
	}
}

// historyList draws what is marked itself, so that there is one mark only.
type historyList struct {
	widget.List
	of *historyView
}

func (l *historyList) FocusGained() {}
func (l *historyList) FocusLost()   {}

func (l *historyList) TypedKey(e *fyne.KeyEvent) {
	switch {
	case l.of.key(e):
	case e.Name == fyne.KeySpace, e.Name == fyne.KeyReturn, e.Name == fyne.KeyEnter:
		l.of.use(l.of.at)
	default:
		widgets.Pass(l, e)
	}
}

// historyRow is one prompt: its picture, its words, when it was used.
type historyRow struct {
	widget.BaseWidget
	of      *historyView
	i       int
	hovered bool
	cancel  func() // the picture that is being read

	back          *canvas.Rectangle
	picture       *canvas.Image
	prompt, below *widgets.Text
}

var (
	_ fyne.Tappable      = (*historyRow)(nil)
	_ desktop.Hoverable  = (*historyRow)(nil)
	_ desktop.Cursorable = (*historyRow)(nil)
)

const historyThumb = 44

func newHistoryRow(h *historyView) *historyRow {
	r := &historyRow{
		of: h, i: -1, cancel: func() {}, back: canvas.NewRectangle(nil), picture: canvas.NewImageFromImage(nil),
		prompt: widgets.NewText("").Shrink(), below: widgets.NewDim("").Shrink(),
	}
	r.picture.FillMode, r.picture.ScaleMode, r.picture.CornerRadius = canvas.ImageFillContain, canvas.ImageScaleFastest, 4
	r.picture.SetMinSize(fyne.NewSize(historyThumb, historyThumb))
	r.ExtendBaseWidget(r)
	return r
}

func (r *historyRow) CreateRenderer() fyne.WidgetRenderer {
	r.paint()
	words := widgets.Centre(widgets.Column(3, r.prompt, r.below))
	return widget.NewSimpleRenderer(container.NewStack(r.back,
		widgets.Pad(8, 5, container.NewBorder(nil, nil, r.picture, nil, widgets.Pad(8, 0, words)))))
}

// show shows prompt i.
func (r *historyRow) show(i int) {
	if i < 0 || i >= len(r.of.past) {
		return
	}
	p := r.of.past[i]
	r.i = i
	r.prompt.SetText(strings.Join(strings.Fields(p.Prompt), " "))
	below := format.DayText(p.At, r.of.now())
	if p.Negative != "" {
		below += " · " + lang.X("history.without", "without {{.Text}}", map[string]any{"Text": strings.Join(strings.Fields(p.Negative), " ")})
	}
	r.below.SetText(below)
	r.cancel()
	r.setPicture(nil)
	r.cancel = r.of.thumbs.Get(studio.Job{ID: p.Job}, r.setPicture)
	r.paint()
}

func (r *historyRow) setPicture(img *image.RGBA) {
	r.picture.Image = nil
	if img != nil {
		r.picture.Image = img
	}
	widgets.SetVisible(r.picture, true)
	r.picture.Refresh()
}

func (r *historyRow) paint() {
	r.back.CornerRadius, r.back.FillColor = 6, nil
	switch {
	case r.i == r.of.at:
		r.back.FillColor = theme.Color(look.ColorRaised)
	case r.hovered:
		r.back.FillColor = theme.Color(theme.ColorNameHover)
	}
	r.back.Refresh()
}

func (r *historyRow) Tapped(*fyne.PointEvent)        { r.of.use(r.i) }
func (r *historyRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.paint() }
func (r *historyRow) MouseMoved(*desktop.MouseEvent) {}
func (r *historyRow) MouseOut()                      { r.hovered = false; r.paint() }
func (r *historyRow) Cursor() desktop.Cursor         { return desktop.PointerCursor }
