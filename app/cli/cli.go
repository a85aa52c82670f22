// Package cli is the program without its window: the commands, their flags, and what they print.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sort"

	"cascata/app"
)

// Env is what the commands need of the program around them.
type Env struct {
	Version string // of the program
	Dirs    app.Dirs
	Models  app.Models

	// Log opens the log file.
	Log func() *slog.Logger
	// Engine is one that refuses a device or precision that does not work. Its user closes it.
	Engine func() *app.Engine
	// Native opens the native libraries for this many processor threads; 0 is one a core.
	Native func(log *slog.Logger, threads int) app.Native
	// Libraries says in a line which native libraries there are and where they lie.
	Libraries func() string
}

// A command is one word of the command line.
type command struct {
	help string
	run  func(env Env, ctx context.Context, args []string) error
}

var commands = map[string]command{
	"generate": {"make pictures", Env.generate},
	"models":   {"list | find | download NAME | add PATH | remove NAME | inspect PATH | export DIR", Env.models},
	"bench":    {"time each stage, as a table or --json", Env.bench},
	"library":  {"list | search TEXT | show FILE | rescan | forget DIR | check", Env.library},
	"devices":  {"what can run here, what is missing and how to get it | install cuda | remove cuda", Env.devices},
	"version":  {"the versions of the program and its libraries", Env.showVersion},
}

// ErrShown marks an error that the artist has already read.
var ErrShown = errors.New("shown")

// Run does what the first of args says with the rest. There is at least one. The
// error decides the exit code (app.ExitCode); one that wraps ErrShown was printed.
func Run(ctx context.Context, args []string, env Env) error {
	switch args[0] {
	case "help", "-h", "-help", "--help":
		usage(out)
		return printed(nil)
	}
	c, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("%w: there is no command %q", app.ErrUsage, args[0])
	}
	return printed(c.run(env, ctx, args[1:]))
}

// Files are the arguments as absolute paths, when all of them are files or
// folders and the first is no command.
func Files(args []string) (files []string, ok bool) {
	for i, arg := range args {
		path, err := filepath.Abs(arg)
		if err != nil {
			return nil, false
		}
		if _, err := os.Stat(path); err != nil || i == 0 && commands[arg].run != nil {
			return nil, false
		}
		files = append(files, path)
	}
	return files, true
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Cascata makes pictures with Stable Cascade.\n\n  cascata [FILE]      the window; a picture's recipe, or a model")
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(w, "  cascata %-10s  %s\n", name, commands[name].help)
	}
	fmt.Fprintln(w, "\ncascata COMMAND --help lists a command's flags.")
}

// settings are the artist's, with a picture folder. Where they cannot be read they
// are the usual ones, and standard error says so.
func (env Env) settings() app.Settings {
	path := filepath.Join(env.Dirs.Config, "settings.json")
	s, err := app.ReadSettings(path)
	if s.Pictures == "" {
		s.Pictures = env.Dirs.Pictures
	}
	if err != nil {
		fmt.Fprintf(notes, "The settings in %s could not be read (%v). The usual ones are used: the picture folder is %s.\n", path, err, s.Pictures)
	}
	return s
}

// parse reads flags and returns what is left. Its errors wrap app.ErrUsage;
// done is true when help was asked for and given.
func parse(f *flag.FlagSet, args []string) (rest []string, done bool, err error) {
	f.SetOutput(io.Discard)
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			f.SetOutput(out)
			f.Usage()
			return nil, true, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("%w: %s: %w", app.ErrUsage, f.Name(), err)
		}
		if f.NArg() == 0 {
			return rest, false, nil
		}
		if f.Arg(0) == "" {
			return nil, false, fmt.Errorf("%w: %s: an argument is empty; write what it is to be, or leave it out", app.ErrUsage, f.Name())
		}
		rest = append(rest, f.Arg(0)) // flags may follow words
		args = f.Args()[1:]
	}
}
