package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	composition            *recipe.Embedded // of the picture that fromLatent names; nil: none
	previews, out          string
	json                   bool
}

func (g *generateFlags) set(f *flag.FlagSet) {
	g.settingFlags.set(f, recipe.OfWords, recipe.OfSeries, recipe.OfLook, recipe.OfMachine)
	f.BoolVar(&g.draft, "draft", false, "Stage C only: writes its preview, and beside it its latent")
	f.Func("save-latent", "keep the Stage C latent in this `file`, which is replaced if it is there", filled(&g.saveLatent))
	f.Func("from-latent", "start from the Stage C latent in this `file`; a picture's prompts and size are used where no flag says otherwise", filled(&g.fromLatent))
	f.Func("previews", "`folder` for every step's preview", filled(&g.previews))
	f.Func("out", "`file`, or files -0001, -0002 ... with --count, which are replaced if they are there; or folder (default the picture folder of the settings, for drafts Drafts inside it)", filled(&g.out))
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
	// With --json even a wrong flag is reported as an event, so scripts read one thing.
	report := newReporter("generate", g.json || hasJSONFlag(args))
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
	recipes, err := g.recipes(env.Models)
	if err != nil {
		return err
	}
	engine := env.Engine()
	defer engine.Close()
	saver := &pictureSaver{Out: g.out, Latent: g.saveLatent, Previews: g.previews, Recipes: recipes, Maker: engine}
	if g.composition != nil {
		saver.Parent = filepath.Base(g.fromLatent)
	}
	if saver.toFolder() {
		settings := env.settings()
		saver.Dir, saver.Names = settings.Pictures, settings.Names
	}
	if err := saver.check(); err != nil {
		return err
	}
	var loras []inference.LoRA
	for _, i := range recipes[0].Ingredients(recipe.InLoRAs) {
		loras = append(loras, *i.LoRA)
	}
	if err := engine.FitLoRAs(recipes[0].Setup(), loras...); err != nil {
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
	s.Draft = g.draft
	for _, wrong := range s.Complete(g.given) {
		err = errors.Join(err, fmt.Errorf("%w: %w", app.ErrUsage, wrong))
	}
	if err != nil {
		return nil, err
	}
	if err := g.readLatent(&s); err != nil {
		return nil, err
	}
	if err := s.ReadInputs(); err != nil {
		return nil, err
	}
	if err := g.readPrompt(&s); err != nil {
		return nil, err
	}
	var of *recipe.Recipe
	if g.composition != nil {
		of = &g.composition.Recipe
	}
	return s.Series(of), nil
}

// readLatent reads the file of --from-latent, if there is one. A picture of
// ours also says for which words and which size its composition was made; where
// that cannot be read, flags have to say it.
func (g *generateFlags) readLatent(s *recipe.Sketch) (err error) {
	if g.fromLatent == "" {
		return nil
	}
	if s.Latent, err = recipe.ReadLatent(g.fromLatent); err != nil {
		return err
	}
	if !disk.IsPicture(g.fromLatent) {
		return nil // a latent alone
	}
	made, err := recipe.ReadEmbedded(g.fromLatent)
	if err != nil && !g.given["prompt"] && !recipe.Enough(g.given) {
		return fmt.Errorf("%w: %s holds a composition, but %w; say what it shows with --prompt, and its size with --width and --height", app.ErrUsage, g.fromLatent, err)
	}
	if err != nil {
		fmt.Fprintf(notes, "%s holds a composition, but %v. What no flag says is as the model recommends.\n", g.fromLatent, err)
		return nil
	}
	its := made.Sketch()
	for _, t := range recipe.Settings {
		if t.Long && !t.Said(g.given) { // the prompts
			t.Copy(s, &its)
		}
	}
	g.given["prompt"] = true
	if !slices.ContainsFunc(recipe.In(recipe.InSize), func(t *recipe.Setting) bool { return t.Said(g.given) }) {
		s.SetSize(its.Size())
	}
	recipe.CopyStage(recipe.Composition, &s.Recipe, made.Recipe) // Stage C does not run again
	g.composition = &made
	return nil
}

// readPrompt reads the prompt from standard input where it is "-". Not to write
// one is more likely an oversight than a wish.
func (g *generateFlags) readPrompt(s *recipe.Sketch) error {
	prompt, negative := s.Prompts()
	switch {
	case !g.given["prompt"] && recipe.Enough(g.given): // a picture says enough
		s.SetPrompts("", negative)
		return nil
	case !g.given["prompt"]:
		return fmt.Errorf("%w: there is no prompt; say what to show with --prompt \"a red boat at sea\", or write --prompt \"\" for a picture of nothing in particular", app.ErrUsage)
	case prompt != "-" || g.said.Title() != "-":
		return nil
	}
	prompt, err := promptFrom(os.Stdin)
	if err == nil && prompt == "" {
		err = fmt.Errorf("%w: standard input held no prompt; write --prompt \"\" for a picture of nothing in particular", app.ErrUsage)
	}
	s.SetPrompts(prompt, negative)
	return err
}

// maxPrompt bounds what is read from standard input, in bytes.
const maxPrompt = 1 << 20

func promptFrom(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPrompt+1))
	if err != nil {
		return "", fmt.Errorf("%w: prompt: %w", app.ErrUsage, err)
	}
	if len(b) > maxPrompt {
		return "", fmt.Errorf("%w: the prompt on standard input is longer than %d bytes; shorten it", app.ErrUsage, maxPrompt)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}
