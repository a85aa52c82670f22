package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/ort"
)

// What goes in beside the words adds little to a picture, beyond the networks
// that read it: COSTS=1 go test -v -run TestCosts ./inference/golden prints how
// much. Times are the processor's, of one thread, so that other programs count
// little: those in the middle of several runs, with and without in turn.
func TestCosts(t *testing.T) {
	if os.Getenv("COSTS") == "" {
		t.Skip("set COSTS=1 to measure what pictures and LoRAs cost")
	}
	rt := runtimeWith(t, ort.Options{Threads: 1})
	seeing, deep, demo := openSeeing(t, false), openSeeing(t, true), openDemo(t)
	small := inference.Request{Prompt: "a red circle on white, middle", Guidance: 3, Steps: 20, DecoderSteps: 4, Width: 1024, Height: 1024, Seed: 1, DecoderSeed: 1}
	drawing := inference.Request{Prompt: "a red house in a studio", Guidance: 1.5, Steps: 10, DecoderSteps: 10, Seed: 1, DecoderSeed: 1}
	known := func(name string) inference.Input { // what the networks made of it is remembered
		in := readInput(t, name)
		in.SHA256 = name
		return in
	}
	mood := small
	mood.References = []inference.Reference{{Input: known("wide"), Weight: 1}, {Input: known("tall"), Weight: 0.6}}
	edges := small
	edges.Control = &inference.Control{Input: known("scene"), Kind: checkpoint.Canny, Weight: 1}
	merged := func(r inference.Request, path string) inference.Request {
		r.LoRAs = []inference.LoRA{{Name: filepath.Base(path), Weight: 0.8, Path: path}}
		return r
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "what goes in\tof\twithout, s\twith, s\tits network, s\tadds\tto the first step, s\twith, s\t")
	for _, c := range []struct {
		name, of    string
		ck          *checkpoint.Checkpoint
		plain, with inference.Request
		own         time.Duration
	}{
		{"two reference pictures", "diffusers-a", seeing, small, mood, 0},
		{"control by outlines", "a Stage C of 64 blocks", deep, small, edges, controlTime(t, rt, deep)},
		{"a LoRA", "diffusers-a", seeing, small, merged(small, filepath.Join(loras, "diffusers.safetensors")), 0},
		{"a LoRA", "the built-in model", demo, drawing, merged(drawing, filepath.Join(filepath.Dir(filepath.Dir(demo.Prior.Files[0])), "loras", "evening-light.safetensors")), 0},
	} {
		without, with := newTimed(t, rt, c.ck), newTimed(t, rt, c.ck)
		for range 9 {
			without.run(t, c.plain)
			with.run(t, c.with)
		}
		var adds []float64
		for k, took := range with.took {
			adds = append(adds, 100*((took-c.own.Seconds())/without.took[k]-1))
		}
		fmt.Fprintf(out, "%s\t%s\t%.3f\t%.3f\t%.3f\t%.1f %%\t%.3f\t%.3f\t\n", c.name, c.of,
			middle(without.took), middle(with.took), c.own.Seconds(), middle(adds), middle(without.first), middle(with.first))
	}
	out.Flush()
}

// middle is the median.
func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// A timed pipeline remembers what pictures took it, seconds, but for the first,
// which loads.
type timed struct {
	p           *inference.Pipeline
	runs        int
	took, first []float64 // a picture, and up to its first step
}

func newTimed(t *testing.T, rt inference.Runtime, ck *checkpoint.Checkpoint) *timed {
	t.Helper()
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{Keep: true, Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return &timed{p: p}
}

func (w *timed) run(t *testing.T, r inference.Request) {
	t.Helper()
	r.Prompt += strings.Repeat(" ", w.runs) // texts are encoded anew
	start, first := busy(t), time.Duration(0)
	_, err := w.p.Generate(t.Context(), []inference.Request{r}, func(e inference.Event) {
		if first == 0 && e.Stage == inference.StageC && e.N == 1 {
			first = busy(t) - start
		}
	})
	took := busy(t) - start
	if err != nil {
		t.Fatal(err)
	}
	if w.runs++; w.runs > 1 {
		w.took, w.first = append(w.took, took.Seconds()), append(w.first, first.Seconds())
	}
}

// controlTime is what the control network alone takes for a picture of 1024 by 1024.
func controlTime(t *testing.T, rt inference.Runtime, ck *checkpoint.Checkpoint) time.Duration {
	t.Helper()
	n := ck.Controls[0]
	for _, c := range ck.Controls {
		if c.ControlConfig.Kind == checkpoint.Canny {
			n = c
		}
	}
	m, err := graph.Build(n, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(t.Context(), inference.Model{Name: "control", Proto: m.Proto, Root: m.Root}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const side = 768 // 24 cells of 32 pixels
	in, out := map[string]*inference.Tensor{"control": inference.NewTensor(1, 1, side, side)}, map[string]*inference.Tensor{}
	for i := range checkpoint.ControlBlocks {
		out[graph.ControlName(i)] = inference.NewTensor(1, int64(n.ControlConfig.Width), side/32, side/32)
	}
	least := time.Hour
	for range 9 {
		start := busy(t)
		run(t, s, in, out)
		least = min(least, busy(t)-start)
	}
	return least
}

// busy is how long the processor worked for this program.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
