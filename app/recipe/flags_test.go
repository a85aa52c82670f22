package recipe

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// written is a sketch with flags as they are written, "name=value", and their names.
func written(flags ...string) (s Sketch, given map[string]bool, err error) {
	given = map[string]bool{}
	for _, f := range flags {
		name, text, _ := strings.Cut(f, "=")
		given[name] = true
		for i := range Settings {
			t := &Settings[i]
			if t.Flag == name && t.Parse != nil && err == nil {
				err = t.Parse(&s, text)
			}
			for _, more := range t.Flags {
				if more.Name == name && err == nil {
					err = more.Add(&s, text)
				}
			}
		}
	}
	return s, given, err
}

// Files go in by flags that may be repeated and stand in any order.
func TestFlagsOfFiles(t *testing.T) {
	named := filepath.Join(t.TempDir(), "x=2")
	if err := os.WriteFile(named, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, given, err := written("image=a.png=0.5", "image="+named, "canny=50,200", "control-model=net", "control=canny:c.png=2", "init=i.png", "mask=m.png",
		"lora=b/ink.safetensors=-1", "lora=oil", "mix=night=2", "mix=snow", "prompt-weight=0")
	if err != nil {
		t.Fatal(err)
	}
	if wrong := s.Complete(given); len(wrong) > 0 {
		t.Errorf("refused: %v", wrong)
	}
	if got := s.References; len(got) != 2 || got[0].File != "a.png" || got[0].Weight != 0.5 || got[1].File != named || got[1].Weight != 1 {
		t.Errorf("references %+v", got)
	}
	if c := s.Control; c.File != "c.png" || c.Kind != checkpoint.Canny || c.Weight != 2 || c.Model != "net" || c.Low != 50 || c.High != 0 {
		t.Errorf("control %+v", c)
	}
	if got := s.LoRAs; len(got) != 2 || got[0] != (inference.LoRA{Name: "ink.safetensors", Path: "b/ink.safetensors", Weight: -1}) || got[1].Weight != 1 {
		t.Errorf("LoRAs %+v", got)
	}
	if s.Init.File != "i.png" || s.Mask.File != "m.png" || len(s.Mix.More) != 2 || s.Mix.More[0].Weight != 2 || *s.Mix.Main != 0 || s.Strength != nil {
		t.Errorf("%+v, mix %+v", s.Extras, s.Mix)
	}
}

// What is enlarged changes as much as is usual then, unless a flag says it.
func TestEnlargeFlag(t *testing.T) {
	for _, tt := range []struct {
		flags []string
		want  float64
	}{{[]string{"enlarge=a.png"}, inference.EnlargeStrength}, {[]string{"strength=0.5", "enlarge=a.png"}, 0.5}} {
		s, given, err := written(tt.flags...)
		if wrong := s.Complete(given); err != nil || wrong != nil || !s.Enlarge || s.From.File != "a.png" || *s.Strength != tt.want {
			t.Errorf("%v: %+v, %v, %v", tt.flags, s.Extras, err, wrong)
		}
	}
}

func TestFlagsRefused(t *testing.T) {
	for _, tt := range []struct{ flags, want string }{
		{"init=", "it is empty; write a value, or leave the flag out"}, {"image=", "it is empty; write a file, or leave the flag out"},
		{"image==2", "write a file, or file=weight with a number for the weight"}, {"control=lines:a.png", "write canny:FILE, inpaint:FILE or sr:FILE"},
		{"control=sr:a.png control=sr:b.png", "there is one already; choose one"}, {"canny=0,9", "write two whole numbers from 1 to"}, {"canny=9", "write two whole numbers from 1 to"},
		{"lora=a=101", "the weight is 101; choose a number from -100 to 100"}, {"prompt-weight=-1", "choose a number from 0 to 100"}, {"mix= =1", "it is empty"},
		{"strength=0.5", "--strength says"}, {"enlarge=a.png init=b.png", "choose one of --enlarge"}, {"enlarge=a.png width=64", "leave --width"},
		{"enlarge=a.png save-latent=l", "leave --save-latent out"},
		{"canny=1,2", "--canny says"}, {"canny=1,2 control=sr:a.png", "--canny says"}, {"control-model=net", "--control-model needs"},
		{"mix=night prompt-weight=2 strength=1", "--strength says"}, {"prompt-weight=2", "--prompt-weight weighs"},
	} {
		s, given, err := written(strings.Split(tt.flags, " ")...)
		if tt.flags == "mix= =1" {
			s, given, err = written(tt.flags)
		}
		said := fmt.Sprint(err)
		if err == nil {
			said = fmt.Sprint(s.Complete(given))
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s: %s, want %q", tt.flags, said, tt.want)
		}
	}
}

// What is mixed goes with the prompt: who writes one says the other too.
func TestFlagsSaySettings(t *testing.T) {
	for _, tt := range []struct {
		flag, key    string
		said, enough bool
	}{
		{"steps", "steps", true, false}, {"steps", "mix", false, false}, {"prompt", "mix", true, false}, {"prompt-weight", "mix", true, false},
		{"mix", "prompt", false, false}, {"control", "control", true, true}, {"mask", "mask", true, false}, {"image", "references", true, true},
	} {
		given := map[string]bool{tt.flag: true}
		if said := Find(tt.key).Said(given); said != tt.said || Enough(given) != tt.enough {
			t.Errorf("--%s says %s: %v, enough: %v", tt.flag, tt.key, said, Enough(given))
		}
	}
}
