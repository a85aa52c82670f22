package recipe

import (
	"reflect"
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// full has several ingredients of each kind.
func full() Sketch {
	s, two := Usual(Demo), 2.0
	s.Mix = inference.Mix{More: []inference.Mixed{{Prompt: "night", Weight: 0.5}, {Prompt: "snow", Weight: 1}}, Main: &two}
	s.Refer(inference.Input{File: "a/1.png"}, inference.Input{File: "a/2.png"})
	s.Begin(&inference.Input{File: "b.png"}, nil, &inference.Input{Name: "mask"}, false)
	s.HoldTo(inference.Input{File: "c.png"})
	s.LoRAs = []inference.LoRA{{Name: "ink", Weight: 1}, {Name: "oil", Weight: -1}}
	return s
}

// What goes in is told by its section, and each can be weighed and taken out
// without touching another sketch.
func TestIngredients(t *testing.T) {
	was := full()
	for in, want := range map[Section][]string{
		InMood: {"night", "snow", "1.png", "2.png"}, InBeginning: {"b.png"}, InRepaint: {"mask"}, InOutlines: {"c.png"}, InLoRAs: {"ink", "oil"}, InDetail: nil,
	} {
		var got []string
		all := was.Ingredients(in)
		for k, i := range all {
			got = append(got, i.Name)
			s := was
			if i.Weight != nil {
				i.Weight.Set(&s.Recipe, 0.25)
				if w := s.Ingredients(in)[k].Weight.Get(&s.Recipe); w != 0.25 || i.Weight.Get(&was.Recipe) == 0.25 {
					t.Errorf("%s weighs %g, and before %g", i.Name, w, i.Weight.Get(&was.Recipe))
				}
			}
			i.Remove(&s)
			left := slices.Delete(slices.Clone(want), k, k+1)
			var is []string
			for _, o := range s.Ingredients(in) {
				is = append(is, o.Name)
			}
			if !slices.Equal(is, left) {
				t.Errorf("without %s there are %q", i.Name, is)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("section %d has %q, want %q", in, got, want)
		}
	}
	if !reflect.DeepEqual(was, full()) {
		t.Errorf("changed to %+v", was)
	}
}

// Of the last prompt that is mixed nothing is left, nor the weight of the first.
func TestMixAndUnmix(t *testing.T) {
	s := full()
	s.MixIn("")
	s.Ingredients(InMood)[2].Write(&s, "rain")
	if got := s.Mix.More[2]; got.Prompt != "rain" || got.Weight != 1 {
		t.Errorf("mixed in %+v", got)
	}
	for range 3 {
		s.Ingredients(InMood)[0].Remove(&s)
	}
	if !reflect.DeepEqual(s.Mix, inference.Mix{}) {
		t.Errorf("left is %+v", s.Mix)
	}
	if s.WeighPrompt(2); s.PromptWeight() != 2 {
		t.Errorf("the prompt weighs %g", s.PromptWeight())
	}
	if s.WeighPrompt(1); s.Mix.Main != nil {
		t.Error("the usual weight is shown")
	}
}

// A new picture begins from another in one way at a time, and how much of it
// changes starts again where it is enlarged, or no more.
func TestWaysToBegin(t *testing.T) {
	strength := 0.3
	s := full()
	s.Strength = &strength
	for _, tt := range []struct {
		way      Way
		strength float64
		applies  bool
	}{{Changed, 0.3, true}, {Detailed, 0.3, false}, {Enlarged, inference.EnlargeStrength, true}, {Changed, inference.UsualStrength, true}} {
		s.BeginAs(tt.way)
		of := Find("strength")
		if all := s.Ingredients(InBeginning); s.Way() != tt.way || len(all) != 1 || all[0].Name != "b.png" {
			t.Fatalf("way %d, want %d: %+v", s.Way(), tt.way, s.Extras)
		}
		if of.UsedBy(&s.Recipe) != tt.applies || of.Get(&s.Recipe) != tt.strength {
			t.Errorf("way %d: strength %g, used %v", tt.way, of.Get(&s.Recipe), of.UsedBy(&s.Recipe))
		}
	}
	if s.Mask != nil {
		t.Error("the mask of another beginning is left")
	}
}

// What is painted on is what is seen: of a recalled picture that was changed as a
// whole, the one that was made.
func TestRepaint(t *testing.T) {
	part, mask := inference.Input{Name: "b.png", File: "made.png", Part: "init"}, inference.Input{Name: "mask"}
	var s Sketch
	s.Repaint(part, mask)
	if *s.Init != (inference.Input{File: "made.png"}) || s.Mask.Name != "mask" {
		t.Errorf("repaints %+v", s.Init)
	}
	if s.Repaint(part, mask); s.Init.Part != "init" {
		t.Errorf("with a mask, repaints %+v", s.Init)
	}
}

// Outlines are looked for in a picture, not in a map that was found before, nor
// for another kind of control.
func TestOutlinesApply(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*inference.Control)
		want bool
	}{
		{"picture", func(*inference.Control) {}, true}, {"map", func(c *inference.Control) { c.Part = "control" }, false},
		{"another kind", func(c *inference.Control) { c.Kind = checkpoint.Super }, false},
	} {
		s := full()
		tt.do(s.Control)
		for _, n := range Numbers(InOutlines) {
			if n.UsedBy(&s.Recipe) != tt.want {
				t.Errorf("%s: %s is used: %v", tt.name, n.Key, !tt.want)
			}
		}
	}
}
