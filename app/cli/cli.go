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
	"strings"

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

// ErrShown marks an error that the artist has already read.
var ErrShown = errors.New("shown")

// Run does what the first of args says with the rest. There is at least one. The
// error decides the exit code (app.ExitCode); one that wraps ErrShown was printed.
func Run(ctx context.Context, args []string, env Env) error {
	switch args[0] {
	case "-h", "-help", "--help":
		args = []string{"help"}
	}
	help := args[0] == "help"
	if help {
		args = args[1:]
	}
	if len(args) == 0 {
		showUsage()
		return printed(nil)
	}
	c, rest, ok := lookup(args)
	switch {
	case !ok:
		return noCommand(args[0])
	case help && len(rest) > 0:
		return noCommand(strings.Join(args, " "))
	case help:
		rest = []string{"--help"}
	}
	err := env.run(ctx, c.name, rest)
	if err != nil {
		err = &commandError{err, c.name}
	}
	return printed(err)
}

// Files are the arguments as absolute paths, when all of them are files or
// folders and the first is no command.
func Files(args []string) (files []string, ok bool) {
	for i, arg := range args {
		path, err := filepath.Abs(arg)
		if err != nil {
			return nil, false
		}
		if _, err := os.Stat(path); err != nil || i == 0 && isCommand(arg) {
			return nil, false
		}
		files = append(files, path)
	}
	return files, true
}

func isCommand(word string) bool {
	_, _, ok := lookup([]string{word})
	return ok || word == "help"
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
	f.SetOutput(io.Discard) // errors are returned, and help is shown below
	f.Usage = func() {}
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			showHelp(f)
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
