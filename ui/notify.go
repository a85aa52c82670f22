package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/studio"
	"cascata/ui/desktop"
)

// longPicture is how long a picture takes that is worth a note while others wait.
const longPicture = 10 * time.Second

// A Notifier tells the artist that pictures are done while another program's
// window is in front: when nothing more waits, or when a picture took long.
type Notifier struct {
	settings func() app.Settings
	behind   bool
	send     func(title, text string) // at once
	sound    func()                   // at once
}

// NewNotifier watches which program is in front.
func NewNotifier(a fyne.App, d *desktop.Desktop, settings func() app.Settings) *Notifier {
	n := &Notifier{settings: settings, sound: d.Chime}
	n.send = func(title, text string) {
		d.Notify(func() { a.SendNotification(fyne.NewNotification(title, text)) })
	}
	if l := a.Lifecycle(); l != nil {
		l.SetOnExitedForeground(func() { n.behind = true })
		l.SetOnEnteredForeground(func() { n.behind = false })
	}
	return n
}

// Ended is told of every job that ended and how many more wait.
func (n *Notifier) Ended(o studio.Outcome, waiting int) {
	j := o.Job
	told := j.State == studio.Done || j.State == studio.Failed || j.State == studio.Unsaved
	if !n.behind || !told || waiting > 0 && j.Took < longPicture {
		return
	}
	s := n.settings()
	if !s.NoSound {
		n.sound()
	}
	if s.NoNotice {
		return
	}
	switch {
	case j.State == studio.Failed:
		n.send(lang.X("notice.failed", "A picture failed"), explained(o.Err).Title)
	case j.State == studio.Unsaved:
		n.send(lang.X("notice.unsaved", "A picture could not be saved"), explained(o.Err).Title)
	case waiting > 0:
		n.send(lang.X("notice.one", "A picture is done"), lang.XN("notice.more", "{{.Count}} more to come", waiting, map[string]any{"Count": waiting}))
	default:
		n.send(lang.X("notice.all", "All pictures are done"), clip(j.Recipe.Prompt, 120))
	}
}

// clip is the beginning of a text, at most n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
