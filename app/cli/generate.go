package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

// generateFlags are the flags of cascata generate. Their names are a contract.
type generateFlags struct {
	settingFlags
	draft                  bool
	saveLatent, fromLatent string
	loras                  []inference.LoRA
	mix                    mixFlags
	composition            *recipe.Embedded // of the picture that fromLatent names; nil: none
	inputs                 inputFlags
	previews, out          string
	json                   bool
}

func (g *generateFlags) set(f *flag.FlagSet) {
	g.settingFlags.set(f, recipe.OfWords, recipe.OfSeries, recipe.OfLook, recipe.OfMachine)
	f.BoolVar(&g.draft, "draft", false, "Stage C only: writes its preview and latent")
	f.Func("save-latent", "keep the Stage C latent in this `file`", filled(&g.saveLatent))
	f.Func("from-latent", "start from the Stage C latent in this `file`; a picture's prompts and size are used where no flag says otherwise", filled(&g.fromLatent))
	f.Func("lora", "LoRA `file`, or file=weight, or the name of one in the folder for LoRAs; may be given several times", loraFiles(&g.loras))
	g.mix.set(f)
	g.inputs.set(f)
	f.Func("previews", "`folder` for every step's preview", filled(&g.previews))
	f.Func("out", "`file` or folder (default the picture folder)", filled(&g.out))
	f.BoolVar(&g.json, "json", false, "one JSON event a line on standard output")
}

func (env Env) generate(ctx context.Context, args []string) error {
	var g generateFlags
	f := flag.NewFlagSet("generate", flag.ContinueOnError)
	g.set(f)
	rest, done, err := parse(f, args)
	if done {
		return nil
	}
	g.note(f)
	// With --json even a wrong flag is told as an event, so scripts read one thing.
	report := newReporter(g.json || hasJSONFlag(args))
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %q is not a flag; quote a prompt that has spaces", app.ErrUsage, rest[0])
	}
	if err == nil {
		err = g.run(ctx, env, report)
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

func (g *generateFlags) run(ctx context.Context, env Env, report *reporter) error {
	dirs := env.Dirs
	recipes, err := g.recipes(env.Models)
	if err != nil {
		return err
	}
	engine := env.Engine()
	defer engine.Close()
	saver := &pictureSaver{Dir: dirs.Pictures, Out: g.out, Latent: g.saveLatent, Previews: g.previews, Recipes: recipes, Maker: engine}
	if g.composition != nil {
		saver.Parent = filepath.Base(g.fromLatent)
	}
	if err := saver.check(); err != nil {
		return err
	}
	var failed error
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	_, err = engine.Generate(ctx, recipes, func(e inference.Event) {
		if failed != nil {
			return
		}
		saved, err := saver.save(e)
		if failed = errors.Join(err, report.event(e, saved)); failed != nil {
			stop() // no use in making what cannot be kept
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// recipes turns the flags into one recipe a picture.
func (g *generateFlags) recipes(models app.Models) ([]recipe.Recipe, error) {
	s, err := g.resolve(models)
	if err != nil {
		return nil, err
	}
	s.Draft, s.LoRAs, s.Mix = g.draft, g.loras, g.mix.Mix
	if err := errors.Join(g.inputs.check(g.given), g.mix.check()); err != nil {
		return nil, err
	}
	if err := g.readLatent(&s); err != nil {
		return nil, err
	}
	s.Extras = g.inputs.extras(s.Strength)
	if err := s.ReadInputs(); err != nil {
		return nil, err
	}
	if s.Prompt, err = g.promptText(s.Prompt); err != nil {
		return nil, err
	}
	if s.SeedMode == recipe.SeedRandom {
		s.Seed = rand.Uint64() >> 1
	}
	own := s.DecoderSeed
	s.DecoderSeed = s.Seed
	g.composedSeeds(&s)
	if s.OwnDecoderSeed {
		s.DecoderSeed = own
	}
	recipes := make([]recipe.Recipe, max(s.Count, 1))
	for k := range recipes {
		recipes[k] = s.Recipe
		if s.Latent == nil || g.composition == nil {
			recipes[k].Seed += uint64(k)
		}
		recipes[k].DecoderSeed += uint64(k)
	}
	return recipes, nil
}

// readLatent reads the file of --from-latent, if there is one. A picture of
// ours also says for which words and which size its composition was made.
func (g *generateFlags) readLatent(s *recipe.Sketch) (err error) {
	if g.fromLatent == "" {
		return nil
	}
	if s.Latent, err = recipe.ReadLatent(g.fromLatent); err != nil {
		return err
	}
	made, err := recipe.ReadEmbedded(g.fromLatent)
	if err != nil {
		return nil // a latent alone, or a picture that says nothing
	}
	its := made.Sketch()
	for _, t := range recipe.Settings {
		if t.Long && !g.given[t.Flag] && (t.Key != "mix" || !g.given["prompt"] && !g.mix.any()) { // the prompts
			t.Copy(s, &its)
		}
	}
	g.given["prompt"] = true
	if !g.given["width"] && !g.given["height"] {
		recipe.Find("size").Copy(s, &its)
	}
	recipe.CopyStage(recipe.Composition, &s.Recipe, made.Recipe) // Stage C does not run again
	g.composition = &made
	return nil
}

// composedSeeds keeps the seed that a picture's composition was made with: --seed
// is that of the detail then. A draft gets the detail it would have had; any
// other picture new detail. The preset diffusers has one stream for both stages
// and keeps its seed.
func (g *generateFlags) composedSeeds(s *recipe.Sketch) {
	if g.composition == nil || s.Preset.Rules().OneStream {
		return
	}
	if s.SeedMode == recipe.SeedRandom && g.composition.Draft {
		s.DecoderSeed = g.composition.DecoderSeed
	}
	s.Seed = g.composition.Seed
}

// promptText is the prompt, read from standard input where it is "-". Not to
// write one is more likely an oversight than a wish.
func (g *generateFlags) promptText(prompt string) (string, error) {
	if !g.given["prompt"] && g.inputs.any() {
		return "", nil // a picture says enough
	}
	if !g.given["prompt"] {
		return "", fmt.Errorf("%w: there is no prompt; say what to show with --prompt \"a red boat at sea\", or write --prompt \"\" for a picture of nothing in particular", app.ErrUsage)
	}
	if prompt != "-" || g.said.Prompt != "-" {
		return prompt, nil
	}
	prompt, err := readPrompt(os.Stdin)
	if err == nil && prompt == "" {
		err = fmt.Errorf("%w: standard input held no prompt; write --prompt \"\" for a picture of nothing in particular", app.ErrUsage)
	}
	return prompt, err
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

// A reporter says on standard output what happens: JSON events, or paths of
// finished pictures with progress on standard error.
type reporter struct {
	json     bool
	terminal bool // progress is shown
	out      *bufio.Writer
	start    time.Time
	images   int
	open     bool  // a progress line is not ended
	err      error // standard output takes no more
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
	r.flush()
}

func (r *reporter) flush() {
	if err := r.out.Flush(); err != nil && r.err == nil {
		r.err = fmt.Errorf("%w standard output: %w", disk.ErrWrite, err)
	}
}

// event tells what happened, and names the files that came of it. It returns
// an error when standard output takes no more.
func (r *reporter) event(e inference.Event, saved savedFiles) error {
	if r.json {
		r.jsonEvent(e, saved)
		return r.err
	}
	switch {
	case e.Note.Kind != "":
		r.endLine()
		fmt.Fprintln(os.Stderr, e.Note)
	case e.Loaded:
		r.line("loading %s", e.Stage)
	case e.Result != nil:
		r.endLine()
		for _, path := range saved.paths() {
			fmt.Fprintln(r.out, path)
		}
		r.flush()
		r.images++
	case e.Total > 0:
		r.line("picture %d, %s %d of %d", e.Picture+1, e.Stage, e.N, e.Total)
	}
	return r.err
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

func (r *reporter) jsonEvent(e inference.Event, saved savedFiles) {
	v := map[string]any{"picture": e.Picture + 1, "stage": e.Stage, "seconds": e.Took.Seconds()}
	switch {
	case e.Note.Kind != "":
		r.write(map[string]any{"event": "note", "message": e.Note.String(), "kind": e.Note.Kind})
	case e.Loaded:
		v["event"] = "load"
		r.write(v)
	case e.Result != nil && saved.any():
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

func imageEvent(e inference.Event, saved savedFiles) map[string]any {
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
	return r.ends(err, map[string]any{"images": r.images})
}

// ends is end with more for the last event to say.
func (r *reporter) ends(err error, more map[string]any) error {
	r.endLine()
	if !r.json {
		return err
	}
	if err != nil {
		m := app.Explain(err)
		r.write(map[string]any{"event": "error", "message": err.Error(), "title": m.Title, "help": m.Help, "exit": app.ExitCode(err)})
		return errors.Join(ErrShown, err)
	}
	v := map[string]any{"event": "done", "seconds": time.Since(r.start).Seconds()}
	maps.Copy(v, more)
	r.write(v)
	return r.err
}
