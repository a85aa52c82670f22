package inferencetest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is the user without rights.
const nobody = 65534

// Unreadable calls do while a folder below t.TempDir may not be looked into. Since
// root may look into every folder, do then runs with the rights of another user on the
// disk: those of this thread, so do must not leave its goroutine.
func Unreadable(t *testing.T, dir string, do func()) {
	t.Helper()
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755) // for the removal
	if os.Getuid() != 0 {
		do()
		return
	}
	// testing keeps a test's folders to their owner
	for up := filepath.Dir(dir); len(up) > len(os.TempDir()); up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Setfsuid(nobody); err != nil {
		t.Skip(err)
	}
	defer unix.Setfsuid(0)
	if _, err := os.ReadDir(filepath.Dir(dir)); err != nil {
		t.Skip("the folder for tests is another user's alone: ", err)
	}
	do()
}
