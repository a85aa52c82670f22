package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cascata/ui/widgets"
)

// The places of the window, in the order of their tabs.
const (
	placeCreate = iota
	placeLibrary
	placeModels
)

// A place is what one of the tabs shows.
type place struct {
	title   string
	content fyne.CanvasObject
	shown   func(yes bool)            // called when it is shown or hidden; may be nil
	focus   func(had fyne.Focusable)  // gives it the keyboard; had is what had it when the place was left, or nil
	reveal  func(o fyne.CanvasObject) // brings what got the keyboard into view

	had fyne.Focusable
}

// places are the places of the window, one of them on show.
type places struct {
	tabs    *widgets.Tabs
	content *fyne.Container
	canvas  fyne.Canvas
	changed func() // another is on show

	list []*place
	at   int
}

// newPlaces shows the first.
func newPlaces(canvas fyne.Canvas, changed func(), list ...*place) *places {
	p := &places{canvas: canvas, changed: changed, list: list, content: container.NewStack()}
	titles := make([]string, len(list))
	for i, l := range list {
		titles[i] = l.title
		p.content.Add(l.content)
		widgets.SetVisible(l.content, i == 0)
	}
	p.tabs = widgets.NewTabs(p.show, titles...)
	return p
}

// goTo shows a place, unless it is on show.
func (p *places) goTo(place int) {
	if place != p.at {
		p.tabs.Choose(place)
		p.show(place)
	}
}

// show shows a place in place of another. The keyboard goes along.
func (p *places) show(place int) {
	left, entered := p.list[p.at], p.list[place]
	left.had, p.at = p.canvas.Focused(), place
	for _, l := range p.list {
		widgets.SetVisible(l.content, l == entered)
	}
	for _, l := range p.list {
		widgets.Call1(l.shown, l == entered)
	}
	p.content.Refresh()
	entered.focus(entered.had)
	p.changed()
}

// reveal brings what got the keyboard in the place on show into view.
func (p *places) reveal(o fyne.CanvasObject) { p.list[p.at].reveal(o) }
