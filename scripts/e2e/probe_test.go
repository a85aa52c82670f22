//go:build e2e

package e2e

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestProbe makes pictures without a pause and prints how long the window's
// goroutine takes to answer, and how many previews were on screen. It asserts
// no times: they depend on the machine. SECONDS says for how long.
func TestProbe(t *testing.T) {
	seconds, _ := strconv.Atoi(os.Getenv("SECONDS"))
	if seconds == 0 {
		seconds = 5
	}
	s := newScreen(t, "1300x860")
	s.start("CASCATA_PROBE=1")
	s.key("Escape")
	s.typeText("a red boat at sea")
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); {
		s.key("ctrl+Return", "ctrl+Return", "ctrl+Return")
		s.typeText("x")
		s.rest(300 * time.Millisecond)
	}
	s.quit()
	events := s.events()
	previews := map[string]int{}
	pictures, first, last := 0, int64(0), int64(0)
	var answers []float64
	for _, e := range events {
		switch {
		case e.Event == "progress" && e.Preview:
			previews[e.Stage]++
		case e.Event == "ended" && e.State == "done":
			pictures++
			if first == 0 {
				first = e.MS
			}
			last = e.MS
		case e.Event == "probe":
			answers = e.Answers
		}
	}
	if pictures < 2 || len(answers) == 0 || previews["prior"] == 0 || previews["decoder"] == 0 {
		t.Fatalf("%d pictures, %d answers, previews %v: nothing was measured", pictures, len(answers), previews)
	}
	slices.Sort(answers)
	at := func(q float64) float64 { return answers[int(q*float64(len(answers)-1))] }
	t.Logf("%d pictures, %.2f s each; previews shown a picture: composition %.1f, detail %.1f", pictures, float64(last-first)/1000/float64(pictures-1),
		float64(previews["prior"])/float64(pictures), float64(previews["decoder"])/float64(pictures))
	t.Logf("the window answered %d times: median %.1f ms, 95 %% %.1f ms, 99 %% %.1f ms, worst %.1f ms", len(answers), at(0.5), at(0.95), at(0.99), at(1))
}
