//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSoak makes PICTURES pictures through the window (none: the test is
// skipped) with drafts, skipped pictures and a look into the library between
// them, and prints after every round what the program holds when it rests. It
// fails when goroutines or open files are left behind, when memory grows by more
// than a third after the first half, or when a file is half written.
func TestSoak(t *testing.T) {
	want, _ := strconv.Atoi(os.Getenv("PICTURES"))
	if want == 0 {
		t.Skip("PICTURES=500 makes 500 pictures")
	}
	s := newScreen(t, "1300x860")
	s.start()
	s.key("Escape")
	s.typeText("a red boat at sea")
	var held []holding
	for round := 1; len(held) == 0 || held[len(held)-1].pictures < want; round++ {
		s.soakRound(round)
		held = append(held, s.holds())
		t.Log(held[len(held)-1])
	}
	first, half, last := held[0], held[len(held)/2], held[len(held)-1]
	if last.goroutines > first.goroutines+5 {
		t.Errorf("%d goroutines at the end, %d after the first round", last.goroutines, first.goroutines)
	}
	if last.files > first.files+5 {
		t.Errorf("%d open files at the end, %d after the first round", last.files, first.files)
	}
	if last.resident > half.resident*4/3 {
		t.Errorf("%d MB at the end, %d MB halfway", last.resident>>10, half.resident>>10)
	}
	s.quit()
	s.wholeFiles()
}

// soakRound asks for pictures, drafts every third time, skips one, and looks
// into the library while they are made. It ends when nothing waits or runs.
func (s *screen) soakRound(round int) {
	s.t.Helper()
	s.key("ctrl+l", "ctrl+End")
	s.typeText(" x")
	for range 12 {
		s.key("ctrl+Return")
	}
	s.key("ctrl+j")
	s.key("ctrl+f")
	s.typeText("boat")
	s.rest(500 * time.Millisecond)
	s.key("ctrl+a", "BackSpace", "ctrl+g", "ctrl+Return")
	if round%3 == 0 {
		s.key("ctrl+d")
		s.rest(time.Second)
		s.key("ctrl+j", "ctrl+Return")
	}
	for rested := 0; rested < 3; rested++ { // a request may still be on its way
		s.rest(500 * time.Millisecond)
		if e := s.newest("queue"); len(e.Waiting)+len(e.Running) > 0 {
			rested = -1
		}
	}
}

// newest is the last event of a kind.
func (s *screen) newest(kind string) (last event) {
	for _, e := range s.events() {
		if e.Event == kind {
			last = e
		}
	}
	return last
}

// A holding is what the program holds at one moment.
type holding struct {
	pictures, drafts, other int // jobs that ended: done, done as drafts, anything else
	resident                int // KiB
	goroutines, files       int
	threads                 int
}

func (h holding) String() string {
	return fmt.Sprintf("%4d pictures %3d drafts %3d others | %4d MB %3d goroutines %3d threads %3d open files",
		h.pictures, h.drafts, h.other, h.resident>>10, h.goroutines, h.threads, h.files)
}

func (s *screen) holds() (h holding) {
	s.t.Helper()
	for _, e := range s.events() {
		switch {
		case e.Event == "ended" && e.State == "done" && e.Draft:
			h.drafts++
		case e.Event == "ended" && e.State == "done":
			h.pictures++
		case e.Event == "ended":
			h.other++
		}
	}
	s.key("ctrl+l") // the next event says how many goroutines there are at rest
	s.typeText("y")
	s.key("BackSpace")
	s.rest(time.Second)
	h.goroutines = s.newest("sketch").Goroutines
	proc := fmt.Sprintf("/proc/%d/", s.cmd.Process.Pid)
	status, err := os.ReadFile(proc + "status")
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		fmt.Sscanf(string(line), "VmRSS: %d", &h.resident)
		fmt.Sscanf(string(line), "Threads: %d", &h.threads)
	}
	files, err := os.ReadDir(proc + "fd")
	if err != nil {
		s.t.Fatal(err)
	}
	h.files = len(files)
	return h
}

// wholeFiles reads every picture that was made, and finds what was left half written.
func (s *screen) wholeFiles() {
	s.t.Helper()
	n := 0
	err := filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch {
		case strings.HasPrefix(d.Name(), ".cascata-"): // a temporary name
			s.t.Errorf("left half written: %s", path)
		case filepath.Ext(path) == ".png":
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if _, err := png.Decode(bytes.NewReader(b)); err != nil {
				s.t.Errorf("%s: %v", path, err)
			}
			n++
		}
		return nil
	})
	if err != nil {
		s.t.Error(err)
	}
	s.t.Logf("%d pictures are whole", n)
}
