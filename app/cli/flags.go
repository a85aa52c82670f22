package cli

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"

	"cascata/app"
	"cascata/app/recipe"
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
		if slices.Contains(groups, s.Group) {
			for _, more := range s.Flags {
				f.Func(more.Name, more.Usage, func(text string) error { return more.Add(&g.said, text) })
			}
		}
		parse := func(text string) error { return s.Parse(&g.said, text) }
		switch {
		case s.Flag == "" || !slices.Contains(groups, s.Group):
		case s.Long: // any text can be, also none
			g.texts[s.Flag] = f.String(s.Flag, "", s.Usage)
		case s.On != nil: // may be written without a value
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
	model, _, _ := g.said.MadeWith()
	info, err := models.Look(model)
	if err != nil {
		return recipe.Sketch{}, err
	}
	s := g.said
	for _, t := range recipe.Settings {
		if t.Advised && !t.Said(g.given) {
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
