package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"cascata/app"
)

// A command is one or two words of the command line.
type command struct {
	name, args string
	help       string // "" where the program itself is the only one to call it
}

// commands are all there are, in the order in which help lists them.
var commands = []command{
	{"generate", "", "make pictures"},
	{"models", "COMMAND", "find, fetch and look into models"},
	{"models list", "", "what is here, and what can be downloaded"},
	{"models find", "[PATH...]", "look for models in the usual places, or in these"},
	{"models download", "NAME", "fetch a model"},
	{"models add", "PATH...", "give files that are here a name"},
	{"models remove", "NAME", "delete what was downloaded, or forget what was added"},
	{"models inspect", "PATH", "what a model is made of, or what a LoRA changes"},
	{"models export", "DIR", "write a model as .onnx files"},
	{"models try", "", ""},
	{"library", "COMMAND", "look through the pictures"},
	{"library list", "", "the pictures of the library"},
	{"library search", "TEXT", "those that are found by words"},
	{"library show", "FILE", "what any picture says of how it was made"},
	{"library rescan", "", "bring the library to what lies in its folders, or add one"},
	{"library forget", "DIR", "take a folder that was added out of the library"},
	{"library check", "", "whether the library is as it should be"},
	{"devices", "", "what can run here, what is missing and how to get it"},
	{"devices install", "cuda", "fetch what NVIDIA cards need"},
	{"devices remove", "cuda", "delete what was fetched for them"},
	{"bench", "", "time each stage, as a table or JSON"},
	{"version", "", "the versions of the program and its libraries"},
}

// lookup finds the command that args begin with, and what follows its name.
func lookup(args []string) (c command, rest []string, ok bool) {
	for _, n := range []int{2, 1} {
		for _, c := range commands {
			if len(args) >= n && slices.Equal(strings.Fields(c.name), args[:n]) {
				return c, args[n:], true
			}
		}
	}
	return command{}, args, false
}

// run does what a command is for.
func (env Env) run(ctx context.Context, name string, args []string) error {
	switch name {
	case "generate":
		return env.generate(ctx, args)
	case "models", "library":
		return group(name, args)
	case "models list":
		return env.listModels(args)
	case "models find":
		return env.findModels(ctx, args)
	case "models download":
		return env.download(ctx, args)
	case "models add":
		return env.addModel(args)
	case "models remove":
		return env.removeModel(args)
	case "models inspect":
		return env.inspect(args)
	case "models export":
		return env.export(args)
	case "models try":
		return env.try(ctx, args)
	case "devices":
		return env.devices(ctx, args)
	case "devices install":
		return env.installDevice(ctx, args)
	case "devices remove":
		return env.removeDevice(args)
	case "bench":
		return env.bench(ctx, args)
	case "version":
		return env.showVersion(args)
	}
	return env.library(ctx, strings.TrimPrefix(name, "library "), args)
}

// group answers the first word of commands that have two.
func group(name string, args []string) error {
	if len(args) > 0 && args[0] != "help" && !strings.HasPrefix(args[0], "-") {
		return noCommand(name + " " + args[0])
	}
	rest, done, err := parse(flag.NewFlagSet(name, flag.ContinueOnError), args)
	if done || err != nil {
		return err
	}
	if len(rest) > 0 {
		showHelp(flag.NewFlagSet(name, flag.ContinueOnError))
		return nil
	}
	return fmt.Errorf("%w: say what to do: cascata %s COMMAND", app.ErrUsage, name)
}

func noCommand(name string) error {
	return fmt.Errorf("%w: there is no command %q", app.ErrUsage, name)
}

// showUsage lists all commands.
func showUsage() {
	fmt.Fprintln(out, "Cascata makes pictures with Stable Cascade.\n\n  cascata [FILE]                 the window; a picture's recipe, or a model")
	listCommands("")
	fmt.Fprintln(out, "\ncascata help COMMAND says more of one, with its flags.")
}

// listCommands lists those whose names begin with prefix.
func listCommands(prefix string) {
	for _, c := range commands {
		if strings.HasPrefix(c.name, prefix) && c.help != "" {
			fmt.Fprintf(out, "  cascata %-22s %s\n", c.name+" "+c.args, c.help)
		}
	}
}

// showHelp says how the command is used that f is called after.
func showHelp(f *flag.FlagSet) {
	c, _, _ := lookup(strings.Fields(f.Name()))
	fmt.Fprintf(out, "cascata %s\n  %s\n", strings.TrimSpace(c.name+" "+c.args), c.help)
	if slices.ContainsFunc(commands, func(o command) bool { return strings.HasPrefix(o.name, c.name+" ") }) {
		fmt.Fprintln(out, "\nCommands:")
		listCommands(c.name + " ")
	}
	flags := false
	f.VisitAll(func(*flag.Flag) { flags = true })
	if flags {
		fmt.Fprintln(out, "\nFlags:")
		f.SetOutput(out)
		f.PrintDefaults()
	}
}

// A commandError is the error of a command, and says which.
type commandError struct {
	error
	command string
}

func (e *commandError) Unwrap() error { return e.error }

// explained is app.Explain, with the command whose help to read where there is one.
func explained(err error) app.Message {
	m := app.Explain(err)
	if of, ok := errors.AsType[*commandError](err); ok && errors.Is(err, app.ErrUsage) {
		m.Help = fmt.Sprintf("cascata help %s says how it is used.", of.command)
	}
	return m
}
