package recipe

import (
	"fmt"
	"reflect"
	"testing"

	"cascata/app/meta"
)

// whole is a sketch with a value in every field.
func whole(t *testing.T) Sketch {
	var s Sketch
	var fill func(reflect.Value)
	fill = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).Tag.Get("json") != "-" { // what is no part of a recipe
					fill(v.Field(i))
				}
			}
		case reflect.String:
			v.SetString("x")
		case reflect.Int, reflect.Int64:
			v.SetInt(3)
		case reflect.Uint64:
			v.SetUint(3)
		case reflect.Float32, reflect.Float64:
			v.SetFloat(0.5)
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Pointer:
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0))
		default:
			t.Fatalf("a setting of the kind %s: fill it here", v.Kind())
		}
	}
	fill(reflect.ValueOf(&s).Elem())
	return s
}

// Whatever a sketch holds is copied by one setting of the table.
func TestTableCopiesEverything(t *testing.T) {
	want := whole(t)
	want.Draft = false // what is asked for, no setting
	var got Sketch
	for _, s := range Settings {
		s.Copy(&got, &want)
	}
	for _, s := range Settings {
		if !s.Same(&got, &want) || s.Same(&got, &Sketch{}) && s.Key != "preset" {
			t.Errorf("%s: copied, and not the same", s.Key)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("copied %+v\nof %+v", got, want)
	}
}

func TestTable(t *testing.T) {
	keys, flags, fields := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range Settings {
		if s.Key == "" || keys[s.Key] || s.Flag != "" && flags[s.Flag] || s.Field != "" && fields[s.Field] {
			t.Errorf("%q, flag %q, field %q is there twice", s.Key, s.Flag, s.Field)
		}
		keys[s.Key], flags[s.Flag], fields[s.Field] = true, true, true
		if s.Value == nil || s.Copy == nil || s.Flag != "" && (s.Parse == nil || s.Usage == "") || s.Take != nil && s.Label == (Phrase{}) {
			t.Errorf("%s: a function or a text is missing", s.Key)
		}
		if n := s.Number; n != nil {
			if r := n.For(Native{1024, 1024, 8}); !(r.Min < r.Max && r.Step > 0 && n.highest() >= r.Max) || s.Section != 0 && (s.Label == (Phrase{}) || s.Tip == (Phrase{}) && s.Section != InSize) {
				t.Errorf("%s: range %+v", s.Key, r)
			}
		}
	}
}

// A value that is written can be read, and what cannot be is refused.
func TestParseAsPlain(t *testing.T) {
	want := Usual(Demo)
	want.Seed, want.SeedMode, want.DecoderSeed, want.OwnDecoderSeed, want.Prompt, want.Negative = 1<<64-1, SeedKeep, 9, true, "a, b", "c: d"
	for i := range Settings {
		s := &Settings[i]
		if s.Parse == nil || s.Value(&want) == nil {
			continue
		}
		var got Sketch
		if err := s.Parse(&got, Plain(s.Value(&want))); err != nil || Plain(s.Value(&got)) != Plain(s.Value(&want)) {
			t.Errorf("%s: %q came back as %q, %v", s.Key, Plain(s.Value(&want)), Plain(s.Value(&got)), err)
		}
	}
	for _, tt := range []struct{ key, text, refused string }{
		{"steps", "0", "choose a whole number from 1 to 1000"}, {"steps", "2.5", "choose a whole number from 1 to 1000"}, {"guidance", "NaN", "choose a number from 0 to 100"},
		{"guidance", "100.5", "choose a number from 0 to 100"}, {"shift", "0", "choose a number above 0, up to 100"}, {"shift", "1e-300", ""}, {"eta", "1.01", "choose a number from 0 to 1"},
		{"width", "8193", "choose a whole number from 1 to 8192"}, {"size", "7x7", "choose a size from 8x8 to 8192x8192"}, {"size", "640 × 448", ""}, {"preset", "", "choose official, comfy or diffusers"},
		{"seed", "-2", "choose a whole number from 0 to 18446744073709551615, or -1 for a random one"}, {"seed", "-1", ""}, {"model", "", "it is empty; write a value, or leave the flag out"},
	} {
		var s Sketch
		if got := fmt.Sprint(Find(tt.key).Parse(&s, tt.text)); got != tt.refused && !(tt.refused == "" && got == "<nil>") {
			t.Errorf("%s %q: %s, want %q", tt.key, tt.text, got, tt.refused)
		}
	}
}

// Each stage has the settings that leave the other one alone.
func TestCopyStage(t *testing.T) {
	from, to, was := whole(t).Recipe, Usual(Demo).Recipe, Usual(Demo).Recipe
	CopyStage(Detail, &to, from)
	if to.DecoderSteps != from.DecoderSteps || to.DecoderGuidance != from.DecoderGuidance || to.DecoderShift != from.DecoderShift {
		t.Errorf("not copied: %+v", to)
	}
	for i := range Settings {
		s := &Settings[i]
		if is := s.Of(to) == s.Of(from); s.Stage != Detail && s.Of(to) != s.Of(was) || s.Stage == Detail && !is {
			t.Errorf("%s: became %v", s.Key, s.Of(to))
		}
	}
	if !sameStage(Detail, to, from) || sameStage(Composition, to, from) {
		t.Error("the wrong stage is the same")
	}
}

func TestRecommendedAndRecalled(t *testing.T) {
	now, other := Usual(Demo), whole(t)
	now.Prompt, now.Style, now.Count, now.Seed, now.SeedMode = "a boat", "Ink", 4, 7, SeedKeep
	got := now.Recommended(other)
	if got.Steps != 3 || got.Width != 3 || *got.Eta != 0.5 || got.Prompt != "a boat" || got.Style != "Ink" || got.Count != 4 || got.Seed != 7 || got.Model != Demo || got.Device != "auto" {
		t.Errorf("recommended: %+v", got)
	}
	other.SeedMode = SeedRandom
	got = now.Recalled(other)
	if got.Steps != 3 || got.Prompt != "a boat" || got.Style != "x" || got.Count != 3 || got.Seed != 7 || got.SeedMode != SeedRandom || got.Model != Demo {
		t.Errorf("recalled: %+v", got)
	}
	now.Guidance = 9
	before, next := Usual(Demo), Usual("other")
	next.Steps, next.Guidance, next.Width = 30, 5, 512
	if now.Follow(before, next); now.Steps != 30 || now.Guidance != 9 || now.Width != 1024 {
		t.Errorf("followed: %+v", now)
	}
}

// What a picture of ours says is taken, and what cannot be made is not.
func TestTake(t *testing.T) {
	n := 5000
	p := PictureOf(meta.Info{Steps: &n, Recipe: []byte(`{"shift":1e300,"eta":0.5}`)})
	s := Usual(Demo)
	took := map[string]bool{}
	for _, t := range Settings {
		took[t.Key] = t.Take != nil && t.Take(&s, p)
	}
	if took["steps"] || took["shift"] || took["prompt"] || !took["decoder_shift"] || !took["rescale"] || !took["eta"] || *s.Eta != 0.5 || s.Steps != 20 || s.Shift != nil {
		t.Errorf("took %v: %+v", took, s)
	}
}
