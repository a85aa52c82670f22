package ort

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
)

// TestNoTelemetry runs a network in a process of its own with an empty home:
// the library must leave nothing there. With its telemetry on, version 1.30.0
// leaves Microsoft/DeveloperTools/.onnxruntime in the cache folder.
func TestNoTelemetry(t *testing.T) {
	const env = "CASCATA_TEST_TELEMETRY"
	if os.Getenv(env) != "" {
		r := open(t, Options{})
		x, y := inference.NewTensor(4, 4), inference.NewTensor(4, 4)
		if err := bind(t, r, cpu, chain(4, 1), tensors{"x": x}, tensors{"y": y}).Run(none); err != nil {
			t.Fatal(err)
		}
		return
	}
	library := libraryPath(t)
	home := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoTelemetry$")
	cmd.Env = append(homeless(), env+"=1", libraryVariable+"="+library, "HOME="+home, "USERPROFILE="+home)
	for _, name := range []string{"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "APPDATA", "LOCALAPPDATA"} {
		folder := filepath.Join(home, strings.ToLower(name))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, name+"="+folder)
	}
	before := tree(t, home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if after := tree(t, home); after != before {
		t.Errorf("a run leaves files; before:\n%s\nafter:\n%s", before, after)
	}
}

// homeless is the environment without what this test or telemetry depend on.
func homeless() []string {
	var list []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if name != "HOME" && name != "TMPDIR" && name != "ORT_DISABLE_TELEMETRY" && !strings.HasPrefix(name, "XDG_") {
			list = append(list, e)
		}
	}
	return list
}

// tree lists everything in a folder.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, "\n")
}
