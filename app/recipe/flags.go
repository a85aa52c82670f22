package recipe

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
)

// A Flag is a further flag of cascata generate that says something of a setting:
// it may be written several times, or is one of several. Its name is a contract.
type Flag struct {
	Name, Usage string
	Add         func(s *Sketch, text string) error // its errors say what to write
	Enough      bool                               // it says enough for a picture without a prompt
}

// Said reports whether flags that were written, by their names, say a setting, or the
// one it stands beside.
func (s *Setting) Said(given map[string]bool) bool {
	for _, f := range s.Flags {
		if given[f.Name] {
			return true
		}
	}
	return given[s.Flag] || s.Beside != "" && Find(s.Beside).Said(given)
}

// Enough reports whether flags that were written say enough for a picture without a
// prompt.
func Enough(given map[string]bool) bool {
	for _, s := range Settings {
		for _, f := range s.Flags {
			if f.Enough && given[f.Name] {
				return true
			}
		}
	}
	return false
}

// Complete puts in what follows from flags that were written, by their names. It
// returns what is wrong with them beside each other.
func (s *Sketch) Complete(given map[string]bool) (wrong []error) {
	if s.Enlarge {
		s.Begin(s.Init, s.From, s.Mask, true)
	}
	outlines := s.Control != nil && s.Control.Kind == checkpoint.Canny
	switch {
	case given["strength"] && !given["init"] && !given["enlarge"]:
		wrong = append(wrong, errors.New("--strength says how much of a picture changes; name the picture with --init or --enlarge"))
	case given["enlarge"] && (given["from-image"] || given["init"]):
		wrong = append(wrong, errors.New("a picture is enlarged, or another begins from it; choose one of --enlarge, --init and --from-image"))
	case given["enlarge"] && (given["width"] || given["height"]):
		wrong = append(wrong, errors.New("--enlarge makes a picture twice as wide and high; leave --width and --height out"))
	case given["enlarge"] && given["save-latent"]:
		wrong = append(wrong, errors.New("a picture is enlarged without Stage C, so there is no latent to keep; leave --save-latent out"))
	case given["canny"] && !outlines:
		wrong = append(wrong, errors.New("--canny says which edges of a picture are outlines; name the picture with --control canny:FILE"))
	case given["control-model"] && !given["control"]:
		wrong = append(wrong, errors.New("--control-model needs a picture to control by; name it with --control"))
	}
	if given["prompt-weight"] && !given["mix"] {
		wrong = append(wrong, errors.New("--prompt-weight weighs the prompt against others; name one with --mix"))
	}
	return wrong
}

var mixFlags = []Flag{
	{Name: "mix", Usage: "one more prompt, `TEXT[=WEIGHT]`: the picture is the weighted mean of all; may be repeated",
		Add: func(s *Sketch, text string) error {
			p, err := parseMixed(text)
			s.Mix.More = append(s.Mix.More, p)
			return err
		}},
	{Name: "prompt-weight", Usage: "`number` from 0 to 100: how much --prompt counts beside those of --mix (default 1)",
		Add: func(s *Sketch, text string) error {
			w, err := strconv.ParseFloat(text, 64)
			if err != nil || !(w >= 0 && w <= inference.MaxMixWeight) {
				return errors.New("choose a number from 0 to 100")
			}
			s.Mix.Main = &w
			return nil
		}},
}

var referenceFlags = []Flag{{Name: "image", Usage: "reference picture, `FILE[=WEIGHT]`; may be repeated", Enough: true,
	Add: func(s *Sketch, text string) error {
		file, weight, err := parseWeighted(text)
		s.References = append(s.References, inference.Reference{Input: inference.Input{File: file}, Weight: weight})
		return err
	}}}

var fromFlags = []Flag{
	{Name: "from-image", Usage: "skip Stage C: its latent is made of the picture in this `file`", Enough: true,
		Add: fileOf(func(s *Sketch, in *inference.Input) { s.From = in })},
	{Name: "enlarge", Usage: "make the picture in this `file` twice as wide and high, by Stage B; --strength (default 0.25) is how much of its detail is new", Enough: true,
		Add: fileOf(func(s *Sketch, in *inference.Input) { s.From, s.Enlarge = in, true })},
}

var initFlags = []Flag{{Name: "init", Usage: "start Stage C from the picture in this `file`", Enough: true,
	Add: fileOf(func(s *Sketch, in *inference.Input) { s.Init = in })}}

var maskFlags = []Flag{{Name: "mask", Usage: "`file` as large as the picture of --init: only what is white changes; with --control inpaint, what is missing",
	Add: fileOf(func(s *Sketch, in *inference.Input) { s.Mask = in })}}

var controlFlags = []Flag{
	{Name: "control", Usage: "`KIND:FILE[=WEIGHT]`, where KIND is canny, inpaint or sr", Enough: true, Add: addControl},
	{Name: "canny", Usage: "thresholds of outlines, `LOW,HIGH`: an edge is stronger than HIGH, or than LOW and touches one that is (default 100,200)", Add: addThresholds},
	{Name: "control-model", Usage: "`file` of the control network (default the model's own of that kind)",
		Add: func(s *Sketch, text string) error { return parseFilled(&s.controlled().Model, text) }},
}

var loraFlags = []Flag{{Name: "lora", Usage: "LoRA `file`, or file=weight, or the name of one in the folder for LoRAs; may be given several times",
	Add: func(s *Sketch, text string) error {
		file, weight, err := parseWeighted(text)
		if err != nil {
			return err
		}
		if weight < -inference.MaxLoRAWeight || weight > inference.MaxLoRAWeight {
			return fmt.Errorf("the weight is %g; choose a number from %d to %d", weight, -inference.MaxLoRAWeight, inference.MaxLoRAWeight)
		}
		s.LoRAs = append(s.LoRAs, inference.LoRA{Name: filepath.Base(file), Weight: weight, Path: file})
		return nil
	}}}

// fileOf reads the name of a picture's file.
func fileOf(put func(*Sketch, *inference.Input)) func(*Sketch, string) error {
	return func(s *Sketch, text string) error {
		in := &inference.Input{}
		err := parseFilled(&in.File, text)
		if err == nil {
			put(s, in)
		}
		return err
	}
}

// controlled is the control of a sketch, of no kind where flags have not said it.
func (s *Sketch) controlled() *inference.Control {
	if s.Control == nil {
		s.Control = &inference.Control{}
	}
	return s.Control
}

func addControl(s *Sketch, text string) error {
	kind, rest, ok := strings.Cut(text, ":")
	switch checkpoint.ControlKind(kind) {
	case checkpoint.Canny, checkpoint.Inpaint, checkpoint.Super:
	default:
		ok = false
	}
	if !ok {
		return errors.New("write canny:FILE, inpaint:FILE or sr:FILE")
	}
	c := s.controlled()
	if c.Kind != "" {
		return errors.New("there is one already; choose one")
	}
	file, weight, err := parseWeighted(rest)
	c.File, c.Kind, c.Weight = file, checkpoint.ControlKind(kind), weight
	return err
}

func addThresholds(s *Sketch, text string) error {
	low, high, _ := strings.Cut(text, ",")
	var v [2]int
	for i, t := range []string{low, high} {
		n, err := strconv.Atoi(strings.TrimSpace(t))
		if err != nil || n < 1 || n > canny.Highest {
			return fmt.Errorf("write two whole numbers from 1 to %d, such as 100,200", canny.Highest)
		}
		v[i] = n
	}
	s.controlled().SetThresholds(v[0], v[1])
	return nil
}

// parseWeighted takes FILE=WEIGHT apart. What follows the last = is a weight if it
// is a number and there is no file of the whole name; without one it is 1.
func parseWeighted(text string) (file string, weight float64, err error) {
	if text == "" {
		return "", 0, errors.New("it is empty; write a file, or leave the flag out")
	}
	i := strings.LastIndexByte(text, '=')
	if _, err := os.Stat(text); err == nil || i < 0 {
		return text, 1, nil
	}
	weight, err = strconv.ParseFloat(text[i+1:], 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return text, 1, nil
	}
	if i == 0 || math.IsNaN(weight) || math.IsInf(weight, 0) {
		return "", 0, errors.New("write a file, or file=weight with a number for the weight")
	}
	return text[:i], weight, nil
}
