//go:build headless

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app"
	"cascata/app/meta"
	"cascata/app/recipe"
)

// ran is what a run of the program left.
type ran struct {
	stdout, stderr string
	exit           int
}

// run runs the program with a home of its own.
func runIn(t *testing.T, home string, args ...string) ran {
	t.Helper()
	cmd := program(home, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Run()
	return ran{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// made runs generate and returns the recipe inside the one picture that it names.
func made(t *testing.T, args ...string) recipe.Embedded {
	t.Helper()
	r := runIn(t, t.TempDir(), append([]string{"generate", "--device", "cpu", "--out", t.TempDir()}, args...)...)
	if r.exit != 0 || strings.Count(r.stdout, "\n") != 1 {
		t.Fatalf("%q: %+v", args, r)
	}
	if r.stderr != "" {
		t.Errorf("%q: on standard error: %s", args, r.stderr)
	}
	m, err := recipe.ReadEmbedded(strings.TrimSuffix(r.stdout, "\n"))
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return m
}

// advisedModel is a model whose makers recommend settings.
func advisedModel(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "advised")
	if err := os.CopyFS(dir, os.DirFS(tiny)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cascata.json"), []byte(`{"width": 128, "height": 128,
		"recommended": {"preset": "comfy", "steps": 3, "guidance": 2.5, "decoder_steps": 2, "decoder_guidance": 1.5}}`))
	return dir
}

// What no flag says is as the model's makers recommend, as in the window.
func TestRecommended(t *testing.T) {
	dir := advisedModel(t)
	info, err := app.Models{}.Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := info.Start.Recipe
	m := made(t, "--model", dir, "--prompt", "x")
	if m.Preset != "comfy" || m.Steps != 3 || m.Guidance != 2.5 || m.DecoderSteps != 2 || m.DecoderGuidance != 1.5 || m.Width != 128 || m.Height != 128 ||
		m.Preset != want.Preset || m.Steps != want.Steps || m.Guidance != want.Guidance || m.DecoderSteps != want.DecoderSteps || m.DecoderGuidance != want.DecoderGuidance {
		t.Errorf("got %+v, want %+v", m.Recipe, want)
	}
	m = made(t, "--model", dir, "--prompt", "x", "--preset", "official", "--steps", "1", "--guidance", "0", "--decoder-steps", "1", "--decoder-guidance", "0", "--width", "64")
	if m.Preset != "official" || m.Steps != 1 || m.Guidance != 0 || m.DecoderSteps != 1 || m.DecoderGuidance != 0 || m.Width != 64 || m.Height != 128 {
		t.Errorf("with flags: got %+v", m.Recipe)
	}
}

// A picture of nothing must be asked for.
func TestPrompt(t *testing.T) {
	model := advisedModel(t)
	short := []string{"--model", model, "--width", "64", "--height", "64", "--steps", "1", "--decoder-steps", "1"}
	if m := made(t, append(short, "--prompt", "")...); m.Prompt != "" {
		t.Errorf("got the prompt %q", m.Prompt)
	}
	latent := filepath.Join(t.TempDir(), "latent.safetensors")
	dir := t.TempDir()
	r := runIn(t, t.TempDir(), append([]string{"generate", "--device", "cpu", "--prompt", "a red circle", "--negative", "fog", "--seed", "5", "--out", dir, "--save-latent", latent}, short...)...)
	if r.exit != 0 {
		t.Fatalf("%+v", r)
	}
	picture, _, _ := strings.Cut(r.stdout, "\n")
	for name, args := range map[string][]string{
		"no prompt":              nil,
		"an empty input":         {"--prompt", "-"},
		"a latent has no prompt": {"--from-latent", latent},
	} {
		r := runIn(t, t.TempDir(), append(append([]string{"generate"}, short...), args...)...)
		if r.exit != 2 || r.stdout != "" || !strings.Contains(r.stderr, `--prompt ""`) {
			t.Errorf("%s: %+v", name, r)
		}
	}

	// A picture whose recipe cannot be read says why; with a prompt its composition is enough.
	newer, damaged, gone := filepath.Join(dir, "newer.png"), filepath.Join(dir, "damaged.png"), filepath.Join(dir, "gone.png")
	retold(t, picture, newer, func(text string) string { return strings.Replace(text, `"version":1`, `"version":99`, 1) })
	retold(t, picture, damaged, func(text string) string { return text[:len(text)/2] })
	write(t, gone, bytes.Replace(read(t, picture), []byte("a red circle"), []byte("a red square"), -1)) // its sums are wrong
	for file, why := range map[string]string{newer: "it has version 99", damaged: "no recipe that can be read: ", gone: "carries no recipe"} {
		from := []string{"generate", "--device", "cpu", "--model", model, "--decoder-steps", "1", "--from-latent", file, "--out", filepath.Join(dir, "detail.png")}
		if r := runIn(t, t.TempDir(), from...); r.exit != 2 || r.stdout != "" || !strings.Contains(r.stderr, file+" holds a composition, but") || !strings.Contains(r.stderr, why) || !strings.Contains(r.stderr, "--prompt") {
			t.Errorf("%s: %+v", file, r)
		}
		if r := runIn(t, t.TempDir(), append(from, "--prompt", "x")...); r.exit != 0 || !strings.Contains(r.stderr, why) {
			t.Errorf("%s, with a prompt: %+v", file, r)
		}
	}

	// A picture says what its composition is of, unless a flag does.
	detail := []string{"--model", model, "--decoder-steps", "1", "--from-latent", picture}
	if m := made(t, detail...); m.Prompt != "a red circle" || m.Negative != "fog" || m.Width != 64 || m.Height != 64 {
		t.Errorf("from a picture: %+v", m.Recipe)
	}
	// The recipe of the composition stays what it was: it is not made again.
	if m := made(t, append(detail, "--seed", "9", "--steps", "30", "--guidance", "7")...); m.Seed != 5 || m.DecoderSeed != 9 || m.Steps != 1 || m.Guidance == 7 || m.Parent != filepath.Base(picture) {
		t.Errorf("from a picture, what it says of its composition: %+v, parent %q", m.Recipe, m.Parent)
	}
	if m := made(t, append(detail, "--prompt", "blue", "--negative", "", "--width", "128", "--height", "128")...); m.Prompt != "blue" || m.Negative != "" || m.Width != 128 {
		t.Errorf("from a picture, with flags: %+v", m.Recipe)
	}
}

// retold copies a picture of ours with another text for its recipe.
func retold(t *testing.T, from, to string, change func(string) string) {
	t.Helper()
	data := read(t, from)
	at := bytes.Index(data, []byte("iTXt"+meta.OurKey)) - 4
	if at < 0 {
		t.Fatalf("%s carries no recipe", from)
	}
	end := at + 12 + int(binary.BigEndian.Uint32(data[at:]))
	chunks, err := meta.ReadChunks(bytes.NewReader(data), func(kind string) bool { return kind == "iTXt" })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		if key, text, ok := c.Text(); ok && key == meta.OurKey {
			data = append(bytes.Clone(data[:at]), data[end:]...)
			if data, err = meta.InsertChunks(data, []meta.Chunk{meta.UnicodeChunk(key, change(text))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, to, data)
}

// What is wrong with a flag's value is said with the flag, the value and what
// is allowed.
func TestFlagSentences(t *testing.T) {
	for flag, values := range map[string][]string{
		"width": {"0", "-8", "x", "1e3", "NaN"}, "height": {"0", "9000"}, "count": {"0", "-1", "10001"}, "steps": {"0", "1001"}, "decoder-steps": {"0"},
		"guidance": {"-1", "NaN", "Inf", "101"}, "decoder-guidance": {"-0.5"}, "shift": {"0", "-1", "Inf"}, "rescale": {"2"}, "eta": {"NaN"}, "seed": {"1.5"}, "preset": {"x", ""},
	} {
		for _, value := range values {
			r := runIn(t, t.TempDir(), "generate", "--prompt", "x", "--"+flag, value)
			if r.exit != 2 || !strings.Contains(r.stderr, "-"+flag+": ") || !strings.Contains(r.stderr, `"`+value+`"`) || !strings.Contains(r.stderr, "choose") {
				t.Errorf("--%s %s: %+v", flag, value, r)
			}
		}
	}
}

// A size that does not suit the model is made, and noted.
func TestUnsuitedSize(t *testing.T) {
	model := advisedModel(t)
	for width, noted := range map[string]bool{"256": false, "264": true} {
		args := []string{"generate", "--device", "cpu", "--model", model, "--prompt", "x", "--steps", "1", "--decoder-steps", "1", "--width", width, "--out", t.TempDir()}
		r := runIn(t, t.TempDir(), args...)
		if r.exit != 0 || strings.Contains(r.stderr, "128 by 128") != noted {
			t.Errorf("width %s: %+v", width, r)
		}
		r = runIn(t, t.TempDir(), append(args, "--json")...)
		found := false
		for _, e := range events(t, r.stdout) {
			found = found || e["event"] == "note" && strings.Contains(e["message"].(string), "128 by 128")
		}
		if r.exit != 0 || found != noted {
			t.Errorf("width %s in JSON: %+v", width, r)
		}
	}
}

// An empty name stands for nothing, least of all for the built-in model.
func TestEmptyArguments(t *testing.T) {
	for _, args := range [][]string{
		{"models", "inspect", ""}, {"models", "export", ""}, {"models", "export", t.TempDir(), "--model", ""}, {"library", "show", ""}, {"library", "search", ""},
		{"generate", "--prompt", "x", ""}, {"bench", "--model", ""}, {""},
	} {
		if r := runIn(t, t.TempDir(), args...); r.exit != 2 || r.stdout != "" || !strings.HasPrefix(r.stderr, "cascata: ") {
			t.Errorf("%q: %+v", args, r)
		}
	}
}

// set writes the settings of a user.
func set(t *testing.T, home, settings string) {
	t.Helper()
	dir := filepath.Join(home, "config", "cascata")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "settings.json"), []byte(settings))
}

// Where no flag says it, pictures lie and are named as the settings say, where the
// library finds them too. Settings that cannot be read stop nothing.
func TestPicturesOfTheSettings(t *testing.T) {
	short := []string{"generate", "--device", "cpu", "--model", tiny, "--width", "64", "--height", "64", "--steps", "1", "--decoder-steps", "1", "--prompt", "a boat", "--seed", "7"}
	chosen, out := filepath.Join(t.TempDir(), "chosen"), t.TempDir()
	settings := map[string]string{"chosen": fmt.Sprintf(`{"version": 1, "pictures": %q, "names": "{prompt} {seed}"}`, chosen), "damaged": `{"version": 1, "pictures": "`, "newer": `{"version": 1000}`}
	usual := filepath.Join("Pictures", "Cascata")
	for _, tt := range []struct {
		settings string
		args     []string
		file     string // below the user's home where it is no whole path
	}{
		{"chosen", nil, chosen + "/a boat 7.png"}, {"chosen", []string{"--draft"}, chosen + "/Drafts/a boat 7.png"},
		{"chosen", []string{"--out", out}, out + "/a boat 7.png"}, {"chosen", []string{"--out", out, "--draft"}, out + "/a boat 7 (2).png"}, {"chosen", []string{"--out", out + "/mine.png"}, out + "/mine.png"},
		{"", nil, usual + "/* seed 7.png"}, {"", []string{"--draft"}, usual + "/Drafts/* seed 7.png"},
		{"damaged", nil, usual + "/* seed 7.png"}, {"newer", nil, usual + "/* seed 7.png"}, {"damaged", []string{"--out", out + "/other.png"}, out + "/other.png"},
	} {
		home := t.TempDir()
		if text, ok := settings[tt.settings]; ok {
			set(t, home, text)
		}
		r := runIn(t, home, append(short, tt.args...)...)
		file, _, _ := strings.Cut(r.stdout, "\n")
		want := tt.file
		if !filepath.IsAbs(want) {
			want = filepath.Join(home, want)
		}
		if ok, _ := filepath.Match(want, file); r.exit != 0 || !ok {
			t.Errorf("settings %q, %q: %+v, want %s", tt.settings, tt.args, r, want)
		}
		readable := tt.settings == "chosen" || tt.settings == "" || strings.HasSuffix(tt.file, "/other.png") // which asks for nothing of theirs
		if said := strings.Contains(r.stderr, "settings.json could not be read"); said == readable {
			t.Errorf("settings %q, %q: said that they could not be read: %v", tt.settings, tt.args, said)
		}
		if list := runIn(t, home, "library", "list"); strings.Contains(list.stdout, file) != (len(tt.args) == 0 || tt.args[0] == "--draft") {
			t.Errorf("settings %q, %q: the library lists %s", tt.settings, tt.args, list.stdout)
		}
	}
}

// The latent of a draft, which no flag names, replaces none but that of the draft that
// is replaced itself.
func TestNothingIsReplacedUnasked(t *testing.T) {
	dir := t.TempDir()
	draft := func(args ...string) ran {
		return runIn(t, t.TempDir(), append([]string{"generate", "--draft", "--device", "cpu", "--model", tiny, "--width", "64", "--height", "64", "--steps", "1", "--prompt", "a boat"}, args...)...)
	}
	mine := []byte("a latent of mine")
	kept, picture := filepath.Join(dir, "cat.safetensors"), filepath.Join(dir, "cat.png")
	write(t, kept, mine)
	if r := draft("--out", picture); r.exit != 2 || !strings.Contains(r.stderr, kept+" is there already") || r.stdout != "" || !bytes.Equal(read(t, kept), mine) {
		t.Errorf("beside a file of mine: %+v", r)
	}
	write(t, filepath.Join(dir, "cat-0002.safetensors"), mine)
	if r := draft("--out", picture, "--count", "2"); r.exit != 2 || !strings.Contains(r.stderr, "cat-0002.safetensors is there already") {
		t.Errorf("the second of two: %+v", r)
	}
	if r := draft("--out", picture, "--save-latent", kept); r.exit != 0 || bytes.Equal(read(t, kept), mine) {
		t.Errorf("to a file that is named: %+v", r)
	}
	before := read(t, kept)
	if r := draft("--out", picture, "--seed", "9"); r.exit != 0 || bytes.Equal(read(t, kept), before) {
		t.Errorf("a draft made again: %+v", r)
	}

	home := t.TempDir()
	set(t, home, `{"version": 1, "names": "a"}`)
	alone := filepath.Join(dir, "a.safetensors")
	write(t, alone, mine)
	r := runIn(t, home, "generate", "--draft", "--device", "cpu", "--model", tiny, "--width", "64", "--height", "64", "--steps", "1", "--prompt", "a boat", "--out", dir)
	if want := filepath.Join(dir, "a.png") + "\n" + filepath.Join(dir, "a (2).safetensors") + "\n"; r.exit != 0 || r.stdout != want || !bytes.Equal(read(t, alone), mine) {
		t.Errorf("into a folder: %+v", r)
	}
}

// events are the lines of --json.
func events(t *testing.T, stdout string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(stdout) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, e)
	}
	return all
}

// A LoRA's weight is what follows the last =, if it is a number and no file has
// the whole name. What cannot be used is named, and the recipe knows what was.
func TestLoRAFlag(t *testing.T) {
	const model, loras = "inference/testdata/checkpoints/diffusers-a", "inference/testdata/loras/"
	data, err := os.ReadFile(loras + "kohya.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "b=2"), data)
	short := []string{"--prompt", "x", "--steps", "1", "--decoder-steps", "1", "--seed", "1", "--width", "256", "--height", "256", "--model", model}
	for _, tt := range []struct {
		flag string
		exit int
		says string
	}{
		{loras + "official.safetensors", 3, "official.safetensors: it was made for a model of other widths"},
		{filepath.Join(dir, "b=3"), 3, "b: there is no such file"},
		{filepath.Join(dir, "b=2x"), 3, "b=2x: there is no such file"},
		{loras + "kohya.safetensors=1e9", 2, "choose a number from -100 to 100"},
		{loras + "kohya.safetensors=NaN", 2, "with a number for the weight"},
		{"=1", 2, "with a number for the weight"},
		{"", 2, "it is empty"},
	} {
		r := runIn(t, t.TempDir(), append(append([]string{"generate"}, short...), "--lora", tt.flag)...)
		if r.exit != tt.exit || !strings.Contains(r.stderr, tt.says) || r.stdout != "" {
			t.Errorf("--lora %s: %+v", tt.flag, r)
		}
	}
	t.Run("before anything is loaded", func(t *testing.T) {
		t.Setenv("CASCATA_ORT", t.TempDir())
		r := runIn(t, t.TempDir(), append(append([]string{"generate"}, short...), "--lora", loras+"official.safetensors")...)
		if r.exit != 3 || !strings.Contains(r.stderr, "other widths") {
			t.Errorf("without a runtime: %+v", r)
		}
	})
	m := made(t, append(short, "--lora", filepath.Join(dir, "b=2"), "--lora", loras+"zzz.safetensors", "--lora", filepath.Join(dir, "b=2=-0.5"))...)
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	if l := m.LoRAs; len(l) != 3 || l[0].Name != "b=2" || l[0].Weight != 1 || l[0].SHA256 != sum || l[1].Name != "zzz.safetensors" || l[2].Weight != -0.5 || l[2].SHA256 != sum {
		t.Errorf("the recipe has %+v", m.LoRAs)
	}
}
