package ui

import (
	"fmt"
	"image/color"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/uitest"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
)

// A box is a part of the window.
type box struct{ left, top, right, bottom float32 }

func boxOf(pos fyne.Position, size fyne.Size) box {
	return box{pos.X, pos.Y, pos.X + size.Width, pos.Y + size.Height}
}

func (b box) and(c box) box {
	return box{max(b.left, c.left), max(b.top, c.top), min(b.right, c.right), min(b.bottom, c.bottom)}
}

func (b box) empty() bool { return b.right-b.left < 1 || b.bottom-b.top < 1 }

func (b box) holds(x, y float32) bool {
	return x >= b.left && x < b.right && y >= b.top && y < b.bottom
}

// slack is how far something may be out of place.
const slack = 1.5

// scrollBar is the width of a bar that lies over what scrolls.
const scrollBar = 8

// An inspection is a walk over everything a window draws, in the order it is drawn.
type inspection struct {
	faults []string
	fields []drawn   // what can be used
	texts  []drawn   // what can be read
	paints []painted // what is drawn, the last on top
}

type drawn struct {
	name  string
	at    box
	path  []fyne.CanvasObject // of what it lies in, and itself
	after int                 // how many shapes were drawn before
}

// painted is a shape in one colour; nil is a picture.
type painted struct {
	at    box
	color color.Color
}

// A around is what an object lies in.
type around struct {
	clip     box  // what of it can be seen at all
	must     box  // in which a text must lie, but for the directions that scroll
	x, y     bool // whether the direction scrolls
	path     []fyne.CanvasObject
	shortens bool   // an ellipsis is what the widget is for
	title    string // of a button, which is never shortened
}

// looked is what is wrong with what a canvas of a size shows: texts and
// controls that are cut or lie over each other, and text that is hard to read.
// Of overlays the top one is looked at.
//
// laid says that a panel lies over another one, as the artist asked.
func looked(c fyne.Canvas, size fyne.Size, laid bool) []string {
	all := boxOf(fyne.Position{}, size)
	l := &inspection{paints: []painted{{all, theme.Color(theme.ColorNameBackground)}}}
	o := c.Content()
	if top := c.Overlays().Top(); top != nil {
		o = top
	}
	l.walk(o, fyne.Position{}, around{clip: all, must: all})
	if !laid {
		l.overlaps()
		l.covered()
	}
	return l.faults
}

func (l *inspection) say(path []fyne.CanvasObject, text string, args ...any) {
	var names []string
	for _, o := range path {
		if n := strings.TrimPrefix(fmt.Sprintf("%T", o), "*"); n != "fyne.Container" {
			names = append(names, n)
		}
	}
	l.faults = append(l.faults, fmt.Sprintf(text, args...)+" in "+strings.Join(names[max(len(names)-4, 0):], " > "))
}

func (l *inspection) walk(o fyne.CanvasObject, at fyne.Position, f around) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	here := boxOf(at, o.Size())
	f.path = append(f.path[:len(f.path):len(f.path)], o)
	switch o := o.(type) {
	case *canvas.Text:
		l.text(o, here, f)
		return
	case *canvas.Rectangle:
		if o.FillColor != nil {
			l.paint(here.and(f.clip), o.FillColor)
		}
		return
	case *canvas.Image:
		if o.Image == nil && o.Resource == nil || o.Resource != nil { // nothing, or an icon
			return
		}
		ground := color.Color(nil)
		if b := o.Image.Bounds(); b.Dx() > 1e6 { // one colour
			ground = o.Image.At(0, 0)
		}
		l.paint(here.and(f.clip), ground)
		return
	case *canvas.Raster:
		l.paint(here.and(f.clip), nil)
		return
	case *fyne.Container:
		for _, c := range o.Objects {
			l.walk(c, at, f)
		}
		return
	case fyne.Widget:
		l.control(o, here, f)
		f = inside(o, here, f)
		for _, c := range test.WidgetRenderer(o).Objects() {
			l.walk(c, at, f)
		}
	}
}

// inside is the around of what a widget draws.
func inside(o fyne.Widget, here box, f around) around {
	switch o := o.(type) {
	case *widgets.Button:
		f.title = o.Title()
	case *widgets.Text:
		f.shortens = o.MinSize().Width == 0
	case *widget.Entry, *widgets.Chip, *widgets.SidebarItem, *widgets.Tile: // of names, or with a tip
		f.shortens = true
	case interface{ ScrollToOffset(fyne.Position) }:
		d := container.ScrollBoth
		if v := reflect.Indirect(reflect.ValueOf(o)).FieldByName("Direction"); v.IsValid() {
			d = v.Interface().(container.ScrollDirection)
		}
		f.x = f.x || d == container.ScrollBoth || d == container.ScrollHorizontalOnly
		f.y = f.y || d == container.ScrollBoth || d == container.ScrollVerticalOnly
		f.clip, f.must = f.clip.and(here), f.must.and(here)
		if c := reflect.Indirect(reflect.ValueOf(o)).FieldByName("Content"); f.y && !f.x && c.IsValid() {
			if content := c.Interface().(fyne.CanvasObject); content.MinSize().Height > here.bottom-here.top+slack {
				f.must.right -= scrollBar
			}
		}
	case *container.Clip:
		f.x, f.y, f.clip = true, true, f.clip.and(here)
	}
	return f
}

// control notes what can be used, and whether it has the room it needs.
func (l *inspection) control(o fyne.Widget, here box, f around) {
	_, focusable := o.(fyne.Focusable)
	_, tappable := o.(fyne.Tappable)
	if !focusable && !tappable || here.and(f.clip).empty() && (f.x || f.y) {
		return
	}
	name := nameOf(o)
	m := o.MinSize()
	if b, ok := o.(*widgets.Button); ok && b.Title() == "" {
		m = fyne.NewSquareSize(24) // an icon alone
	}
	if w := here.right - here.left; w < m.Width-slack {
		l.say(f.path, "%s is %.0f wide and needs %.0f", name, w, m.Width)
	}
	if h := here.bottom - here.top; h < m.Height-slack {
		l.say(f.path, "%s is %.0f high and needs %.0f", name, h, m.Height)
	}
	if focusable && !strings.Contains(name, "focusSelectable") { // which lies around its text
		l.within(name, here, f)
	}
	if focusable && !here.and(f.clip).empty() {
		l.fields = append(l.fields, drawn{name, here.and(f.clip), f.path, len(l.paints)})
	}
}

func nameOf(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widgets.Button:
		return fmt.Sprintf("the button %q", o.Title())
	case *widgets.Chip:
		return fmt.Sprintf("the chip %q", o.Text())
	}
	return fmt.Sprintf("a %T", o)
}

// within says what is cut.
func (l *inspection) within(name string, here box, f around) {
	if !f.x && (here.left < f.must.left-slack || here.right > f.must.right+slack) {
		l.say(f.path, "%s is cut at the side: %.0f to %.0f of %.0f to %.0f", name, here.left, here.right, f.must.left, f.must.right)
	}
	if !f.y && (here.top < f.must.top-slack || here.bottom > f.must.bottom+slack) {
		l.say(f.path, "%s is cut above or below: %.0f to %.0f of %.0f to %.0f", name, here.top, here.bottom, f.must.top, f.must.bottom)
	}
}

// text looks at one line.
func (l *inspection) text(o *canvas.Text, here box, f around) {
	if strings.TrimSpace(o.Text) == "" || here.and(f.clip).empty() && (f.x || f.y) {
		return
	}
	m := fyne.MeasureText(o.Text, o.TextSize, o.TextStyle)
	room := here.right - here.left
	switch o.Alignment {
	case fyne.TextAlignCenter:
		here.left += (room - m.Width) / 2
	case fyne.TextAlignTrailing:
		here.left = here.right - m.Width
	}
	here.right = here.left + m.Width
	name := fmt.Sprintf("the text %q", o.Text)
	if f.title != "" && o.Text != f.title && strings.HasSuffix(o.Text, "…") && strings.HasPrefix(f.title, strings.TrimSuffix(o.Text, "…")) {
		l.say(f.path, "the button %q says %q", f.title, o.Text)
	} else if f.title == "" && !f.shortens && strings.HasSuffix(o.Text, "…") && o.Text != "…" {
		l.say(f.path, "%s is shortened", name)
	}
	if m.Width > room+slack && !f.x {
		l.say(f.path, "%s is %.0f wide and has %.0f", name, m.Width, room)
	}
	l.within(name, here, f)
	if seen := here.and(f.clip); !seen.empty() {
		l.texts = append(l.texts, drawn{name, seen, f.path, len(l.paints)})
		l.contrast(name, o.Color, seen, f)
	}
}

func (l *inspection) paint(at box, c color.Color) {
	if !at.empty() {
		l.paints = append(l.paints, painted{at, c})
	}
}

// contrast says where a text is hard to read on what lies under it.
func (l *inspection) contrast(name string, c color.Color, at box, f around) {
	y := (at.top + at.bottom) / 2
	for _, x := range []float32{at.left + 1, (at.left + at.right) / 2, at.right - 1} {
		ground := color.Color(color.Black)
		for _, p := range l.paints {
			switch {
			case !p.at.holds(x, y):
			case p.color == nil:
				ground = nil
			case opaque(p.color):
				ground = p.color
			case ground != nil:
				ground = uitest.Over(p.color, ground)
			}
		}
		if ground == nil {
			continue // on a picture
		}
		if got := uitest.Contrast(uitest.Over(c, ground), ground); got < 4.5 {
			l.say(f.path, "%s has a contrast of %.2f", name, got)
			return
		}
	}
}

func opaque(c color.Color) bool { _, _, _, a := c.RGBA(); return a == 0xffff }

// overlaps says what lies over another: texts over texts, and controls over
// controls that they are no part of.
func (l *inspection) overlaps() {
	for _, all := range [][]drawn{l.texts, l.fields} {
		for i, a := range all {
			for _, b := range all[i+1:] {
				part := a.at.and(b.at)
				if part.right-part.left < 2*slack || part.bottom-part.top < 3*slack || related(a, b) {
					continue
				}
				l.say(b.path, "%s lies over %s", b.name, a.name)
			}
		}
	}
}

// covered says what can be seen no more.
func (l *inspection) covered() {
	for _, t := range l.texts {
		x, y := (t.at.left+t.at.right)/2, (t.at.top+t.at.bottom)/2
		for _, p := range l.paints[t.after:] {
			if p.at.holds(x, y) && (p.color == nil || opaque(p.color)) {
				l.say(t.path, "%s is covered", t.name)
				break
			}
		}
	}
}

// related reports whether one is a part of the other, or what an empty grid says.
func related(a, b drawn) bool {
	_, grid := a.path[len(a.path)-1].(*grid.Grid)
	if _, ok := b.path[len(b.path)-2].(*fyne.Container); grid && ok {
		for _, o := range b.path {
			if _, ok := o.(*widgets.Message); ok {
				return true
			}
		}
	}
	n := min(len(a.path), len(b.path)) - 1
	return a.path[n] == b.path[n]
}
