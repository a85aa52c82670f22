package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Trials try models with ready-made ONNX graphs, which other programs wrote, on
// a graphics card before they are used there: in a process of its own, because
// a graph that a driver cannot stand may end the whole process. What passed is
// remembered until its files change. Methods may be called from any goroutine.
type Trials struct {
	path string // where it is remembered
	run  func(ctx context.Context, r recipe.Recipe) error
	log  *slog.Logger

	mu     sync.Mutex           // guards the fields below
	passed map[string]time.Time // by trialKey
	failed map[string]error     // since the program began
}

// errCrashed is a trial that ended its process.
var errCrashed = errors.New("the graph ended the program that tried it")

// A trialRemark says why a ready-made graph is not used on a device, and what
// to do, in a few words.
type trialRemark struct{ why, next string }

var (
	crashed = trialRemark{"its driver cannot stand this model's ONNX graph, which ended the program that tried it", "use the model's .safetensors files, which run everywhere"}
	failed  = trialRemark{"this model's ONNX graph does not run there", "use the model's .safetensors files, which run everywhere"}
)

const (
	maxTrials  = 200 // remembered
	trialTime  = 20 * time.Minute
	trialSize  = 512      // pixels, at most, of the picture that is tried
	maxTrialed = 64 << 10 // bytes that its process may say
)

// openTrials takes up what is remembered in a file. A file that is missing or
// damaged counts as empty. run makes a picture in another process and returns
// an error when it does not answer; see tryProcess.
func openTrials(path string, run func(ctx context.Context, r recipe.Recipe) error, log *slog.Logger) *Trials {
	t := &Trials{path: path, run: run, log: log, passed: map[string]time.Time{}, failed: map[string]error{}}
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &t.passed) != nil || t.passed == nil {
		t.passed = map[string]time.Time{}
	}
	return t
}

// Try returns nil if ck runs on r's device: its graphs are our own, or it was
// tried and made a picture. It takes as long as loading the model and one step.
func (t *Trials) Try(ctx context.Context, ck *checkpoint.Checkpoint, r recipe.Recipe) error {
	if t == nil || !readyMade(ck) || r.Device == "cpu" {
		return nil
	}
	key := trialKey(ck, r)
	t.mu.Lock()
	_, passed := t.passed[key]
	err := t.failed[key]
	t.mu.Unlock()
	if passed || err != nil {
		return err
	}
	t.log.Info("an ONNX graph is tried", "model", r.Model, "device", r.Device)
	within, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	err = t.run(within, trialOf(r, ck))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.log.Warn("an ONNX graph does not run", "model", r.Model, "device", r.Device, "err", err)
		t.failed[key] = err
		return err
	}
	t.pass(key)
	return nil
}

// pass remembers a success, and lets the oldest go. t.mu must be held.
func (t *Trials) pass(key string) {
	t.passed[key] = time.Now()
	for len(t.passed) > maxTrials {
		oldest := key
		for k, at := range t.passed {
			if at.Before(t.passed[oldest]) {
				oldest = k
			}
		}
		delete(t.passed, oldest)
	}
	data, err := json.Marshal(t.passed)
	if err == nil {
		err = disk.WriteFile(t.path, data)
	}
	if err != nil {
		t.log.Warn("a trial is not remembered", "err", err)
	}
}

// readyMade tells whether a network is a ready-made graph.
func readyMade(ck *checkpoint.Checkpoint) bool {
	for _, n := range networks(ck) {
		if n.ONNX != "" {
			return true
		}
	}
	return false
}

// trialKey stands for a model's files as they are, on a device.
func trialKey(ck *checkpoint.Checkpoint, r recipe.Recipe) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", recipe.Version, r.Device, r.Precision)
	for _, n := range networks(ck) {
		for _, file := range n.Files {
			if info, err := os.Stat(file); err == nil {
				fmt.Fprintf(h, "%s\n%d\n%d\n", file, info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// trialOf is the least picture that runs every network of ck.
func trialOf(r recipe.Recipe, ck *checkpoint.Checkpoint) recipe.Recipe {
	r.Request = inference.Request{Prompt: "a", Steps: 1, DecoderSteps: 1, Preset: r.Preset, Width: ck.Meta.Width, Height: ck.Meta.Height}
	if r.Width == 0 || max(r.Width, r.Height) > trialSize {
		r.Width, r.Height = trialSize, trialSize
	}
	return r
}

// tryProcess returns what Trials needs to try recipes in a process of program,
// which must call AnswerTrial when it is started with args.
func tryProcess(program string, args ...string) func(ctx context.Context, r recipe.Recipe) error {
	return func(ctx context.Context, r recipe.Recipe) error {
		in, err := json.Marshal(r)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Stdin = bytes.NewReader(in)
		out, said := &limited{left: maxTrialed}, &limited{left: maxTrialed}
		cmd.Stdout, cmd.Stderr = out, said
		err = cmd.Run()
		if a, ok := answerIn(out.buf.String()); ok {
			if a.Error == "" {
				return nil
			}
			return errors.New(a.Error)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w (%w): %s", errCrashed, err, firstLine(said.buf.String()))
	}
}

// A trialAnswer is what a trial's process writes. One that crashes writes none.
type trialAnswer struct {
	Trial bool   `json:"trial"`
	Error string `json:"error,omitempty"`
}

// answerIn finds the answer in what a process said, where a driver may have had
// its say too.
func answerIn(said string) (a trialAnswer, ok bool) {
	for line := range strings.Lines(said) {
		a = trialAnswer{}
		if json.Unmarshal([]byte(line), &a) == nil && a.Trial {
			return a, true
		}
	}
	return a, false
}

// AnswerTrial makes the picture of the recipe that in holds, with a strict
// engine, and writes to out how it went.
func AnswerTrial(ctx context.Context, e *Engine, in io.Reader, out io.Writer) error {
	var r recipe.Recipe
	if err := json.NewDecoder(io.LimitReader(in, maxTrialed)).Decode(&r); err != nil {
		return fmt.Errorf("%w: a recipe is wanted on standard input: %w", ErrUsage, err)
	}
	a := trialAnswer{Trial: true}
	if _, err := e.Generate(ctx, []recipe.Recipe{r}, func(inference.Event) {}); err != nil {
		a.Error = err.Error()
	}
	return json.NewEncoder(out).Encode(a)
}

// limited keeps the first bytes that are written to it.
type limited struct {
	buf  bytes.Buffer
	left int
}

// Write implements io.Writer.
func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	l.buf.Write(b[:n])
	return len(b), nil
}

// firstLine is the first line of s that says something.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return "nothing was said"
}

// trialNote says that d is not used for a model whose trial ended with err.
func trialNote(d inference.DeviceInfo, err error) inference.Note {
	remark := failed
	if errors.Is(err, errCrashed) {
		remark = crashed
	}
	return inference.Note{Kind: inference.NoteDevice, Device: d.Device, Why: remark.why, Next: remark.next}
}

// UserTrials tries models in processes of this program.
func UserTrials(dirs Dirs, log *slog.Logger, args ...string) *Trials {
	program, err := inference.Program()
	if err != nil {
		log.Warn("ONNX graphs of others are not tried first", "err", err)
		return nil
	}
	return openTrials(filepath.Join(dirs.Cache, "trials.json"), tryProcess(program, args...), log)
}
