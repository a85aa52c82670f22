package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"cascata/app"
	"cascata/app/library"
	"cascata/app/meta"
)

// library does what the commands of that name are for.
func (env Env) library(ctx context.Context, name string, args []string) error {
	run := map[string]func(context.Context, libraryFlags) error{
		"list": env.listPictures, "search": env.listPictures, "rescan": env.rescan, "forget": env.forgetFolder, "check": env.checkLibrary,
		"show": func(_ context.Context, f libraryFlags) error { return showPicture(f.words[0], f.json) },
	}[name]
	flags, done, err := parseLibrary(name, args)
	if done || err != nil {
		return err
	}
	return run(ctx, flags)
}

type libraryFlags struct {
	words    []string
	json     bool
	asIs     bool
	all      bool
	sort     library.Sort
	limit    int
	collapse bool
	add      []string
}

var sorts = map[string]library.Sort{
	"newest": library.Newest, "oldest": library.Oldest, "best": library.BestFirst, "largest": library.LargestFirst, "name": library.ByName,
}

func parseLibrary(name string, args []string) (l libraryFlags, done bool, err error) {
	f := flag.NewFlagSet("library "+name, flag.ContinueOnError)
	f.BoolVar(&l.json, "json", false, "one JSON object a picture, or one for all that is said")
	sort := "newest"
	if name == "list" || name == "search" {
		f.StringVar(&sort, "sort", sort, "newest, oldest, best, largest or name")
		f.IntVar(&l.limit, "limit", 0, "show this many at most; 0 shows all")
		f.BoolVar(&l.collapse, "families", false, "one picture a family, the best")
		f.BoolVar(&l.asIs, "as-is", false, "trust the index, do not look through the folders first")
	}
	if name == "rescan" {
		f.BoolVar(&l.all, "all", false, "read every file again, also those that did not change")
		f.Func("add", "take this `folder` of pictures into the library; they stay where they are", func(dir string) error {
			l.add = append(l.add, dir)
			return filled(&dir)(dir)
		})
	}
	var left []string // words of a search that look like flags
	if name == "search" {
		args, left = splitExclusions(f, args)
	}
	if l.words, done, err = parse(f, args); done || err != nil {
		return l, done, err
	}
	l.words = append(l.words, left...)
	var ok bool
	if l.sort, ok = sorts[sort]; !ok {
		return l, false, fmt.Errorf("%w: --sort %q; choose newest, oldest, best, largest or name", app.ErrUsage, sort)
	}
	switch n := len(l.words); {
	case name == "show" && n != 1:
		err = fmt.Errorf("%w: name one picture: cascata library show FILE", app.ErrUsage)
	case name == "forget" && n != 1:
		err = fmt.Errorf("%w: name one folder: cascata library forget DIR", app.ErrUsage)
	case name == "search" && n == 0:
		err = fmt.Errorf("%w: say what to look for: cascata library search TEXT", app.ErrUsage)
	case name != "show" && name != "search" && name != "forget" && n > 0:
		err = fmt.Errorf("%w: %q is not a flag of cascata library %s", app.ErrUsage, l.words[0], name)
	case l.limit < 0:
		err = fmt.Errorf("%w: --limit %d; give 0 or more", app.ErrUsage, l.limit)
	}
	return l, false, err
}

// splitExclusions takes words like -people, which no flag is called, out of
// args.
func splitExclusions(f *flag.FlagSet, args []string) (rest, words []string) {
	for _, a := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && f.Lookup(name) == nil && name != "h" && name != "help" {
			words = append(words, a)
		} else {
			rest = append(rest, a)
		}
	}
	return rest, words
}

// openLibrary opens the index of the user's pictures. What the artist should
// know goes to standard error.
func (env Env) openLibrary() (*library.Library, error) {
	dirs, pictures := env.Dirs, env.settings().Pictures
	l, aside, err := library.Open(library.Params{
		State: dirs.State, Cache: dirs.Cache, Pictures: func() string { return pictures }, Usual: dirs.Pictures, Log: env.Log(), Read: meta.Read,
	})
	if aside.File != "" {
		fmt.Fprintf(notes, "The index of the library could not be read. It lies now in %s and is made again from the pictures.\n", aside.File)
	}
	return l, err
}

// look brings the index to what lies in the folders, and says to standard error which
// of those cannot be read.
func look(ctx context.Context, l *library.Library) (library.Scan, error) {
	shown := time.Now()
	open := false
	s, err := l.Rescan(ctx, func(done, total int) {
		if time.Since(shown) > 500*time.Millisecond && onTerminal() {
			progress("reading picture %d of %d", done, total)
			shown, open = time.Now(), true
		}
	})
	if open {
		progress("")
	}
	if s.Roots != "" {
		fmt.Fprintf(notes, "cascata: %v: %s; connect the disk, change the permissions, or choose another folder\n",
			errUnread, strings.ReplaceAll(strings.TrimSpace(s.Roots), "\n", ", "))
	}
	return s, err
}

var errUnread = errors.New("a folder of the library is not there or may not be read")

func (env Env) listPictures(ctx context.Context, f libraryFlags) error {
	l, err := env.openLibrary()
	if err != nil {
		return err
	}
	defer l.Close()
	if !f.asIs {
		if _, err := look(ctx, l); err != nil {
			return err
		}
	}
	ids, err := l.Find(library.Query{Text: strings.Join(f.words, " "), Sort: f.sort, Collapse: f.collapse})
	if err != nil {
		return err
	}
	if f.limit > 0 && len(ids) > f.limit {
		ids = ids[:f.limit]
	}
	enc := json.NewEncoder(stdout)
	for len(ids) > 0 && ctx.Err() == nil {
		n := min(500, len(ids))
		pictures, err := l.Get(ids[:n]...)
		if err != nil {
			return err
		}
		for _, p := range pictures {
			if f.json {
				err = enc.Encode(pictureJSON(p))
			} else {
				_, err = fmt.Fprintln(out, p.File)
			}
			if err != nil {
				return err
			}
		}
		ids = ids[n:]
	}
	return ctx.Err()
}

// pictureJSON names things as library show does.
func pictureJSON(p library.Picture) map[string]any {
	v := map[string]any{
		"file": p.File, "program": p.Program, "width": p.Width, "height": p.Height, "bytes": p.Bytes, "made": p.Made.Format(time.RFC3339),
		"stars": p.Stars, "favourite": p.Favourite, "draft": p.Draft, "imported": p.Imported,
	}
	for key, text := range map[string]string{"prompt": p.Prompt, "negative": p.Negative, "model": p.Model} {
		if text != "" {
			v[key] = text
		}
	}
	if p.Steps > 0 {
		v["steps"], v["seed"] = p.Steps, p.Seed
	}
	if p.DecoderSteps > 0 {
		v["decoder_steps"] = p.DecoderSteps
	}
	if len(p.Tags) > 0 {
		v["tags"] = p.Tags
	}
	return v
}

func (env Env) rescan(ctx context.Context, f libraryFlags) error {
	l, err := env.openLibrary()
	if err != nil {
		return err
	}
	defer l.Close()
	for _, dir := range f.add {
		if err := l.AddFolder(dir); err != nil {
			return err
		}
	}
	if f.all {
		if err := l.ReadAgain(); err != nil {
			return err
		}
	}
	s, err := look(ctx, l)
	if err != nil {
		return err
	}
	var unread error
	if s.Roots != "" {
		unread = errors.Join(ErrShown, errUnread)
	}
	if f.json {
		err := json.NewEncoder(stdout).Encode(map[string]any{
			"files": s.Files, "added": s.Added, "changed": s.Changed, "moved": s.Moved, "missing": s.Missing,
			"copies": s.Copies, "failed": s.Failed, "unread": strings.Split(strings.TrimSpace(s.Unread), "\n")[:min(s.Failed, strings.Count(s.Unread, "\n"))], "seconds": s.Took.Seconds(),
		})
		return errors.Join(err, unread)
	}
	fmt.Fprintf(out, "%s in %.1f s: %d new, %d changed, %d moved, %d gone, %s, %d that could not be read\n", counted(s.Files, "picture", "pictures"),
		s.Took.Seconds(), s.Added, s.Changed, s.Moved, s.Missing, counted(s.Copies, "copy of another", "copies of others"), s.Failed)
	if s.Unread != "" {
		fmt.Fprint(out, "Not read:\n"+s.Unread)
	}
	return unread
}

// forgetFolder takes a folder that was added out of the library.
func (env Env) forgetFolder(_ context.Context, f libraryFlags) error {
	l, err := env.openLibrary()
	if err != nil {
		return err
	}
	defer l.Close()
	n, err := l.RemoveFolder(f.words[0])
	if errors.Is(err, library.ErrNoFolder) {
		folders, _ := l.Folders() // what cannot be read is not named
		return fmt.Errorf("%w: %w; %s", app.ErrUsage, err, namedFolders(folders))
	}
	if err != nil {
		return err
	}
	if f.json {
		return json.NewEncoder(stdout).Encode(map[string]any{"forgotten": n})
	}
	fmt.Fprintf(out, "%s the library; %s, and stars, tags and albums are kept for when the folder is added again.\n",
		counted(n, "file left", "files left"), map[bool]string{true: "it stays where it is", false: "they stay where they are"}[n == 1])
	return nil
}

// counted is a number with a word for one or for many.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func namedFolders(dirs []string) string {
	if len(dirs) == 0 {
		return "none was added"
	}
	return "those that were are " + strings.Join(dirs, ", ")
}

// errWrong says that the library is not as it should be; what is wrong was
// shown.
var errWrong = errors.New("the library is not as it should be")

func (env Env) checkLibrary(ctx context.Context, f libraryFlags) error {
	l, err := env.openLibrary()
	if err != nil {
		return err
	}
	defer l.Close()
	wrong, err := l.Check(ctx)
	if err != nil {
		return err
	}
	if f.json {
		if wrong == nil {
			wrong = []string{}
		}
		if err := json.NewEncoder(stdout).Encode(map[string]any{"ok": len(wrong) == 0, "wrong": wrong}); err != nil {
			return err
		}
	} else {
		for _, sentence := range wrong {
			fmt.Fprintln(out, sentence)
		}
		if len(wrong) == 0 {
			fmt.Fprintln(out, "All is well.")
		}
	}
	if len(wrong) > 0 {
		return errors.Join(ErrShown, errWrong)
	}
	return nil
}
