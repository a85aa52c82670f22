package create

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// newTestControls shows a sketch in a window; changes are the calls of OnChange.
func newTestControls(t *testing.T, s recipe.Sketch, named ...recipe.Named) (c *Controls, changes *[]recipe.Sketch) {
	t.Helper()
	uitest.App(t)
	c = newControls(controlsParams{Sketch: s, Model: uitest.Model("real", 1024), Styles: recipe.DefaultStyles(), Named: named, Open: map[string]bool{"more": true}})
	changes = &[]recipe.Sketch{}
	c.OnChange = func(s recipe.Sketch) { *changes = append(*changes, s) }
	w := test.NewTempWindow(t, c.Content)
	w.Resize(fyne.NewSize(332, 1200))
	return c, changes
}

// field is what takes the keyboard in a number.
func field(n *widgets.Number) fyne.Focusable {
	return test.WidgetRenderer(n).Objects()[2].(fyne.Focusable)
}

func TestControlsShowWithoutTelling(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	shift, zero := 2.25, 0.0
	odd := uitest.Usual()
	odd.Steps, odd.Guidance, odd.DecoderSteps, odd.DecoderGuidance = 300, 0.5, 1, 33.333
	odd.Width, odd.Height, odd.LockRatio = 72, 3000, true
	odd.Seed, odd.SeedMode, odd.DecoderSeed, odd.OwnDecoderSeed = math.MaxUint64, recipe.SeedKeep, math.MaxUint64, true
	odd.Count, odd.Style = 77, "no such style"
	odd.Preset, odd.Shift, odd.Rescale = sampler.Comfy, &shift, &zero
	for _, s := range []recipe.Sketch{odd, uitest.Usual(), {}, odd} {
		c.SetSketch(s)
		if got := c.Sketch(); !reflect.DeepEqual(got, s) {
			t.Errorf("showing a sketch changed it:\n got %+v\nwant %+v", got, s)
		}
	}
	if len(*changes) != 0 {
		t.Errorf("%d changes were reported that were not made", len(*changes))
	}
	if c.numbers["steps"].Value() != 300 || c.width().Value() != 72 || c.Seed.Field.Entry.Text != "18446744073709551615" || c.count.field.Entry.Text != "77" {
		t.Errorf("shown: %g steps, width %g, seed %q, count %q", c.numbers["steps"].Value(), c.width().Value(), c.Seed.Field.Entry.Text, c.count.field.Entry.Text)
	}
}

func (c *Controls) width() *widgets.Number { return c.size.width.Number }

func TestTypingTells(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	test.Type(c.Prompt.Field(), "big ")
	if n := len(*changes); n != 4 || (*changes)[n-1].Prompt != "big a red boat" {
		t.Fatalf("got %d times, last %q", n, (*changes)[n-1].Prompt)
	}
	uitest.Enter(field(c.numbers["steps"].Number), "35")
	uitest.Enter(field(c.numbers["guidance"].Number), "2.5")
	uitest.Enter(field(c.numbers["decoder_steps"].Number), "8")
	uitest.Enter(field(c.numbers["decoder_guidance"].Number), "1,2")
	s := (*changes)[len(*changes)-1]
	if s.Steps != 35 || s.Guidance != 2.5 || s.DecoderSteps != 8 || s.DecoderGuidance != 1.2 {
		t.Errorf("got %+v", s)
	}
	uitest.Enter(field(c.numbers["guidance"].Number), "off")
	if got := c.Sketch().Guidance; sampler.Guided(got) {
		t.Errorf("guidance %g after off was typed", got)
	}
	if !reflect.DeepEqual(c.Sketch(), (*changes)[len(*changes)-1]) {
		t.Error("Sketch is not what was told last")
	}
}

func TestPromptsCanBeHadBack(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	s := uitest.Usual()
	s.Prompt = "a blue house"
	c.SetSketch(s)
	c.Prompt.Undo()
	if got := c.Sketch().Prompt; got != "a red boat" || len(*changes) == 0 {
		t.Errorf("prompt %q after undo, got %d times", got, len(*changes))
	}
}

// The heights that the prompts' fields were dragged to are told, both, and given
// again.
func TestHeightsOfThePrompts(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	var prompt, negative float32
	c.OnHeight = func(p, n float32) { prompt, negative = p, n }
	drag := func(p *widgets.Prompt, by float32) {
		for _, o := range test.LaidOutObjects(p) {
			if d, ok := o.(fyne.Draggable); ok && o.Size().Height < 20 { // the grip below the field
				d.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, by)})
				d.DragEnd()
			}
		}
	}
	field := func(p *widgets.Prompt) float32 { return p.Field().(fyne.CanvasObject).Size().Height }
	before := field(c.negative)
	drag(c.negative, 60)
	if prompt != 0 || negative != before+60 || field(c.negative) != before+60 {
		t.Errorf("dragged by 60 from %v it is told as %v and %v, and is %v", before, prompt, negative, field(c.negative))
	}
	drag(c.Prompt, 30)
	if prompt == 0 || negative != before+60 {
		t.Errorf("then told are %v and %v", prompt, negative)
	}
	other, _ := newTestControls(t, uitest.Usual())
	other.setHeights(prompt, negative)
	if field(other.negative) != negative || field(other.Prompt) != prompt {
		t.Errorf("given again they are %v and %v, want %v and %v", field(other.Prompt), field(other.negative), prompt, negative)
	}
}

func TestKeysOfThePrompt(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	var did []string
	note := func(s string) func() { return func() { did = append(did, s) } }
	c.OnGenerate, c.OnDraft, c.onOlder, c.onNewer = note("generate"), note("draft"), note("older"), note("newer")
	c.negative.OnPrevious()
	c.Prompt.OnNext()
	c.Prompt.OnSubmit()
	test.Tap(c.generate)
	test.Tap(c.draft)
	if got := strings.Join(did, " "); got != "older newer generate generate draft" {
		t.Errorf("did %q", got)
	}
}

func TestButtonsSayHowManyAndHowLong(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	unknown := c.generate.Detail()
	c.setTimes(70*time.Second, 8*time.Second, memory{})
	if g, d := c.generate.Detail(), c.draft.Detail(); !strings.Contains(g, "1 min 10 s") || d != "8 s" {
		t.Errorf("details %q and %q", g, d)
	}
	c.setTimes(51*time.Minute+37*time.Second, 0, memory{})
	if got := c.generate.Detail(); !strings.Contains(got, "52 min") {
		t.Errorf("detail %q", got)
	}
	c.setTimes(0, 0, memory{})
	if got := c.generate.Detail(); got != unknown || got == "" {
		t.Errorf("detail %q when nothing is known, at first %q", got, unknown)
	}
	uitest.Enter(c.count.field.Entry, "12")
	if got := c.generate.Title(); !strings.Contains(got, "12") {
		t.Errorf("title %q for 12 pictures", got)
	}
}

func TestCountsOfTokens(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	c.SetCounts(app.TokenCount{Used: 75, Limit: 75, Cut: strings.Repeat("word ", 100)}, app.TokenCount{Used: 1, Limit: 75})
	if got := c.Prompt.Count(); !strings.Contains(got, "75 of 75") {
		t.Errorf("count %q", got)
	}
	if got := c.negative.Count(); !strings.Contains(got, "1 of 75") {
		t.Errorf("count of the negative prompt %q", got)
	}
	c.negative.SetText("")
	c.SetCounts(app.TokenCount{}, app.TokenCount{Limit: 75})
	if got := c.negative.Count(); strings.Contains(got, "75") || got == "" {
		t.Errorf("an empty negative prompt says %q", got)
	}
}

func TestAnotherModel(t *testing.T) {
	s := uitest.Usual()
	s.Width, s.Height = recipe.Sizes(1024, 1024)[3].Width, recipe.Sizes(1024, 1024)[3].Height
	s.DecoderSteps = 17 // chosen; the rest is as recommended
	c, changes := newTestControls(t, s)
	m := uitest.Model("demo", 256)
	m.Start.Steps, m.Start.Guidance, m.Start.DecoderSteps = 24, 1.5, 20
	c.SetModel(m)
	want := recipe.Sizes(256, 256)[3]
	got := c.Sketch()
	if got.Model != "demo" || got.Width != want.Width || got.Height != want.Height || got.Steps != 24 || got.Guidance != 1.5 || got.DecoderSteps != 17 || got.Prompt != s.Prompt {
		t.Errorf("got %+v", got)
	}
	if len(*changes) != 0 {
		t.Error("the change of the model was told as the artist's")
	}
	c.numbers["steps"].Reset()
	c.numbers["decoder_steps"].Reset()
	if got := c.Sketch(); got.Steps != 24 || got.DecoderSteps != 20 {
		t.Errorf("a double click gave %d and %d steps", got.Steps, got.DecoderSteps)
	}
	before := c.Sketch()
	c.SetModel(m)
	if got := c.Sketch(); !reflect.DeepEqual(got, before) {
		t.Errorf("the same model again changed the sketch to %+v", got)
	}
}

func TestStyleList(t *testing.T) {
	c, changes := newTestControls(t, uitest.Usual())
	c.style.SetSelected("Ink")
	if got := c.Sketch().Style; got != "Ink" || len(*changes) != 1 {
		t.Fatalf("style %q, got %d times", got, len(*changes))
	}
	renamed := recipe.DefaultStyles()
	renamed[2].Name = "Pen"
	c.setLists(renamed, nil)
	if got := c.Sketch().Style; got != "Pen" || c.style.Selected != "Pen" {
		t.Errorf("style %q, list %q after it was renamed", got, c.style.Selected)
	}
	if last := (*changes)[len(*changes)-1]; last.Style != "Pen" {
		t.Errorf("got %q after it was renamed", last.Style)
	}
	c.setLists(renamed[:2], nil)
	if got := c.Sketch().Style; got != "" || (*changes)[len(*changes)-1].Style != "" {
		t.Errorf("style %q after it was deleted", got)
	}
	c.setLists(renamed, nil)
	c.style.SetSelected("Oil")
	c.style.SetSelectedIndex(0)
	if got := c.Sketch().Style; got != "" {
		t.Errorf("style %q after none was chosen", got)
	}
}

func TestDecoderSeed(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	uitest.Enter(c.ownSeeds[0].Entry, "99")
	if s := c.Sketch(); !s.OwnDecoderSeed || s.DecoderSeed != 99 {
		t.Errorf("own %v, seed %d", s.OwnDecoderSeed, s.DecoderSeed)
	}
	c.ownSeeds[0].Entry.SetText("")
	if s := c.Sketch(); s.OwnDecoderSeed {
		t.Error("an emptied field still has a seed of its own")
	}
	s := uitest.Usual()
	s.Preset = sampler.Diffusers
	c.SetSketch(s)
	if !c.ownSeeds[0].Entry.Disabled() {
		t.Error("diffusers has no decoder seed, and the field can be used")
	}
}

func TestFold(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	var folded []string
	c.onFold = func(section string, open bool) {
		if open {
			section += "+"
		}
		folded = append(folded, section)
	}
	uitest.Press(c.size.pills, fyne.KeyEnd, fyne.KeyHome)
	if got := strings.Join(folded, " "); got != "size+ size" {
		t.Errorf("folded %q", got)
	}
}

func TestPicturesAndFocus(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	cv := fyne.CurrentApp().Driver().CanvasForObject(c.Prompt)
	uitest.Press(c.count.pills, fyne.KeyRight)
	if got := c.Sketch().Count; got != usualCounts[1] {
		t.Errorf("%d pictures, want %d", got, usualCounts[1])
	}
	uitest.Press(c.count.pills, fyne.KeyEnd)
	if cv.Focused() != fyne.Focusable(c.count.field.Entry) {
		t.Errorf("the keyboard is at %T, not where the number is typed", cv.Focused())
	}
	uitest.Enter(c.count.field.Entry, "1")
	if got := c.Sketch().Count; got != 1 || !c.count.row.Objects[1].Visible() {
		t.Errorf("%d pictures, the field still there: %v", got, c.count.row.Objects[1].Visible())
	}
	c.FocusNegative()
	if cv.Focused() != c.negative.Field() {
		t.Errorf("the keyboard is at %T", cv.Focused())
	}
	c.FocusPrompt()
	if cv.Focused() != c.Prompt.Field() {
		t.Errorf("the keyboard is at %T", cv.Focused())
	}
}
