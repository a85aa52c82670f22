//go:build headless

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A folder of the library that is not there is said, and ends a rescan with an error;
// the usual one is made with the first picture.
func TestRescanWithoutFolders(t *testing.T) {
	home, dir := t.TempDir(), filepath.Join(t.TempDir(), "added")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		cmd := exec.Command(os.Args[0], append([]string{"library"}, args...)...)
		cmd.Env = append(os.Environ(), "CASCATA_TEST_MAIN=1", "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, exit := run("rescan", "--add", dir); exit != 0 {
		t.Fatalf("before the first picture: exit %d, %q", exit, out)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]int{"rescan": 1, "rescan --json": 1, "list": 0} {
		if out, exit := run(strings.Fields(args)...); exit != want || !strings.Contains(out, "is not there or may not be read: "+dir+";") {
			t.Errorf("%s: exit %d, %q", args, exit, out)
		}
	}
}
