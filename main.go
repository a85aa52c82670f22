// Cascata is an artist's studio for Stable Cascade: a window, and the same
// program without one for scripts.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"

	"cascata/app"
	"cascata/app/cli"
	"cascata/app/recipe"
)

//go:embed FyneApp.toml
var about string

// version is the program's, which FyneApp.toml alone says; the packages read it there too.
var version = regexp.MustCompile(`(?m)^ *Version = "(.*)"`).FindStringSubmatch(about)[1]

// atEnd ends the program when a signal asks for it.
var atEnd shutdown

func main() {
	ctx, stop := atEnd.start()
	recipe.Version = version
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case err == nil, errors.Is(err, cli.ErrShown):
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "Stopped.")
	default:
		cli.ShowError(err)
	}
	os.Exit(app.ExitCode(err))
}

// run opens the window, or does what the command says.
func run(ctx context.Context, args []string) error {
	if files, ok := cli.Files(args); ok {
		return alerted(window(ctx, files))
	}
	return cli.Run(ctx, args, newEnv())
}
