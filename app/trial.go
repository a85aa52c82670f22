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
	"slices"
	"strings"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// Trials try graphics cards, and on them models with ready-made ONNX graphs, which
// other programs wrote, before pictures are made there: in a process of its own,
// because what a driver cannot stand may end the whole process. What passed, what
// ended a process and what came out wrong is remembered until the driver or the
// files change. Methods may be called from any goroutine.
type Trials struct {
	path   string // where it is remembered
	run    func(ctx context.Context, t trialTask) error
	driver func(d inference.Device) string // stands for the driver as it is installed
	log    *slog.Logger

	mu    sync.Mutex          // guards the fields below
	known map[string]trialEnd // by key, remembered
	fails map[string]error    // by key, since the program began: what may go better next time
}

// A trialTask is what a trial's process does.
type trialTask struct {
	Recipe recipe.Recipe
	Known  bool // the picture must be the one that is known
}

// A trialEnd is how a trial ended.
type trialEnd struct {
	At      time.Time
	Crashed bool   `json:",omitempty"`
	Wrong   string `json:",omitempty"` // how far the picture was off
}

func (e trialEnd) err() error {
	switch {
	case e.Crashed:
		return errCrashed
	case e.Wrong != "":
		return fmt.Errorf("%w: %s", errWrong, e.Wrong)
	}
	return nil
}

var (
	// errCrashed is a trial that ended its process.
	errCrashed = errors.New("what was tried ended the program that tried it")
	// errWrong is a trial whose picture is not the one that is known.
	errWrong = errors.New("the picture is wrong")
)

// A trialRemark says why a ready-made graph is not used on a device, and what
// to do, in a few words.
type trialRemark struct{ why, next string }

var (
	cardCrashed = trialRemark{"its driver ended the program that tried it", "install the current driver of the graphics card; it is then tried again"}
	cardWrong   = trialRemark{"it made a wrong picture when it was tried", "install the current driver of the graphics card; it is then tried again"}
	cardFailed  = trialRemark{"it made no picture when it was tried", "install the current driver of the graphics card; the log has what it said"}

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
func openTrials(path string, run func(ctx context.Context, t trialTask) error, log *slog.Logger) *Trials {
	return &Trials{path: path, run: run, driver: driverOf, log: log, known: readKnown[trialEnd](path), fails: map[string]error{}}
}

// tryCard returns nil if d makes the built-in model's picture as it must be, in
// fp16 where it computes in that. bf16 would round this picture away; how the card
// multiplies it is tried where devices are listed. It takes as long as loading that
// model and a few steps, once for each driver.
func (t *Trials) tryCard(ctx context.Context, info inference.DeviceInfo) error {
	d := info.Device
	if t == nil || d.Provider == "cpu" || len(info.Precisions) == 0 {
		return nil
	}
	r := knownRecipe
	r.Device, r.Precision = d.String(), info.Precisions[0]
	if slices.Contains(info.Precisions, "fp16") {
		r.Precision = "fp16"
	}
	h := sha256.New()
	fmt.Fprintf(h, "card\n%s\n%+v\n%x\n%s\n", recipe.Version, r, knownColours, t.driver(d))
	return t.try(ctx, hex.EncodeToString(h.Sum(nil)), trialTask{r, true})
}

// Try returns nil if ck runs on r's device: its graphs are our own, or it was
// tried and made a picture. It takes as long as loading the model and one step.
func (t *Trials) Try(ctx context.Context, ck *checkpoint.Checkpoint, r recipe.Recipe) error {
	if t == nil || !readyMade(ck) || r.Device == "cpu" {
		return nil
	}
	device, _, _ := strings.Cut(r.Device, ":")
	key := trialKey(ck, r, t.driver(inference.Device{Provider: device}))
	return t.try(ctx, key, trialTask{Recipe: trialOf(r, ck)})
}

// try carries a task out, unless it is known how it ends.
func (t *Trials) try(ctx context.Context, key string, task trialTask) error {
	t.mu.Lock()
	end, known := t.known[key]
	err := t.fails[key]
	t.mu.Unlock()
	if known {
		return end.err()
	}
	if err != nil {
		return err
	}
	t.log.Info("a trial begins", "model", task.Recipe.Model, "device", task.Recipe.Device)
	within, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	err = t.run(within, task)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		t.log.Warn("a trial failed", "model", task.Recipe.Model, "device", task.Recipe.Device, "err", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch end := (trialEnd{At: time.Now()}); {
	case errors.Is(err, errCrashed):
		end.Crashed = true
		t.remember(key, end)
	case errors.Is(err, errWrong):
		end.Wrong = strings.TrimPrefix(err.Error(), errWrong.Error()+": ")
		t.remember(key, end)
	case err != nil:
		t.fails[key] = err
	default:
		t.remember(key, end)
	}
	return err
}

// remember keeps how a trial ended, and lets the oldest go. t.mu must be held.
func (t *Trials) remember(key string, end trialEnd) {
	t.known[key] = end
	keepNewest(t.known, maxTrials, func(e trialEnd) time.Time { return e.At })
	data, err := json.Marshal(t.known)
	if err == nil {
		err = disk.WriteFile(t.path, data)
	}
	if err != nil {
		t.log.Warn("a trial is not remembered", "err", err)
	}
}

// readKnown reads what is remembered in a file of JSON. A file that is missing or
// damaged counts as empty.
func readKnown[T any](path string) map[string]T {
	known := map[string]T{}
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &known) != nil || known == nil {
		return map[string]T{}
	}
	return known
}

// keepNewest lets all but the newest few go.
func keepNewest[T any](known map[string]T, most int, at func(T) time.Time) {
	for len(known) > most {
		oldest, found := "", false
		for k, e := range known {
			if !found || at(e).Before(at(known[oldest])) {
				oldest, found = k, true
			}
		}
		delete(known, oldest)
	}
}

// readyMade reports whether a network is a ready-made graph.
func readyMade(ck *checkpoint.Checkpoint) bool {
	for _, n := range networks(ck) {
		if n.ONNX != "" {
			return true
		}
	}
	return false
}

// trialKey stands for a model's files as they are, on a device with a driver.
func trialKey(ck *checkpoint.Checkpoint, r recipe.Recipe, driver string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", recipe.Version, r.Device, r.Precision, driver)
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
func tryProcess(program string, args ...string) func(ctx context.Context, t trialTask) error {
	return func(ctx context.Context, t trialTask) error {
		in, err := json.Marshal(t)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Stdin = bytes.NewReader(in)
		out, said := &limited{left: maxTrialed}, &limited{left: maxTrialed}
		cmd.Stdout, cmd.Stderr = out, said
		err = cmd.Run()
		if a, ok := answerIn(out.buf.String()); ok {
			if a.Wrong != "" {
				return fmt.Errorf("%w: %s", errWrong, a.Wrong)
			}
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
	Wrong string `json:"wrong,omitempty"` // how far the picture is off
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

// AnswerTrial carries out the task that in holds, with a strict engine that has no
// trials, and writes to out how it went.
func AnswerTrial(ctx context.Context, e *Engine, in io.Reader, out io.Writer) error {
	var t trialTask
	if err := json.NewDecoder(io.LimitReader(in, maxTrialed)).Decode(&t); err != nil {
		return fmt.Errorf("%w: a trial is wanted on standard input: %w", ErrUsage, err)
	}
	a := trialAnswer{Trial: true}
	results, err := e.Generate(ctx, []recipe.Recipe{t.Recipe}, func(inference.Event) {})
	switch {
	case err != nil:
		a.Error = err.Error()
	case t.Known:
		a.Wrong = wrongPicture(results[0].Image)
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
	return remark.note(d)
}

// cardNote says that d is not used, whose trial ended with err.
func cardNote(d inference.DeviceInfo, err error) inference.Note {
	remark := cardFailed
	switch {
	case errors.Is(err, errCrashed):
		remark = cardCrashed
	case errors.Is(err, errWrong):
		remark = cardWrong
	}
	return remark.note(d)
}

func (remark trialRemark) note(d inference.DeviceInfo) inference.Note {
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
