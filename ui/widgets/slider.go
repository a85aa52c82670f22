package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/look"
)

// A Slider is a share of a line, 0 to 1. It follows the pointer from the press
// on; a double click gives the default back and ends the drag.
type Slider struct {
	Control
	OnChanged func(share float64) // by the pointer
	OnStep    func(n float64)     // by the arrows, in steps
	OnReset   func()              // by a double click

	share  float64
	clicks Clicks
	reset  bool // until the button is up
}

var (
	_ fyne.Tappable     = (*Slider)(nil)
	_ fyne.Draggable    = (*Slider)(nil)
	_ fyne.Focusable    = (*Slider)(nil)
	_ fyne.Disableable  = (*Slider)(nil)
	_ desktop.Mouseable = (*Slider)(nil)
	_ desktop.Hoverable = (*Slider)(nil)
)

// NewSlider is at 0.
func NewSlider(changed func(share float64)) *Slider {
	s := &Slider{OnChanged: changed}
	s.Extend(s)
	return s
}

// Share is where the slider is, 0 to 1.
func (s *Slider) Share() float64 { return s.share }

// SetShare moves the slider, without a call of OnChanged.
func (s *Slider) SetShare(share float64) {
	if share = min(max(share, 0), 1); share != s.share {
		s.share = share
		s.Refresh()
	}
}

const thumbSize = 14

func (s *Slider) follow(x float32) {
	if w := s.Size().Width - thumbSize; w > 0 && !s.disabled {
		s.SetShare(float64((x - thumbSize/2) / w))
		if s.OnChanged != nil {
			s.OnChanged(s.share)
		}
	}
}

// MouseDown implements desktop.Mouseable.
func (s *Slider) MouseDown(e *desktop.MouseEvent) {
	s.Hint.Out()
	if s.disabled || e.Button != desktop.MouseButtonPrimary {
		return
	}
	s.takeFocus()
	if s.clicks.Second(e.Position) && s.OnReset != nil {
		s.reset = true
		s.OnReset()
		return
	}
	s.follow(e.Position.X)
}

// MouseUp implements desktop.Mouseable.
func (s *Slider) MouseUp(*desktop.MouseEvent) { s.reset = false }

// Tapped implements fyne.Tappable; the press has done all.
func (s *Slider) Tapped(*fyne.PointEvent) {}

// Dragged implements fyne.Draggable.
func (s *Slider) Dragged(e *fyne.DragEvent) {
	if !s.reset {
		s.follow(e.Position.X)
	}
}

// DragEnd implements fyne.Draggable.
func (s *Slider) DragEnd() { s.reset = false }

// TypedKey implements fyne.Focusable.
func (s *Slider) TypedKey(e *fyne.KeyEvent) {
	steps := map[fyne.KeyName]float64{
		fyne.KeyLeft: -1, fyne.KeyDown: -1, fyne.KeyRight: 1, fyne.KeyUp: 1,
		fyne.KeyPageDown: -10, fyne.KeyPageUp: 10,
	}
	n, ok := steps[e.Name]
	switch {
	case ok && s.OnStep != nil && !s.disabled:
		s.OnStep(n)
	case e.Name == fyne.KeyBackspace && s.OnReset != nil && !s.disabled:
		s.OnReset()
	default:
		Pass(s, e)
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer {
	track, fill := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	thumb, halo := canvas.NewCircle(nil), canvas.NewCircle(nil)
	return &Drawing{
		Of:    s,
		Parts: []fyne.CanvasObject{track, fill, halo, thumb},
		Least: func() fyne.Size { return fyne.NewSize(60, look.RowHeight) },
		Place: func(size fyne.Size) {
			const thick, glow = 4, thumbSize + 8
			y, x := size.Height/2, float32(s.share)*max(size.Width-thumbSize, 0)
			track.Move(fyne.NewPos(0, y-thick/2))
			track.Resize(fyne.NewSize(size.Width, thick))
			fill.Move(fyne.NewPos(0, y-thick/2))
			fill.Resize(fyne.NewSize(x+thumbSize/2, thick))
			thumb.Move(fyne.NewPos(x, y-thumbSize/2))
			thumb.Resize(fyne.NewSize(thumbSize, thumbSize))
			halo.Move(fyne.NewPos(x-4, y-glow/2))
			halo.Resize(fyne.NewSize(glow, glow))
		},
		Paint: func() {
			track.FillColor, track.CornerRadius, fill.CornerRadius = look.Shade(look.ColorLine), 2, 2
			fill.FillColor, thumb.FillColor = look.Shade(look.ColorAccent), look.Shade(look.ColorText)
			SetVisible(fill, s.share > 0)
			if s.disabled {
				fill.FillColor, thumb.FillColor = look.Shade(theme.ColorNameDisabled), look.Shade(theme.ColorNameDisabled)
			}
			halo.FillColor, halo.StrokeWidth, halo.StrokeColor = nil, 0, nil
			switch {
			case s.focused:
				halo.FillColor = look.Shade(theme.ColorNameFocus)
			case s.Hovered && !s.disabled:
				halo.FillColor = look.Shade(theme.ColorNameHover)
			}
		},
	}
}
