package recipe

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"cascata/app/meta"
	"cascata/inference/checkpoint"
	"cascata/inference/sampler"
)

// A Setting is one thing that can be set of a picture. Settings holds them all.
// Its functions know no language and no window: what a value is called there,
// package ui/settings says.
type Setting struct {
	Key   string // in a recipe's JSON, unique; also in templates of file names
	Label Phrase // among all settings: "Detail steps"
	Short Phrase // beside its control, where a heading says the stage: "Steps"; zero: Label
	Tip   Phrase // of its control
	Long  bool   // its value is text of many words

	Stage   Stage   // that has to be made again when it changes
	Section Section // where its control stands; zero: beside all others
	Group   Group

	Flag, Usage string // of cascata generate, a contract; "": it has none
	Flags       []Flag // that say more of it; see Flag
	Beside      string // the Key of a setting that this one goes with where flags say that; "": none
	InEvent     bool   // of --json for a picture, under its Key
	Field       string // name in a picture's text "parameters"; "": it is not told there

	// Advised: what no flag says is as the model recommends, and what is as one
	// model recommends becomes what the next one does.
	Advised bool

	// With is the Key of a setting that goes along when a picture's is taken.
	With string

	// Applies reports whether a recipe has a use for it; nil: every one has.
	Applies func(*Recipe) bool

	// Value is what a sketch has of it: Words, string, bool, int, uint64,
	// float64, Size, Option, a Phrase for what is no value of its own ("as the
	// seed"), or nil for a number that is as the preset has it.
	Value func(*Sketch) any

	// Copy puts this setting alone into another sketch.
	Copy func(to, from *Sketch)

	// Parse reads a value as Plain writes it. Its errors say what to choose.
	Parse func(s *Sketch, text string) error

	// Take puts what a picture says into a sketch. It is false, and changes
	// nothing, where the picture does not say it or it cannot be made. nil: the
	// setting is not told of pictures.
	Take func(s *Sketch, p Picture) bool

	// advise puts in what a model's file recommends; nil: it does not.
	advise func(*Recipe, checkpoint.Recommended)

	Sweep *Sweep // nil: it cannot be swept
	Fact  *Fact  // nil: it is not one of those that matter most

	// What kind it is, one of these; of any other kind, all are nil.
	*Number
	Seed        *Seed
	Options     []Option                   // all values of one of few
	On          func(*Sketch) *bool        // where a sketch has what is on or off
	ingredients func(*Recipe) []Ingredient // what there is of any number of things beside the prompt
}

// A Phrase is a text of the window's: its key in the translations, and English.
type Phrase struct{ Key, English string }

// phrase is a Phrase; a test finds its calls, and wants a translation of each.
func phrase(key, english string) Phrase { return Phrase{key, english} }

// A Stage is what has to be made again when a setting changes.
type Stage int

// The stages.
const (
	Everything  Stage = iota // the composition, and with it the detail
	Composition              // Stage C alone: a composition that is there is not touched by it
	Detail                   // Stage B alone: a composition is developed again
)

// A Section is a part of the controls.
type Section int

// The sections.
const (
	InComposition Section = iota + 1 // shows its numbers
	InDetail                         // likewise
	InSchedule                       // likewise, below one of few options
	InBeginning                      // likewise, below the picture
	InRepaint                        // a part of InBeginning
	InOutlines                       // shows its numbers, below the picture
	InSize                           // two sides, and whether they keep their shape
	InMood                           // prompts and pictures
	InLoRAs
)

// A Group says who chooses a setting together with which others.
type Group int

// The groups.
const (
	OfLook    Group = iota // how it is made: under a name, and by a model's recommendation
	OfSeries               // which and how many pictures: under a name, but not recommended
	OfWords                // what is shown: neither
	OfMachine              // what it is made with: neither
)

// Choose gives a sketch an option of a setting that is one of few. What that
// allows no more goes: numbers of which a preset has only its own, and a size that
// cannot be made.
func (s *Setting) Choose(k *Sketch, o Option) {
	s.Parse(k, o.Name) // never fails
	for i := range Settings {
		if n := Settings[i].Number; n != nil && n.Fixed != nil && n.Fixed(&k.Recipe) {
			n.Untune(&k.Recipe)
		}
	}
	k.Fit(k.Size())
}

func (s *Setting) byModel() bool { return s.Number != nil && s.ByModel != nil }

// A Sweep is how a setting takes several values.
type Sweep struct {
	Label    Phrase  // zero: the setting's own
	Max      float64 // of a number, in place of its slider's
	From, To float64 // of a number: what is proposed
	First    bool    // offered before the others

	// Propose are values of a setting that is no number, for a picture and the
	// sizes that suit its model, as Parse reads them.
	Propose func(r Recipe, sizes []Size) []string
	// Put is Parse, where a sweep means another thing by a value.
	Put func(r *Recipe, text string) error
}

// An Option is one value of a setting that is one of few.
type Option struct {
	Name  string // in recipes and flags
	Label Phrase // with the Key "": the same in every language
	About Phrase
}

// Words are a prompt and the name of the style that is added to it.
type Words struct{ Text, Style string }

// A Picture is what a picture file says of itself. Own is all of it where the
// picture is ours, else nil.
type Picture struct {
	meta.Info
	Own *Recipe
}

// PictureOf is a picture of which info was read.
func PictureOf(info meta.Info) Picture {
	p := Picture{Info: info}
	var own Recipe
	if len(info.Recipe) > 0 && json.Unmarshal(info.Recipe, &own) == nil {
		p.Own = &own
	}
	return p
}

// presetOr is the preset that a picture names, or else another one.
func (p Picture) presetOr(other sampler.Preset) sampler.Preset {
	if p.Preset == nil || *p.Preset == "" {
		return other
	}
	named, err := sampler.ParsePreset(*p.Preset)
	if err != nil {
		return other
	}
	return named
}

// HasSize reports whether a picture says its size, and it can be made.
func (p Picture) HasSize() bool {
	valid := func(v *int) bool { return v != nil && *v >= 1 && *v <= sampler.MaxSide }
	return valid(p.Width) && valid(p.Height)
}

// FitFor is the size of a picture that says its size, or the nearest that can be
// made with its preset, or that of a recipe where it says none.
func (p Picture) FitFor(r Recipe) Size {
	return FitSize(p.presetOr(r.Preset), Size{Width: *p.Width, Height: *p.Height})
}

// OtherModel is the model that a picture names, where that is not a recipe's, else "".
func (p Picture) OtherModel(r Recipe) string {
	if p.Model == nil || *p.Model == r.Model {
		return ""
	}
	return *p.Model
}

// Plain is a value as recipes, flags and other programs write it; "" where the
// setting is not set.
func Plain(v any) string {
	switch v := v.(type) {
	case Words:
		return v.Text
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case Size:
		return fmt.Sprintf("%dx%d", v.Width, v.Height)
	case Option:
		return v.Name
	case nil, Phrase:
		return ""
	}
	return fmt.Sprint(v) // int, uint64, bool
}

// JSON is what a sketch has of a setting as JSON has it. A seed is text: numbers
// there are not exact so far.
func (s *Setting) JSON(k *Sketch) any {
	switch v := s.Value(k).(type) {
	case string, bool, int, float64, nil:
		return v
	default:
		return Plain(v)
	}
}

// UsedBy reports whether a recipe has a use for a setting.
func (s *Setting) UsedBy(r *Recipe) bool { return s.Applies == nil || s.Applies(r) }

// CopyTaken is Copy with what goes along.
func (s *Setting) CopyTaken(to, from *Sketch) {
	s.Copy(to, from)
	if s.With != "" {
		Find(s.With).Copy(to, from)
	}
}

// In are the settings of a section, in their order.
func In(section Section) (found []*Setting) {
	for i := range Settings {
		if Settings[i].Section == section {
			found = append(found, &Settings[i])
		}
	}
	return found
}

// Same reports whether two sketches have the same of a setting.
func (s *Setting) Same(a, b *Sketch) bool { return s.Value(a) == s.Value(b) }

// Find is the setting with a key, which must be one of the table.
func Find(key string) *Setting {
	for i := range Settings {
		if Settings[i].Key == key {
			return &Settings[i]
		}
	}
	panic("there is no setting " + key)
}

// Numbers are the numbers of a section, in their order.
func Numbers(in Section) []*Setting {
	return slices.DeleteFunc(In(in), func(s *Setting) bool { return s.Number == nil })
}

// CopyStage gives a recipe the numbers of another's that are of one stage alone.
func CopyStage(stage Stage, to *Recipe, from Recipe) {
	for _, s := range Settings {
		if s.Stage == stage && s.Section != 0 {
			edit(to, func(to *Sketch) { s.Copy(to, &Sketch{Recipe: from}) })
		}
	}
}

// sameStage reports whether the numbers of one stage alone are the same.
func sameStage(stage Stage, a, b Recipe) bool {
	for _, s := range Settings {
		if s.Stage == stage && s.Section != 0 && !s.Same(&Sketch{Recipe: a}, &Sketch{Recipe: b}) {
			return false
		}
	}
	return true
}

// edit lets f change a recipe as a sketch.
func edit(r *Recipe, f func(*Sketch)) {
	s := r.Sketch()
	f(&s)
	*r = s.Recipe
}

// Sketch is what the controls hold for this very picture to be made again.
func (r Recipe) Sketch() Sketch {
	return Sketch{Recipe: r, SeedMode: SeedKeep, OwnDecoderSeed: true}
}

// Put gives a recipe a value of a setting, as a sweep does. Errors are Parse's.
func (s *Setting) Put(r *Recipe, text string) (err error) {
	if s.Sweep != nil && s.Sweep.Put != nil {
		return s.Sweep.Put(r, text)
	}
	edit(r, func(k *Sketch) { err = s.Parse(k, text) })
	return err
}

// Of is the value that a recipe has of a setting, of the type that Value returns.
func (s *Setting) Of(r Recipe) any {
	k := r.Sketch()
	return s.Value(&k)
}

// Advise gives a recipe what a model's file recommends.
func (r *Recipe) Advise(a checkpoint.Recommended) {
	for _, s := range Settings {
		if s.advise != nil {
			s.advise(r, a)
		}
	}
}

// Recommended is a sketch with what a model recommends in it, as start has it.
// Words, seeds and what it is made with stay.
func (s Sketch) Recommended(start Sketch) Sketch {
	return s.with(start, func(t *Setting) bool { return t.Group == OfLook })
}

// OrStart is a sketch to begin with: start, where it was never for any model.
func (s Sketch) OrStart(start Sketch) Sketch {
	if s.Model == "" {
		return start
	}
	return s
}

// Recalled is a sketch with settings that were kept under a name. Words and
// what it is made with stay, and a seed that is drawn again anyway.
func (s Sketch) Recalled(kept Sketch) Sketch {
	r := s.with(kept, func(t *Setting) bool { return t.Group != OfWords && t.Group != OfMachine })
	if r.SeedMode == SeedRandom {
		r.Seed = s.Seed
	}
	return r
}

// madeWith is a sketch for the model and the device of another.
func (s Sketch) madeWith(other Sketch) Sketch {
	return s.with(other, func(t *Setting) bool { return t.Group == OfMachine })
}

// with is a sketch with some of another's settings.
func (s Sketch) with(other Sketch, which func(*Setting) bool) Sketch {
	for i := range Settings {
		if t := &Settings[i]; which(t) {
			t.Copy(&s, &other)
		}
	}
	return s
}

// Follow gives a sketch what the next model recommends where it has what the
// one before did. Its size is another matter: it may keep its shape.
func (s *Sketch) Follow(before, next Sketch) {
	for _, t := range Settings {
		if t.Advised && !t.byModel() && t.Same(s, &before) {
			t.Copy(s, &next)
		}
	}
}

// ChangeModel is Follow to another model, maybe of another native size: a size in
// one of the shapes that suited the model before has that shape again.
func (s *Sketch) ChangeModel(before, next Sketch, was, native Size) {
	if s.Model == next.Model {
		return
	}
	shape := slices.IndexFunc(Sizes(was.Width, was.Height), func(z Size) bool { return z.Width == s.Width && z.Height == s.Height })
	s.Follow(before, next)
	s.Model = next.Model
	if was == native {
		return
	}
	if shape >= 0 {
		native = Sizes(native.Width, native.Height)[shape]
	}
	s.Fit(native)
}
