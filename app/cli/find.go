package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/app"
	"cascata/app/finder"
	"cascata/app/hub"
)

// findModels looks for networks in the usual places, or where it is pointed at.
func (env Env) findModels(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("models find", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "one JSON object")
	rest, done, err := parse(f, args)
	if done || err != nil {
		return err
	}
	places := app.UserPlaces(env.Models)
	if len(rest) > 0 {
		places = nil
	}
	for _, path := range rest {
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
		switch err := readable(path); {
		case errors.Is(err, fs.ErrPermission):
			return fmt.Errorf("%w: %s may not be read; change its permissions", app.ErrUsage, path)
		case err != nil:
			return fmt.Errorf("%w: %s: there is no such file or folder", app.ErrUsage, path)
		}
		places = append(places, finder.Place{Path: path})
	}
	result, err := finder.Find(ctx, places)
	if err != nil {
		return err
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(result)
	}
	printFound(result)
	return nil
}

// readable says why a file or folder cannot be opened, nil if it can. What is neither
// is not opened: a pipe would wait for ever.
func readable(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

func printFound(r finder.Result) {
	for _, p := range r.Parts {
		fmt.Fprintf(out, "%-15s %9s  %s\n", p.Name, hub.Amount(p.Bytes), p.Path)
	}
	for _, p := range r.Refused {
		fmt.Fprintln(out, p)
	}
	for _, m := range r.Models {
		fmt.Fprintf(out, "\n%s, %s. To give it a name:\n  cascata models add %s\n", m.Title, hub.Amount(m.Bytes), quoted(m.Paths))
	}
	if len(r.Parts) == 0 {
		fmt.Fprintln(notes, "Nothing of Stable Cascade was found. Name a folder to look there too: cascata models find PATH")
	}
	if r.Limited {
		fmt.Fprintln(notes, "There was too much to look through all of it. Name a folder: cascata models find PATH")
	}
}

// quoted writes paths for a shell.
func quoted(paths []string) string {
	var out []string
	for _, p := range paths {
		if strings.ContainsAny(p, " '\"$&();<>|*?`\\!#~[]{}") {
			p = "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}
