//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"cascata/app"
	"cascata/app/recipe"
)

// TestEscapeKeepsTheComposition: Esc while Stage B runs keeps the composition,
// and going on from it makes the picture that was asked for. Esc that closes a
// view stops nothing. Neither SIGTERM nor SIGKILL throws the composition away: the picture
// that goes on from it is, byte for byte, the one that was not broken off.
func TestEscapeKeepsTheComposition(t *testing.T) {
	s := newScreen(t, "1300x860")
	set := slowDetail()
	set.Sketch.KeepSeed(7)
	s.settings(set)
	s.start()

	// A view is closed, and the picture goes on.
	s.key("ctrl+Return")
	first := s.inDetail(0)
	s.key("ctrl+f", "Escape", "Escape")
	s.await("back in Create", func(e event) bool { return e.Event == "place" && !e.Library })
	whole := s.await("the picture", func(e event) bool { return e.Event == "ended" && e.Job == first })
	if whole.State != "done" || whole.Draft {
		t.Fatalf("closing the library stopped the picture: %+v", whole)
	}

	// A press for itself stops, and the composition is kept.
	s.key("ctrl+Return")
	id := s.inDetail(first)
	s.key("Escape")
	kept := s.await("the composition", func(e event) bool { return e.Event == "ended" && e.Job == id })
	if kept.State != "done" || !kept.Draft || filepath.Base(filepath.Dir(kept.File)) != recipe.DraftsFolder {
		t.Fatalf("after Esc: %+v, want a draft", kept)
	}
	m, err := recipe.ReadEmbedded(kept.File)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := recipe.PictureLatent(kept.File); err != nil {
		t.Errorf("the draft holds no composition: %v", err)
	}
	s.shot("stop-1-kept")
	s.key("ctrl+r")
	developed := s.await("the draft developed", func(e event) bool { return e.Event == "ended" && e.Job > id })
	if again, err := recipe.ReadEmbedded(developed.File); err != nil || again.Seed != m.Seed || again.Parent != filepath.Base(kept.File) {
		t.Errorf("the picture says %+v, %v; want the seed %d", again, err, m.Seed)
	}

	// Ending the program keeps it too.
	s.key("ctrl+Return")
	running := s.inDetail(developed.Job)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
	s.start()
	q := s.awaitQueue("the queue", func(event) bool { return true })
	if len(q.Waiting) != 1 || q.Waiting[0] != running || !q.Paused {
		t.Fatalf("after the end: %+v, want %d waiting", q, running)
	}
	s.key("ctrl+p")
	s.isWhole(whole.File, s.await("the rest of it", func(e event) bool { return e.Event == "ended" && e.Job == running }))

	// So does killing it: the picture is marked, and goes on when it is asked for again.
	s.key("ctrl+Return")
	killed := s.inDetail(running)
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
	s.start()
	if q := s.awaitQueue("the queue", func(event) bool { return true }); len(q.Waiting) != 0 {
		t.Fatalf("after the kill: %+v, want none waiting", q)
	}
	s.key("ctrl+Return") // the same recipe
	s.isWhole(whole.File, s.await("the picture again", func(e event) bool { return e.Event == "ended" && e.Job > killed }))
	s.quit()
	s.checkThreads()
}

// isWhole says whether a picture that was made since the program's start is the one in a
// file, byte for byte, and was made without Stage C.
func (s *screen) isWhole(file string, end event) {
	s.t.Helper()
	for _, e := range s.events() {
		if e.Event == "progress" && e.Stage == "prior" && e.N > 0 {
			s.t.Error("the composition was made again")
			break
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	if got, err := os.ReadFile(end.File); err != nil || end.Draft || !bytes.Equal(got, want) {
		s.t.Errorf("went on to %+v, %v: %d bytes, others than the %d of the whole one", end, err, len(got), len(want))
	}
	left, err := filepath.Glob(filepath.Join(s.home, "state", "cascata", "compositions", "*"))
	if err != nil || len(left) > 0 {
		s.t.Errorf("%q is left, %v", left, err)
	}
}

// slowDetail are settings with which Stage B takes a while.
func slowDetail() app.Settings {
	sketch := recipe.Usual(recipe.Demo)
	sketch.Prompt, sketch.Width, sketch.Height = "a red boat at sea", 256, 256
	sketch.Steps, sketch.Guidance, sketch.DecoderSteps = 4, 1.5, 60
	return app.Settings{Welcomed: true, Sketch: sketch}
}

// settings writes what the program begins with.
func (s *screen) settings(set app.Settings) {
	s.t.Helper()
	data, err := json.Marshal(set)
	if err != nil {
		s.t.Fatal(err)
	}
	dir := filepath.Join(s.home, "config", "cascata")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "settings.json"), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// inDetail waits until a job newer than one is in Stage B and says which.
func (s *screen) inDetail(than int64) int64 {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(5 * time.Millisecond) {
		for _, e := range s.events() {
			if e.Event == "progress" && e.Job > than && e.Stage == "decoder" {
				return e.Job
			}
		}
	}
	s.t.Fatal("no picture came to Stage B")
	return 0
}
