package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cascata/app/meta"
	"cascata/inference"
)

func TestRecipeRoundTrip(t *testing.T) {
	eta := 0.5
	latent := inference.NewTensor(1, 16, 2, 3)
	for i := range latent.F32 {
		latent.F32[i] = float32(math.Sin(float64(i)))
	}
	for _, prompt := range []string{"", "a red boat", "lines\nof: text, with \"quotes\"", "日本の海 🌊", "café\tnoir", "Negative prompt: no\nSteps: 3, Seed: 4, Size: 1x1"} {
		m := Made{Recipe: Recipe{Model: "/models/x,y: z", Device: "auto", Request: inference.Request{
			Prompt: prompt, Negative: prompt, Steps: 7, Guidance: 2.5, DecoderSteps: 3, Seed: math.MaxUint64, DecoderSeed: 1, Tuning: inference.Tuning{Eta: &eta},
		}}, Parent: "p.png"}
		img := image.NewRGBA(image.Rect(0, 0, 5, 4))
		data, err := encodePicture(img, m, latent)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := png.Decode(bytes.NewReader(data)); err != nil || got.Bounds() != img.Bounds() {
			t.Fatalf("%q: the picture cannot be read: %v", prompt, err)
		}
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadMade(path)
		if err != nil {
			t.Fatal(err)
		}
		want := m
		want.Version, want.Program, want.Width, want.Height = 1, "Cascata "+Version, 5, 4
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", prompt, got, want)
		}
		l, err := PictureLatent(path)
		if err != nil || !reflect.DeepEqual(l.F32, latent.F32) || !reflect.DeepEqual(l.Shape, latent.Shape) {
			t.Errorf("%q: the composition came back as %v, %v", prompt, l, err)
		}
	}
}

// The text of features.md, section 3.1: what A1111, ComfyUI and StabilityMatrix need.
func TestParametersText(t *testing.T) {
	m := Made{Recipe: Recipe{Model: "a: b, c", Request: inference.Request{Prompt: "a fox", Steps: 20, Guidance: 4, DecoderSteps: 10, Seed: 5, DecoderSeed: 6, Width: 1024, Height: 768}}}
	want := "a fox\nNegative prompt: \nSteps: 20, Sampler: DDPM Wuerstchen, CFG scale: 4, Seed: 5, Size: 1024x768, Model: a_ b_ c, " +
		"Decoder steps: 10, Decoder CFG scale: 0, Decoder seed: 6, Preset: official, Version: Cascata " + Version
	if got := m.parameters(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDamagedPictures(t *testing.T) {
	img, err := encodePicture(image.NewRGBA(image.Rect(0, 0, 2, 2)), Made{}, inference.NewTensor(1, 16, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(img)
	flipped[bytes.Index(img, []byte(meta.OurKey))+20] ^= 1
	huge := bytes.Clone(img)
	copy(huge[33:], []byte{0x7f, 0xff, 0xff, 0xff}) // the first chunk's length
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("not a picture at all"), "cut short": img[:60], "flipped bit": flipped, "huge length": huge,
	} {
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadMade(path); !errors.Is(err, ErrNoRecipe) {
			t.Errorf("%s: %v, want ErrNoRecipe", name, err)
		}
	}
}

func FuzzReadMade(f *testing.F) {
	img, err := encodePicture(image.NewRGBA(image.Rect(0, 0, 2, 2)), Made{Recipe: Recipe{Model: "m"}}, inference.NewTensor(1, 16, 1, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(img)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := readMade(bytes.NewReader(data)); err != nil && !errors.Is(err, ErrNoRecipe) {
			t.Errorf("%v, want ErrNoRecipe", err)
		}
		chunks, _ := meta.ReadChunks(bytes.NewReader(data), func(kind string) bool { return kind == latentKind })
		for _, c := range chunks {
			if l, err := unpackLatent(c.Data); err == nil && int64(len(l.F32)) != l.Shape[0]*l.Shape[1]*l.Shape[2]*l.Shape[3] {
				t.Errorf("shape %v of %d numbers", l.Shape, len(l.F32))
			}
		}
	})
}

func TestSketchJobs(t *testing.T) {
	s := Usual(Demo)
	s.Prompt, s.Negative, s.Style, s.Count, s.Seed, s.SeedMode = "a {red|blue} boat", "rain", "Ink", 3, 10, SeedStep
	styles := []Style{{Name: "Ink", Prompt: "{prompt}, ink", Negative: "colour"}}
	jobs, next := s.Jobs(styles, false)
	if len(jobs) != 3 || jobs[2].Recipe.Seed != 12 || jobs[2].Recipe.DecoderSeed != 12 || next.Seed != 13 {
		t.Errorf("jobs %+v, next seed %d", jobs, next.Seed)
	}
	for _, j := range jobs {
		if p := j.Recipe.Prompt; p != "a red boat, ink" && p != "a blue boat, ink" || j.Recipe.Negative != "rain, colour" {
			t.Errorf("asked for %q without %q", p, j.Recipe.Negative)
		}
	}
	if next.Prompt != s.Prompt {
		t.Errorf("the prompt was changed to %q", next.Prompt)
	}
	s.SeedMode, s.OwnDecoderSeed, s.DecoderSeed = SeedKeep, true, 5
	jobs, next = s.Jobs(nil, true)
	if jobs[1].Recipe.Seed != 11 || jobs[1].Recipe.DecoderSeed != 6 || next.Seed != 10 || !jobs[0].Recipe.Draft {
		t.Errorf("kept: %+v, next seed %d", jobs, next.Seed)
	}
	s.SeedMode = SeedRandom
	a, _ := s.Jobs(nil, false)
	b, _ := s.Jobs(nil, false)
	if a[0].Recipe.Seed == b[0].Recipe.Seed {
		t.Error("the same random seed twice")
	}
}

func TestChoose(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(64) {
		s := Choose("a {red|{dark|pale} blue|} boat {x} \\{y|z\\}", seed)
		if s != Choose("a {red|{dark|pale} blue|} boat {x} \\{y|z\\}", seed) {
			t.Fatal("the same seed chose differently")
		}
		seen[s] = true
	}
	for _, want := range []string{"a red boat {x} {y|z}", "a dark blue boat {x} {y|z}", "a pale blue boat {x} {y|z}", "a  boat {x} {y|z}"} {
		if !seen[want] {
			t.Errorf("%q never came; came %v", want, seen)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d results, want 4: %v", len(seen), seen)
	}
	for _, plain := range []string{"", "{", "}", "{a", "a|b", "{{{{", "}{|"} {
		if got := Choose(plain, 1); got != plain {
			t.Errorf("Choose(%q) = %q", plain, got)
		}
	}
	Choose(strings.Repeat("{a|", 10000)+strings.Repeat("}", 10000), 1) // ends
}

func TestKeeper(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "settings.json")
	var failed error
	k, note := OpenSettings(path, Settings{Sketch: Usual(Demo)}, func(err error) { failed = err })
	if note != "" {
		t.Error(note)
	}
	for i := range 50 {
		k.Change(func(s *Settings) {
			s.Sketch.Prompt = strings.Repeat("x", i)
			s.Window.Open = map[string]bool{"style": true}
		})
	}
	k.Close()
	again, note := OpenSettings(path, Settings{}, func(err error) { failed = err })
	defer again.Close()
	if got := again.Get(); note != "" || got.Sketch.Prompt != strings.Repeat("x", 49) || got.Sketch.Steps != 20 || !got.Window.Open["style"] {
		t.Errorf("came back as %+v, %q", got, note)
	}
	if err := os.WriteFile(path, []byte(`{"sketch": {`), 0o600); err != nil {
		t.Fatal(err)
	}
	broken, note := OpenSettings(path, Settings{Sketch: Usual(Demo)}, func(err error) { failed = err })
	defer broken.Close()
	if data, err := os.ReadFile(note); err != nil || string(data) != `{"sketch": {` || broken.Get().Sketch.Steps != 20 {
		t.Errorf("damaged settings: put aside as %q, %v", note, err)
	}
	if failed != nil {
		t.Error(failed)
	}
}

func TestSettingsJSONIsFlat(t *testing.T) {
	b, err := json.Marshal(Settings{Sketch: Usual(Demo)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"steps":20`, `"model":"demo"`, `"decoder_steps":10`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in %s", want, b)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		want string
	}{
		{1024, 1024, "[{1:1 1024 1024} {4:3 1152 896} {3:4 896 1152} {16:9 1344 768} {9:16 768 1344}]"},
		{256, 256, "[{1:1 256 256} {4:3 288 224} {3:4 224 288} {16:9 336 192} {9:16 192 336}]"},
	} {
		if got := strings.Trim(strings.ReplaceAll(fmt.Sprint(Sizes(tt.w, tt.h)), "  ", " "), " "); got != tt.want {
			t.Errorf("%dx%d: %s, want %s", tt.w, tt.h, got, tt.want)
		}
	}
}

func TestOneInstance(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	shown := make(chan []string, 1)
	first, err := TakeInstance(dir, nil, func(files []string) { shown <- files })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeInstance(dir, []string{"/a b.png"}, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("a second program: %v, want ErrRunning", err)
	}
	if files := <-shown; len(files) != 1 || files[0] != "/a b.png" {
		t.Errorf("the first program was given %q", files)
	}
	first.Close()
	// A program that died leaves its socket.
	if err := os.WriteFile(filepath.Join(dir, "cascata.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := TakeInstance(dir, nil, func([]string) {})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestStoreIsPutAsideWhenDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studio.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	s, note, err := OpenStore(path)
	if err != nil || note == "" {
		t.Fatalf("%q, %v", note, err)
	}
	defer s.Close()
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
}

func TestPromptHistory(t *testing.T) {
	s, _, err := OpenStore(filepath.Join(t.TempDir(), "studio.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, p := range []string{"a red boat", "a blue house", "", "a red boat"} {
		if err := s.Remember(p, "", int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.pictured(3, 7), s.pictured(0, 8)); err != nil { // 0 was asked for before 3
		t.Fatal(err)
	}
	past, err := s.Prompts("", 10)
	if err != nil || len(past) != 2 || past[0].Prompt != "a red boat" || past[0].Job != 7 {
		t.Errorf("history %+v, %v", past, err)
	}
	if past, _ := s.Prompts("HOUSE", 10); len(past) != 1 {
		t.Errorf("searched: %+v", past)
	}
}
