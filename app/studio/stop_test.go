package studio

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
)

// Whatever stops a picture in Stage B keeps its composition, and going on from
// it makes the picture that was asked for. (4 s are Stage C, 2 s Stage B.)
func TestStoppingKeepsTheComposition(t *testing.T) {
	for name, stop := range map[string]func(*bench, int64){
		"cancel":     func(b *bench, id int64) { b.Cancel(id) },
		"stop":       func(b *bench, _ int64) { b.Stop() },
		"cancel all": func(b *bench, _ int64) { b.CancelAll() },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, dir, &fake{together: 1})
				defer b.close()
				job := b.add("a")[0]
				time.Sleep(5500 * time.Millisecond)
				stop(b, job.ID)
				time.Sleep(time.Minute)
				synctest.Wait()
				b.wantStates("a done")
				kept := b.Queue().Over[0]
				if !kept.Recipe.Draft || filepath.Base(filepath.Dir(kept.File)) != recipe.DraftsFolder || !b.ended[0].Stopped {
					t.Fatalf("kept %+v, got %+v", kept, b.ended[0])
				}
				if b.Queue().Paused {
					t.Error("the queue is empty and paused")
				}
				b.Restore(0, job.ID)
				time.Sleep(time.Minute)
				synctest.Wait()
				b.wantStates("a done")
				last := b.gen.calls[len(b.gen.calls)-1][0]
				over := b.Queue().Over[0]
				if over.ID != job.ID || over.Recipe.Draft || last.Latent == nil || last.Latent.F32[0] != float32(job.Recipe.Seed) || last.DecoderSeed != job.Recipe.DecoderSeed {
					t.Errorf("went on as %+v from %v", over, last.Latent)
				}
			})
		})
	}
}

// Before the composition is done there is nothing to keep, and of a draft the
// file is there already.
func TestStoppingKeepsNothingTwice(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		job := b.add("a")[0]
		time.Sleep(time.Second)
		b.Cancel(job.ID)
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a cancelled")
		if !b.ended[0].Stopped || b.ended[0].Job.File != "" {
			t.Errorf("got %+v", b.ended[0])
		}
		b.Restore(0, job.ID)
		time.Sleep(5500 * time.Millisecond)
		b.KeepDraft(job.ID)
		synctest.Wait()
		draft := b.Queue().Over[0]
		if b.ended[1].Stopped {
			t.Error("what was asked for counts as stopped")
		}
		r := draft.Recipe
		r.Draft = false
		again, err := b.Add([]Job{{Recipe: r, Source: draft.File}}, false)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(1500 * time.Millisecond)
		b.Cancel(again[0].ID)
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a done", "a cancelled")
	})
}

// With one stream of noise through both stages a composition that is taken up
// again gets other detail, so the picture is made anew.
func TestOneStreamIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		jobs := ask("a")
		jobs[0].Recipe.Preset = sampler.Diffusers
		added, err := b.Add(jobs, false)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(5500 * time.Millisecond)
		b.Cancel(added[0].ID)
		time.Sleep(time.Second)
		synctest.Wait()
		b.wantStates("a done") // the draft
		b.Restore(0, added[0].ID)
		time.Sleep(time.Minute)
		synctest.Wait()
		if last := b.gen.calls[1][0]; last.Latent != nil || last.Draft {
			t.Errorf("made from %v", last.Latent)
		}
	})
}

// A picture that is at Stage B when the program ends goes on from there, and is the
// one that it would have been. Where its composition cannot be kept beside the queue, it
// becomes a draft.
func TestQuitKeepsTheComposition(t *testing.T) {
	for _, beside := range []bool{true, false} {
		dir, whole := t.TempDir(), t.TempDir()
		if !beside {
			if err := os.WriteFile(filepath.Join(dir, "compositions"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, dir, &fake{together: 1})
			b.add("a")
			time.Sleep(5500 * time.Millisecond)
			synctest.Wait()
			b.close()
			again := newBench(t, dir, &fake{together: 1})
			defer again.close()
			q := again.Queue()
			if len(q.Waiting) != 1 || (q.Waiting[0].Source == "") != beside || q.Waiting[0].Recipe.Draft {
				t.Fatalf("waits %+v", q.Waiting)
			}
			again.Pause(false)
			time.Sleep(time.Minute)
			synctest.Wait()
			again.wantStates("a done")
			last := again.gen.calls[0][0]
			from := last.Latent
			if beside {
				from = last.Composed
			}
			if from == nil || from.F32[0] != float32(q.Waiting[0].Recipe.Seed) {
				t.Errorf("went on from %v", from)
			}
			if beside {
				again.wantWhole(newBench(t, whole, &fake{together: 1}))
			}
		})
	}
}

// Where Stage B fails, trying again begins with it.
func TestFailureKeepsTheComposition(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1, failDetail: inference.ErrOutOfMemory})
		defer b.close()
		id := b.add("a")[0].ID
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a failed")
		b.gen.failDetail = nil
		if err := b.Retry(id); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("a failed", "a done")
		if last := b.gen.calls[1][0]; last.Latent == nil {
			t.Error("Stage C was made again")
		}
	})
}

func TestRestoreKeepsTheOrder(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		b.Pause(true)
		jobs := b.add("a", "b", "c", "d")
		b.Cancel(jobs[1].ID, jobs[2].ID)
		b.Restore(jobs[3].ID, jobs[1].ID, jobs[2].ID, 99)
		if got := idsOf(b.Queue().Waiting); !slices.Equal(got, idsOf(jobs)) {
			t.Errorf("they wait as %v, want %v", got, idsOf(jobs))
		}
		if q := b.Queue(); len(q.Over) != 0 || !q.Paused || q.Waiting[1].Group != jobs[0].Group {
			t.Errorf("restored: %+v", q)
		}
	})
}

func idsOf(jobs []Job) (ids []int64) {
	for _, j := range jobs {
		ids = append(ids, j.ID)
	}
	return ids
}

// Whatever empties a paused queue, the next picture that is asked for is made.
func TestEmptiedQueueIsNotPaused(t *testing.T) {
	for name, empty := range map[string]func(*bench){
		"cancel all":     func(b *bench) { b.CancelAll() },
		"the last ones":  func(b *bench) { b.Cancel(idsOf(b.Queue().Waiting)...) },
		"stop, then all": func(b *bench) { b.Stop(); b.CancelAll() },
		"all, then stop": func(b *bench) { b.CancelAll(); b.Stop() },
		"the running one": func(b *bench) {
			b.Cancel(idsOf(b.Queue().Waiting)...)
			b.Pause(true)
			b.Cancel(idsOf(b.Queue().Running)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, dir, &fake{together: 1})
				defer b.close()
				b.add("a", "b", "c")
				time.Sleep(time.Second)
				b.Pause(true) // after this picture
				empty(b)
				time.Sleep(time.Minute)
				synctest.Wait()
				if q := b.Queue(); q.Paused || len(q.Waiting)+len(q.Running) > 0 {
					t.Fatalf("paused %v, %d wait", q.Paused, len(q.Waiting))
				}
				b.add("next")
				time.Sleep(time.Minute)
				synctest.Wait()
				if over := b.Queue().Over[0]; over.Recipe.Prompt != "next" || over.State != Done {
					t.Errorf("asked for another: %+v", over)
				}
			})
		})
	}
}

// A picture that could not be saved, or failures, pause only what still waits.
func TestFailuresLeaveAnEmptyQueueRunning(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1, fail: map[string]error{"bad": inference.ErrOutOfMemory}})
		defer b.close()
		b.add("bad", "bad", "bad")
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("bad failed", "bad failed", "bad failed")
		if b.Queue().Paused {
			t.Error("nothing waits and the queue is paused")
		}
	})
}

// An empty queue can be paused, to order what is asked for next.
func TestEmptyQueueCanBePaused(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		b.Pause(true)
		b.add("a")
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates()
	})
}

// What is forgotten comes back as it was, on disk too.
func TestRecall(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		b.add("a", "b")
		time.Sleep(time.Minute)
		synctest.Wait()
		before := b.Queue().Over
		b.Forget(before[1].ID)
		b.Recall(before[1])
		b.Recall(before[1]) // again does nothing
		b.wantStates("a done", "b done")
		b.close()
		again := newBench(t, dir, &fake{together: 1})
		defer again.close()
		again.wantStates("a done", "b done")
		if got := again.Queue().Over[1]; got.File != before[1].File || got.Group != before[1].Group || got.Recipe.Seed != before[1].Recipe.Seed {
			t.Errorf("came back as %+v, want %+v", got, before[1])
		}
	})
}
