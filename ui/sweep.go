package ui

import (
	"math"
	"slices"
	"strconv"

	"fyne.io/fyne/v2/lang"

	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/widgets"
)

// A sweepable is a setting that can be swept.
type sweepable struct {
	name     string
	span     widgets.Span // what it can be
	from, to float64      // what is proposed
	detail   bool         // of Stage B alone: the composition stays
	of       func(r *recipe.Recipe) float64
	set      func(r *recipe.Recipe, v float64)
	*choice  // nil: it is a number
}

// sweepables are the settings in the order they are offered.
func sweepables() []sweepable {
	off := lang.X("off", "off")
	guidance := widgets.Span{Min: 1, Max: 20, Step: 0.1, Off: off}
	return []sweepable{
		{name: lang.X("guidance", "Guidance"), span: guidance, from: 2, to: 8, detail: false,
			of: func(r *recipe.Recipe) float64 { return r.Guidance }, set: func(r *recipe.Recipe, v float64) { r.Guidance = v }},
		{name: lang.X("line.steps", "Composition steps"), span: widgets.Span{Min: 1, Max: 100, Step: 1}, from: 10, to: 30, detail: false,
			of: func(r *recipe.Recipe) float64 { return float64(r.Steps) }, set: func(r *recipe.Recipe, v float64) { r.Steps = int(v) }},
		{name: lang.X("line.decoder.steps", "Detail steps"), span: widgets.Span{Min: 1, Max: 60, Step: 1}, from: 4, to: 20, detail: true,
			of: func(r *recipe.Recipe) float64 { return float64(r.DecoderSteps) }, set: func(r *recipe.Recipe, v float64) { r.DecoderSteps = int(v) }},
		{name: lang.X("line.decoder.guidance", "Detail guidance"), span: guidance, from: 1, to: 4, detail: true,
			of: func(r *recipe.Recipe) float64 { return r.DecoderGuidance }, set: func(r *recipe.Recipe, v float64) { r.DecoderGuidance = v }},
		{name: lang.X("shift.prior", "Shift C"), span: widgets.Span{Min: 0.1, Max: 8, Step: 0.1}, from: 1, to: 4, detail: false,
			of:  func(r *recipe.Recipe) float64 { return or(r.Shift, r.Preset.Rules().PriorShift) },
			set: func(r *recipe.Recipe, v float64) { r.Shift = &v }},
		{name: lang.X("shift.decoder", "Shift B"), span: widgets.Span{Min: 0.1, Max: 8, Step: 0.1}, from: 0.5, to: 2, detail: true,
			of:  func(r *recipe.Recipe) float64 { return or(r.DecoderShift, r.Preset.Rules().DecoderShift) },
			set: func(r *recipe.Recipe, v float64) { r.DecoderShift = &v }},
		{name: lang.X("rescale", "Rescale"), span: widgets.Span{Min: 0, Max: 1, Step: 0.05, Off: off}, from: 0, to: 1, detail: false,
			of:  func(r *recipe.Recipe) float64 { return or(r.Rescale, r.Preset.Rules().Rescale) },
			set: func(r *recipe.Recipe, v float64) { r.Rescale = &v }},
		{name: lang.X("eta", "Fresh noise"), span: widgets.Span{Min: 0, Max: 1, Step: 0.05, Off: off}, from: 0, to: 1, detail: false,
			of:  func(r *recipe.Recipe) float64 { return or(r.Eta, r.Preset.Rules().Eta) },
			set: func(r *recipe.Recipe, v float64) { r.Eta = &v }},
	}
}

func or(v *float64, instead float64) float64 {
	if v == nil {
		return instead
	}
	return *v
}

// valueText is a value as the artist reads it.
func (s sweepable) valueText(v float64) string {
	if s.choice != nil {
		if i := int(v); i >= 0 && i < len(s.options) {
			return s.label(s.options, i)
		}
		return ""
	}
	if s.span.Off != "" && v <= s.span.Min {
		return s.span.Off
	}
	return decimal(strconv.FormatFloat(v, 'g', 6, 64))
}

// value is what a recipe has of the setting. A guidance below 1 is off, as 1 is.
func (s sweepable) value(r recipe.Recipe) float64 { return max(s.of(&r), s.span.Min) }

// proposed is a range of n values that has the one of a recipe among them.
func (s sweepable) proposed(r recipe.Recipe, n int) (from, to float64) {
	now := min(s.value(r), s.span.Max)
	step := (s.to - s.from) / float64(max(n-1, 1))
	k := min(max(math.Round((now-s.from)/step), 0), float64(max(n-1, 0)))
	from = now - k*step
	for from < s.span.Min && k > 0 {
		k--
		from = now - k*step
	}
	return from, min(from+step*float64(n-1), s.span.Max)
}

// near is the axis with v, where that lies between its ends, in place of the
// value that is nearest.
func (a axis) near(v float64) axis {
	if len(a.values) == 0 || slices.Contains(a.values, v) || v < slices.Min(a.values) || v > slices.Max(a.values) {
		return a
	}
	best := 0
	for i, w := range a.values {
		if math.Abs(w-v) < math.Abs(a.values[best]-v) {
			best = i
		}
	}
	a.values = slices.Clone(a.values)
	a.values[best] = v
	return a
}

// An axis is a setting and the values it takes, rising or falling.
type axis struct {
	sweepable
	values []float64
}

// maxSwept bounds how many values an axis has.
const maxSwept = 12

// spread are n values from one end to the other, each on a step of the
// setting. Those that fall together are there once.
func (s sweepable) spread(from, to float64, n int) axis {
	a := axis{sweepable: s}
	n = min(max(n, 1), maxSwept)
	for i := range n {
		v := from
		if n > 1 {
			v += (to - from) * float64(i) / float64(n-1)
		}
		v = s.span.Min + math.Round((v-s.span.Min)/s.span.Step)*s.span.Step
		v = math.Round(min(max(v, s.span.Min), s.span.Max)*1e6) / 1e6
		if !slices.Contains(a.values, v) {
			a.values = append(a.values, v)
		}
	}
	return a
}

// labels name the values of an axis: "Guidance 2", then "3.5".
func (a axis) labels() []string {
	texts := make([]string, len(a.values))
	for i, v := range a.values {
		texts[i] = a.valueText(v)
	}
	if len(texts) > 0 {
		texts[0] = a.name + " " + texts[0]
	}
	return texts
}

// sweepJobs are the pictures of a sweep, row by row. down may have no values.
// Where only Stage B differs and source is a picture with its composition, it
// is developed again; "" makes every composition.
func sweepJobs(r recipe.Recipe, source string, across, down axis) []studio.Job {
	if !across.detail || len(down.values) > 0 && !down.detail {
		source = ""
	}
	r.Draft = false
	var jobs []studio.Job
	for _, y := range orNone(down.values) {
		for _, x := range across.values {
			j := studio.Job{Recipe: r, Source: source}
			if len(down.values) > 0 {
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

// A grid is pictures by the one or two settings in which they differ. cells
// are indices of jobs, row by row; -1 is none.
type grid struct {
	across, down axis // down may have no values
	cells        []int
}

// gridOf finds the settings in which jobs differ. It says false unless there
// are one or two, and nothing else but them sets the recipes apart.
func gridOf(jobs []studio.Job) (grid, bool) {
	var found []axis
	settings := recoverable(jobs)
	for _, s := range settings {
		a := axis{sweepable: s}
		for _, j := range jobs {
			if s.choice == nil {
				j.Recipe.Preset = jobs[0].Recipe.Preset // which has values of its own
			}
			if v := s.value(j.Recipe); !slices.Contains(a.values, v) {
				a.values = append(a.values, v)
			}
		}
		if len(a.values) > 1 {
			found = append(found, a)
		}
	}
	if len(found) < 1 || len(found) > 2 || len(found[0].values) > 64 {
		return grid{}, false
	}
	slices.SortFunc(found, func(a, b axis) int { return changes(jobs, b) - changes(jobs, a) })
	g := grid{across: found[0]}
	if len(found) == 2 {
		g.down = found[1]
	}
	g.cells = slices.Repeat([]int{-1}, len(g.across.values)*len(orNone(g.down.values)))
	if 2*len(jobs) <= len(g.cells) {
		return grid{}, false // they differ otherwise
	}
	for i, j := range jobs {
		if !sameOtherwise(jobs[0].Recipe, j.Recipe, found, settings) {
			return grid{}, false
		}
		x, y := slices.Index(g.across.values, g.across.value(j.Recipe)), 0
		if len(g.down.values) > 0 {
			y = slices.Index(g.down.values, g.down.value(j.Recipe))
		}
		g.cells[y*len(g.across.values)+x] = i
	}
	return g, true
}

// changes says how often a setting changes from one job to the next: that
// which does so most often goes across.
func changes(jobs []studio.Job, a axis) int {
	n := 0
	for i := 1; i < len(jobs); i++ {
		if a.value(jobs[i].Recipe) != a.value(jobs[i-1].Recipe) {
			n++
		}
	}
	return n
}

// sameOtherwise says whether two recipes make the same picture but for some
// settings.
func sameOtherwise(a, b recipe.Recipe, but []axis, settings []sweepable) bool {
	for _, s := range but {
		s.set(&a, s.value(b))
	}
	for _, s := range settings {
		if s.value(a) != s.value(b) {
			return false
		}
	}
	return a.Model == b.Model && a.DecoderSeed == b.DecoderSeed && a.Draft == b.Draft
}

// named says what sets a picture of a sweep apart: "Guidance 4 · Steps 12".
func (g grid) named(r recipe.Recipe) string {
	text := g.across.name + " " + g.across.valueText(g.across.value(r))
	if len(g.down.values) > 0 {
		text = joined(text, g.down.name+" "+g.down.valueText(g.down.value(r)))
	}
	return text
}

// promptShown is how much of a prompt is seen in a row, runes.
const promptShown = 40

// said says whether the prompts alone set pictures apart, and are short enough
// to be seen whole.
func (g grid) said(jobs []studio.Job) bool {
	if len(g.down.values) > 0 {
		return false
	}
	long := slices.ContainsFunc(jobs, func(j studio.Job) bool { return len([]rune(j.Recipe.Prompt)) > promptShown })
	return g.across.name == promptChoice().name && !long
}
