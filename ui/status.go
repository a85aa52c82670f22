package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app"
	"cascata/ui/widgets"
)

// A StatusBar is the bar at the bottom: what waits and how long it takes, the
// memory in use, how many pictures there are, and the keys worth knowing.
type StatusBar struct {
	Content     fyne.CanvasObject
	OnQueue     func()
	OnShortcuts func()

	queue            *widgets.Button
	memory, pictures *widgets.Text
}

// NewStatusBar says nothing about what it was not told yet.
func NewStatusBar() *StatusBar {
	s := &StatusBar{memory: widgets.NewDim(""), pictures: widgets.NewDim("")}
	s.queue = widgets.NewTextButton("", func() { call(s.OnQueue) })
	s.queue.SetColor(widgets.ColorDim)
	keys := widgets.NewTextButton(lang.X("status.keys", "Ctrl+Enter generates · Esc stops · ? shortcuts"), func() { call(s.OnShortcuts) })
	keys.SetColor(widgets.ColorDim)
	s.Content = widgets.Panel(widgets.Top, widgets.Pad(10, 1, widgets.Row(0,
		s.queue, widgets.Gap(14, 1), s.memory, widgets.Gap(20, 1), s.pictures, layout.NewSpacer(), keys)))
	s.SetQueue(app.Queue{})
	return s
}

// SetQueue says how much there is to do.
func (s *StatusBar) SetQueue(q app.Queue) { s.queue.SetTitle(waitingText(q)) }

// waitingText is "2 in queue · 1 min 10 s".
func waitingText(q app.Queue) string {
	n := len(q.Running) + len(q.Waiting)
	switch {
	case n == 0:
		return lang.X("status.idle", "Nothing in the queue")
	case q.Paused && len(q.Running) == 0:
		return lang.XN("status.paused", "{{.N}} in the queue, paused", n, map[string]any{"N": grouped(n)})
	}
	text := lang.XN("status.queue", "{{.N}} in queue", n, map[string]any{"N": grouped(n)})
	if q.Left > 0 {
		text += " · " + timeText(q.Left)
	}
	return text
}

// SetMemory says how many bytes the program has; 0 is nothing to say.
func (s *StatusBar) SetMemory(bytes int64) {
	text := ""
	if bytes > 0 {
		text = lang.X("status.memory", "Memory {{.Amount}}", map[string]any{"Amount": amount(bytes)})
	}
	s.memory.SetText(text)
}

// SetPictures says how many pictures the picture folder holds.
func (s *StatusBar) SetPictures(n int) {
	s.pictures.SetText(lang.XN("status.pictures", "{{.N}} pictures", n, map[string]any{"N": grouped(n)}))
}

// call calls f, if there is one.
func call(f func()) {
	if f != nil {
		f()
	}
}
