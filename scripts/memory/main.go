// Command memory measures what the official model takes at its full size: each combination of big and lite, at each
// precision, within each limit of memory, a whole picture of 1024 by 1024, and prints a table of what was promised
// beside what was taken:
//
//	python inference/testdata/make/full_checkpoints.py FOLDER
//	go run ./scripts/memory bin/cascata-cli FOLDER
//	go run ./scripts/memory -models big/lite -precisions int8 -limits 8,16 bin/cascata-cli FOLDER
//
// A limit is that of a control group, which needs Linux and its superuser; without one, the computer's own memory is
// the limit. The program is watched from outside, twenty times a second: RssAnon is its private memory, and VmHWM of
// the system the most that it had with pages of files. What other programs used of the cores meanwhile stands in the
// last column, since times are worth little where they used many.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const gigabyte = 1e9

// A task is one run of the program.
type task struct {
	prior, decoder string // "big" or "lite"
	precision      string // as bench takes it, or "fast"
	limit          int64  // bytes; 0: none
}

func main() {
	models := flag.String("models", "lite/lite,lite/big,big/lite,big/big", "combinations of Stage C and Stage B")
	precisions := flag.String("precisions", "fp32,int8", "fp32, int8 or fast")
	limits := flag.String("limits", "0,16,8", "GiB of memory for the program; 0: as much as there is")
	guidance := flag.String("guidance", "4", "of Stage C; up to 1 is off")
	cache := flag.String("cache", "", "folder for weights in eight bits (default one that is deleted at the end)")
	samples := flag.String("samples", "", "folder for every sample, a file a run")
	flag.Parse()
	if flag.NArg() != 2 {
		fail(fmt.Errorf("name the program and the folder: go run ./scripts/memory bin/cascata-cli FOLDER"))
	}
	home, err := os.MkdirTemp("", "memory")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(home)
	w := watcher{program: flag.Arg(0), folder: flag.Arg(1), guidance: *guidance, home: home, cache: *cache, samples: *samples}
	if w.cache == "" {
		w.cache = filepath.Join(home, "cache")
	}
	fmt.Println("| Stage C, Stage B | precision | limit | plan | promised | taken | off | of it private: promised | taken | load C, B, s | a step of C, B, and A, s | others' cores |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, precision := range strings.Split(*precisions, ",") {
		for _, model := range strings.Split(*models, ",") {
			for _, limit := range strings.Split(*limits, ",") {
				t, err := newTask(model, precision, limit)
				if err != nil {
					fail(err)
				}
				r, err := w.run(t)
				if err != nil {
					fail(err)
				}
				fmt.Println(r.row(t))
			}
		}
	}
}

func newTask(model, precision, limit string) (task, error) {
	prior, decoder, _ := strings.Cut(model, "/")
	for _, size := range []string{prior, decoder} {
		if !slices.Contains([]string{"big", "lite"}, size) {
			return task{}, fmt.Errorf("%q is no combination such as big/lite", model)
		}
	}
	gib, err := strconv.ParseFloat(limit, 64)
	return task{prior, decoder, precision, int64(gib * (1 << 30))}, err
}

// A result is what a run took.
type result struct {
	exit    string // how it ended otherwise than well: what it said last; "": well
	killed  bool
	bench   bench
	private int64   // the most private memory, bytes
	most    int64   // with pages of files
	others  float64 // processor cores that other programs used meanwhile
}

// A bench is what cascata bench --json prints.
type bench struct {
	Plan struct {
		Needs  int64 `json:"needs_bytes"`
		Least  int64 `json:"least_bytes"`
		Keep   bool
		Stream bool
		Tile   int
	}
	C stage `json:"prior"`
	B stage `json:"decoder"`
	A stage `json:"picture"`
}

type stage struct {
	Load  float64 `json:"load_s"`
	Steps float64 `json:"steps"`
	Total float64 `json:"total_s"`
}

func (s stage) step() float64 { return s.Total / max(s.Steps, 1) }

func (b bench) plan() string {
	switch p := b.Plan; {
	case p.Keep:
		return "all kept"
	case p.Stream:
		return fmt.Sprintf("weights in their files, tiles of %d", p.Tile)
	case p.Tile > 0:
		return fmt.Sprintf("one at a time, tiles of %d", p.Tile)
	}
	return "one at a time"
}

// row is a line of the table.
func (r result) row(t task) string {
	limit := "none"
	if t.limit > 0 {
		limit = fmt.Sprintf("%g GiB", float64(t.limit)/(1<<30))
	}
	head := fmt.Sprintf("| %s, %s | %s | %s |", t.prior, t.decoder, t.precision, limit)
	if r.exit != "" {
		return fmt.Sprintf("%s %s | | %.2f | | | %.2f | | | %.1f |", head, r.exit, gb(r.most), gb(r.private), r.others)
	}
	b := r.bench
	off := 100 * (float64(b.Plan.Needs)/float64(r.most) - 1)
	return fmt.Sprintf("%s %s | %.2f | %.2f | %+.0f %% | %.2f | %.2f | %.0f, %.0f | %.0f, %.0f, %.0f | %.1f |", head, b.plan(),
		gb(b.Plan.Needs), gb(r.most), math.Round(off), gb(b.Plan.Least), gb(r.private), b.C.Load, b.B.Load, b.C.step(), b.B.step(), b.A.step(), r.others)
}

func gb(n int64) float64 { return float64(n) / gigabyte }

// ended is how the program ended, "" if well.
func ended(exit int, killed bool, stderr []byte) string {
	if killed {
		return "KILLED"
	}
	if exit == 0 {
		return ""
	}
	lines := bytes.Split(bytes.TrimSpace(stderr), []byte("\n"))
	return fmt.Sprintf("refused (%d): %s", exit, lines[len(lines)-1])
}

// benchOf reads what the program printed.
func benchOf(stdout []byte) (b bench, err error) {
	if err = json.Unmarshal(stdout, &b); err != nil {
		err = fmt.Errorf("cascata bench printed no JSON: %w", err)
	}
	return b, err
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "memory:", err)
	os.Exit(1)
}
