package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cascata/ui/widgets"
)

// The tabs of the window, in their order.
const (
	tabCreate = iota
	tabLibrary
	tabModels
)

// A tab is one of the tabs and what it shows.
type tab struct {
	title   string
	content fyne.CanvasObject
	shown   func(yes bool)            // called when it is shown or hidden; may be nil
	focus   func(had fyne.Focusable)  // gives it the keyboard; had is what had it when the tab was left, or nil
	reveal  func(o fyne.CanvasObject) // brings what got the keyboard into view

	had fyne.Focusable
}

// tabs are the tabs of the window, one of them on show.
type tabs struct {
	bar     *widgets.Tabs
	content *fyne.Container
	canvas  fyne.Canvas
	changed func() // another is on show

	list []*tab
	at   int
}

// newTabs shows the first.
func newTabs(canvas fyne.Canvas, changed func(), list ...*tab) *tabs {
	t := &tabs{canvas: canvas, changed: changed, list: list, content: container.NewStack()}
	titles := make([]string, len(list))
	for i, l := range list {
		titles[i] = l.title
		t.content.Add(l.content)
		widgets.SetVisible(l.content, i == 0)
	}
	t.bar = widgets.NewTabs(t.show, titles...)
	return t
}

// goTo shows a tab, unless it is on show.
func (t *tabs) goTo(tab int) {
	if tab != t.at {
		t.bar.Choose(tab)
		t.show(tab)
	}
}

// show shows a tab in place of another. The keyboard goes along.
func (t *tabs) show(tab int) {
	left, entered := t.list[t.at], t.list[tab]
	left.had, t.at = t.canvas.Focused(), tab
	for _, l := range t.list {
		widgets.SetVisible(l.content, l == entered)
	}
	for _, l := range t.list {
		widgets.Call1(l.shown, l == entered)
	}
	t.content.Refresh()
	entered.focus(entered.had)
	t.changed()
}

// reveal brings what got the keyboard in the tab on show into view.
func (t *tabs) reveal(o fyne.CanvasObject) { t.list[t.at].reveal(o) }
