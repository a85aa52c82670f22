package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"cascata/app"
	"cascata/app/meta"
)

// bench prints a table of what the library takes with the pictures of a folder.
func bench(args []string) error {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	state := f.String("state", "", "keep the index and thumbnails in this `folder` (default a temporary one)")
	thumbs := f.Int("thumbs", 2000, "how many thumbnails to make")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return fmt.Errorf("name the folder with the pictures")
	}
	dir, err := filepath.Abs(f.Arg(0))
	if err != nil {
		return err
	}
	if *state == "" {
		if *state, err = os.MkdirTemp("", "library-bench-*"); err != nil {
			return err
		}
		defer os.RemoveAll(*state)
	}
	p := app.LibraryParams{State: *state, Cache: filepath.Join(*state, "cache"), Pictures: func() string { return dir }, Read: meta.Read}
	l, _, err := app.OpenLibrary(p)
	if err != nil {
		return err
	}
	defer func() { l.Close() }()
	ctx := context.Background()
	fmt.Print("| what | time |\n|---|---|\n")
	s, err := l.Rescan(ctx, nil)
	if err != nil {
		return err
	}
	fmt.Printf("| first look, %d pictures, %d read | %.1f s, %.0f a second |\n", s.Files, s.Added+s.Changed, s.Took.Seconds(), float64(s.Added+s.Changed)/s.Took.Seconds())
	if s, err = l.Rescan(ctx, nil); err != nil {
		return err
	}
	fmt.Printf("| look when nothing changed | %.2f s |\n", s.Took.Seconds())
	if err := l.Close(); err != nil {
		return err
	}
	row("open, and every ID, newest first", 1, func() (int, error) {
		var err error
		if l, _, err = app.OpenLibrary(p); err != nil {
			return 0, err
		}
		ids, err := l.Find(app.Query{})
		return len(ids), err
	})
	for _, q := range []struct {
		name string
		q    app.Query
	}{
		{"everything, newest first", app.Query{}},
		{"everything, best first", app.Query{Sort: app.BestFirst}},
		{"everything, by name", app.Query{Sort: app.ByName}},
		{"families collapsed", app.Query{Collapse: true}},
		{"search `a`", app.Query{Text: "a"}},
		{"search `l`", app.Query{Text: "l"}},
		{"search `lighthouse`", app.Query{Text: "lighthouse"}},
		{"search `light dusk -fox`", app.Query{Text: "light dusk -fox"}},
		{"search `\"oil painting\" model:lite stars>2`", app.Query{Text: `"oil painting" model:lite stars>2`}},
		{"search `study -people`, collapsed", app.Query{Text: "study -people", Collapse: true}},
		{"search for what is not there", app.Query{Text: "zeppelin"}},
		{"search `size:64x48`", app.Query{Text: "size:64x48"}},
		{"search `width>=64 -is:square fox`", app.Query{Text: "width>=64 -is:square fox"}},
		{"portraits, best first", app.Query{Shape: app.Portrait, Sort: app.BestFirst}},
		{"at least 64 wide and 60 high", app.Query{MinWidth: 64, MinHeight: 60}},
		{"drafts", app.Query{Drafts: true}},
	} {
		row(q.name, 15, func() (int, error) {
			ids, err := l.Find(q.q)
			return len(ids), err
		})
	}
	ids, err := l.Find(app.Query{})
	if err != nil || len(ids) == 0 {
		return fmt.Errorf("no pictures: %w", err)
	}
	some := ids[:min(100, len(ids))]
	row("rows of 100 pictures", 15, func() (int, error) {
		p, err := l.Get(some...)
		return len(p), err
	})
	row("counts beside the places", 15, func() (int, error) {
		c, err := l.Counts()
		return c.All, err
	})
	row("stars for 100", 15, func() (int, error) { return len(some), l.SetStars(3, some...) })
	row("a tag for 100", 15, func() (int, error) { return len(some), l.Tag("bench", true, some...) })
	pictures, err := l.Get(ids[:min(*thumbs, len(ids))]...)
	if err != nil {
		return err
	}
	start := time.Now()
	for _, p := range pictures {
		if _, err := l.Thumb(p); err != nil {
			return err
		}
	}
	fmt.Printf("| %d thumbnails made | %.1f s |\n", len(pictures), time.Since(start).Seconds())
	row(fmt.Sprintf("%d thumbnails found", len(pictures)), 3, func() (int, error) {
		for _, p := range pictures {
			if _, err := l.Thumb(p); err != nil {
				return 0, err
			}
		}
		return len(pictures), nil
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	info, err := os.Stat(filepath.Join(*state, "library.db"))
	if err != nil {
		return err
	}
	fmt.Printf("| memory of the process | %d MB |\n| size of the index | %d MB |\n", m.Sys>>20, info.Size()>>20)
	return nil
}

// row prints the median and the worst of n runs.
func row(name string, n int, f func() (int, error)) {
	var took []time.Duration
	found := 0
	for range n {
		start := time.Now()
		var err error
		if found, err = f(); err != nil {
			fmt.Printf("| %s | %v |\n", name, err)
			return
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Printf("| %s, %d found | %.1f ms, worst %.1f ms |\n", name, found, ms(took[n/2]), ms(took[n-1]))
}
