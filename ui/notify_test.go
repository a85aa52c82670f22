package ui

import (
	"errors"
	"testing"
	"time"

	"cascata/app"
	"cascata/app/studio"
	"cascata/ui/desktop"
	"cascata/ui/uitest"
)

func TestNotifier(t *testing.T) {
	const quick, slow = time.Second, 20 * time.Second
	for _, tt := range []struct {
		name    string
		behind  bool
		state   studio.JobState
		took    time.Duration
		waiting int
		All     app.Settings
		title   string // "": no notification
		sound   bool
	}{
		{"in front", false, studio.Done, slow, 0, app.Settings{}, "", false},
		{"the last", true, studio.Done, quick, 0, app.Settings{}, "All pictures are done", true},
		{"a quick one of many", true, studio.Done, quick, 3, app.Settings{}, "", false},
		{"a slow one of many", true, studio.Done, slow, 3, app.Settings{}, "A picture is done", true},
		{"failed", true, studio.Failed, quick, 0, app.Settings{}, "A picture failed", true},
		{"cancelled", true, studio.Cancelled, slow, 0, app.Settings{}, "", false},
		{"no sound", true, studio.Done, quick, 0, app.Settings{NoSound: true}, "All pictures are done", false},
		{"no notification", true, studio.Done, quick, 0, app.Settings{NoNotice: true}, "", true},
	} {
		a := uitest.App(t)
		n := newNotifier(a, desktop.New(func(f func()) { f() }), func() app.Settings { return tt.All })
		title, sound := "", false
		n.behind, n.send, n.sound = tt.behind, func(s, _ string) { title = s }, func() { sound = true }
		n.Ended(studio.Outcome{Job: studio.Job{State: tt.state, Took: tt.took}, Err: errors.New("x")}, tt.waiting)
		if title != tt.title || sound != tt.sound {
			t.Errorf("%s: got %q, sound %v, want %q, sound %v", tt.name, title, sound, tt.title, tt.sound)
		}
	}
}
