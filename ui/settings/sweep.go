package settings

import (
	"math"
	"slices"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A Sweepable is a setting that can be swept.
type Sweepable struct {
	Name     string
	Span     widgets.Span // what it can be
	from, to float64      // what is proposed
	detail   bool         // of Stage B alone: the composition stays
	first    int          // 1: offered before those that have 0
	of       func(r *recipe.Recipe) float64
	set      func(r *recipe.Recipe, v float64)
	*Choice  // nil: it is a number
}

// Sweepables are the settings that are numbers, in the order they are offered.
func Sweepables() []Sweepable {
	var all []Sweepable
	for i := range recipe.Settings {
		if s := &recipe.Settings[i]; s.Sweep != nil && s.Number != nil {
			all = append(all, numberOf(s))
		}
	}
	slices.SortStableFunc(all, func(a, b Sweepable) int { return b.first - a.first })
	return all
}

// WeightsOf are the weights of what goes into a recipe beside its words and of
// prompts that are mixed, and how much it changes of the picture that it begins from.
func WeightsOf(r recipe.Recipe) (all []Sweepable) {
	for _, w := range recipe.Weights(r) {
		if w.Of != nil {
			all = append(all, Sweepable{Name: Name(w.Of), Span: Span(w.Of, recipe.Native{}), from: w.From, to: w.To, of: w.Get, set: w.Set})
			continue
		}
		name := w.Name
		if name == "" {
			name = Phrase(w.Label)
		}
		all = append(all, Sweepable{Name: lang.X("sweep.weight", "Weight of {{.Name}}", map[string]any{"Name": format.Clip(name, weightName)}),
			Span: widgets.Span{Min: w.Least, Max: 2, Step: 0.05}, from: 0, to: 1, of: w.Get, set: w.Set})
	}
	return all
}

// weightName is how much is seen of the name of what is weighed, runes.
const weightName = 24

// weightsOf are those that all jobs have.
func weightsOf(jobs []studio.Job) []Sweepable {
	for _, j := range jobs[min(len(jobs), 1):] {
		if !recipe.SameWeights(jobs[0].Recipe, j.Recipe) {
			return nil
		}
	}
	if len(jobs) == 0 {
		return nil
	}
	return WeightsOf(jobs[0].Recipe)
}

// numberOf is a number of the table as it can be swept.
func numberOf(s *recipe.Setting) Sweepable {
	span := Span(s, recipe.Native{})
	if span.Most = 0; s.Sweep.Max > 0 {
		span.Max = s.Sweep.Max
	}
	k := Sweepable{Name: Name(s), Span: span, from: s.Sweep.From, to: s.Sweep.To, detail: s.Stage == recipe.Detail, of: s.Get, set: s.Set}
	if s.Sweep.First {
		k.first = 1
	}
	return k
}

// ValueText is a value as the artist reads it.
func (s Sweepable) ValueText(v float64) string {
	if s.Choice != nil {
		if i := int(v); i >= 0 && i < len(s.options) {
			return s.label(s.options, i)
		}
		return ""
	}
	if s.Span.Off != "" && v <= s.Span.Min {
		return s.Span.Off
	}
	return numbers.Short(v)
}

// Value is what a recipe has of the setting. A guidance below 1 is off, as 1 is.
func (s Sweepable) Value(r recipe.Recipe) float64 { return max(s.of(&r), s.Span.Min) }

// Proposed is a range of n values that has the one of a recipe among them.
func (s Sweepable) Proposed(r recipe.Recipe, n int) (from, to float64) {
	now := min(s.Value(r), s.Span.Max)
	step := (s.to - s.from) / float64(max(n-1, 1))
	k := min(max(math.Round((now-s.from)/step), 0), float64(max(n-1, 0)))
	from = now - k*step
	for from < s.Span.Min && k > 0 {
		k--
		from = now - k*step
	}
	return from, min(from+step*float64(n-1), s.Span.Max)
}

// Near is the axis with v, where that lies between its ends, in place of the
// value that is nearest.
func (a Axis) Near(v float64) Axis {
	if len(a.Values) == 0 || slices.Contains(a.Values, v) || v < slices.Min(a.Values) || v > slices.Max(a.Values) {
		return a
	}
	best := 0
	for i, w := range a.Values {
		if math.Abs(w-v) < math.Abs(a.Values[best]-v) {
			best = i
		}
	}
	a.Values = slices.Clone(a.Values)
	a.Values[best] = v
	return a
}

// An Axis is a setting and the values it takes, rising or falling.
type Axis struct {
	Sweepable
	Values []float64
}

// MaxSwept bounds how many values an axis has.
const MaxSwept = 12

// Spread are n values from one end to the other, each on a step of the
// setting. Those that fall together are there once.
func (s Sweepable) Spread(from, to float64, n int) Axis {
	a := Axis{Sweepable: s}
	n = min(max(n, 1), MaxSwept)
	for i := range n {
		v := from
		if n > 1 {
			v += (to - from) * float64(i) / float64(n-1)
		}
		v = s.Span.Min + math.Round((v-s.Span.Min)/s.Span.Step)*s.Span.Step
		v = math.Round(min(max(v, s.Span.Min), s.Span.Max)*1e6) / 1e6
		if !slices.Contains(a.Values, v) {
			a.Values = append(a.Values, v)
		}
	}
	return a
}

// Labels name the values of an axis: "Guidance 2", then "3.5".
func (a Axis) Labels() []string {
	texts := make([]string, len(a.Values))
	for i, v := range a.Values {
		texts[i] = a.ValueText(v)
	}
	if len(texts) > 0 {
		texts[0] = a.Name + " " + texts[0]
	}
	return texts
}

// SweepJobs are the pictures of a sweep, row by row. down may have no values.
// Where only Stage B differs and source is a picture with its composition, it
// is developed again; "" makes every composition.
func SweepJobs(r recipe.Recipe, source string, across, down Axis) []studio.Job {
	if !across.detail || len(down.Values) > 0 && !down.detail {
		source = ""
	}
	r.Draft = false
	var jobs []studio.Job
	for _, y := range orNone(down.Values) {
		for _, x := range across.Values {
			j := studio.Job{Recipe: r, Source: source}
			if len(down.Values) > 0 {
				down.set(&j.Recipe, y)
			}
			across.set(&j.Recipe, x)
			jobs = append(jobs, j)
		}
	}
	return jobs
}

func orNone(values []float64) []float64 {
	if len(values) == 0 {
		return []float64{0}
	}
	return values
}

// A Grid is pictures by the one or two settings in which they differ. cells
// are indices of jobs, row by row; -1 is none.
type Grid struct {
	Across, Down Axis // down may have no values
	Cells        []int
}

// GridOf finds the settings in which jobs differ. It says false unless there
// are one or two, and nothing else but them sets the recipes apart.
func GridOf(jobs []studio.Job) (Grid, bool) {
	var found []Axis
	settings := recoverable(jobs)
	for _, s := range settings {
		a := Axis{Sweepable: s}
		for _, j := range jobs {
			r := j.Recipe
			if s.Choice == nil {
				r = r.Under(jobs[0].Recipe) // a preset has values of its own
			}
			if v := s.Value(r); !slices.Contains(a.Values, v) {
				a.Values = append(a.Values, v)
			}
		}
		if len(a.Values) > 1 {
			found = append(found, a)
		}
	}
	if len(found) < 1 || len(found) > 2 || len(found[0].Values) > 64 {
		return Grid{}, false
	}
	slices.SortFunc(found, func(a, b Axis) int { return changes(jobs, b) - changes(jobs, a) })
	g := Grid{Across: found[0]}
	if len(found) == 2 {
		g.Down = found[1]
	}
	g.Cells = slices.Repeat([]int{-1}, len(g.Across.Values)*len(orNone(g.Down.Values)))
	if 2*len(jobs) <= len(g.Cells) {
		return Grid{}, false // they differ otherwise
	}
	for i, j := range jobs {
		if !sameOtherwise(jobs[0].Recipe, j.Recipe, found, settings) {
			return Grid{}, false
		}
		x, y := slices.Index(g.Across.Values, g.Across.Value(j.Recipe)), 0
		if len(g.Down.Values) > 0 {
			y = slices.Index(g.Down.Values, g.Down.Value(j.Recipe))
		}
		g.Cells[y*len(g.Across.Values)+x] = i
	}
	return g, true
}

// changes says how often a setting changes from one job to the next: that
// which does so most often goes across.
func changes(jobs []studio.Job, a Axis) int {
	n := 0
	for i := 1; i < len(jobs); i++ {
		if a.Value(jobs[i].Recipe) != a.Value(jobs[i-1].Recipe) {
			n++
		}
	}
	return n
}

// sameOtherwise reports whether two recipes make the same picture but for some
// settings.
func sameOtherwise(a, b recipe.Recipe, but []Axis, settings []Sweepable) bool {
	for _, s := range but {
		s.set(&a, s.Value(b))
	}
	for _, s := range settings {
		if s.Value(a) != s.Value(b) {
			return false
		}
	}
	return recipe.SameBesides(a, b)
}

// Named says what sets a picture of a sweep apart: "Guidance 4 · Steps 12".
func (g Grid) Named(r recipe.Recipe) string {
	text := g.Across.Name + " " + g.Across.ValueText(g.Across.Value(r))
	if len(g.Down.Values) > 0 {
		text = format.Joined(text, g.Down.Name+" "+g.Down.ValueText(g.Down.Value(r)))
	}
	return text
}

// promptShown is how much of a prompt is seen in a row, runes.
const promptShown = 40

// Said reports whether the prompts alone set pictures apart, and are short enough
// to be seen whole.
func (g Grid) Said(jobs []studio.Job) bool {
	if len(g.Down.Values) > 0 {
		return false
	}
	long := slices.ContainsFunc(jobs, func(j studio.Job) bool { return len([]rune(j.Recipe.Title())) > promptShown })
	return g.Across.Name == promptChoice().Name && !long
}

// MaxSweep bounds the pictures of one sweep.
const MaxSweep = 64
