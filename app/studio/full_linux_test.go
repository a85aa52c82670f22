package studio

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
)

// smallDisk mounts a disk of its own that holds size bytes. The test is
// skipped where that is not permitted.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill writes until the disk is full and returns the file to remove.
func fill(t *testing.T, dir string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filling"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		rand.Read(block)
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return f.Name()
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// A picture that does not fit on the disk stays in memory, the artist is told,
// and it can be saved once there is space.
func TestDiskFullWhileSaving(t *testing.T) {
	dir := t.TempDir()
	d := smallDisk(t, "256k")
	filling := fill(t, d)
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
			t.Fatalf("the artist is told %+v", b.ended)
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
