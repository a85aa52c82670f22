package studio

import (
	"errors"
	"image"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

func TestQueueRunsInOrder(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		jobs := b.add("a", "b", "c", "d")
		b.Move(jobs[3].ID, jobs[1].ID)
		b.Cancel(jobs[2].ID)
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("c cancelled", "a done", "d done", "b done")
		for _, j := range b.Queue().Over {
			if j.State == Done {
				m, err := recipe.ReadEmbedded(j.File)
				if err != nil || m.Seed != j.Recipe.Seed || m.Prompt != j.Recipe.Prompt {
					t.Errorf("%s says %+v, %v", j.File, m, err)
				}
				if _, err := os.Stat(b.Thumb(j.ID)); err != nil {
					t.Error(err)
				}
			}
		}
		if got := b.Estimate(jobs[0]); got != 6*time.Second {
			t.Errorf("a picture like the last takes %v, want 6s", got)
		}
	})
}

// What waits to be loaded is foreseen: once, where the model stays loaded, and for
// every batch where it does not.
func TestLoadingIsForeseen(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, dir, &fake{together: 2, load: 10 * time.Second, keeps: keeps})
			var job Job
			batch := func() {
				job = b.add("a", "b")[0]
				time.Sleep(5 * time.Minute)
				synctest.Wait()
			}
			want := func(what string, want time.Duration) {
				if got := b.Estimate(job, job); got != want {
					t.Errorf("keeps %v, %s: two pictures take %v, want %v", keeps, what, got, want)
				}
			}
			batch()
			if keeps {
				want("loaded", 12*time.Second)
			} else {
				want("loaded for each batch", 32*time.Second)
			}
			draft, detail := job, job
			draft.Recipe.Draft, detail.Source = true, "a.png"
			if got := b.Estimate(draft) + b.Estimate(detail); !keeps && got != 26*time.Second {
				t.Errorf("draft and detail take %v", got)
			}
			b.close()

			b = newBench(t, dir, &fake{together: 2, load: 10 * time.Second, keeps: keeps})
			defer b.close()
			want("started again", 32*time.Second)
			b.add("c")
			time.Sleep(12 * time.Second) // its first step took a second
			synctest.Wait()              // until that is told
			if left := b.Queue().Left; left != 14*time.Second {
				t.Errorf("keeps %v: %v are left after the first step, want 14s", keeps, left)
			}
			time.Sleep(time.Minute)
		})
	}
}

// A picture tells of the files that went in by their hashes; what the artist
// asked with is left alone.
func TestPicturesTellHashes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.png")
	if err := disk.WriteThumb(file, image.NewRGBA(image.Rect(0, 0, 16, 16))); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		asked := ask("a")
		asked[0].Recipe.Init = &inference.Input{File: file}
		asked[0].Recipe.References = []inference.Reference{{Input: inference.Input{File: file}, Weight: 1}}
		if _, err := b.Add(asked, false); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a done")
		m, err := recipe.ReadEmbedded(b.Queue().Over[0].File)
		if err != nil {
			t.Fatal(err)
		}
		for name, in := range m.Inputs() {
			if len(in.SHA256) != 64 || in.File != "a.png" {
				t.Errorf("%s is told as %+v", name, in)
			}
		}
		if len(m.Inputs()) != 2 || asked[0].Recipe.Init.SHA256 != "" || asked[0].Recipe.References[0].SHA256 != "" {
			t.Errorf("told of %v, asked with %+v", m.Inputs(), asked[0].Recipe.Extras)
		}
	})
}

func TestPauseStopAndFirst(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		b.add("a", "b")
		time.Sleep(time.Second)
		b.Pause(true) // after this picture
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a done")
		if _, err := b.Add(ask("urgent"), true); err != nil {
			t.Fatal(err)
		}
		b.Pause(false)
		time.Sleep(time.Second)
		b.Stop()
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a done", "urgent cancelled")
		if q := b.Queue(); len(q.Waiting) != 1 || !q.Paused {
			t.Errorf("%d wait, paused %v; want 1, true", len(q.Waiting), q.Paused)
		}
		b.CancelAll()
		b.wantStates("a done", "urgent cancelled", "b cancelled")
	})
}

func TestKeepDraftAndDevelop(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration // 4 s are Stage C, 2 s Stage B
	}{{"in Stage C", time.Second}, {"in Stage B", 5500 * time.Millisecond}} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, dir, &fake{together: 1})
				defer b.close()
				job := b.add("a")[0]
				time.Sleep(tt.after)
				b.KeepDraft(job.ID)
				time.Sleep(time.Minute)
				synctest.Wait()
				b.wantStates("a done")
				draft := b.Queue().Over[0]
				if !draft.Recipe.Draft || filepath.Base(filepath.Dir(draft.File)) != recipe.DraftsFolder {
					t.Fatalf("kept %+v", draft)
				}
				r := draft.Recipe
				r.Draft, r.DecoderSeed = false, 77
				if _, err := b.Add([]Job{{Recipe: r, Source: draft.File}}, false); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				last := b.gen.calls[len(b.gen.calls)-1][0]
				if last.Latent == nil || last.Latent.F32[0] != 1 {
					t.Errorf("developed from %v, want the draft's composition", last.Latent)
				}
				m, err := recipe.ReadEmbedded(b.Queue().Over[0].File)
				if err != nil || m.Parent != filepath.Base(draft.File) || m.DecoderSeed != 77 {
					t.Errorf("the picture says %+v, %v", m, err)
				}
			})
		})
	}
}

func TestGroupsAreMadeTogether(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 8})
		defer b.close()
		group := b.add("a", "b", "c")
		b.add("other")
		time.Sleep(5 * time.Second)
		b.Cancel(group[0].ID) // one of the running, in Stage B: its composition is kept
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(b.gen.calls); n != 2 || len(b.gen.calls[0]) != 3 {
			t.Errorf("%d calls, the first of %d pictures; want 2 and 3", n, len(b.gen.calls[0]))
		}
		b.wantStates("a done", "b done", "c done", "other done")
		if over := b.Queue().Over; !over[3].Recipe.Draft || over[2].Recipe.Draft {
			t.Errorf("drafts: %v, %v; want the cancelled one alone", over[3].Recipe.Draft, over[2].Recipe.Draft)
		}
	})
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		full := errors.Join(errors.New("stage b"), inference.ErrOutOfMemory)
		b := newBench(t, dir, &fake{together: 8, fail: map[string]error{"bad": full}})
		defer b.close()
		b.add("a", "bad", "c") // one call: the error is of "bad" alone
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a done", "bad failed", "c done")
		bad := b.Queue().Over[1]
		if bad.Error == "" {
			t.Error("no reason")
		}
		b.gen.fail = nil
		if err := b.Retry(bad.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if again := b.Queue().Over[0]; again.State != Done || again.Recipe.Seed != bad.Recipe.Seed {
			t.Errorf("tried again: %+v", again)
		}
		b.gen.fail, b.gen.together = map[string]error{"x": full}, 1 // one failure each
		b.add("x", "x", "x", "x")                                   // at once: the third may not fail before the fourth waits
		time.Sleep(time.Minute)
		synctest.Wait()
		if q := b.Queue(); !q.Paused || len(q.Waiting) != 1 {
			t.Errorf("after three failures: paused %v, %d wait; want true, 1", q.Paused, len(q.Waiting))
		}
	})
}

func TestQueueSurvives(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		b.add("a", "b", "c")
		time.Sleep(7 * time.Second)
		synctest.Wait()
		before := b.Queue()
		b.close() // b was running
		again := newBench(t, dir, &fake{together: 1})
		defer again.close()
		time.Sleep(time.Minute)
		synctest.Wait()
		q := again.Queue()
		if !q.Paused || len(q.Waiting) != 2 || q.Waiting[0].Recipe.Prompt != "b" || q.Waiting[1].Recipe.Prompt != "c" || len(again.gen.calls) != 0 {
			t.Errorf("after a quit: %+v", q)
		}
		if len(q.Over) != 1 || q.Over[0].File != before.Over[0].File {
			t.Errorf("ended: %+v, want %+v", q.Over, before.Over)
		}
	})
}

func TestKilledWhileRunning(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		b.add("a", "b")
		time.Sleep(time.Second)
		synctest.Wait()
		// What lies on disk while "a" runs is what a kill leaves.
		for _, name := range []string{"studio.db", "studio.db-wal"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "killed"+name[len("studio"):]), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		b.close()
		store, _, err := OpenStore(filepath.Join(dir, "killed.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		waiting, over, err := store.jobs(10)
		if err != nil || len(waiting) != 1 || waiting[0].Recipe.Prompt != "b" || len(over) != 1 || over[0].State != Interrupted {
			t.Errorf("after a kill: waiting %v, ended %v, %v", waiting, over, err)
		}
	})
}

func TestPictureNotSaved(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pictures"), nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		b.add("a", "b")
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a unsaved")
		if !b.Queue().Paused || !errors.Is(b.ended[0].Err, disk.ErrWrite) || b.ended[0].Image == nil {
			t.Errorf("paused %v, got %+v", b.Queue().Paused, b.ended)
		}
		id := b.Queue().Over[0].ID
		if err := b.SaveAgain(id); !errors.Is(err, disk.ErrWrite) {
			t.Errorf("saving again: %v, want ErrWrite", err)
		}
		if err := os.Remove(filepath.Join(dir, "pictures")); err != nil {
			t.Fatal(err)
		}
		if err := b.SaveAgain(id); err != nil {
			t.Fatal(err)
		}
		if j := b.Queue().Over[0]; j.State != Done {
			t.Errorf("after saving: %+v", j)
		} else if _, err := os.Stat(j.File); err != nil {
			t.Error(err)
		}
	})
}

func TestRendererStaysBesideTheSampling(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := &slow{}
		b := newBench(t, dir, &fake{together: 1, renderer: r})
		defer b.close()
		jobs := ask("a")
		jobs[0].Recipe.Steps = 110
		start := time.Now()
		if _, err := b.Add(jobs, false); err != nil {
			t.Fatal(err)
		}
		var widest int
		for range 120 {
			time.Sleep(time.Second)
			synctest.Wait()
			b.mu.Lock()
			if p := b.newest.Preview; p != nil && b.newest.Stage == inference.StageC {
				widest = max(widest, p.Bounds().Dx())
			}
			b.mu.Unlock()
		}
		if got := b.Queue().Over[0].Took; got != 112*time.Second || time.Since(start) < got {
			t.Errorf("the picture took %v, want 112s: the renderer held it up", got)
		}
		// One second of work, 49 of rest: three renderings in 110 s.
		if r.calls.Load() != 3 || widest != 3 {
			t.Errorf("%d renderings, %d shown; want 3 and 3", r.calls.Load(), widest)
		}
	})
}
