package settings

import (
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/format"
	"cascata/ui/uitest"
)

func at[T any](v T) *T { return &v }

// What is said of the pictures of each program, as name, present value and the
// picture's value; "=" where they are the same.
func TestDiff(t *testing.T) {
	uitest.App(t)
	auto := "as the schedule has it"
	spoken := []string{"Prompt", "Leave out", "Size", "Composition steps", "Guidance", "Detail steps", "Detail guidance", "Seed", "Detail seed", "Schedule",
		"Shift C", "Shift B", "Rescale", "Fresh noise"}
	for _, tt := range []struct {
		name string
		info meta.Info
		want [][3]string
	}{
		{"ours", uitest.Ours(), [][3]string{
			{"Prompt", "a red boat", "a lighthouse"}, {"Leave out", "rain", ""}, {"Size", "1024 × 1024", "1024 × 768"},
			{"Composition steps", "20", "30"}, {"Guidance", "4", "5.5"}, {"Detail steps", "10", "="}, {"Detail guidance", "off", "1.5"},
			{"Seed", "random", "77"}, {"Detail seed", "as the seed", "78"}, {"Schedule", "Official", "ComfyUI"},
			{"Shift C", auto, "2.5"}, {"Shift B", auto, "="}, {"Rescale", auto, "="}, {"Fresh noise", auto, "0"}}},
		{"A1111", meta.Info{Program: meta.A1111, Prompt: at("fox"), Negative: at("text"), Steps: at(20), Guidance: at(7.0), Seed: at(uint64(math.MaxUint64)), Width: at(512), Height: at(512), Model: at("m"), Unused: map[string]string{"Sampler": "Euler a"}},
			[][3]string{{"Prompt", "a red boat", "fox"}, {"Leave out", "rain", "text"}, {"Size", "1024 × 1024", "512 × 512"}, {"Composition steps", "20", "="}, {"Guidance", "4", "7"}, {"Seed", "random", "18446744073709551615"}}},
		{"ComfyUI with Cascade", meta.Info{Program: meta.ComfyUI, Prompt: at("fox"), Seed: at(uint64(1)), DecoderSeed: at(uint64(1)), Steps: at(20), DecoderSteps: at(12), Guidance: at(4.0), DecoderGuidance: at(1.1)},
			[][3]string{{"Prompt", "a red boat", "fox"}, {"Composition steps", "20", "="}, {"Guidance", "4", "="}, {"Detail steps", "10", "12"}, {"Detail guidance", "off", "1.1"}, {"Seed", "random", "1"}, {"Detail seed", "as the seed", "="}}},
		{"InvokeAI", meta.Info{Program: meta.InvokeAI, Prompt: at("a red boat"), Negative: at("rain"), Seed: at(uint64(5)), Steps: at(50), Guidance: at(7.5)},
			[][3]string{{"Prompt", "a red boat", "="}, {"Leave out", "rain", "="}, {"Composition steps", "20", "50"}, {"Guidance", "4", "7.5"}, {"Seed", "random", "5"}}},
		{"Fooocus", meta.Info{Program: meta.Fooocus, Prompt: at("fox"), Steps: at(30), Guidance: at(4.0), Width: at(896), Height: at(1152)},
			[][3]string{{"Prompt", "a red boat", "fox"}, {"Size", "1024 × 1024", "896 × 1152"}, {"Composition steps", "20", "30"}, {"Guidance", "4", "="}}},
		{"Draw Things", meta.Info{Program: meta.DrawThings, Prompt: at("fox"), Negative: at("rain"), Seed: at(uint64(9)), Steps: at(20)},
			[][3]string{{"Prompt", "a red boat", "fox"}, {"Leave out", "rain", "="}, {"Composition steps", "20", "="}, {"Seed", "random", "9"}}},
		{"StabilityMatrix", meta.Info{Program: meta.StabilityMatrix, Prompt: at("fox"), Guidance: at(1.0)},
			[][3]string{{"Prompt", "a red boat", "fox"}, {"Guidance", "4", "off"}}},
		{"SwarmUI", meta.Info{Program: meta.SwarmUI, Seed: at(uint64(0))}, [][3]string{{"Seed", "random", "0"}}},
		{"a photograph", meta.Info{Program: meta.Unknown}, nil},
		{"nonsense", meta.Info{Program: meta.A1111, Prompt: at(strings.Repeat("x", recipe.MaxText+1)), Steps: at(0), DecoderSteps: at(-4), Guidance: at(math.NaN()), DecoderGuidance: at(math.Inf(1)), Width: at(1 << 30), Height: at(1), Preset: at("none such"), DecoderSeed: at(uint64(3))}, nil},
		{"a recipe that is none", meta.Info{Program: meta.Cascata, Recipe: []byte(`[1,2`)}, nil},
		{"wild tuning", meta.Info{Program: meta.Cascata, Recipe: []byte(`{"shift":1e300,"rescale":-1,"eta":0.5,"decoder_shift":2}`)}, [][3]string{{"Shift B", auto, "2"}, {"Fresh noise", auto, "0.5"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got [][3]string
			for _, l := range Diff(uitest.MySketch(), tt.info) {
				if !slices.Contains(spoken, l.Name) {
					if !l.Same {
						t.Errorf("%s, of which these pictures say nothing: %q, %q", l.Name, l.Now, l.Its)
					}
					continue
				}
				row := [3]string{l.Name, l.Now, l.Its}
				if l.Same {
					row[2] = "="
				}
				got = append(got, row)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// Each line takes its own setting and no other, and gives it back.
func TestUseOneLine(t *testing.T) {
	uitest.App(t)
	before := uitest.MySketch()
	before.Style = "Ink"
	lines := Diff(before, uitest.Ours())
	for _, l := range Differing(lines) {
		s := before
		l.Use(&s)
		if reflect.DeepEqual(s, before) {
			t.Errorf("%s: nothing was taken", l.Name)
		}
		for _, other := range Diff(s, uitest.Ours()) {
			was := find(lines, other.Name)
			if other.Name == l.Name && !other.Same {
				t.Errorf("%s: taken, but still %q beside %q", l.Name, other.Now, other.Its)
			}
			if other.Name != l.Name && other.Now != was.Now {
				t.Errorf("%s: %s changed from %q to %q", l.Name, other.Name, was.Now, other.Now)
			}
		}
		l.Back(&s, before)
		if !reflect.DeepEqual(s, before) {
			t.Errorf("%s: not given back: %+v", l.Name, s)
		}
	}
}

// Real files of other programs give their prompts, and what they say can be
// taken and given back.
func TestDiffOfSamples(t *testing.T) {
	uitest.App(t)
	files, err := filepath.Glob("../../app/meta/testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, file := range files {
		if filepath.Ext(file) == ".py" {
			continue
		}
		info, err := meta.Read(file)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		before := uitest.MySketch()
		lines := Diff(before, info)
		if info.Prompt != nil || info.Program == meta.Unknown {
			seen[info.Program]++
		}
		if info.Prompt != nil && find(lines, "Prompt").Its != *info.Prompt {
			t.Errorf("%s: the prompt is %q", file, find(lines, "Prompt").Its)
		}
		s := before
		for _, l := range lines {
			l.Use(&s)
		}
		if n := len(Differing(Diff(s, info))); n != 0 {
			t.Errorf("%s: %d lines still differ when all are taken", file, n)
		}
		for _, l := range lines {
			l.Back(&s, before)
		}
		if !reflect.DeepEqual(s, before) {
			t.Errorf("%s: not given back", file)
		}
	}
	for _, p := range []string{meta.A1111, meta.ComfyUI, meta.InvokeAI, meta.Fooocus, meta.DrawThings, meta.StabilityMatrix, meta.SwarmUI, meta.NovelAI, meta.EasyDiffusion, meta.Unknown} {
		if seen[p] == 0 {
			t.Errorf("no sample of %s", p)
		}
	}
}

// FuzzRecipe takes whatever a recipe of ours may say: the controls stay within
// what can be made, and everything is given back.
func FuzzRecipe(f *testing.F) {
	f.Add([]byte(`{"version":1,"prompt":"x","steps":30,"guidance":5.5,"shift":2.5,"width":1024,"height":768}`), int64(30), 5.5)
	f.Add([]byte(`{"shift":1e300,"rescale":-1,"eta":null,"steps":-3,"seed":18446744073709551615}`), int64(-1), math.NaN())
	f.Fuzz(func(t *testing.T, recipe []byte, n int64, g float64) {
		info := meta.Info{Program: meta.Cascata, Recipe: recipe, Prompt: at(string(recipe)), Steps: at(int(n)), DecoderSteps: at(int(n >> 8)),
			Guidance: at(g), DecoderGuidance: at(-g), Width: at(int(n >> 4)), Height: at(int(n)), Preset: at(string(recipe[:min(len(recipe), 5)])),
			Seed: at(uint64(n)), DecoderSeed: at(uint64(n) >> 1), Unused: map[string]string{string(recipe): string(recipe)}}
		before := uitest.MySketch()
		s := before
		lines := Diff(before, info)
		for _, l := range lines {
			l.Use(&s)
		}
		in := func(v *float64, least, most float64) bool { return v == nil || *v >= least && *v <= most }
		if s.Steps < 1 || s.Steps > 1000 || s.DecoderSteps < 1 || s.DecoderSteps > 1000 || !in(&s.Guidance, 0, 100) || !in(&s.DecoderGuidance, 0, 100) ||
			!in(s.Shift, 1e-3, 100) || !in(s.DecoderShift, 1e-3, 100) || !in(s.Rescale, 0, 1) || !in(s.Eta, 0, 1) {
			t.Fatalf("the controls hold %+v", s)
		}
		if _, err := (sampler.Geometry{}).Grid(s.Preset, s.Width, s.Height); err != nil {
			t.Fatal(err)
		}
		if len(strings.Join(Unusable(s, info), "")) > 10_000 {
			t.Fatal("too much is said")
		}
		for _, l := range lines {
			l.Back(&s, before)
		}
		if !reflect.DeepEqual(s, before) {
			t.Fatalf("not given back: %+v", s)
		}
	})
}

func find(lines []Line, name string) Line {
	for _, l := range lines {
		if l.Name == name {
			return l
		}
	}
	return Line{}
}

func TestUseEveryLine(t *testing.T) {
	uitest.App(t)
	s := uitest.MySketch()
	s.Style, s.Model, s.Device, s.Count = "Ink", "mine", "cpu", 7
	for _, l := range Diff(s, uitest.Ours()) {
		l.Use(&s)
	}
	want := s // what no line is about stays
	want.Prompt, want.Negative, want.Style = "a lighthouse", "", ""
	want.Width, want.Height, want.Steps, want.Guidance, want.DecoderSteps, want.DecoderGuidance = 1024, 768, 30, 5.5, 10, 1.5
	want.Seed, want.SeedMode, want.DecoderSeed, want.OwnDecoderSeed = 77, recipe.SeedKeep, 78, true
	want.Preset, want.Shift, want.Eta = sampler.Comfy, at(2.5), at(0.0)
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
	if s.Model != "mine" || s.Device != "cpu" || s.Count != 7 {
		t.Errorf("model, device and count became %q, %q, %d", s.Model, s.Device, s.Count)
	}
	if n := len(Differing(Diff(s, uitest.Ours()))); n != 0 {
		t.Errorf("%d lines still differ", n)
	}
}

// A seed that the controls have already is the same whether it steps or stays.
func TestSeedThatSteps(t *testing.T) {
	uitest.App(t)
	s := uitest.MySketch()
	s.Seed, s.SeedMode = 77, recipe.SeedStep
	if l := find(Diff(s, uitest.Ours()), "Seed"); !l.Same {
		t.Errorf("got %q beside %q", l.Now, l.Its)
	}
}

func TestUnusable(t *testing.T) {
	uitest.App(t)
	many := map[string]string{}
	for _, r := range "abcdefghijklmnopqrstuvwxyz" {
		many[string(r)] = strings.Repeat("long ", 1000)
	}
	for _, tt := range []struct {
		name string
		info meta.Info
		want []string // parts of sentences; none: nothing is said
	}{
		{"ours, same model", meta.Info{Program: meta.Cascata, Model: at("real"), Steps: at(20), Unused: map[string]string{"version": "0.1.0"}}, nil},
		{"ours, another model", uitest.Ours(), []string{"stable-cascade"}},
		{"sampler", meta.Info{Program: meta.A1111, Unused: map[string]string{"Sampler": "Euler a", "Clip skip": "2"}}, []string{"Clip skip: 2 · Sampler: Euler a"}},
		{"another kind of model", meta.Info{Program: meta.Fooocus, Steps: at(30)}, []string{"may not suit"}},
		{"lora", meta.Info{Program: meta.A1111, Prompt: at("fox <lora:a:1>")}, []string{"<lora:"}},
		{"size that is rounded", meta.Info{Width: at(513), Height: at(500)}, []string{"513 × 500"}},
		{"size that cannot be", meta.Info{Width: at(100_000), Height: at(500)}, []string{"cannot be made"}},
		{"steps", meta.Info{Steps: at(5000)}, []string{"5000 steps"}},
		{"long", meta.Info{Prompt: at(strings.Repeat("x", recipe.MaxText+1))}, []string{"too long"}},
		{"many", meta.Info{Program: meta.ComfyUI, Unused: many}, []string{"and 2 more"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			said := Unusable(uitest.MySketch(), tt.info)
			all := strings.Join(said, "\n")
			if tt.want == nil && all != "" {
				t.Errorf("said %q", all)
			}
			for _, w := range tt.want {
				if !strings.Contains(all, w) {
					t.Errorf("%q is not in %q", w, all)
				}
			}
			if len(all) > 4000 {
				t.Errorf("said %d bytes", len(all))
			}
		})
	}
}

// The difference to an old picture shows the values that will be used.
func TestRecallFits(t *testing.T) {
	s := uitest.Usual()
	for _, tt := range []struct {
		width, height int
		preset        sampler.Preset
	}{{515, 2048, sampler.Official}, {640, 448, sampler.Official}, {1000, 1001, sampler.Diffusers}} {
		preset := string(tt.preset)
		info := meta.Info{Width: &tt.width, Height: &tt.height, Preset: &preset}
		fit := recipe.FitSize(tt.preset, recipe.Size{Width: tt.width, Height: tt.height})
		w, h := fit.Width, fit.Height
		found := false
		for _, l := range Diff(s, info) {
			if l.Name != "Size" {
				continue
			}
			found = true
			used := s
			if l.Use(&used); l.Its != format.SizeText(w, h) || used.Width != w || used.Height != h {
				t.Errorf("%d × %d shows %s and gives %d × %d, want %d × %d", tt.width, tt.height, l.Its, used.Width, used.Height, w, h)
			}
		}
		if !found {
			t.Errorf("%+v: no line for the size", tt)
		}
	}
}

// What went into a picture of ours beside its words is a line each, taken one by
// one, read from the picture itself, and given back.
func TestRecallOfInputs(t *testing.T) {
	uitest.App(t)
	info := uitest.Ours()
	info.File = "/pictures/a.png"
	info.Recipe = []byte(`{"references":[{"file":"mood.png","sha256":"ab","weight":0.5}],"init":{"file":"boat.png"},"strength":0.3,"mask":{"file":"painted mask"},
		"control":{"file":"house.png","kind":"canny","weight":1},"loras":[{"name":"crayon","sha256":"cd","weight":0.8}]}`)
	before := uitest.MySketch()
	lines := Diff(before, info)
	for name, want := range map[string]string{"Mood": "mood.png × 0.5", "From this picture": "boat.png", "Strength": "0.3", "Mask": "painted mask", "Control": "house.png canny", "LoRA": "crayon 0.8"} {
		l := find(lines, name)
		if l.Same || l.Its != want {
			t.Errorf("%s: %q, want %q", name, l.Its, want)
		}
		s := before
		if l.Use(&s); reflect.DeepEqual(s, before) {
			t.Errorf("%s: nothing was taken", name)
		}
		if l.Back(&s, before); !reflect.DeepEqual(s, before) {
			t.Errorf("%s: not given back", name)
		}
	}
	s := before
	for _, l := range lines {
		l.Use(&s)
	}
	if r := s.References[0]; r.File != info.File || r.Part == "" || r.Weight != 0.5 || s.Mask.Part == "" || s.LoRAs[0].SHA256 != "cd" {
		t.Errorf("taken as %+v %+v", s.Extras, s.LoRAs)
	}
	if n := len(Differing(Diff(s, info))); n != 0 {
		t.Errorf("%d lines still differ", n)
	}
}
