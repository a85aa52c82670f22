//go:build headless

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/meta"
)

// show runs cascata library show.
func show(t *testing.T, args ...string) (out string, exit int) {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(os.Args[0], append([]string{"library", "show"}, args...)...)
	cmd.Env = append(os.Environ(), "CASCATA_TEST_MAIN=1", "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if cmd.ProcessState.ExitCode() != 0 && (stderr.Len() == 0 || stdout.Len() != 0) {
		t.Errorf("%q fails with %q and %q", args, stdout.String(), stderr.String())
	}
	return stdout.String(), cmd.ProcessState.ExitCode()
}

func TestLibraryShow(t *testing.T) {
	for file, program := range map[string]string{
		"a1111.png": "a1111", "comfyui.webp": "comfyui", "invokeai.png": "invokeai", "fooocus.jpg": "fooocus", "drawthings.png": "drawthings",
		"stabilitymatrix.png": "stabilitymatrix", "plain.png": "unknown",
	} {
		path, err := filepath.Abs(filepath.Join("app/meta/testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		out, exit := show(t, path, "--json")
		var got map[string]any
		if err := json.Unmarshal([]byte(out), &got); err != nil || exit != 0 || got["program"] != program || got["file"] != path {
			t.Errorf("%s: exit %d, %v\n%s", file, exit, err, out)
		}
		if _, known := got["prompt"]; known == (program == "unknown") {
			t.Errorf("%s: what is not known is not left out, or what is known is\n%s", file, out)
		}
		if out, exit := show(t, path); exit != 0 || !strings.Contains(out, program) {
			t.Errorf("%s: exit %d\n%s", file, exit, out)
		}
	}
	for _, args := range [][]string{{"go.mod"}, {"no-such-file.png"}, {"app"}, {}, {"a.png", "b.png"}, {"--colour", "a.png"}} {
		if _, exit := show(t, args...); exit != 2 {
			t.Errorf("%q: exit %d, want 2", args, exit)
		}
	}
}

// Texts that no reader takes are shown whole, as JSON and as a table.
func TestLibraryShowSaysAll(t *testing.T) {
	plain, err := os.ReadFile("app/meta/testdata/plain.png")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("word ", 3000) + "end"
	data, err := meta.InsertChunks(plain, []meta.Chunk{
		meta.TextChunk("parameters", "Light: soft, Mood: \"calm\", Lens: 50mm"), meta.TextChunk("Title", "une forêt"), meta.TextChunk("Title", "水車小屋 🦊"),
		meta.UnicodeChunk("prompt", "{\"a\": \"\\u68ee <b> & c\"}"), meta.TextChunk("long", long),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "no ending")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, exit := show(t, path, "--json")
	var got struct{ Unused map[string]string }
	if err := json.Unmarshal([]byte(out), &got); err != nil || exit != 0 {
		t.Fatalf("exit %d, %v\n%s", exit, err, out)
	}
	table, _ := show(t, path)
	for key, want := range map[string]string{
		"parameters": "Light: soft, Mood: \"calm\", Lens: 50mm", "Title": "une forêt", "Title (2)": "水車小屋 🦊", "prompt": `{"a": "森 <b> & c"}`, "long": long,
	} {
		if got.Unused[key] != want {
			t.Errorf("%s: got %.90q want %.90q", key, got.Unused[key], want)
		}
		if key != "long" && !strings.Contains(table, want) {
			t.Errorf("%s is not in the table:\n%s", key, table)
		}
	}
	if !strings.Contains(table, "11003 bytes more; --json shows all") || len(table) > 6000 {
		t.Errorf("a table of %d bytes", len(table))
	}
}
