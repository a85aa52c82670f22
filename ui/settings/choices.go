package settings

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/app/studio"
)

// A Choice is what makes a sweepable of a setting that is no number: its values
// are indices of options.
type Choice struct {
	options []string
	Propose func(r recipe.Recipe) []string // for a picture
	check   func(option string) bool       // whether it can be; nil: anything can
	label   func(options []string, i int) string
	get     func(r recipe.Recipe) string // nil: a picture does not tell
	put     func(r *recipe.Recipe, options []string, i int)
}

// with is the setting with these options as its values.
func (s Sweepable) with(options []string) Sweepable {
	c := *s.Choice
	c.options = options
	s.Choice = &c
	s.of = func(r *recipe.Recipe) float64 { return float64(slices.Index(options, c.get(*r))) }
	s.set = func(r *recipe.Recipe, v float64) {
		if i := int(v); i >= 0 && i < len(options) {
			c.put(r, options, i)
		}
	}
	return s
}

// Listed is the axis of the options in a text, separated by commas. Those that
// cannot be, and those that are there already, are left out.
func (s Sweepable) Listed(text string) Axis {
	var options []string
	for o := range strings.SplitSeq(text, ",") {
		o = strings.TrimSpace(o)
		if o != "" && !slices.Contains(options, o) && (s.check == nil || s.check(o)) && len(options) < MaxSwept {
			options = append(options, o)
		}
	}
	a := Axis{Sweepable: s.with(options)}
	for i := range options {
		a.Values = append(a.Values, float64(i))
	}
	return a
}

// Choices are the settings that are no numbers, in the order they are offered:
// those of the table, and what is put into the prompts.
func Choices(styles []recipe.Style, sizes []recipe.Size) []Sweepable {
	first, others := choicesOf(sizes)
	return slices.Concat(first, []Sweepable{wordsChoice(), styleChoice(styles)}, others)
}

// choicesOf are the settings of the table that are no numbers.
func choicesOf(sizes []recipe.Size) (first, others []Sweepable) {
	for i := range recipe.Settings {
		switch s := &recipe.Settings[i]; {
		case s.Sweep == nil || s.Number != nil:
		case s.Sweep.First:
			first = append(first, choiceOf(s, sizes))
		default:
			others = append(others, choiceOf(s, sizes))
		}
	}
	return first, others
}

// choiceOf is a setting of the table that is no number. sizes suit the model.
func choiceOf(s *recipe.Setting, sizes []recipe.Size) Sweepable {
	name := Name(s)
	if s.Sweep.Label != (recipe.Phrase{}) {
		name = Phrase(s.Sweep.Label)
	}
	return Sweepable{Name: name, Choice: &Choice{
		Propose: func(r recipe.Recipe) []string { return s.Sweep.Propose(r, sizes) },
		check:   func(o string) bool { return s.Put(&recipe.Recipe{}, o) == nil },
		label:   itself,
		get: func(r recipe.Recipe) string {
			v := s.Of(r)
			if size, ok := v.(recipe.Size); ok {
				return fmt.Sprintf("%d×%d", size.Width, size.Height)
			}
			return recipe.Plain(v)
		},
		put: func(r *recipe.Recipe, options []string, i int) { s.Put(r, options[i]) },
	}}
}

func itself(options []string, i int) string { return options[i] }

// wordsChoice replaces the first option, where it stands in the prompts, by
// each of them.
func wordsChoice() Sweepable {
	return Sweepable{Name: lang.X("sweep.words", "Words"), Choice: &Choice{
		Propose: func(r recipe.Recipe) []string { return []string{longestWord(r.Title())} },
		label:   itself,
		put: func(r *recipe.Recipe, options []string, i int) {
			prompt, negative := r.Prompts()
			r.SetPrompts(strings.ReplaceAll(prompt, options[0], options[i]), strings.ReplaceAll(negative, options[0], options[i]))
		},
	}}
}

// longestWord is likely to be what a prompt is about.
func longestWord(prompt string) (longest string) {
	for _, w := range strings.FieldsFunc(prompt, func(r rune) bool { return strings.ContainsRune(" \t\n,.;:()[]{}|", r) }) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	return longest
}

func styleChoice(styles []recipe.Style) Sweepable {
	none := lang.X("style.none", "none")
	at := func(name string) int {
		return slices.IndexFunc(styles, func(s recipe.Style) bool { return s.Name == name })
	}
	return Sweepable{Name: lang.X("style", "Style"), Choice: &Choice{
		Propose: func(recipe.Recipe) []string {
			names := []string{none}
			for _, s := range styles[:min(len(styles), 3)] {
				names = append(names, s.Name)
			}
			return names
		},
		check: func(o string) bool { return o == none || at(o) >= 0 },
		label: itself,
		put: func(r *recipe.Recipe, options []string, i int) {
			if k := at(options[i]); k >= 0 {
				r.SetPrompts(styles[k].Apply(r.Prompts()))
			}
		},
	}}
}

// promptChoice tells pictures apart by their prompts, of which it says the part
// that differs.
func promptChoice() Sweepable {
	const between = "\x00"
	return Sweepable{Name: lang.X("sweep.prompt", "Prompt"), Choice: &Choice{
		label: func(options []string, i int) string {
			var prompts, negatives []string
			for _, o := range options {
				p, n, _ := strings.Cut(o, between)
				prompts, negatives = append(prompts, p), append(negatives, n)
			}
			if part := differingWords(prompts)[i]; part != "" {
				return part
			}
			if part := differingWords(negatives)[i]; part != "" {
				return "− " + part
			}
			return "–"
		},
		get: func(r recipe.Recipe) string {
			prompt, negative := r.Prompts()
			return prompt + between + negative
		},
		put: func(r *recipe.Recipe, options []string, i int) {
			prompt, negative, _ := strings.Cut(options[i], between)
			r.SetPrompts(prompt, negative)
		},
	}}
}

// differingWords are texts without the words that all of them begin and end with.
func differingWords(texts []string) []string {
	words := make([][]string, len(texts))
	for i, t := range texts {
		words[i] = strings.Fields(t)
	}
	for cut := true; cut; {
		cut = false
		for _, of := range []func([]string) (string, []string){firstWord, lastWord} {
			same := true
			for _, w := range words {
				same = same && len(w) > 0 && len(words[0]) > 0
				if same {
					a, _ := of(w)
					b, _ := of(words[0])
					same = a == b
				}
			}
			if same && len(words) > 0 {
				for i, w := range words {
					_, words[i] = of(w)
				}
				cut = true
			}
		}
	}
	parts := make([]string, len(texts))
	for i, w := range words {
		parts[i] = strings.Trim(strings.Join(w, " "), " ,")
	}
	return parts
}

func firstWord(w []string) (string, []string) { return w[0], w[1:] }

func lastWord(w []string) (string, []string) { return w[len(w)-1], w[:len(w)-1] }

// recoverable are the settings in which the pictures of a sweep may differ.
func recoverable(jobs []studio.Job) []Sweepable {
	all := append(Sweepables(), weightsOf(jobs)...)
	first, others := choicesOf(nil)
	for _, s := range slices.Concat(first, []Sweepable{promptChoice()}, others) {
		var options []string
		for _, j := range jobs {
			if o := s.get(j.Recipe); !slices.Contains(options, o) {
				options = append(options, o)
			}
		}
		all = append(all, s.with(options))
	}
	return all
}
