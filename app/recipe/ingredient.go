package recipe

import (
	"image"
	"slices"

	"cascata/inference"
)

// An Ingredient is one thing that goes into a picture beside its prompt: another
// prompt, a picture, a LoRA. It is a copy to be looked at; Write, Remove and
// Weight.Set change a sketch that has it at the same place, and no other.
type Ingredient struct {
	Name   string  // what to call it: a prompt's words, a file's name
	Key    string  // tells it from others; "": it is a prompt, whose words change while they are written
	Weight *Weight // nil: it has none
	Remove func(*Sketch)

	// What it is, one of these, and with Control Input too.
	Write   func(s *Sketch, prompt string) // of a prompt, other words
	Input   *inference.Input
	Control *inference.Control
	LoRA    *inference.LoRA

	masked bool // where it is recalled, only a part of it was changed
}

// Read reads an ingredient that is a picture, to be shown: of what a picture of
// ours carries as a latent alone it is that picture. Errors are those of
// ReadInputs. It waits for the disk.
func (i Ingredient) Read() (image.Image, error) { return inputPicture(*i.Input, i.masked) }

// Ingredients are what a recipe has in a section of the controls, in the order of
// the table.
func (r Recipe) Ingredients(in Section) (all []Ingredient) {
	for i := range Settings {
		if s := &Settings[i]; s.Section == in && s.ingredients != nil {
			all = append(all, s.ingredients(&r)...)
		}
	}
	return all
}

// weighed is the k-th of several ingredients, each with a weight.
func weighed[T any](k int, list func(*Recipe) *[]T, weight func(*T) *float64, of Weight) Ingredient {
	of.Get = func(r *Recipe) float64 { return *weight(&(*list(r))[k]) }
	of.Set = func(r *Recipe, v float64) {
		all := list(r)
		*all = slices.Clone(*all)
		*weight(&(*all)[k]) = v
	}
	return Ingredient{Weight: &of, Remove: func(s *Sketch) {
		all := list(&s.Recipe)
		*all = slices.Delete(slices.Clone(*all), k, k+1)
	}}
}

// PictureRange is how much a picture can count that is to be resembled, or held to.
var PictureRange = Range{Max: 2, Step: 0.05, Least: -100, Most: 100}

// The weights of ingredients.
var (
	promptWeight  = Weight{Range: Range{Max: 2, Step: 0.05, Most: inference.MaxMixWeight}}
	pictureWeight = Weight{Range: PictureRange, Least: -1}
	loraWeight    = Weight{Range: Range{Min: -1, Max: 2, Step: 0.05, Least: -inference.MaxLoRAWeight, Most: inference.MaxLoRAWeight}, Least: -1}
)

// mixedPrompts are the prompts beside the first. Without them that has no weight.
func mixedPrompts(r *Recipe) (all []Ingredient) {
	for k, p := range r.Mix.More {
		i := weighed(k, func(r *Recipe) *[]inference.Mixed { return &r.Mix.More }, func(p *inference.Mixed) *float64 { return &p.Weight }, promptWeight)
		remove := i.Remove
		i.Remove = func(s *Sketch) {
			if remove(s); len(s.Mix.More) == 0 {
				s.Mix = inference.Mix{}
			}
		}
		i.Name, i.Write = p.Prompt, func(s *Sketch, prompt string) {
			s.Mix.More = slices.Clone(s.Mix.More)
			s.Mix.More[k].Prompt = prompt
		}
		all = append(all, i)
	}
	return all
}

func references(r *Recipe) (all []Ingredient) {
	for k, ref := range r.References {
		i := weighed(k, func(r *Recipe) *[]inference.Reference { return &r.References }, func(p *inference.Reference) *float64 { return &p.Weight }, pictureWeight)
		i.show(ref.Input, r)
		all = append(all, i)
	}
	return all
}

func loras(r *Recipe) (all []Ingredient) {
	for k, l := range r.LoRAs {
		i := weighed(k, func(r *Recipe) *[]inference.LoRA { return &r.LoRAs }, func(l *inference.LoRA) *float64 { return &l.Weight }, loraWeight)
		i.Name, i.Key, i.LoRA = l.Name, l.Path+"\x00"+l.SHA256+"\x00"+l.Name, &l
		all = append(all, i)
	}
	return all
}

// controls is the picture that says where things are, if there is one.
func controls(r *Recipe) []Ingredient {
	if r.Control == nil {
		return nil
	}
	c, w := *r.Control, pictureWeight
	w.Label = phrase("control", "Control")
	w.Get = func(r *Recipe) float64 { return r.Control.Weight }
	w.Set = func(r *Recipe, v float64) {
		c := *r.Control
		c.Weight, r.Control = v, &c
	}
	i := Ingredient{Weight: &w, Control: &c, Remove: func(s *Sketch) { s.Control = nil }}
	i.show(c.Input, r)
	i.Key += string(c.Kind)
	return []Ingredient{i}
}

// show makes it the ingredient that is a picture.
func (i *Ingredient) show(in inference.Input, r *Recipe) {
	i.Name, i.Key, i.Input, i.masked = in.Label(), in.File+"\x00"+in.Part+"\x00"+in.SHA256, &in, r.Mask != nil
}
