package cli

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
)

// settingFlags are the flags that say how pictures are made. What no flag says
// is as the makers of the model recommend, as in the window.
type settingFlags struct {
	said  recipe.Sketch
	texts map[string]*string // of flags whose value may be empty, by their names
	given map[string]bool    // the flags that were written
}

// set adds the flags of all settings of some groups.
func (g *settingFlags) set(f *flag.FlagSet, groups ...recipe.Group) {
	g.said.SetSetup(recipe.Usual(recipe.Demo).Setup())
	g.texts = map[string]*string{}
	for _, s := range recipe.Settings {
		parse := func(text string) error { return s.Parse(&g.said, text) }
		_, isBool := s.Value(&g.said).(bool)
		switch {
		case s.Flag == "" || !slices.Contains(groups, s.Group):
		case s.Long: // any text can be, also none
			g.texts[s.Flag] = f.String(s.Flag, "", s.Usage)
		case isBool: // may be written without a value
			f.BoolFunc(s.Flag, s.Usage, parse)
		default:
			f.Func(s.Flag, s.Usage, parse)
		}
	}
}

// note remembers which flags were written. It is called once f has been parsed.
func (g *settingFlags) note(f *flag.FlagSet) {
	g.given = map[string]bool{}
	f.Visit(func(f *flag.Flag) { g.given[f.Name] = true })
	for _, s := range recipe.Settings {
		if text := g.texts[s.Flag]; text != nil {
			s.Parse(&g.said, *text) // never fails
		}
	}
}

// resolve is what the flags say, and for the rest what the model recommends.
// Its errors are those of opening the model.
func (g *settingFlags) resolve(models app.Models) (recipe.Sketch, error) {
	info, err := models.Look(g.said.Setup().Model)
	if err != nil {
		return recipe.Sketch{}, err
	}
	s := g.said
	for _, t := range recipe.Settings {
		if t.Advised && !g.given[t.Flag] {
			t.Copy(&s, &info.Start)
		}
	}
	return s, nil
}

// The functions below read values of flags that are no settings. The flag
// package puts the flag's name and the value before what they say of a wrong one.

// filled reads a text that cannot be empty.
func filled(to *string) func(string) error {
	return func(s string) error {
		if s == "" {
			return errors.New("it is empty; write a value, or leave the flag out")
		}
		*to = s
		return nil
	}
}

// whole reads a whole number from least to most.
func whole(to *int, least, most int) func(string) error {
	return func(s string) error {
		v, err := strconv.Atoi(s)
		if err != nil || v < least || v > most {
			return fmt.Errorf("choose a whole number from %d to %d", least, most)
		}
		*to = v
		return nil
	}
}

// loraFiles reads one LoRA file a call, and its weight.
func loraFiles(to *[]inference.LoRA) func(string) error {
	return func(s string) error {
		file, weight, err := weighted(s)
		if err != nil {
			return err
		}
		if weight < -inference.MaxLoRAWeight || weight > inference.MaxLoRAWeight {
			return fmt.Errorf("the weight is %g; choose a number from %d to %d", weight, -inference.MaxLoRAWeight, inference.MaxLoRAWeight)
		}
		*to = append(*to, inference.LoRA{Name: filepath.Base(file), Weight: weight, Path: file})
		return nil
	}
}

// weighted takes FILE=WEIGHT apart. What follows the last = is a weight if it
// is a number and there is no file of the whole name; without one it is 1.
func weighted(s string) (file string, weight float64, err error) {
	if s == "" {
		return "", 0, errors.New("it is empty; write a file, or leave the flag out")
	}
	i := strings.LastIndexByte(s, '=')
	if _, err := os.Stat(s); err == nil || i < 0 {
		return s, 1, nil
	}
	weight, err = strconv.ParseFloat(s[i+1:], 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return s, 1, nil
	}
	if i == 0 || math.IsNaN(weight) || math.IsInf(weight, 0) {
		return "", 0, errors.New("write a file, or file=weight with a number for the weight")
	}
	return s[:i], weight, nil
}
