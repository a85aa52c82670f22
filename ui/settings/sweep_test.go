package settings

import (
	"math"
	"slices"
	"strings"
	"testing"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/uitest"
)

func TestSpread(t *testing.T) {
	uitest.App(t)
	guidance, steps := Sweepables()[0], Sweepables()[1]
	for _, tt := range []struct {
		s        Sweepable
		from, to float64
		n        int
		want     []float64
	}{
		{guidance, 2, 8, 4, []float64{2, 4, 6, 8}},
		{guidance, 8, 2, 3, []float64{8, 5, 2}},
		{guidance, 1, 2, 4, []float64{1, 1.3, 1.7, 2}},
		{steps, 4, 6, 12, []float64{4, 5, 6}},
		{steps, 5, 5, 3, []float64{5}},
		{steps, -100, 1e9, 2, []float64{1, 100}},
		{steps, 1, 100, 1000, []float64{1, 10, 19, 28, 37, 46, 55, 64, 73, 82, 91, 100}},
	} {
		if got := tt.s.Spread(tt.from, tt.to, tt.n).Values; !slices.Equal(got, tt.want) {
			t.Errorf("%s from %g to %g in %d: got %v, want %v", tt.s.Name, tt.from, tt.to, tt.n, got, tt.want)
		}
	}
}

// sweepOf is a sweep of two settings as the studio would have added it.
func sweepOf(source string, across, down Axis) []studio.Job {
	jobs := SweepJobs(uitest.MySketch().Recipe, source, across, down)
	for i := range jobs {
		jobs[i].ID, jobs[i].Group, jobs[i].State = int64(i+5), 5, studio.Waiting
	}
	return jobs
}

func TestSweepJobs(t *testing.T) {
	uitest.App(t)
	all := Sweepables()
	guidance, detail, shift := all[0].Spread(2, 8, 4), all[2].Spread(4, 20, 3), all[5].Spread(1, 2, 2)
	jobs := sweepOf("", guidance, detail)
	if len(jobs) != 12 || jobs[1].Recipe.Guidance != 4 || jobs[1].Recipe.DecoderSteps != 4 || jobs[4].Recipe.Guidance != 2 || jobs[4].Recipe.DecoderSteps != 12 {
		t.Errorf("got %d jobs, the second %+v, the fifth %+v", len(jobs), jobs[1].Recipe, jobs[4].Recipe)
	}
	for _, tt := range []struct {
		across, down Axis
		keeps        bool
	}{
		{detail, Axis{}, true}, {detail, shift, true}, {guidance, Axis{}, false}, {detail, guidance, false}, {guidance, detail, false},
	} {
		for _, j := range sweepOf("a.png", tt.across, tt.down) {
			if (j.Source == "a.png") != tt.keeps {
				t.Errorf("%s and %s: developed from %q", tt.across.Name, tt.down.Name, j.Source)
				break
			}
		}
	}
}

// The grid is found again from the jobs alone, whichever two settings differ.
func TestGridOf(t *testing.T) {
	uitest.App(t)
	all := Sweepables()
	for x := range all {
		for y := range all {
			across, down := all[x].Spread(all[x].from, all[x].to, 4), Axis{}
			if x != y {
				down = all[y].Spread(all[y].from, all[y].to, 3)
			}
			jobs := sweepOf("", across, down)
			g, ok := GridOf(jobs)
			if !ok || g.Across.Name != across.Name || g.Down.Name != down.Name || !slices.Equal(g.Across.Values, across.Values) || !slices.Equal(g.Down.Values, down.Values) {
				t.Errorf("%s by %s: got %s %v by %s %v, %v", across.Name, down.Name, g.Across.Name, g.Across.Values, g.Down.Name, g.Down.Values, ok)
				continue
			}
			for i, k := range g.Cells {
				if k != i {
					t.Errorf("%s by %s: place %d has job %d", across.Name, down.Name, i, k)
				}
			}
		}
	}
}

// The settings that are no numbers are found again too, by themselves and
// against a number and each other.
func TestGridOfChoices(t *testing.T) {
	uitest.App(t)
	r := uitest.MySketch().Recipe
	r.Prompt, r.Negative, r.Seed, r.DecoderSeed = "a red boat at sea", "red fog", 7, 7
	axes := map[string]Axis{}
	for _, s := range Choices(recipe.DefaultStyles(), recipe.Sizes(1024, 1024)) {
		text := map[string]string{"Words": "red, blue, dark green", "Seed": "7, 18446744073709551615, x, 7"}[s.Name]
		if text == "" {
			text = strings.Join(s.Propose(r), ", ")
		}
		axes[s.Name] = s.Listed(text)
	}
	labels := map[string][]string{
		"Words": {"Prompt red", "blue", "dark green"}, "Seed": {"Seed 7", "18446744073709551615"}, "Preset": {"Preset official", "comfy", "diffusers"},
	}
	for name, across := range axes {
		for _, down := range []Axis{{}, Sweepables()[0].Spread(2, 8, 3), axes["Seed"], axes["Preset"]} {
			if down.Name == name {
				continue
			}
			jobs := SweepJobs(r, "a.png", across, down)
			if jobs[0].Source != "" {
				t.Errorf("%s: developed from the composition", name)
			}
			for i := range jobs {
				jobs[i].ID = int64(i + 1)
			}
			g, ok := GridOf(jobs)
			if !ok || len(g.Across.Values) != len(across.Values) || len(g.Down.Values) != len(down.Values) {
				t.Errorf("%s by %q: found %v by %v, %v", name, down.Name, g.Across.Labels(), g.Down.Labels(), ok)
				continue
			}
			if want := labels[name]; want != nil && !slices.Equal(g.Across.Labels(), want) {
				t.Errorf("%s: labels %q, want %q", name, g.Across.Labels(), want)
			}
			for i, k := range g.Cells {
				if k != i {
					t.Errorf("%s by %q: place %d has job %d", name, down.Name, i, k)
				}
			}
		}
	}
	words := SweepJobs(r, "", axes["Words"], Axis{})
	if got := words[2].Recipe; got.Prompt != "a dark green boat at sea" || got.Negative != "dark green fog" {
		t.Errorf("words: %q, %q", got.Prompt, got.Negative)
	}
	seeds := SweepJobs(r, "", axes["Seed"], Axis{})
	if got := seeds[1].Recipe; got.Seed != got.DecoderSeed || got.Seed != 18446744073709551615 {
		t.Errorf("seeds: %d, %d", got.Seed, got.DecoderSeed)
	}
	sizes := SweepJobs(r, "", choiceOf(recipe.Find("size"), nil).Listed("640x448, 512×512, 0×9, 9, 99999x8"), Axis{})
	if len(sizes) != 2 || sizes[0].Recipe.Width != 640 || sizes[0].Recipe.Height != 448 {
		t.Errorf("sizes: %d jobs, the first %+v", len(sizes), sizes[0].Recipe)
	}
}

// What is proposed has the present value among its values, whatever that is.
func TestProposedHasThePresentValue(t *testing.T) {
	uitest.App(t)
	for _, s := range Sweepables() {
		for v := s.Span.Min; v <= s.Span.Max; v += s.Span.Step {
			v := math.Round(v*1e6) / 1e6
			for _, n := range []int{2, 4, 12} {
				r := uitest.MySketch().Recipe
				s.set(&r, v)
				from, to := s.Proposed(r, n)
				a := s.Spread(from, to, n).Near(s.Value(r))
				if !slices.Contains(a.Values, s.Value(r)) || len(a.Values) < 2 {
					t.Errorf("%s at %g: %d values from %g to %g are %v", s.Name, v, n, from, to, a.Values)
				}
			}
		}
	}
}

func TestGridOfOthers(t *testing.T) {
	uitest.App(t)
	across := Sweepables()[0].Spread(2, 8, 4)
	seeds, three, same := sweepOf("", across, Axis{}), sweepOf("", across, Sweepables()[1].Spread(1, 3, 2)), sweepOf("", across, Axis{})
	seeds[2].Recipe.Seed++
	three[3].Recipe.DecoderSteps++
	for i := range same {
		same[i].Recipe.Guidance = 3
	}
	for name, jobs := range map[string][]studio.Job{"another seed": seeds, "three settings": three, "no difference": same, "none": nil} {
		if g, ok := GridOf(jobs); ok {
			t.Errorf("%s: taken for a sweep of %s", name, g.Across.Name)
		}
	}
	if g, ok := GridOf(sweepOf("", across, Axis{})[:3]); !ok || len(g.Cells) != 3 {
		t.Error("a sweep that lost a picture is none any more")
	}
}

// The weights of what goes in beside the words are swept, each for itself, and
// found again in the pictures; the recipe that was swept stays as it is.
func TestSweepOfWeights(t *testing.T) {
	uitest.App(t)
	r := uitest.Usual().Recipe
	in := inference.Input{File: "/a/mood.png"}
	r.References = []inference.Reference{{Input: in, Weight: 1}, {Input: in, Weight: 0.5}}
	r.Init = &in
	r.LoRAs = []inference.LoRA{{Name: "crayon", Weight: 1}}
	r.Mix.More = []inference.Mixed{{Prompt: "night", Weight: 0.5}, {Prompt: "a harbour", Weight: 0.25}}
	all := WeightsOf(r)
	if len(all) != 7 || len(WeightsOf(uitest.Usual().Recipe)) != 0 {
		t.Fatalf("%d settings can be swept", len(all))
	}
	for i, s := range all {
		jobs := SweepJobs(r, "", s.Spread(0.2, 0.8, 3), Axis{})
		g, ok := GridOf(jobs)
		if len(jobs) != 3 || !ok || g.Across.Name != s.Name || len(g.Across.Values) != 3 {
			t.Errorf("%s: %d jobs, found again %v as %s", s.Name, len(jobs), ok, g.Across.Name)
		}
		for k, other := range all {
			if k != i && other.Value(jobs[0].Recipe) != other.Value(r) {
				t.Errorf("%s changes %s", s.Name, other.Name)
			}
		}
	}
	if r.References[1].Weight != 0.5 || r.LoRAs[0].Weight != 1 || r.Strength != nil || r.Mix.Main != nil || r.Mix.More[1].Weight != 0.25 {
		t.Errorf("the recipe was changed: %+v", r)
	}
}
