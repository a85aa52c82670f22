package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference/checkpoint"
	"cascata/inference/lora"
)

// inspect says what a model is made of, or what a LoRA is.
func (env Env) inspect(args []string) error {
	f := flag.NewFlagSet("models inspect", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "one JSON object")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("%w: name one model: cascata models inspect PATH", app.ErrUsage)
	}
	var d any
	ck, err := env.Models.Open(rest[0])
	if err == nil {
		d = ck.Describe()
	} else if info, noLoRA := lora.Describe(rest[0]); noLoRA == nil {
		d = info
	} else {
		for _, r := range checkpoint.Refused(err) {
			fmt.Fprintln(notes, r)
		}
		return err
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(d)
	}
	fmt.Fprint(out, d)
	return nil
}

// try makes the picture of a recipe on standard input and says on standard
// output how it went. The program starts itself so: a graph that a graphics
// driver cannot stand ends this process alone.
func (env Env) try(ctx context.Context, args []string) error {
	rest, done, err := parse(flag.NewFlagSet("models try", flag.ContinueOnError), args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: cascata models try takes a recipe on standard input, and no %q", app.ErrUsage, rest[0])
	}
	log := env.Log()
	engine := app.NewEngine(env.Models, env.Native(log, 0), log)
	engine.Strict = true
	engine.Quantized = env.Dirs.Quantized()
	defer engine.Close()
	return app.AnswerTrial(ctx, engine, os.Stdin, stdout)
}

// export writes a model as ordinary .onnx files.
func (env Env) export(args []string) error {
	f := flag.NewFlagSet("models export", flag.ContinueOnError)
	model := recipe.Demo
	f.Func("model", "installed `name`, folder or file, or several joined by commas (default demo)", filled(&model))
	precision := f.String("precision", "fp32", "fp32 or fp16")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	if len(rest) != 1 {
		return fmt.Errorf("%w: name the folder to write to: cascata models export DIR", app.ErrUsage)
	}
	ck, err := env.Models.Open(model)
	if err != nil {
		return err
	}
	return app.Export(ck, rest[0], *precision, func(n *checkpoint.Network, path string) {
		fmt.Fprintf(out, "%-12s  %s\n", n.Kind, path)
	})
}
