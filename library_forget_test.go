//go:build headless

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A folder that was added can be forgotten: its files stay, and forgetting it
// again is wrong use.
func TestLibraryForget(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	data, err := os.ReadFile("app/meta/testdata/plain.png")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "plain.png"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		exit int
		says string
	}{
		{"rescan --add " + dir, 0, "1 new"},
		{"list", 0, "plain.png"},
		{"forget " + dir, 0, "1 file left the library"},
		{"list", 0, ""},
		{"forget " + dir, 2, "was not added"},
		{"forget", 2, "name one folder"},
		{"rescan --add " + dir + "/none", 2, "is not a folder that can be read"},
		{"rescan --add " + dir + "/plain.png", 2, "is not a folder that can be read"},
		{"rescan --add=", 2, "it is empty"},
	} {
		cmd := exec.Command(os.Args[0], append([]string{"library"}, strings.Fields(tt.args)...)...)
		cmd.Env = append(os.Environ(), "CASCATA_TEST_MAIN=1", "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
		out, _ := cmd.CombinedOutput()
		if exit := cmd.ProcessState.ExitCode(); exit != tt.exit || !strings.Contains(string(out), tt.says) || tt.says == "" && len(out) > 0 {
			t.Errorf("library %s: exit %d, %q", tt.args, exit, out)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "plain.png")); err != nil {
		t.Error(err)
	}
}
