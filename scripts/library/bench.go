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

	"cascata/app/library"
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
	p := library.Params{State: *state, Cache: filepath.Join(*state, "cache"), Pictures: func() string { return dir }, Read: meta.Read}
	l, _, err := library.Open(p)
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
		if l, _, err = library.Open(p); err != nil {
			return 0, err
		}
		ids, err := l.Find(library.Query{})
		return len(ids), err
	})
	for _, q := range []struct {
		name string
		q    library.Query
	}{
		{"everything, newest first", library.Query{}},
		{"everything, best first", library.Query{Sort: library.BestFirst}},
		{"everything, by name", library.Query{Sort: library.ByName}},
		{"families collapsed", library.Query{Collapse: true}},
		{"search `a`", library.Query{Text: "a"}},
		{"search `l`", library.Query{Text: "l"}},
		{"search `lighthouse`", library.Query{Text: "lighthouse"}},
		{"search `light dusk -fox`", library.Query{Text: "light dusk -fox"}},
		{"search `\"oil painting\" model:lite stars>2`", library.Query{Text: `"oil painting" model:lite stars>2`}},
		{"search `study -people`, collapsed", library.Query{Text: "study -people", Collapse: true}},
		{"search for what is not there", library.Query{Text: "zeppelin"}},
		{"search `size:64x48`", library.Query{Text: "size:64x48"}},
		{"search `width>=64 -is:square fox`", library.Query{Text: "width>=64 -is:square fox"}},
		{"portraits, best first", library.Query{Shape: library.Portrait, Sort: library.BestFirst}},
		{"at least 64 wide and 60 high", library.Query{MinWidth: 64, MinHeight: 60}},
		{"drafts", library.Query{Drafts: true}},
	} {
		row(q.name, 15, func() (int, error) {
			ids, err := l.Find(q.q)
			return len(ids), err
		})
	}
	ids, err := l.Find(library.Query{})
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
