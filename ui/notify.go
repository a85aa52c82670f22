package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/studio"
	"cascata/ui/desktop"
	"cascata/ui/format"
)

// longPicture is how long a picture takes that is worth a note while others wait.
const longPicture = 10 * time.Second

// A notifier tells the artist that pictures are done while another program's
// window is in front: when nothing more waits, or when a picture took long.
type notifier struct {
	settings func() app.Settings
	behind   bool
	send     func(title, text string) // at once
	sound    func()                   // at once
}

// newNotifier watches which program is in front.
func newNotifier(a fyne.App, d *desktop.Desktop, settings func() app.Settings) *notifier {
	n := &notifier{settings: settings, sound: d.Chime}
	n.send = func(title, text string) { d.Notify(a, title, text) }
	if l := a.Lifecycle(); l != nil {
		l.SetOnExitedForeground(func() { n.behind = true })
		l.SetOnEnteredForeground(func() { n.behind = false })
	}
	return n
}

// Ended is called with every job that ended and how many more wait.
func (n *notifier) Ended(o studio.Outcome, waiting int) {
	j := o.Job
	worthANote := j.State == studio.Done || j.State == studio.Failed || j.State == studio.Unsaved
	if !n.behind || !worthANote || waiting > 0 && j.Took < longPicture {
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
		n.send(lang.X("notice.failed", "A picture failed"), format.Explained(o.Err).Title)
	case j.State == studio.Unsaved:
		n.send(lang.X("notice.unsaved", "A picture could not be saved"), format.Explained(o.Err).Title)
	case waiting > 0:
		n.send(lang.X("notice.one", "A picture is done"), lang.XN("notice.more", "{{.Count}} more to come", waiting, map[string]any{"Count": waiting}))
	default:
		n.send(lang.X("notice.all", "All pictures are done"), format.Clip(j.Recipe.Title(), 120))
	}
}
