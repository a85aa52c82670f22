package studio

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cascata/app/recipe"
	"cascata/inference"
)

// wantWhole says whether the newest picture is, byte for byte, what another bench makes
// of "a" in one go, and whether nothing is kept of it any more.
func (b *bench) wantWhole(whole *bench) {
	b.t.Helper()
	whole.add("a")
	for len(whole.Queue().Over) == 0 {
		time.Sleep(time.Millisecond)
	}
	whole.close()
	want, err := os.ReadFile(whole.Queue().Over[0].File)
	if err != nil {
		b.t.Fatal(err)
	}
	got, err := os.ReadFile(b.Queue().Over[0].File)
	if err != nil {
		b.t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		b.t.Errorf("the picture has %d bytes, others than the %d of one that was not broken off", len(got), len(want))
	}
	for _, dir := range []string{b.dir, whole.dir} {
		if left := b.kept(dir); len(left) > 0 {
			b.t.Errorf("%s is left", left)
		}
	}
}

// kept are the files of compositions.
func (b *bench) kept(dir string) []string {
	left, err := filepath.Glob(filepath.Join(dir, "compositions", "*"))
	if err != nil {
		b.t.Fatal(err)
	}
	return left
}

// What no job may go on from is removed at the start, and the oldest where they are many.
func TestCompositionsAreFew(t *testing.T) {
	c := compositions{t.TempDir()}
	var jobs []*Job
	for i := range maxCompositions + 5 {
		j := ask("a")[0]
		j.State, j.Recipe.Seed = Waiting, uint64(i)
		if i%2 == 0 {
			j.State = Interrupted
		}
		jobs = append(jobs, &j)
		if err := c.write(j.Recipe, inference.NewTensor(1, 16, 1, 1)); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(int64(i), 0)
		if err := os.Chtimes(c.file(j.Recipe), at, at); err != nil {
			t.Fatal(err)
		}
	}
	done := jobs[len(jobs)-1]
	done.State = Done
	c.prune(jobs[:9], jobs[9:])
	for i, j := range jobs {
		if there, want := c.read(j.Recipe) != nil, i >= 4 && j != done; there != want {
			t.Errorf("that of job %d is kept: %v", i, there)
		}
	}
	if none := (compositions{}); none.write(recipe.Recipe{}, inference.NewTensor(1, 16, 1, 1)) != nil || none.read(recipe.Recipe{}) != nil {
		t.Error("without a folder something is kept")
	}
}
