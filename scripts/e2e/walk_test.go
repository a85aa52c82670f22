//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"cascata/app/recipe"
)

// Where things are in a window of 1280 by 800.
const (
	stepsX, stepsY         = 286, 396 // composition, steps
	decoderX, decoderY     = 286, 492 // detail, steps
	firstTileX, tileY      = 397, 700 // of the strip
	tileWidth              = 121
	beforeFirstX           = 350
	pictureX, pictureY     = 800, 330
	windowWidth, windowTop = 1280, 800
)

// TestWalk is an artist's first hour in two minutes: a picture, a changed
// control, a queue that is ordered and thinned, a draft that is kept and one
// that is developed, and the next day everything as it was.
func TestWalk(t *testing.T) {
	s := newScreen(t, "1300x860")
	s.start()
	s.shot("walk-1-welcome")
	s.key("Return") // start with the built-in model

	// The first picture, its previews, and the same from the command line.
	s.typeText("a red boat at sea")
	s.key("ctrl+Return")
	for _, stage := range []string{"prior", "decoder"} {
		s.await("a preview of "+stage, func(e event) bool { return e.Event == "progress" && e.Stage == stage && e.Preview })
	}
	done := s.await("a picture", func(e event) bool { return e.Event == "ended" && e.State == "done" })
	s.shot("walk-2-picture")
	s.sameByCommandLine(done.File)

	// One control changed.
	s.until("12 steps", func() { s.enter(stepsX, stepsY, "12") }, func() bool { return s.newest("sketch").Steps == 12 })

	// Three more, reordered, one cancelled.
	s.key("ctrl+p", "ctrl+shift+q", "ctrl+l", "ctrl+End")
	s.typeText(" at night")
	s.key("ctrl+Return", "ctrl+Return", "ctrl+Return")
	q := s.awaitQueue("three that wait", func(e event) bool { return len(e.Waiting) == 3 && e.Paused })
	a, b, c := q.Waiting[0], q.Waiting[1], q.Waiting[2]
	s.shot("walk-3-queue")
	s.until("the third in front", func() {
		if slices.Equal(s.newest("queue").Waiting, []int64{a, b, c}) {
			s.drag(firstTileX+2*tileWidth, tileY, beforeFirstX, tileY)
		}
	}, func() bool { return slices.Equal(s.newest("queue").Waiting, []int64{c, a, b}) })
	s.until("one cancelled", func() {
		s.click(firstTileX+tileWidth, tileY, 3)
		s.shot("walk-4-menu")
		s.key("Down", "Down", "Return") // the second line cancels
	}, func() bool { return slices.Equal(s.newest("queue").Waiting, []int64{c, b}) })
	s.key("ctrl+p")
	s.awaitQueue("the rest done", func(e event) bool { return len(e.Waiting)+len(e.Running) == 0 })
	s.wantState(a, "cancelled")
	s.wantState(b, "done")
	s.wantState(c, "done")
	s.key("ctrl+shift+q")

	// A draft kept from a picture at work, and developed.
	s.until("60 steps", func() { s.enter(stepsX, stepsY, "60") }, func() bool { return s.newest("sketch").Steps == 60 })
	s.enter(decoderX, decoderY, "40")
	draft := s.keepDraft()
	s.shot("walk-5-draft")
	s.key("ctrl+r")
	developed := s.await("the draft developed", func(e event) bool { return e.Event == "ended" && e.State == "done" && e.Job > draft.Job && !e.Draft })
	if m, err := recipe.ReadEmbedded(developed.File); err != nil || m.Parent != filepath.Base(draft.File) {
		t.Errorf("the developed picture says %+v, %v; want the parent %s", m, err, filepath.Base(draft.File))
	}

	// A sheet of drafts, one ticked and developed.
	s.key("ctrl+d")
	s.await("six drafts", func(e event) bool {
		return e.Event == "queue" && len(e.Over) > 6 && e.Over[0] == developed.Job+6 && len(e.Running) == 0
	})
	s.rest(time.Second)
	s.shot("walk-6-sheet")
	s.key("space")
	s.shot("walk-7-ticked")
	s.key("Return")
	s.await("one of the sheet developed", func(e event) bool {
		return e.Event == "ended" && e.State == "done" && e.Job > developed.Job+6 && !e.Draft
	})

	// The next day.
	s.shot("walk-8-before")
	before := s.events()
	last := s.awaitQueue("the queue at rest", func(e event) bool { return len(e.Running)+len(e.Waiting) == 0 })
	sketch := before[0]
	for _, e := range before {
		if e.Event == "sketch" || e.Event == "open" {
			sketch = e
		}
	}
	s.quit()
	s.start()
	opened := s.await("open", func(e event) bool { return e.Event == "open" })
	if opened.Prompt != "a red boat at sea at night" || opened.Steps != 60 || opened.Prompt != sketch.Prompt {
		t.Errorf("opened with %+v, want %+v", opened, sketch)
	}
	again := s.awaitQueue("the queue", func(event) bool { return true })
	if !slices.Equal(again.Over, last.Over) || !slices.Equal(again.States, last.States) || len(again.Waiting) > 0 {
		t.Errorf("the queue is %+v, want %+v", again, last)
	}
	s.shot("walk-9-after")
	s.quit()
	s.checkThreads()
}

// enter types a number into the field at a point.
func (s *screen) enter(x, y int, value string) {
	s.t.Helper()
	s.click(x, y, 1)
	s.key("ctrl+a")
	s.typeText(value)
	s.key("Return")
}

// keepDraft asks for pictures until one was stopped in time to keep its draft.
func (s *screen) keepDraft() event {
	s.t.Helper()
	for range 20 {
		newest := int64(0)
		for _, e := range s.events() {
			newest = max(newest, e.Job)
		}
		s.key("ctrl+Return")
		s.await("the picture at work", func(e event) bool { return e.Event == "progress" && e.Job > newest })
		s.key("ctrl+k")
		end := s.await("the picture", func(e event) bool { return e.Event == "ended" && e.Job > newest })
		if end.Draft {
			return end
		}
	}
	s.t.Fatal("no draft could be kept")
	return event{}
}

func (s *screen) wantState(job int64, state string) {
	s.t.Helper()
	q := s.awaitQueue("the queue", func(event) bool { return true })
	if i := slices.Index(q.Over, job); i < 0 || q.States[i] != state {
		s.t.Errorf("job %d is not %s: %+v", job, state, q)
	}
}

// sameByCommandLine makes a picture again without the window.
func (s *screen) sameByCommandLine(file string) {
	s.t.Helper()
	m, err := recipe.ReadEmbedded(file)
	if err != nil {
		s.t.Fatal(err)
	}
	out := filepath.Join(s.home, "same.png")
	c := exec.Command(program(s.t), "generate", "--model", m.Model, "--prompt", m.Prompt, "--negative", m.Negative, "--preset", string(m.Preset),
		"--steps", strconv.Itoa(m.Steps), "--guidance", fmt.Sprint(m.Guidance), "--decoder-steps", strconv.Itoa(m.DecoderSteps), "--decoder-guidance", fmt.Sprint(m.DecoderGuidance),
		"--width", strconv.Itoa(m.Width), "--height", strconv.Itoa(m.Height), "--seed", fmt.Sprint(m.Seed), "--decoder-seed", fmt.Sprint(m.DecoderSeed), "--out", out)
	c.Env = s.env
	if text, err := c.CombinedOutput(); err != nil {
		s.t.Fatalf("%v\n%s", err, text)
	}
	one, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	two, err := os.ReadFile(out)
	if err != nil {
		s.t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		s.t.Errorf("the window's picture %s differs from the command line's", file)
	}
}
