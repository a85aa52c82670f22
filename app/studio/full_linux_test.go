package studio

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/disk/disktest"
	"cascata/app/recipe"
)

// A picture that does not fit on the disk stays in memory, the artist is warned,
// and it can be saved once there is space.
func TestDiskFullWhileSaving(t *testing.T) {
	dir := t.TempDir()
	d := disktest.Small(t, "256k")
	filling := disktest.Fill(t, d)
	if err := os.Symlink(d, filepath.Join(dir, "pictures")); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, dir, &fake{together: 1})
		defer b.close()
		b.add("full")
		time.Sleep(time.Minute)
		synctest.Wait()
		b.wantStates("full unsaved")
		if len(b.ended) != 1 || !errors.Is(b.ended[0].Err, disk.ErrWrite) || !errors.Is(b.ended[0].Err, syscall.ENOSPC) {
			t.Fatalf("the artist is got %+v", b.ended)
		}
		if m := app.Explain(b.ended[0].Err); m.Title == "" || m.Help == "" {
			t.Errorf("the artist reads %+v", m)
		}
		id := b.Queue().Over[0].ID
		if err := b.SaveAgain(id); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("saved again on a full disk: %v", err)
		}
		left, err := filepath.Glob(filepath.Join(d, "*.png"))
		hidden, _ := filepath.Glob(filepath.Join(d, ".cascata-*"))
		if err != nil || len(left)+len(hidden) != 0 {
			t.Errorf("left on the full disk: %q %q, %v", left, hidden, err)
		}
		if err := os.Remove(filling); err != nil {
			t.Fatal(err)
		}
		if err := b.SaveAgain(id); err != nil {
			t.Fatal(err)
		}
		b.wantStates("full done")
		if m, err := recipe.ReadEmbedded(b.Queue().Over[0].File); err != nil || m.Prompt != "full" {
			t.Errorf("saved: %+v, %v", m, err)
		}
	})
}
