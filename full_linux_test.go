//go:build headless

package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// fullDisk mounts a disk of its own on which free bytes are left. The test is
// skipped where that is not permitted.
func fullDisk(t *testing.T, free int64) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	f, err := os.Create(filepath.Join(dir, "filling"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, 4<<20)); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(4<<20 - free); err != nil {
		t.Fatal(err)
	}
	return dir
}

// named are the files that standard output names, as lines or in JSON.
func named(t *testing.T, stdout string) []string {
	t.Helper()
	var files []string
	if !strings.HasPrefix(stdout, "{") {
		for line := range strings.Lines(stdout) {
			if i := strings.Index(line, "/"); i >= 0 { // the kind of a network stands before its file
				files = append(files, strings.TrimSuffix(line[i:], "\n"))
			}
		}
		return files
	}
	for _, e := range events(t, stdout) {
		for _, key := range []string{"file", "latent"} {
			if f, ok := e[key].(string); ok {
				files = append(files, f)
			}
		}
	}
	return files
}

// On a full disk only files that are there are named.
func TestFullDisk(t *testing.T) {
	short := []string{"generate", "--device", "cpu", "--model", tiny, "--width", "64", "--height", "64", "--steps", "2", "--decoder-steps", "1", "--prompt", "x"}
	for name, tt := range map[string]struct {
		free int64
		args func(disk, other string) []string
		want int // files that are there; -1: some
	}{
		"picture":         {0, func(disk, _ string) []string { return append(short, "--out", disk+"/a.png") }, 0},
		"picture in JSON": {0, func(disk, _ string) []string { return append(short, "--json", "--out", disk+"/a.png") }, 0},
		"into a folder":   {0, func(disk, _ string) []string { return append(short, "--count", "2", "--out", disk) }, 0},
		"latent": {0, func(disk, other string) []string {
			return append(short, "--out", other, "--save-latent", disk+"/l.safetensors")
		}, 1},
		"latent in JSON": {0, func(disk, other string) []string {
			return append(short, "--json", "--out", other, "--save-latent", disk+"/l.safetensors")
		}, 1},
		"previews":        {0, func(disk, other string) []string { return append(short, "--json", "--out", other, "--previews", disk) }, 0},
		"draft":           {0, func(disk, _ string) []string { return append(short, "--draft", "--out", disk) }, 0},
		"second of many":  {40 << 10, func(disk, _ string) []string { return append(short, "--json", "--count", "9", "--out", disk) }, -1},
		"exported":        {0, func(disk, _ string) []string { return []string{"models", "export", disk, "--model", tiny} }, 0},
		"partly exported": {200 << 10, func(disk, _ string) []string { return []string{"models", "export", disk, "--model", tiny} }, -1},
	} {
		t.Run(name, func(t *testing.T) {
			disk, other := fullDisk(t, tt.free), t.TempDir()
			r := runIn(t, t.TempDir(), tt.args(disk, other)...)
			if r.exit != 5 {
				t.Errorf("exit code %d, want 5", r.exit)
			}
			files := named(t, r.stdout)
			for _, f := range files {
				if info, err := os.Stat(f); err != nil || info.Size() == 0 {
					t.Errorf("%s is named: %v", f, err)
				}
			}
			if tt.want >= 0 && len(files) != tt.want || tt.want < 0 && len(files) == 0 {
				t.Errorf("%d files are named, want %d", len(files), tt.want)
			}
			if hidden, _ := filepath.Glob(filepath.Join(disk, ".*")); len(hidden) > 0 {
				t.Errorf("left behind: %q", hidden)
			}
			t.Logf("%+v", r)
		})
	}
}

// printing are commands that print something on standard output.
func printing(t *testing.T) [][]string {
	short := []string{"--device", "cpu", "--model", tiny, "--width", "64", "--height", "64"}
	picture := []string{"--steps", "1", "--decoder-steps", "1", "--prompt", "x", "--out", t.TempDir()}
	const shown = "app/meta/testdata/a1111.png"
	all := [][]string{
		slices.Concat([]string{"generate"}, short, picture), slices.Concat([]string{"generate", "--json"}, short, picture),
		append([]string{"bench", "--runs", "0"}, short...), append([]string{"bench", "--json", "--runs", "0"}, short...),
		{"models", "add", tiny}, {"models", "export", "--model", tiny, t.TempDir()}, {"models", "download", "stable-cascade", "--json"},
		{"library", "forget", "app/meta/testdata", "--json"}, {"generate", "--help"}, {"models", "--help"}, {"version"}, {"help"},
	}
	for _, args := range [][]string{
		{"models", "list"}, {"models", "find", tiny}, {"models", "inspect", tiny}, {"devices"},
		{"library", "list"}, {"library", "search", "-none"}, {"library", "check"}, {"library", "rescan"}, {"library", "show", shown},
	} {
		all = append(all, args, append(slices.Clone(args), "--json"))
	}
	return all
}

// Standard output that takes no more is a failure, too, of whatever prints on it.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for _, args := range printing(t) {
		home := t.TempDir()
		if args[0] == "library" {
			runIn(t, home, "library", "rescan", "--add", "app/meta/testdata")
		}
		cmd := program(home, args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		cmd.Run()
		if cmd.ProcessState.ExitCode() != 5 || !strings.Contains(stderr.String(), "Standard output takes no more.") {
			t.Errorf("%q: exit code %d, want 5: %s", args, cmd.ProcessState.ExitCode(), stderr.String())
		}
	}
}

// A reader that has read enough ends the program, which says nothing to that.
func TestReaderGone(t *testing.T) {
	for _, args := range [][]string{{"models", "list"}, {"models", "list", "--json"}, {"version"}, {"library", "show", "app/meta/testdata/a1111.png"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := program(t.TempDir(), args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = w, &stderr
		cmd.Run()
		w.Close()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGPIPE || stderr.Len() > 0 {
			t.Errorf("%q: %v: %s", args, cmd.ProcessState, stderr.String())
		}
	}
}
