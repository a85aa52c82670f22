package cli

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
)

// inputFlags are the flags of pictures that go in beside the words. Their names
// are a contract.
type inputFlags struct {
	images           []inference.Reference
	from, init, mask string
	enlarge          string
	control          *inference.Control
	controlModel     string
	thresholds       [2]int // of outlines, low and high; 0: not given
	loras            []inference.LoRA
}

func (g *inputFlags) set(f *flag.FlagSet) {
	f.Func("lora", "LoRA `file`, or file=weight, or the name of one in the folder for LoRAs; may be given several times", loraFiles(&g.loras))
	f.Func("image", "reference picture, `FILE[=WEIGHT]`; may be repeated", func(s string) error {
		file, weight, err := weighted(s)
		g.images = append(g.images, inference.Reference{Input: inference.Input{File: file}, Weight: weight})
		return err
	})
	f.Func("from-image", "skip Stage C: its latent is made of the picture in this `file`", filled(&g.from))
	f.Func("enlarge", "make the picture in this `file` twice as wide and high, by Stage B; --strength (default 0.25) is how much of its detail is new", filled(&g.enlarge))
	f.Func("init", "start Stage C from the picture in this `file`", filled(&g.init))
	f.Func("mask", "`file` as large as the picture of --init: only what is white changes; with --control inpaint, what is missing", filled(&g.mask))
	f.Func("control", "`KIND:FILE[=WEIGHT]`, where KIND is canny, inpaint or sr", g.parseControl)
	f.Func("canny", "thresholds of outlines, `LOW,HIGH`: an edge is stronger than HIGH, or than LOW and touches one that is (default 100,200)", g.parseThresholds)
	f.Func("control-model", "`file` of the control network (default the model's own of that kind)", filled(&g.controlModel))
}

func (g *inputFlags) parseControl(s string) error {
	kind, rest, ok := strings.Cut(s, ":")
	switch checkpoint.ControlKind(kind) {
	case checkpoint.Canny, checkpoint.Inpaint, checkpoint.Super:
	default:
		ok = false
	}
	if !ok {
		return errors.New("write canny:FILE, inpaint:FILE or sr:FILE")
	}
	if g.control != nil {
		return errors.New("there is one already; choose one")
	}
	file, weight, err := weighted(rest)
	g.control = &inference.Control{Input: inference.Input{File: file}, Kind: checkpoint.ControlKind(kind), Weight: weight}
	return err
}

func (g *inputFlags) parseThresholds(s string) error {
	low, high, _ := strings.Cut(s, ",")
	for i, text := range []string{low, high} {
		v, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || v < 1 || v > canny.Highest {
			return fmt.Errorf("write two whole numbers from 1 to %d, such as 100,200", canny.Highest)
		}
		g.thresholds[i] = v
	}
	return nil
}

func (g *inputFlags) any() bool {
	return len(g.images) > 0 || g.from != "" || g.enlarge != "" || g.init != "" || g.control != nil
}

// check refuses flags that need another one.
func (g *inputFlags) check(given map[string]bool) error {
	switch {
	case given["strength"] && g.init == "" && g.enlarge == "":
		return fmt.Errorf("%w: --strength says how much of a picture changes; name the picture with --init or --enlarge", app.ErrUsage)
	case g.enlarge != "" && (g.from != "" || g.init != ""):
		return fmt.Errorf("%w: a picture is enlarged, or another begins from it; choose one of --enlarge, --init and --from-image", app.ErrUsage)
	case g.enlarge != "" && (given["width"] || given["height"]):
		return fmt.Errorf("%w: --enlarge makes a picture twice as wide and high; leave --width and --height out", app.ErrUsage)
	case g.thresholds[0] > 0 && (g.control == nil || g.control.Kind != checkpoint.Canny):
		return fmt.Errorf("%w: --canny says which edges of a picture are outlines; name the picture with --control canny:FILE", app.ErrUsage)
	case g.controlModel != "" && g.control == nil:
		return fmt.Errorf("%w: --control-model needs a picture to control by; name it with --control", app.ErrUsage)
	}
	return nil
}

// put gives a sketch what the flags say.
func (g *inputFlags) put(s *recipe.Sketch) {
	input := func(file string) *inference.Input {
		if file == "" {
			return nil
		}
		return &inference.Input{File: file}
	}
	e := inference.Extras{
		References: g.images, From: input(g.from), Init: input(g.init), Mask: input(g.mask),
		Strength: s.Strength, Control: g.control,
	}
	if g.enlarge != "" {
		e.From, e.Enlarge = input(g.enlarge), true
		if s.Strength == nil {
			usual := inference.EnlargeStrength
			e.Strength = &usual
		}
	}
	if e.Control != nil {
		e.Control.Model = g.controlModel
		if g.thresholds[0] > 0 {
			e.Control.SetThresholds(g.thresholds[0], g.thresholds[1])
		}
	}
	s.Extras, s.LoRAs = e, g.loras
}
