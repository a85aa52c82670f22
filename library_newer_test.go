//go:build headless

package main

import (
	"bytes"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/library"
	"cascata/app/meta"
)

// An index that a newer version wrote is left alone, with a sentence: that
// version may be running.
func TestLibraryOfANewerVersion(t *testing.T) {
	home := t.TempDir()
	state := filepath.Join(home, "cascata")
	l, _, err := library.Open(library.Params{State: state, Cache: home, Pictures: t.TempDir, Read: meta.Read})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	index := filepath.Join(state, "library.db")
	db, err := sql.Open("sqlite", index)
	if err == nil {
		_, err = db.Exec("PRAGMA user_version = 1000")
	}
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	before, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "library", "list")
	cmd.Env = append(os.Environ(), "CASCATA_TEST_MAIN=1", "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	said, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 5 || !strings.Contains(string(said), "newer version of Cascata") {
		t.Errorf("exit %d, says %q", code, said)
	}
	if after, err := os.ReadFile(index); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the index was changed, %v", err)
	}
}
