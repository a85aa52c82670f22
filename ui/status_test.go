package ui

import (
	"testing"
	"time"

	"cascata/app/studio"
	"cascata/ui/uitest"
)

func TestStatusBar(t *testing.T) {
	uitest.App(t)
	s := newStatusBar()
	q := uitest.FourPictures()
	q.Left = 70 * time.Second
	s.SetQueue(q)
	if got, want := s.queue.Title(), "3 in queue · 1 min 10 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.SetMemory(0)
	s.SetPictures(1284)
	if s.memory.Text() != "" || s.pictures.Text() != "1,284 pictures" {
		t.Errorf("%q, %q", s.memory.Text(), s.pictures.Text())
	}
	s.SetQueue(studio.Queue{})
	if s.queue.Title() == "" {
		t.Error("an empty queue says nothing")
	}
}
