package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

// A Prompt is a text of several lines under its name. It says how many tokens
// there are, and what of the text is beyond what the model reads.
type Prompt struct {
	widget.BaseWidget
	OnChanged  func(text string) // at every letter
	OnSubmit   func()            // Shift+Enter; Ctrl+Enter belongs on a menu item
	OnPrevious func()            // Alt+Up: an older prompt
	OnNext     func()            // Alt+Down: a newer one
	OnHeight   func(h float32)   // the artist dragged the field to a height; 0: as the window has room

	name   *Text
	count  *Text
	unused *Paragraph
	entry  *promptEntry
	all    *fyne.Container
	rows   int     // least
	height float32 // of the field, as it was dragged; 0: as there is room
}

var _ fyne.Widget = (*Prompt)(nil)

// NewPrompt has room for a number of rows before it scrolls.
func NewPrompt(name, placeholder string, rows int) *Prompt {
	p := &Prompt{
		name:   NewStyledText(name, look.ColorDim, look.SizeHeading, false),
		count:  NewDim("").Right().Shrink(),
		unused: NewParagraph("", look.SizeSmall, true),
		entry:  &promptEntry{},
		rows:   rows,
	}
	e := p.entry
	e.ExtendBaseWidget(e)
	e.prompt = p
	e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
	e.SetPlaceHolder(placeholder)
	e.SetMinRowsVisible(rows)
	e.OnChanged = func(s string) {
		if p.OnChanged != nil {
			p.OnChanged(s)
		}
	}
	e.OnSubmitted = func(string) {
		if p.OnSubmit != nil {
			p.OnSubmit()
		}
	}
	p.unused.Hide()
	head := container.NewBorder(nil, nil, p.name, nil, p.count)
	p.all = container.New(&promptLayout{p}, head, container.NewThemeOverride(e, look.Roomy{}), p.unused, newPromptGrip(p))
	p.ExtendBaseWidget(p)
	return p
}

// Text is what is written.
func (p *Prompt) Text() string { return p.entry.Text }

// SetText writes something else, and tells OnChanged. It cannot be undone.
func (p *Prompt) SetText(text string) {
	if p.entry.Text != text {
		p.entry.SetText(text)
	}
}

// Replace writes something else so that Undo brings back what was there.
func (p *Prompt) Replace(text string) {
	if p.entry.Text != text {
		p.entry.replace(text, len([]rune(text)))
	}
}

// Undo takes the last change back.
func (p *Prompt) Undo() { p.entry.undo() }

// Field is what takes the keyboard.
func (p *Prompt) Field() fyne.Focusable { return p.entry }

// SetCount says how many tokens there are, as "14 of 75 tokens"; beyond is
// whether they are too many. unused is the sentence about what is cut off, or "".
func (p *Prompt) SetCount(count string, beyond bool, unused string) {
	p.count.SetText(count)
	color := look.ColorDim
	if beyond {
		color = theme.ColorNameWarning
	}
	p.count.SetColor(color)
	p.unused.SetText(unused)
	if shown := unused != ""; p.unused.Visible() != shown {
		SetVisible(p.unused, shown)
		p.Refresh()
	}
}

// Count is what SetCount said.
func (p *Prompt) Count() string { return p.count.Text() }

// weigh changes how much the selected words count, or the word at the caret.
func (p *Prompt) weigh(delta float64) {
	from, to := p.entry.selection()
	if e, ok := weigh(p.entry.Text, from, to, delta); ok {
		r := []rune(p.entry.Text)
		p.entry.replace(string(r[:e.From])+e.With+string(r[e.To:]), e.Caret)
	}
}

// Height is the height that the field was dragged to, 0 as the window has room.
func (p *Prompt) Height() float32 { return p.height }

// SetHeight gives the field a height; 0 is as the window has room.
func (p *Prompt) SetHeight(h float32) {
	if h > 0 {
		h = min(max(h, p.line()*2), promptMost)
	}
	if p.height != h {
		p.height = h
		p.all.Refresh()
		p.Refresh()
	}
}

// Room is how much higher than it must be the prompt should be where there is
// room: four times its rows in all, or nothing where it was dragged.
func (p *Prompt) Room() float32 {
	if p.height > 0 {
		return 0
	}
	return float32(3*p.rows) * p.line()
}

func (p *Prompt) line() float32 {
	return fyne.MeasureText("M", theme.Size(look.SizeText), fyne.TextStyle{}).Height
}

const (
	promptMost = 1200 // height of the field
	promptGap  = 6
	gripHeight = 8
)

// promptLayout is the head, the field, what is beyond, and the grip at the
// field's lower edge. The field has the height that is left.
type promptLayout struct{ p *Prompt }

func (l *promptLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	head, field, beyond := o[0].MinSize(), o[1].MinSize(), o[2].MinSize()
	if l.p.height > 0 {
		field.Height = l.p.height
	}
	size := fyne.NewSize(max(head.Width, field.Width), head.Height+promptGap+field.Height)
	if o[2].Visible() {
		size = fyne.NewSize(max(size.Width, beyond.Width), size.Height+promptGap+beyond.Height)
	}
	return size
}

func (l *promptLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	y := o[0].MinSize().Height
	o[0].Move(fyne.Position{})
	o[0].Resize(fyne.NewSize(size.Width, y))
	y += promptGap
	h := size.Height - y
	if o[2].Visible() {
		o[2].Resize(fyne.NewSize(size.Width, o[2].MinSize().Height))
		below := o[2].MinSize().Height
		h -= below + promptGap
		o[2].Resize(fyne.NewSize(size.Width, below))
		o[2].Move(fyne.NewPos(0, size.Height-below))
	}
	o[1].Move(fyne.NewPos(0, y))
	o[1].Resize(fyne.NewSize(size.Width, h))
	o[3].Move(fyne.NewPos(0, y+h-gripHeight/2))
	o[3].Resize(fyne.NewSize(size.Width, gripHeight))
}

// promptGrip lies over the lower edge of a prompt's field and drags it. A
// double click gives the field the height that there is room for.
type promptGrip struct {
	widget.BaseWidget
	p     *Prompt
	from  float32 // height when the drag began
	moved float32
}

var (
	_ fyne.Draggable      = (*promptGrip)(nil)
	_ fyne.DoubleTappable = (*promptGrip)(nil)
	_ desktop.Cursorable  = (*promptGrip)(nil)
)

func newPromptGrip(p *Prompt) *promptGrip {
	g := &promptGrip{p: p}
	g.ExtendBaseWidget(g)
	return g
}

func (g *promptGrip) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(nil))
}

func (g *promptGrip) Cursor() desktop.Cursor { return desktop.VResizeCursor }

func (g *promptGrip) Dragged(e *fyne.DragEvent) {
	if g.from == 0 {
		g.from, g.moved = g.p.entry.Size().Height, 0
	}
	g.moved += e.Dragged.DY
	g.set(g.from + g.moved)
}

func (g *promptGrip) DragEnd() { g.from = 0 }

func (g *promptGrip) DoubleTapped(*fyne.PointEvent) { g.set(0) }

func (g *promptGrip) set(h float32) {
	g.p.SetHeight(h)
	if g.p.OnHeight != nil {
		g.p.OnHeight(g.p.height)
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Prompt) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.all) }
