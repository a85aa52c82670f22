package app

import (
	"context"
	"errors"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cascata/inference"
)

// A fake makes pictures without a model: each step takes a while.
type fake struct {
	each time.Duration
	err  error
}

func (f fake) Generate(ctx context.Context, recipes []Recipe, event func(inference.Event)) ([]*inference.Result, error) {
	var results []*inference.Result
	for _, r := range recipes {
		for n := range r.Steps {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(f.each):
			}
			event(inference.Event{Stage: inference.StageC, N: n + 1, Total: r.Steps, Took: f.each})
		}
		results = append(results, &inference.Result{Request: r.Request, Image: image.NewRGBA(image.Rect(0, 0, 2, 2))})
	}
	return results, f.err
}

func TestStudio(t *testing.T) {
	recipe := Recipe{Request: inference.Request{Steps: 4, DecoderSteps: 2, Seed: 9}}
	for _, tt := range []struct {
		name string
		err  error
		do   func(s *Studio)
		want State
	}{
		{name: "finishes", do: func(*Studio) {}, want: Done},
		{name: "cancelled", do: (*Studio).Cancel, want: Cancelled},
		{name: "closed", do: (*Studio).Close, want: Cancelled},
		{name: "fails", err: inference.ErrOutOfMemory, do: func(*Studio) {}, want: Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				var newest atomic.Value
				s := NewStudio(fake{time.Second, tt.err}, dir, slog.New(slog.DiscardHandler), func(p Progress) { newest.Store(p) })
				if !s.Start(recipe) {
					t.Fatal("an idle studio refuses a picture")
				}
				if s.Start(recipe) {
					t.Error("a busy studio takes a second picture")
				}
				time.Sleep(2500 * time.Millisecond)
				synctest.Wait()
				last := newest.Load().(Progress)
				if last.N != 2 || last.State != Running || last.Left != 4*time.Second {
					t.Errorf("after 2.5 s: %+v, want step 2 and 4 s left", last)
				}
				tt.do(s)
				time.Sleep(time.Minute)
				synctest.Wait()
				s.Close()
				last = newest.Load().(Progress)
				if last.State != tt.want || !errors.Is(last.Err, tt.err) {
					t.Errorf("ended %v (%v), want %v (%v)", last.State, last.Err, tt.want, tt.err)
				}
				if _, err := os.Stat(last.File); (err == nil) != (tt.want == Done) {
					t.Errorf("file %q: %v", last.File, err)
				}
			})
		})
	}
}

// A picture that cannot be saved is still shown, with the reason.
func TestStudioCannotSave(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	ended := make(chan Progress, 8)
	s := NewStudio(fake{}, file, slog.New(slog.DiscardHandler), func(p Progress) {
		if p.State != Running {
			ended <- p
		}
	})
	defer s.Close()
	s.Start(Recipe{Request: inference.Request{Steps: 1}})
	if p := <-ended; p.State != Done || p.Image == nil || !errors.Is(p.Err, ErrWrite) {
		t.Errorf("got %+v, want a picture and ErrWrite", p)
	}
}
