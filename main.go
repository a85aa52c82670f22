// Cascata is an artist's studio for Stable Cascade: a window, and the same
// program without one for scripts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"

	"cascata/app"
)

// version is set when a release is built.
var version = "0.1.0"

// A command is one word of the command line.
type command struct {
	help string
	run  func(ctx context.Context, args []string) error
}

var commands = map[string]command{
	"generate": {"make pictures", generate},
	"models":   {"inspect PATH | export DIR", models},
	"bench":    {"time each stage, as a table or --json", bench},
	"library":  {"list | search TEXT | show FILE | rescan | forget DIR | check", library},
	"devices":  {"what can run here, what is missing and how to get it", devices},
	"version":  {"the versions of the program and its libraries", showVersion},
}

// atEnd ends the program when a signal asks for it.
var atEnd ending

func main() {
	ctx, stop := atEnd.start()
	app.Version = version
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, errShown) {
		m := app.Explain(err)
		fmt.Fprintf(os.Stderr, "cascata: %v\n  %s %s\n", err, m.Title, m.Help)
	}
	os.Exit(app.ExitCode(err))
}

// errShown marks an error that the artist has already read.
var errShown = errors.New("shown")

func run(ctx context.Context, args []string) error {
	if files, ok := filesOf(args); ok {
		return window(ctx, files)
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		usage(os.Stdout)
		return nil
	}
	c, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("%w: there is no command %q", app.ErrUsage, args[0])
	}
	return c.run(ctx, args[1:])
}

// filesOf are the arguments as absolute paths, when all of them are files or
// folders and the first is no command.
func filesOf(args []string) (files []string, ok bool) {
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

// parse reads flags and returns what is left. Its errors wrap app.ErrUsage;
// done is true when help was asked for and given.
func parse(f *flag.FlagSet, args []string) (rest []string, done bool, err error) {
	f.SetOutput(io.Discard)
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			f.SetOutput(os.Stdout)
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
