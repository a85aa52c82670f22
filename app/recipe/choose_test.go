package recipe

import (
	"testing"

	"cascata/inference/sampler"
)

// With a preset go the numbers of which it has only its own, and a size that it
// cannot make.
func TestChooseOption(t *testing.T) {
	s := Usual(Demo)
	s.Width = 600 // an odd grid in diffusers
	for _, n := range Numbers(InSchedule) {
		n.Tune(&s.Recipe, 0.3)
	}
	preset := Find("preset")
	preset.Choose(&s, presets[2])
	if _, err := (sampler.Geometry{}).Grid(s.Preset, s.Width, s.Height); err != nil || s.Preset != sampler.Diffusers {
		t.Errorf("%s makes %dx%d: %v", s.Preset, s.Width, s.Height, err)
	}
	for _, n := range Numbers(InSchedule) {
		if n.Tuned(&s.Recipe) != (n.Fixed == nil) {
			t.Errorf("%s is tuned: %v", n.Key, n.Tuned(&s.Recipe))
		}
	}
}

// A number that is as the preset has it is not the recipe's own.
func TestTune(t *testing.T) {
	s := Usual(Demo)
	for _, n := range Numbers(InSchedule) {
		plain := n.Default(&s.Recipe)
		if n.Tune(&s.Recipe, 0.3); !n.Tuned(&s.Recipe) || n.Get(&s.Recipe) != 0.3 {
			t.Errorf("%s tuned to %g", n.Key, n.Get(&s.Recipe))
		}
		if n.Tune(&s.Recipe, plain+1e-9); n.Tuned(&s.Recipe) || n.Get(&s.Recipe) != plain {
			t.Errorf("%s as the preset: %g", n.Key, n.Get(&s.Recipe))
		}
		n.Tune(&s.Recipe, 0.3)
		if n.Untune(&s.Recipe); n.Tuned(&s.Recipe) {
			t.Errorf("%s is not the preset's again", n.Key)
		}
	}
}

// A seed that is typed is kept, and one that is taken away is drawn again.
func TestSeeds(t *testing.T) {
	for _, d := range Seeds() {
		s := Usual(Demo)
		for _, tt := range []struct {
			mode int // before
			some bool
			want int
		}{{0, true, 1}, {1, true, 1}, {1, false, 0}} {
			d.Seed.Set(&s, 3, tt.mode)
			d.Seed.Write(&s, 7, tt.some)
			if v, mode := d.Seed.Get(&s); v != 7 || mode != tt.want {
				t.Errorf("%s, mode %d: %d, mode %d, want %d", d.Key, tt.mode, v, mode, tt.want)
			}
		}
		if s.Preset = sampler.Diffusers; d.UsedBy(&s.Recipe) != (d.Key == "seed") {
			t.Errorf("%s with one seed for both stages", d.Key)
		}
	}
}

// A style that only got another name stays, one that is gone does not.
func TestRestyle(t *testing.T) {
	a, b := []Style{{Name: "Ink"}, {Name: "Oil"}}, []Style{{Name: "Ink"}, {Name: "Oils"}}
	for _, tt := range []struct {
		name        string
		before, now []Style
		style, want string
	}{
		{"another name", a, b, "Oil", "Oils"}, {"gone", a, a[:1], "Oil", ""}, {"other order", a, []Style{a[1], a[0]}, "Oil", "Oil"},
		{"not known", a, b, "Pen", "Pen"}, {"none", a, b, "", ""},
	} {
		var s Sketch
		s.SetStyle(Style{Name: tt.style})
		if changed := s.Restyle(tt.before, tt.now); s.Style != tt.want || changed != (tt.style != tt.want) {
			t.Errorf("%s: %q, changed %v", tt.name, s.Style, changed)
		}
	}
}
