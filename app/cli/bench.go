package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// benchFlags are the flags of cascata bench.
type benchFlags struct {
	settingFlags
	recipe  recipe.Recipe // what the flags come to
	runs    int
	threads int
	json    bool
}

// bench times each stage.
func (env Env) bench(ctx context.Context, args []string) error {
	b := benchFlags{runs: 3}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	b.set(f, recipe.OfLook, recipe.OfMachine)
	f.Func("runs", "how `many` pictures are timed after one to warm up (default 3); the fastest counts", whole(&b.runs, 1, 100))
	f.Func("threads", "`number` of processor threads (default one a core)", whole(&b.threads, 1, 1024))
	f.BoolVar(&b.json, "json", false, "one JSON object")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: %q is not a flag of cascata bench", app.ErrUsage, rest[0])
	}
	b.note(f)
	dirs := env.Dirs
	s, err := b.resolve(env.Models)
	if err != nil {
		return err
	}
	b.recipe = s.Recipe
	b.recipe.Prompt = "a red boat at sea"
	log := env.Log()
	engine := app.NewEngine(env.Models, env.Native(log, b.threads), log)
	engine.Strict = true
	engine.Quantized = dirs.Quantized()
	engine.Trials = app.UserTrials(dirs, log, "models", "try")
	defer engine.Close()
	return b.run(ctx, engine)
}

func (b *benchFlags) run(ctx context.Context, engine *app.Engine) error {
	best := map[inference.Stage]inference.Timing{}
	var total time.Duration
	var note string
	for k := range b.runs + 1 {
		b.recipe.Prompt += " " // texts are encoded anew, not remembered
		b.recipe.Negative += " "
		start := time.Now()
		results, err := engine.Generate(ctx, []recipe.Recipe{b.recipe}, func(e inference.Event) {
			if e.Note.Kind != "" {
				note = e.Note.String()
			}
		})
		if err != nil {
			return err
		}
		took := time.Since(start)
		for stage, t := range results[0].Times {
			if old := best[stage]; k == 0 {
				best[stage] = inference.Timing{Load: t.Load}
			} else if old.Total == 0 || t.Total < old.Total {
				best[stage] = inference.Timing{Load: old.Load + t.Load, Network: t.Network, Total: t.Total - t.Load}
			}
		}
		if k == 1 || k > 1 && took < total {
			total = took
		}
	}
	if b.json {
		return b.printJSON(best, total)
	}
	if note != "" {
		fmt.Println(note)
	}
	return b.printTable(best, total)
}

var benchStages = []inference.Stage{inference.StageText, inference.StageC, inference.StageB, inference.StageA}

func (b *benchFlags) steps(s inference.Stage) int {
	return map[inference.Stage]int{inference.StageC: b.recipe.Steps, inference.StageB: b.recipe.DecoderSteps}[s]
}

func (b *benchFlags) printTable(best map[inference.Stage]inference.Timing, total time.Duration) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "stage\tload s\tsteps\ts a step\tin the network s\toutside s\t")
	for _, s := range benchStages {
		m := best[s]
		steps := max(b.steps(s), 1)
		fmt.Fprintf(t, "%s\t%.2f\t%d\t%.4f\t%.3f\t%.4f\t\n", s, m.Load.Seconds(), steps,
			m.Total.Seconds()/float64(steps), m.Network.Seconds(), (m.Total - m.Network).Seconds())
	}
	fmt.Fprintf(t, "picture\t\t\t\t%.3f\t\t\n", total.Seconds())
	return t.Flush()
}

func (b *benchFlags) printJSON(best map[inference.Stage]inference.Timing, total time.Duration) error {
	v := map[string]any{"picture_s": total.Seconds()}
	for _, s := range benchStages {
		m := best[s]
		v[string(s)] = map[string]any{
			"load_s": m.Load.Seconds(), "steps": max(b.steps(s), 1), "total_s": m.Total.Seconds(),
			"network_s": m.Network.Seconds(), "outside_s": (m.Total - m.Network).Seconds(),
		}
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
