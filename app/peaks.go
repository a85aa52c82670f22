package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Peaks are what models took of this computer's memory beside what was promised.
// They correct the next promise. Methods may be called from any goroutine.
type Peaks struct {
	path string // where they are remembered
	log  *slog.Logger

	mu    sync.Mutex // guards the field below
	known map[string]peakTaken
}

// A peakTaken is what a model took by a plan.
type peakTaken struct {
	At time.Time
	By float64 // what was taken by what was promised
}

const (
	maxPeaks = 100 // remembered

	// How far a promise is corrected: what is further off was not the model's doing.
	leastPeak, mostPeak = 0.7, 1.5

	// peakNews is how far off a promise must be for another one to be remembered.
	peakNews = 0.02
)

// OpenPeaks takes up what is remembered in a file. A file that is missing or
// damaged counts as empty.
func OpenPeaks(path string, log *slog.Logger) *Peaks {
	return &Peaks{path: path, log: log, known: readKnown[peakTaken](path)}
}

// learned is what plans of a model took by what was promised; see inference.Budget.
func (p *Peaks) learned(model string) map[inference.Plan]float64 {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[inference.Plan]float64{}
	for _, plan := range inference.Plans(inference.Device{Provider: "cpu"}) {
		if k, ok := p.known[peakKey(model, plan)]; ok {
			found[plan] = min(max(k.By, leastPeak), mostPeak)
		}
	}
	return found
}

// learn notes what a model took by a plan, and lets the oldest go.
func (p *Peaks) learn(model string, plan inference.Plan, by float64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := peakKey(model, plan)
	if old, ok := p.known[key]; ok && old.By-by < peakNews && by-old.By < peakNews {
		return
	}
	p.known[key] = peakTaken{time.Now(), by}
	keepNewest(p.known, maxPeaks, func(t peakTaken) time.Time { return t.At })
	data, err := json.Marshal(p.known)
	if err == nil {
		err = disk.WriteUnsynced(p.path, data)
	}
	if err != nil {
		p.log.Warn("the memory taken is not remembered", "err", err)
	}
}

func peakKey(model string, plan inference.Plan) string { return fmt.Sprintf("%s %+v", model, plan) }

// peakModel stands for a model's files as they are, and a precision.
func peakModel(ck *checkpoint.Checkpoint, precision string) string {
	h := sha256.New()
	fmt.Fprintln(h, recipe.Version, precision)
	for _, n := range networks(ck) {
		for _, file := range n.Files {
			if info, err := os.Stat(file); err == nil {
				fmt.Fprintln(h, filepath.Base(file), info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
