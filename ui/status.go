package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A statusBar is the bar at the bottom: what waits and how long it takes, the
// memory in use, how many pictures there are, and the keys worth knowing.
type statusBar struct {
	Content     fyne.CanvasObject
	OnQueue     func()
	OnShortcuts func()

	queue, keys      *widgets.Button
	memory, pictures *widgets.Text
	row              *fyne.Container
}

// newStatusBar is empty until its setters are called.
func newStatusBar() *statusBar {
	s := &statusBar{memory: widgets.NewDim(""), pictures: widgets.NewDim("")}
	s.queue = widgets.NewTextButton("", func() { widgets.Call(s.OnQueue) })
	s.queue.SetColor(look.ColorDim)
	s.keys = widgets.NewTextButton("", func() { widgets.Call(s.OnShortcuts) })
	s.keys.SetColor(look.ColorDim)
	s.row = container.New(&statusLayout{s}, s.queue, s.memory, s.pictures, s.keys)
	s.Content = widgets.Panel(widgets.Top, widgets.Pad(10, 1, s.row))
	s.SetQueue(studio.Queue{})
	return s
}

// SetQueue says how much there is to do.
func (s *statusBar) SetQueue(q studio.Queue) {
	s.queue.SetTitle(waitingText(q))
	s.lay()
}

// lay gives everything its place again.
func (s *statusBar) lay() { s.row.Layout.Layout(s.row.Objects, s.row.Size()) }

// waitingText is "2 in queue · 1 min 10 s".
func waitingText(q studio.Queue) string {
	n := len(q.Running) + len(q.Waiting)
	switch {
	case n == 0:
		return lang.X("status.idle", "Nothing in the queue")
	case q.Paused && len(q.Running) == 0:
		return lang.XN("status.paused", "{{.N}} in the queue, paused", n, map[string]any{"N": numbers.Grouped(n)})
	}
	text := lang.XN("status.queue", "{{.N}} in queue", n, map[string]any{"N": numbers.Grouped(n)})
	if q.Left > 0 {
		text += " · " + format.TimeText(q.Left)
	}
	return text
}

// SetMemory says how many bytes the program has; 0 is nothing to say.
func (s *statusBar) SetMemory(bytes int64) {
	text := ""
	if bytes > 0 {
		text = lang.X("status.memory", "Memory {{.Amount}}", map[string]any{"Amount": format.Amount(bytes)})
	}
	s.memory.SetText(text)
	s.lay()
}

// WatchMemory says from now on how much memory the program has.
func (s *statusBar) WatchMemory(later async.Later) {
	s.SetMemory(app.Memory())
	later(memoryEvery, func() { s.WatchMemory(later) })
}

// memoryEvery is how often the memory in use is asked for.
const memoryEvery = 3 * time.Second

// SetPictures says how many pictures the library shows.
func (s *statusBar) SetPictures(n int) {
	s.pictures.SetText(lang.XN("status.pictures", "{{.N}} pictures", n, map[string]any{"N": numbers.Grouped(n)}))
	s.lay()
}

// statusLayout has the queue at the left and the keys at the right, and as much
// of the rest between as there is room for.
type statusLayout struct{ s *statusBar }

const statusGap = 16

// MinSize has room for the queue and the shortest of the keys.
func (l *statusLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	q, k := l.s.queue.MinSize(), l.s.keys.MinSize()
	return fyne.NewSize(q.Width, max(q.Height, k.Height))
}

func (l *statusLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s := l.s
	put := func(o fyne.CanvasObject, x float32) float32 {
		m := o.MinSize()
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		o.Resize(m)
		return m.Width
	}
	left := put(s.queue, 0)
	room := size.Width - left
	for _, text := range keyTexts() { // the longest that fits beside the figures, else the shortest
		s.keys.SetTitle(text)
		if s.keys.MinSize().Width+s.memory.MinSize().Width+s.pictures.MinSize().Width+3*statusGap <= room {
			break
		}
	}
	room -= s.keys.MinSize().Width
	put(s.keys, size.Width-s.keys.MinSize().Width)
	for _, o := range []fyne.CanvasObject{s.pictures, s.memory} {
		fits := o.MinSize().Width+statusGap <= room
		if widgets.SetVisible(o, fits); fits {
			left += statusGap
			w := put(o, left)
			left, room = left+w, room-w-statusGap
		}
	}
}

// keyTexts are the keys worth knowing, the longest text first.
func keyTexts() []string {
	return []string{lang.X("status.keys", "Ctrl+Enter generates · Esc stops · ? shortcuts"), lang.X("status.keys.short", "? shortcuts")}
}
