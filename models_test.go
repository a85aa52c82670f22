//go:build headless

package main

import (
	"image"
	"image/draw"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cascata/app/catalogue"
	"cascata/app/hub"
	"cascata/app/hub/hubtest"
	"cascata/inference/inferencetest"
)

// official serves a tiny lite model as the official repositories are laid out,
// and lets the program find it.
func official(t *testing.T) *hubtest.Site {
	t.Helper()
	site, err := hubtest.Official("inference/testdata/checkpoints/lite-bf16")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	t.Setenv("HF_ENDPOINT", server.URL)
	return site
}

// listed is what models list says of one.
func listed(t *testing.T, home, name string) map[string]any {
	t.Helper()
	r := runIn(t, home, "models", "list", "--json")
	for _, m := range events(t, r.stdout) {
		if m["name"] == name {
			return m
		}
	}
	t.Fatalf("%s is not listed: %+v", name, r)
	return nil
}

// What models list says of memory is what the catalogue does, in both its forms.
func TestModelsListNeeds(t *testing.T) {
	home := t.TempDir()
	text, seen := runIn(t, home, "models", "list").stdout, 0
	for _, m := range events(t, runIn(t, home, "models", "list", "--json").stdout) {
		e, ok := catalogue.Find(m["name"].(string))
		if !ok || e.Kind != catalogue.Whole {
			continue
		}
		seen++
		said := m["needs"].(map[string]any)
		if len(said) != len(e.Needs()) {
			t.Errorf("%s: %v, want %v", e.Name, said, e.Needs())
		}
		for precision, n := range e.Needs() {
			if said[precision] != float64(n) || !strings.Contains(text, precision+" "+hub.Amount(n)) {
				t.Errorf("%s in %s: %v in\n%s\nwant %d", e.Name, precision, said[precision], text, n)
			}
		}
	}
	if seen != 5 {
		t.Errorf("%d models are listed", seen)
	}
}

const lite = "stable-cascade-lite"

// pixels are those of a PNG, without what else is in the file.
func pixels(t *testing.T, path string) []uint8 {
	t.Helper()
	img := inferencetest.ReadPNG(t, path)
	flat := image.NewRGBA(img.Bounds())
	draw.Draw(flat, flat.Rect, img, flat.Rect.Min, draw.Src)
	return flat.Pix
}

// From nothing to a picture of the real model's kind: the licence is shown, the files
// are fetched from a server, and the model is used by its name.
func TestModelsDownload(t *testing.T) {
	site := official(t)
	home := t.TempDir()
	if m := listed(t, home, lite); m["installed"] != false || m["bytes"].(float64) < 4e9 || m["licence"] == "" || m["needs"].(map[string]any)["fp32"].(float64) < 4e9 || m["fits"] == nil {
		t.Errorf("before: %+v", m)
	}
	if r := runIn(t, home, "generate", "--model", lite, "--prompt", "x"); r.exit != 3 || !strings.Contains(r.stderr, "models download "+lite) {
		t.Errorf("generate before: %+v", r)
	}
	r := runIn(t, home, "models", "download", lite)
	if r.exit != 2 || !strings.Contains(r.stdout, "Non-Commercial") || !strings.Contains(r.stdout, "--accept-licence") || site.Asked.Load() > 0 {
		t.Fatalf("without accepting: %+v", r)
	}
	r = runIn(t, home, "models", "download", lite, "--accept-licence", "--json")
	list := events(t, r.stdout)
	if last := list[len(list)-1]; r.exit != 0 || last["event"] != "done" || list[0]["event"] != "progress" {
		t.Fatalf("download: %+v", r)
	}
	m := listed(t, home, lite)
	if m["installed"] != true || m["state"] != "downloaded" || m["done"] != m["bytes"] {
		t.Errorf("after: %+v", m)
	}
	out := filepath.Join(t.TempDir(), "x.png")
	r = runIn(t, home, "generate", "--model", lite, "--prompt", "x", "--device", "cpu", "--steps", "2", "--decoder-steps", "2", "--width", "128", "--height", "128", "--seed", "1", "--out", out)
	if r.exit != 0 {
		t.Fatalf("generate: %+v", r)
	}
	direct := filepath.Join(t.TempDir(), "y.png")
	r = runIn(t, home, "generate", "--model", "inference/testdata/checkpoints/lite-bf16", "--prompt", "x", "--device", "cpu", "--steps", "2", "--decoder-steps", "2", "--width", "128", "--height", "128", "--seed", "1", "--out", direct)
	if r.exit != 0 || string(pixels(t, out)) != string(pixels(t, direct)) {
		t.Errorf("the picture is not that of the same files elsewhere: %+v", r)
	}
	// What was accepted is remembered, and what is whole is not fetched again.
	asked := site.Asked.Load()
	if r = runIn(t, home, "models", "download", lite); r.exit != 0 || site.Asked.Load() != asked {
		t.Errorf("again: %+v, %d files were asked for", r, site.Asked.Load()-asked)
	}
	if r = runIn(t, home, "models", "remove", lite); r.exit != 0 {
		t.Errorf("remove: %+v", r)
	}
	if m := listed(t, home, lite); m["installed"] != false || m["state"] != "absent" {
		t.Errorf("removed: %+v", m)
	}
}

// Ctrl+C ends a download with 130, and a second call goes on where it ended.
func TestModelsDownloadInterrupted(t *testing.T) {
	site := official(t)
	site.Pace.Store(300_000)
	home := t.TempDir()
	cmd := program(home, "models", "download", lite, "--accept-licence")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); site.Sent.Load() < 300_000 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	cmd.Process.Signal(syscall.SIGINT)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.HasSuffix(stderr.String(), "Stopped.\n") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
	m := listed(t, home, lite)
	here := m["done"].(float64)
	if m["state"] != "unfinished" || m["installed"] != false || here < 100_000 {
		t.Errorf("interrupted: %+v", m)
	}
	site.Pace.Store(0)
	sent := site.Sent.Load()
	if r := runIn(t, home, "models", "download", lite); r.exit != 0 {
		t.Fatalf("again: %+v", r)
	}
	if m = listed(t, home, lite); m["installed"] != true {
		t.Errorf("whole: %+v", m)
	}
	if more := float64(site.Sent.Load() - sent); more != m["bytes"].(float64)-here {
		t.Errorf("%g bytes were here, and %g of %g were sent then", here, more, m["bytes"])
	}
}

func TestModelsExitCodes(t *testing.T) {
	home := t.TempDir()
	site := official(t)
	site.Repos["stabilityai/stable-cascade-prior"] = nil
	for name, tt := range map[string]struct {
		args []string
		exit int
		says string
	}{
		"no such entry":       {[]string{"download", "sdxl", "--accept-licence"}, 2, "models list"},
		"no name":             {[]string{"download", "--accept-licence"}, 2, "name one model"},
		"no such repository":  {[]string{"download", lite, "--accept-licence"}, 6, "has no prior_lite"},
		"add nothing":         {[]string{"add"}, 2, "models add PATH"},
		"add what is not":     {[]string{"add", "/no/such/model"}, 3, "/no/such/model"},
		"add another model":   {[]string{"add", "assets/demo", "--name", "demo"}, 2, "taken"},
		"remove the built-in": {[]string{"remove", "demo"}, 2, "demo"},
		"remove what is not":  {[]string{"remove", "x"}, 2, "x"},
		"list something":      {[]string{"list", "x"}, 2, "takes no"},
	} {
		if r := runIn(t, home, append([]string{"models"}, tt.args...)...); r.exit != tt.exit || !strings.Contains(r.stderr, tt.says) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	t.Setenv("HF_ENDPOINT", "nowhere")
	if r := runIn(t, home, "models", "download", lite, "--accept-licence", "--json"); r.exit != 6 || !strings.Contains(r.stdout, `"exit":6`) {
		t.Errorf("a wrong address: %+v", r)
	}
	home = t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "data"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if r := runIn(t, home, "models", "download", lite, "--accept-licence"); r.exit != 5 {
		t.Errorf("a folder that cannot be made: %+v", r)
	}
}

// Others' files get a name, and stay where they are when it is taken away.
func TestModelsAdd(t *testing.T) {
	home := t.TempDir()
	model := advisedModel(t)
	r := runIn(t, home, "models", "add", model)
	if r.exit != 0 || strings.TrimSpace(r.stdout) != "advised" {
		t.Fatalf("%+v", r)
	}
	if m := listed(t, home, "advised"); m["installed"] != true || m["state"] != "added" {
		t.Errorf("%+v", m)
	}
	if r = runIn(t, home, "models", "inspect", "advised"); r.exit != 0 || !strings.Contains(r.stdout, model) {
		t.Errorf("inspect: %+v", r)
	}
	if r = runIn(t, home, "models", "remove", "advised"); r.exit != 0 || !strings.Contains(r.stderr, "stay where they are") {
		t.Errorf("remove: %+v", r)
	}
	if _, err := os.Stat(filepath.Join(model, "cascata.json")); err != nil {
		t.Error(err)
	}
}

// Of a folder with nothing that can be used every file is named, with its reason.
func TestInspectNamesAll(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{"GGUF", "\x80\x02x", "<!doctype html>", "", "version https://git-lfs.github.com/spec/v1"} {
		write(t, filepath.Join(dir, []string{"a.gguf", "b.ckpt", "c.safetensors", "d.safetensors", "e.sft"}[i]), []byte(text))
	}
	r := runIn(t, t.TempDir(), "models", "inspect", dir)
	if r.exit != 3 || strings.Count(r.stderr, "not used  ") != 5 {
		t.Errorf("%+v", r)
	}
	for _, name := range []string{"a.gguf", "b.ckpt", "c.safetensors", "d.safetensors", "e.sft"} {
		if !strings.Contains(r.stderr, filepath.Join(dir, name)+": ") {
			t.Errorf("%s is not named: %s", name, r.stderr)
		}
	}
}

// What lies in another program's folder is found, and what is printed gives it a name.
func TestModelsFind(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HF_HOME", filepath.Join(home, "hf"))
	models := filepath.Join(home, "ComfyUI", "models", "checkpoints")
	if err := os.MkdirAll(models, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(models, os.DirFS("inference/testdata/checkpoints/comfy")); err != nil {
		t.Fatal(err)
	}
	r := runIn(t, home, "models", "find")
	_, add, ok := strings.Cut(r.stdout, "cascata models add ")
	if r.exit != 0 || !ok || !strings.Contains(r.stdout, "stage c") || !strings.Contains(r.stdout, "ComfyUI") {
		t.Fatalf("%+v", r)
	}
	r = runIn(t, home, append([]string{"models", "add", "--name", "mine"}, strings.Fields(strings.SplitN(add, "\n", 2)[0])...)...)
	if r.exit != 0 || strings.TrimSpace(r.stdout) != "mine" || r.stderr != "" {
		t.Fatalf("%+v", r)
	}
	if r = runIn(t, home, "models", "inspect", "mine"); r.exit != 0 || strings.Contains(r.stdout, "missing") {
		t.Errorf("%+v", r)
	}
	if r = runIn(t, home, "models", "find", filepath.Join(home, "nothing")); r.exit != 2 {
		t.Errorf("a folder that is not there: %+v", r)
	}
}
