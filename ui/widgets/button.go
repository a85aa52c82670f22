package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A buttonKind is how loud a button is.
type buttonKind int

// A view has one mainButton at most.
const (
	quietButton buttonKind = iota // on a raised ground
	mainButton                    // on the accent
	bareButton                    // text or icon alone until it is pointed at
)

// A Button does something. It is pressed with the pointer, Space or Enter, and
// may have an icon, a title, and a second line below it.
type Button struct {
	Control
	OnTapped func()

	kind          buttonKind
	title, detail string
	icon          fyne.Resource
	pressed       bool
	chosen        bool
	color         fyne.ThemeColorName // of a Bare button's text; "": the usual
}

var (
	_ fyne.Tappable      = (*Button)(nil)
	_ fyne.Focusable     = (*Button)(nil)
	_ fyne.Disableable   = (*Button)(nil)
	_ desktop.Hoverable  = (*Button)(nil)
	_ desktop.Mouseable  = (*Button)(nil)
	_ desktop.Cursorable = (*Button)(nil)
)

// NewButton is a quiet button.
func NewButton(title string, tapped func()) *Button {
	return newButton(quietButton, title, nil, tapped)
}

// NewMainButton is the button for what this place is there for.
func NewMainButton(title string, tapped func()) *Button {
	return newButton(mainButton, title, nil, tapped)
}

// NewTextButton is text that can be tapped.
func NewTextButton(title string, tapped func()) *Button {
	return newButton(bareButton, title, nil, tapped)
}

// NewIconButton is an icon that can be tapped; tip says what it does.
func NewIconButton(icon fyne.Resource, tip string, tapped func()) *Button {
	b := newButton(bareButton, "", icon, tapped)
	b.SetTip(tip)
	return b
}

func newButton(kind buttonKind, title string, icon fyne.Resource, tapped func()) *Button {
	b := &Button{OnTapped: tapped, kind: kind, title: title, icon: icon}
	b.Extend(b)
	return b
}

// SetTitle changes the first line.
func (b *Button) SetTitle(title string) {
	if b.title != title {
		b.title = title
		b.Refresh()
	}
}

// Title is the first line.
func (b *Button) Title() string { return b.title }

// SetDetail changes the second line; "" is none.
func (b *Button) SetDetail(detail string) {
	if b.detail != detail {
		b.detail = detail
		b.Refresh()
	}
}

// Detail is the second line.
func (b *Button) Detail() string { return b.detail }

// SetIcon changes the icon; nil is none.
func (b *Button) SetIcon(icon fyne.Resource) {
	if b.icon != icon {
		b.icon = icon
		b.Refresh()
	}
}

// SetColor changes the colour of a Bare button's text.
func (b *Button) SetColor(name fyne.ThemeColorName) {
	if b.color != name {
		b.color = name
		b.Refresh()
	}
}

// SetChosen shows the button as something that is on, or not.
func (b *Button) SetChosen(yes bool) {
	if b.chosen != yes {
		b.chosen = yes
		b.Refresh()
	}
}

// Chosen reports whether the button is shown as on.
func (b *Button) Chosen() bool { return b.chosen }

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	if !b.disabled && b.OnTapped != nil {
		b.Hint.Out()
		b.OnTapped()
	}
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if isPress(e) {
		b.Tapped(nil)
		return
	}
	Pass(b, e)
}

// MouseDown implements desktop.Mouseable.
func (b *Button) MouseDown(*desktop.MouseEvent) { b.Hint.Out(); b.pressed = true; b.Refresh() }

// MouseUp implements desktop.Mouseable.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.pressed = false; b.Refresh() }

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.pressed = false; b.Control.MouseOut() }

// Cursor implements desktop.Cursorable.
func (b *Button) Cursor() desktop.Cursor {
	if b.kind == bareButton && !b.disabled {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonFace{
		b: b, back: canvas.NewRectangle(nil), icon: canvas.NewImageFromResource(nil),
		title: canvas.NewText("", nil), detail: canvas.NewText("", nil),
	}
	r.icon.FillMode = canvas.ImageFillContain
	return &Drawing{
		Of:    b,
		Parts: []fyne.CanvasObject{r.back, r.icon, r.title, r.detail},
		Least: r.min, Place: r.layout, Paint: r.paint,
	}
}

type buttonFace struct {
	b             *Button
	back          *canvas.Rectangle
	icon          *canvas.Image
	title, detail *canvas.Text
}

const iconSize = 18

func (r *buttonFace) pad() float32 {
	if r.b.kind == bareButton {
		return 6
	}
	return 12
}

// width is that of the icon and the title side by side.
func (r *buttonFace) width() float32 {
	w := float32(0)
	if r.b.title != "" {
		w = fyne.MeasureText(r.b.title, r.title.TextSize, r.title.TextStyle).Width
	}
	if r.b.icon != nil {
		w += iconSize
		if r.b.title != "" {
			w += 6
		}
	}
	return w
}

func (r *buttonFace) min() fyne.Size {
	size := fyne.NewSize(r.width(), look.RowHeight)
	if r.b.kind == bareButton && r.b.title != "" {
		size.Height = r.title.MinSize().Height + 6
	}
	if r.b.detail != "" {
		size.Width = max(size.Width, r.detail.MinSize().Width)
		size.Height = 56
	}
	size.Width = max(size.Width+2*r.pad(), size.Height)
	return size
}

func (r *buttonFace) layout(size fyne.Size) {
	r.back.Resize(size)
	y, h := float32(0), size.Height
	if r.b.detail != "" {
		th, dh := r.title.MinSize().Height, r.detail.MinSize().Height
		y, h = (size.Height-th-dh)/2, th
		r.detail.Text = ellipsis(r.b.detail, size.Width-8, r.detail.TextSize, r.detail.TextStyle)
		place(r.detail, 4, y+th, size.Width-8, dh)
	}
	x := (size.Width - r.width()) / 2
	if r.b.icon != nil {
		r.icon.Move(fyne.NewPos(x, y+(h-iconSize)/2))
		r.icon.Resize(fyne.NewSize(iconSize, iconSize))
		if r.b.title != "" {
			x += iconSize + 6
		}
	}
	room := max(size.Width-2*x, 0)
	if r.b.icon != nil {
		room = max(size.Width-x-4, 0)
	}
	if x < 4 {
		x, room = 4, size.Width-8
	}
	r.title.Text = ellipsis(r.b.title, room, r.title.TextSize, r.title.TextStyle)
	place(r.title, x, y, room, h)
}

// colors are those of the ground, the title, and the second line.
func (r *buttonFace) colors() (back, title, detail fyne.ThemeColorName) {
	b := r.b
	back, title, detail = look.ColorRaised, look.ColorText, look.ColorDim
	switch b.kind {
	case mainButton:
		back, title, detail = look.ColorAccent, look.ColorOnHigh, look.ColorOnHigh
	case bareButton:
		back = ""
		if b.color != "" {
			title = b.color
		}
		if title == look.ColorAccent && b.title != "" {
			title = look.ColorLink
		}
	}
	switch {
	case b.disabled:
		title, detail = theme.ColorNameDisabled, theme.ColorNameDisabled
		if b.kind != bareButton {
			back = theme.ColorNameDisabledButton
		}
	case b.kind != mainButton && b.pressed:
		back = theme.ColorNamePressed
	case b.kind != mainButton && b.Hovered:
		back = theme.ColorNameHover
	}
	return back, title, detail
}

func (r *buttonFace) paint() {
	b := r.b
	back, title, detail := r.colors()
	r.back.FillColor, r.back.CornerRadius = nil, look.Radius
	if back != "" {
		r.back.FillColor = look.Shade(back)
	}
	if b.kind == mainButton && !b.disabled && b.Hovered && !b.pressed {
		r.back.FillColor = look.Lighter(r.back.FillColor)
	}
	width := float32(1)
	if b.focused && b.chosen {
		width = 2
	}
	ring(r.back, b.focused || b.chosen, width)
	if b.focused && b.kind == mainButton {
		Outline(r.back, look.ColorText, 2)
	}
	size := look.SizeText
	if b.kind == bareButton {
		size = look.SizeSmall
	}
	letter(r.title, b.title, title, size)
	r.title.TextStyle.Bold = b.kind == mainButton
	letter(r.detail, b.detail, detail, look.SizeSmall)
	r.title.Alignment, r.detail.Alignment = fyne.TextAlignCenter, fyne.TextAlignCenter
	if b.icon != nil {
		r.title.Alignment = fyne.TextAlignLeading
	}
	SetVisible(r.detail, b.detail != "")
	SetVisible(r.title, b.title != "")
	SetVisible(r.icon, b.icon != nil)
	if b.icon != nil {
		r.icon.Resource = theme.NewColoredResource(b.icon, title)
		r.icon.Refresh()
	}
}
