package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
)

// What a model took is remembered by model and plan, in a file that is bounded;
// what is far off does not count for more than it may.
func TestPeaks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "peaks.json")
	log := slog.New(slog.DiscardHandler)
	kept, streamed := inference.Plan{Keep: true}, inference.Plan{Tile: 128, Stream: true}
	p := OpenPeaks(file, log)
	p.learn("a", kept, 1.2)
	p.learn("a", streamed, 9)
	p.learn("b", kept, 0.1)
	for model, want := range map[string]map[inference.Plan]float64{
		"a": {kept: 1.2, streamed: mostPeak}, "b": {kept: leastPeak}, "c": {},
	} {
		if got := OpenPeaks(file, log).learned(model); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", model, got, want)
		}
	}
	p.learn("a", kept, 1.1)
	if got := p.learned("a")[kept]; got != 1.1 {
		t.Errorf("%g after a newer picture", got)
	}
	for i := range maxPeaks {
		p.learn(fmt.Sprint(i), kept, 1)
	}
	if len(p.known) != maxPeaks || len(p.learned("b")) != 0 {
		t.Errorf("%d are remembered", len(p.known))
	}
	if err := os.WriteFile(file, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := OpenPeaks(file, log).learned("a"); len(got) != 0 {
		t.Errorf("%v from a damaged file", got)
	}
	(*Peaks)(nil).learn("a", kept, 1)
	if got := (*Peaks)(nil).learned("a"); got != nil {
		t.Errorf("%v of none", got)
	}
}
