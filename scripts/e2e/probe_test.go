//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"cascata/inference"
)

// TestProbe makes pictures without a pause and prints how long the window's
// goroutine takes to answer, and how many previews were on screen. It asserts
// no times: they depend on the machine. SECONDS says for how long it measures
// at least; a busy machine takes longer to make what is to be measured. FAST=1 makes
// pictures by Fast, SPARE=1 leaves one processor core free.
func TestProbe(t *testing.T) {
	seconds, _ := strconv.Atoi(os.Getenv("SECONDS"))
	if seconds == 0 {
		seconds = 5
	}
	s := newScreen(t, "1300x860")
	fast, spare := os.Getenv("FAST") != "", os.Getenv("SPARE") != ""
	if fast || spare {
		set := slowDetail()
		set.Sketch.Prompt, set.Sketch.Steps, set.Sketch.DecoderSteps = "", 10, 10 // as the built-in model recommends
		set.SpareCore = spare
		if fast {
			set.Sketch.Precision = inference.Fast
		}
		s.settings(set)
	}
	s.start("CASCATA_PROBE=1")
	s.key("Escape")
	s.typeText("a red boat at sea")
	for start := time.Now(); ; {
		s.key("ctrl+Return", "ctrl+Return", "ctrl+Return")
		s.typeText("x")
		s.rest(300 * time.Millisecond)
		past := time.Since(start)
		if past > time.Duration(seconds)*time.Second && enough(measured(s.events())) || past > patience {
			break
		}
	}
	s.quit()
	if made, _ := filepath.Glob(filepath.Join(s.home, "cache", "cascata", "quantized", "*.safetensors")); fast && len(made) == 0 {
		t.Fatal("no matrix was made bytes: Fast was not used")
	}
	m := measured(s.events())
	if !enough(m) || len(m.answers) == 0 {
		t.Skipf("the machine is too busy, nothing was measured: %d pictures, %d answers, previews %v", m.pictures, len(m.answers), m.previews)
	}
	answers, previews := m.answers, m.previews
	slices.Sort(answers)
	at := func(q float64) float64 { return answers[int(q*float64(len(answers)-1))] }
	t.Logf("%d pictures, %.2f s each; previews shown a picture: composition %.1f, detail %.1f", m.pictures, float64(m.last-m.first)/1000/float64(m.pictures-1),
		float64(previews["prior"])/float64(m.pictures), float64(previews["decoder"])/float64(m.pictures))
	t.Logf("the window answered %d times: median %.1f ms, 95 %% %.1f ms, 99 %% %.1f ms, worst %.1f ms", len(answers), at(0.5), at(0.95), at(0.99), at(1))
}

// A measure is what the trace says of a stretch of work.
type measure struct {
	pictures    int
	first, last int64 // ms, when the first and the last picture was done
	previews    map[string]int
	answers     []float64 // ms
}

// enough reports whether there is something to divide by.
func enough(m measure) bool {
	return m.pictures >= 2 && m.previews["prior"] > 0 && m.previews["decoder"] > 0
}

func measured(events []event) measure {
	m := measure{previews: map[string]int{}}
	for _, e := range events {
		switch {
		case e.Event == "progress" && e.Preview:
			m.previews[e.Stage]++
		case e.Event == "ended" && e.State == "done":
			m.pictures++
			if m.first == 0 {
				m.first = e.MS
			}
			m.last = e.MS
		case e.Event == "probe":
			m.answers = e.Answers
		}
	}
	return m
}
