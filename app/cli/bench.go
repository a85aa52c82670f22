package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
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
	all     bool // every precision, not only the one asked for
}

// A benchmark is what a model took at one precision.
type benchmark struct {
	device, precision string
	note              string
	best              map[inference.Stage]inference.Timing
	total             time.Duration // of a picture
	peak              app.Peak      // of the program's memory
	plan              app.Forecast  // what was expected
}

// bench times each stage.
func (env Env) bench(ctx context.Context, args []string) error {
	b := benchFlags{runs: 3}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	b.set(f, recipe.OfLook, recipe.OfMachine)
	f.Func("runs", "how `many` pictures are timed after one to warm up (default 3); the fastest counts; 0: the first counts", whole(&b.runs, 0, 100))
	f.Func("threads", "`number` of processor threads (default one a core)", whole(&b.threads, 1, 1024))
	f.BoolVar(&b.all, "all-precisions", false, "at every precision that works on the device, one after the other")
	f.BoolVar(&b.json, "json", false, "one JSON object")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: %q is not a flag of cascata bench", app.ErrUsage, rest[0])
	}
	b.note(f)
	s, err := b.resolve(env.Models)
	if err != nil {
		return err
	}
	b.recipe = s.Recipe
	b.recipe.SetPrompts("a red boat at sea", "")
	list, err := env.recipes(ctx, &b)
	if err != nil {
		return err
	}
	var all []benchmark
	for _, r := range list {
		m, err := env.measure(ctx, &b, r)
		if err != nil {
			return err
		}
		if all = append(all, m); !b.json {
			if err := m.print(&b); err != nil {
				return err
			}
		}
	}
	if b.json {
		return b.printJSON(all)
	}
	return nil
}

func (env Env) benchEngine(b *benchFlags) *app.Engine {
	log := env.Log()
	engine := app.NewEngine(env.Models, env.Native(log, b.threads), log)
	engine.Strict, engine.Apart = true, true
	engine.Quantized = env.Dirs.Quantized()
	engine.Trials = app.UserTrials(env.Dirs, log, "models", "try")
	return engine
}

// recipes are those to measure, one for each precision.
func (env Env) recipes(ctx context.Context, b *benchFlags) (list []recipe.Recipe, err error) {
	if !b.all {
		return []recipe.Recipe{b.recipe}, nil
	}
	engine := env.benchEngine(b)
	defer engine.Close()
	info, err := engine.Prepare(ctx, b.recipe, func(inference.Event) {})
	if err != nil {
		return nil, err
	}
	model, _, _ := b.recipe.MadeWith()
	devices, err := engine.Devices(ctx)
	for _, d := range devices {
		if d.Device != info.Device {
			continue
		}
		for _, precision := range d.Precisions {
			r := b.recipe
			r.MakeWith(model, d.Device.String(), precision)
			list = append(list, r)
		}
	}
	return list, err
}

// measure times pictures of a recipe.
func (env Env) measure(ctx context.Context, b *benchFlags, r recipe.Recipe) (benchmark, error) {
	engine := env.benchEngine(b)
	defer engine.Close()
	stop := app.WatchMemory()
	m, err := b.run(ctx, engine, r)
	m.peak = stop()
	return m, err
}

func (b *benchFlags) run(ctx context.Context, engine *app.Engine, r recipe.Recipe) (benchmark, error) {
	m := benchmark{best: map[inference.Stage]inference.Timing{}}
	for k := range b.runs + 1 {
		prompt, negative := r.Prompts()
		r.SetPrompts(prompt+" ", negative+" ") // texts are encoded again, not remembered
		start := time.Now()
		results, err := engine.Generate(ctx, []recipe.Recipe{r}, func(e inference.Event) {
			if e.Note.Kind != "" {
				m.note = e.Note.String()
			}
		})
		if err != nil {
			return m, err
		}
		took := time.Since(start)
		for stage, t := range results[0].Times {
			if old := m.best[stage]; k == 0 {
				m.best[stage] = inference.Timing{Load: t.Load, Network: t.Network, Total: t.Total - t.Load}
			} else if old.Total == 0 || k == 1 || t.Total-t.Load < old.Total {
				m.best[stage] = inference.Timing{Load: max(old.Load, t.Load), Network: t.Network, Total: t.Total - t.Load}
			}
		}
		if k <= 1 || took < m.total {
			m.total = took
		}
		m.plan, _ = engine.Planned()
	}
	m.device, m.precision = engine.Using()
	return m, nil
}

var benchStages = []inference.Stage{inference.StageText, inference.StageC, inference.StageB, inference.StageA}

func (b *benchFlags) steps(s inference.Stage) int {
	return map[inference.Stage]int{inference.StageC: b.recipe.CompositionSteps(), inference.StageB: b.recipe.DetailSteps()}[s]
}

func (m benchmark) print(b *benchFlags) error {
	fmt.Fprintf(out, "%s on %s, %s: at most %s, expected %s\n", m.precision, m.device, m.way(), gigabytes(m.peak.Resident), gigabytes(m.plan.Needs))
	if m.note != "" {
		fmt.Fprintln(out, m.note)
	}
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "stage\tload s\tsteps\ts a step\tin the network s\toutside s\t")
	for _, s := range benchStages {
		v := m.best[s]
		steps := max(b.steps(s), 1)
		fmt.Fprintf(t, "%s\t%.2f\t%d\t%.4f\t%.3f\t%.4f\t\n", s, v.Load.Seconds(), steps,
			v.Total.Seconds()/float64(steps), v.Network.Seconds(), (v.Total - v.Network).Seconds())
	}
	fmt.Fprintf(t, "picture\t\t\t\t%.3f\t\t\n", m.total.Seconds())
	return t.Flush()
}

// way says how the memory was spent.
func (m benchmark) way() string {
	switch p := m.plan.Plan; {
	case p.Keep:
		return "all stages kept"
	case p.Stream:
		return "weights left in their files"
	case p.Tile > 0:
		return "stages swapped, picture in tiles"
	}
	return "stages swapped"
}

func gigabytes(n int64) string { return fmt.Sprintf("%.2f GB", float64(n)/1e9) }

// printJSON writes the first benchmark's numbers and, of more than one, all of
// them by precision.
func (b *benchFlags) printJSON(all []benchmark) error {
	v := b.values(all[0])
	if b.all {
		each := map[string]any{}
		for _, m := range all {
			each[m.precision] = b.values(m)
		}
		v = map[string]any{"precisions": each}
	}
	enc := json.NewEncoder(stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (b *benchFlags) values(m benchmark) map[string]any {
	v := map[string]any{
		"picture_s": m.total.Seconds(), "device": m.device, "precision": m.precision, "peak_bytes": m.peak.Resident, "private_bytes": m.peak.Private,
		"plan": map[string]any{"needs_bytes": m.plan.Needs, "least_bytes": m.plan.Least, "free_bytes": m.plan.Free, "keep": m.plan.Plan.Keep, "stream": m.plan.Plan.Stream, "tile": m.plan.Plan.Tile},
	}
	for _, s := range benchStages {
		t := m.best[s]
		v[string(s)] = map[string]any{
			"load_s": t.Load.Seconds(), "steps": max(b.steps(s), 1), "total_s": t.Total.Seconds(),
			"network_s": t.Network.Seconds(), "outside_s": (t.Total - t.Network).Seconds(),
		}
	}
	return v
}
