package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"cascata/app"
	"cascata/inference"
	"cascata/inference/sampler"
)

// generateFlags are the flags of cascata generate. Their names are a contract.
type generateFlags struct {
	recipe                 app.Recipe
	preset                 string
	seed, decoderSeed      string
	count                  int
	saveLatent, fromLatent string
	previews, out          string
	json                   bool
}

func (g *generateFlags) set(f *flag.FlagSet) {
	r := &g.recipe
	recipeFlags(f, r)
	f.StringVar(&r.Prompt, "prompt", "", "what to show; - reads standard input")
	f.StringVar(&r.Negative, "negative", "", "what to leave out")
	f.StringVar(&g.preset, "preset", "", "official, comfy or diffusers (default official)")
	f.StringVar(&g.seed, "seed", "", "64-bit number (default random)")
	f.StringVar(&g.decoderSeed, "decoder-seed", "", "64-bit number (default the seed)")
	f.IntVar(&g.count, "count", 1, "how many pictures; picture k uses seed + k")
	f.BoolVar(&r.Draft, "draft", false, "Stage C only: writes its preview and latent")
	f.StringVar(&g.saveLatent, "save-latent", "", "keep the Stage C latent in this `file`")
	f.StringVar(&g.fromLatent, "from-latent", "", "start from the Stage C latent in this `file`")
	f.StringVar(&g.previews, "previews", "", "`folder` for every step's preview")
	f.StringVar(&g.out, "out", "", "`file` or folder (default the picture folder)")
	f.BoolVar(&g.json, "json", false, "one JSON event a line on standard output")
}

// recipeFlags are the flags of every command that makes pictures.
func recipeFlags(f *flag.FlagSet, r *app.Recipe) {
	f.StringVar(&r.Model, "model", app.Demo, "installed `name`, folder, or files and folders joined by commas")
	f.IntVar(&r.Steps, "steps", 20, "Stage C steps")
	f.Float64Var(&r.Guidance, "guidance", 4, "Stage C guidance scale; up to 1 is off")
	f.IntVar(&r.DecoderSteps, "decoder-steps", 10, "Stage B steps")
	f.Float64Var(&r.DecoderGuidance, "decoder-guidance", 0, "Stage B guidance scale; up to 1 is off")
	f.Func("shift", "`number` above 0: noise schedule shift of Stage C (default the preset's)", optional(&r.Shift))
	f.Func("decoder-shift", "`number` above 0: noise schedule shift of Stage B (default the preset's)", optional(&r.DecoderShift))
	f.Func("rescale", "`number` from 0 to 1: guidance rescale (default the preset's)", optional(&r.Rescale))
	f.Func("eta", "`number` from 0 (deterministic) to 1: fresh noise in every step (default the preset's)", optional(&r.Eta))
	f.IntVar(&r.Width, "width", 0, "pixels (default the model's native size)")
	f.IntVar(&r.Height, "height", 0, "pixels (default the model's native size)")
	f.StringVar(&r.Device, "device", "auto", "auto, cpu, webgpu, cuda, directml or coreml, with :N")
	f.StringVar(&r.Precision, "precision", "auto", "auto, fp32 or fp16")
}

// optional reads a number that is nil unless the flag is given.
func optional(to **float64) func(string) error {
	return func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return errors.New("it must be a number")
		}
		*to = &v
		return nil
	}
}

const maxCount = 10000

func generate(ctx context.Context, args []string) error {
	var g generateFlags
	f := flag.NewFlagSet("generate", flag.ContinueOnError)
	g.set(f)
	rest, done, err := parse(f, args)
	if done {
		return nil
	}
	// With --json even a wrong flag is told as an event, so scripts read one thing.
	report := newReporter(g.json || hasJSONFlag(args))
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %q is not a flag; quote a prompt that has spaces", app.ErrUsage, rest[0])
	}
	if err == nil {
		err = g.run(ctx, report)
	}
	return report.end(err)
}

func hasJSONFlag(args []string) bool {
	for _, a := range args {
		if strings.TrimLeft(a, "-") == "json" {
			return true
		}
	}
	return false
}

func (g *generateFlags) run(ctx context.Context, report *reporter) error {
	recipes, err := g.recipes()
	if err != nil {
		return err
	}
	dirs := app.UserDirs()
	engine := newEngine(dirs, newLogger(dirs), false)
	defer engine.Close()
	saver := &app.Saver{Dir: dirs.Pictures, Out: g.out, Latent: g.saveLatent, Previews: g.previews, Recipes: recipes, Maker: engine}
	if err := saver.Check(); err != nil {
		return err
	}
	var failed error
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	_, err = engine.Generate(ctx, recipes, func(e inference.Event) {
		saved, err := saver.Save(e)
		if err != nil && failed == nil {
			failed = err
			stop() // no use in making what cannot be kept
		}
		report.event(e, saved)
	})
	if failed != nil {
		return failed
	}
	return err
}

// recipes turns the flags into one recipe a picture.
func (g *generateFlags) recipes() ([]app.Recipe, error) {
	r := g.recipe
	var err error
	if r.Prompt == "-" {
		if r.Prompt, err = readPrompt(os.Stdin); err != nil {
			return nil, err
		}
	}
	if r.Preset, err = sampler.ParsePreset(g.preset); err != nil {
		return nil, fmt.Errorf("%w: %w", app.ErrUsage, err)
	}
	if g.count < 1 || g.count > maxCount {
		return nil, fmt.Errorf("%w: %d pictures; choose from 1 to %d", app.ErrUsage, g.count, maxCount)
	}
	if r.Seed, err = parseSeed("seed", g.seed, rand.Uint64()>>1); err != nil {
		return nil, err
	}
	if r.DecoderSeed, err = parseSeed("decoder-seed", g.decoderSeed, r.Seed); err != nil {
		return nil, err
	}
	if g.fromLatent != "" {
		if r.Latent, err = app.ReadLatent(g.fromLatent); err != nil {
			return nil, err
		}
	}
	recipes := make([]app.Recipe, g.count)
	for k := range recipes {
		recipes[k] = r
		recipes[k].Seed += uint64(k)
		recipes[k].DecoderSeed += uint64(k)
	}
	return recipes, nil
}

// maxPrompt bounds what is read from standard input, in bytes.
const maxPrompt = 1 << 20

func readPrompt(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPrompt+1))
	if err != nil {
		return "", fmt.Errorf("%w: prompt: %w", app.ErrUsage, err)
	}
	if len(b) > maxPrompt {
		return "", fmt.Errorf("%w: the prompt on standard input is longer than %d bytes; shorten it", app.ErrUsage, maxPrompt)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// parseSeed reads a 64-bit seed; "" and -1 stand for otherwise.
func parseSeed(name, s string, otherwise uint64) (uint64, error) {
	if s == "" || s == "-1" {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: --%s %q; a seed is a whole number from 0 to 18446744073709551615", app.ErrUsage, name, s)
	}
	return n, nil
}

// A reporter says on standard output what happens: JSON events, or paths of
// finished pictures with progress on standard error.
type reporter struct {
	json     bool
	terminal bool // progress is shown
	out      *bufio.Writer
	start    time.Time
	images   int
	open     bool // a progress line is not ended
}

func newReporter(asJSON bool) *reporter {
	info, err := os.Stderr.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return &reporter{json: asJSON, terminal: terminal, out: bufio.NewWriter(os.Stdout), start: time.Now()}
}

func (r *reporter) write(v map[string]any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	r.out.Write(append(b, '\n'))
	r.out.Flush()
}

func (r *reporter) event(e inference.Event, saved app.Saved) {
	if r.json {
		r.jsonEvent(e, saved)
		return
	}
	switch {
	case e.Note != "":
		r.endLine()
		fmt.Fprintln(os.Stderr, e.Note)
	case e.Loaded:
		r.line("loading %s", e.Stage)
	case e.Result != nil:
		r.endLine()
		for _, path := range saved.Paths() {
			fmt.Fprintln(r.out, path)
		}
		r.out.Flush()
		r.images++
	case e.Total > 0:
		r.line("picture %d, %s %d of %d", e.Picture+1, e.Stage, e.N, e.Total)
	}
}

func (r *reporter) line(format string, args ...any) {
	if !r.terminal {
		return
	}
	fmt.Fprintf(os.Stderr, "\r\033[K"+format, args...)
	r.open = true
}

func (r *reporter) endLine() {
	if r.open {
		fmt.Fprint(os.Stderr, "\r\033[K")
		r.open = false
	}
}

func (r *reporter) jsonEvent(e inference.Event, saved app.Saved) {
	v := map[string]any{"picture": e.Picture + 1, "stage": e.Stage, "seconds": e.Took.Seconds()}
	switch {
	case e.Note != "":
		r.write(map[string]any{"event": "note", "message": e.Note})
	case e.Loaded:
		v["event"] = "load"
		r.write(v)
	case e.Result != nil:
		r.images++
		r.write(imageEvent(e, saved))
	case e.Total > 0:
		v["event"], v["step"], v["of"] = "step", e.N, e.Total
		r.write(v)
		if saved.Preview != "" {
			r.write(map[string]any{"event": "preview", "picture": e.Picture + 1, "stage": e.Stage, "step": e.N, "file": saved.Preview})
		}
	}
}

func imageEvent(e inference.Event, saved app.Saved) map[string]any {
	q := e.Result.Request
	times := map[string]float64{}
	for stage, t := range e.Result.Times {
		times[string(stage)] = t.Total.Seconds()
	}
	v := map[string]any{
		"event": "image", "picture": e.Picture + 1, "seed": strconv.FormatUint(q.Seed, 10), "decoder_seed": strconv.FormatUint(q.DecoderSeed, 10),
		"width": q.Width, "height": q.Height, "preset": q.Preset, "times": times, "draft": q.Draft,
	}
	if saved.Picture != "" {
		v["file"] = saved.Picture
	}
	if saved.Latent != "" {
		v["latent"] = saved.Latent
	}
	return v
}

// end says how it went and returns err for the exit code.
func (r *reporter) end(err error) error {
	r.endLine()
	if !r.json {
		return err
	}
	if err != nil {
		m := app.Explain(err)
		r.write(map[string]any{"event": "error", "message": err.Error(), "title": m.Title, "help": m.Help, "exit": app.ExitCode(err)})
		return errors.Join(errShown, err)
	}
	r.write(map[string]any{"event": "done", "images": r.images, "seconds": time.Since(r.start).Seconds()})
	return nil
}
