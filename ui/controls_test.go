package ui

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
	"cascata/ui/widgets"
)

func testModel(name string, side int) app.ModelInfo {
	m := app.ModelInfo{Name: name, Title: name, Width: side, Height: side, Start: recipe.Usual(name)}
	m.Start.Width, m.Start.Height = side, side
	return m
}

// testApp is an app without a display in our theme.
func testApp(t *testing.T) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(widgets.New(widgets.Dark))
	return a
}

// newTestControls shows a sketch in a window; told is what OnChange was told.
func newTestControls(t *testing.T, s recipe.Sketch, named ...recipe.Named) (c *Controls, told *[]recipe.Sketch) {
	t.Helper()
	testApp(t)
	c = NewControls(ControlsParams{Sketch: s, Model: testModel("real", 1024), Styles: recipe.DefaultStyles(), Named: named, Open: map[string]bool{"more": true}})
	told = &[]recipe.Sketch{}
	c.OnChange = func(s recipe.Sketch) { *told = append(*told, s) }
	w := test.NewTempWindow(t, c.Content)
	w.Resize(fyne.NewSize(332, 1200))
	return c, told
}

func usual() recipe.Sketch {
	s := recipe.Usual("real")
	s.Prompt, s.Negative = "a red boat", "rain"
	return s
}

// field is what takes the keyboard in a number.
func field(n *widgets.Number) fyne.Focusable {
	return test.WidgetRenderer(n).Objects()[2].(fyne.Focusable)
}

// enter focuses a field and types over what it holds.
func enter(f fyne.Focusable, text string) {
	f.FocusGained()
	for _, r := range text {
		f.TypedRune(r)
	}
	f.FocusLost()
}

func press(f fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestControlsShowWithoutTelling(t *testing.T) {
	c, told := newTestControls(t, usual())
	shift, zero := 2.25, 0.0
	odd := usual()
	odd.Steps, odd.Guidance, odd.DecoderSteps, odd.DecoderGuidance = 300, 0.5, 1, 33.333
	odd.Width, odd.Height, odd.LockRatio = 72, 3000, true
	odd.Seed, odd.SeedMode, odd.DecoderSeed, odd.OwnDecoderSeed = math.MaxUint64, recipe.SeedKeep, math.MaxUint64, true
	odd.Count, odd.Style = 77, "no such style"
	odd.Preset, odd.Shift, odd.Rescale = sampler.Comfy, &shift, &zero
	for _, s := range []recipe.Sketch{odd, usual(), {}, odd} {
		c.SetSketch(s)
		if got := c.Sketch(); !reflect.DeepEqual(got, s) {
			t.Errorf("showing a sketch changed it:\n got %+v\nwant %+v", got, s)
		}
	}
	if len(*told) != 0 {
		t.Errorf("told of %d changes nobody made", len(*told))
	}
	if c.steps.Value() != 300 || c.width().Value() != 72 || c.seed.field.entry.Text != "18446744073709551615" || c.count.field.entry.Text != "77" {
		t.Errorf("shown: %g steps, width %g, seed %q, count %q", c.steps.Value(), c.width().Value(), c.seed.field.entry.Text, c.count.field.entry.Text)
	}
}

func (c *Controls) width() *widgets.Number { return c.size.width.Number }

func TestTypingTells(t *testing.T) {
	c, told := newTestControls(t, usual())
	test.Type(c.prompt.Field(), "big ")
	if n := len(*told); n != 4 || (*told)[n-1].Prompt != "big a red boat" {
		t.Fatalf("told %d times, last %q", n, (*told)[n-1].Prompt)
	}
	enter(field(c.steps.Number), "35")
	enter(field(c.guidance.Number), "2.5")
	enter(field(c.decoderSteps.Number), "8")
	enter(field(c.decoderGuidance.Number), "1,2")
	s := (*told)[len(*told)-1]
	if s.Steps != 35 || s.Guidance != 2.5 || s.DecoderSteps != 8 || s.DecoderGuidance != 1.2 {
		t.Errorf("told %+v", s)
	}
	enter(field(c.guidance.Number), "off")
	if got := c.Sketch().Guidance; sampler.Guided(got) {
		t.Errorf("guidance %g after off was typed", got)
	}
	if !reflect.DeepEqual(c.Sketch(), (*told)[len(*told)-1]) {
		t.Error("Sketch is not what was told last")
	}
}

func TestPromptsCanBeHadBack(t *testing.T) {
	c, told := newTestControls(t, usual())
	s := usual()
	s.Prompt = "a blue house"
	c.SetSketch(s)
	c.prompt.Undo()
	if got := c.Sketch().Prompt; got != "a red boat" || len(*told) == 0 {
		t.Errorf("prompt %q after undo, told %d times", got, len(*told))
	}
}

func TestKeysOfThePrompt(t *testing.T) {
	c, _ := newTestControls(t, usual())
	var did []string
	note := func(s string) func() { return func() { did = append(did, s) } }
	c.OnGenerate, c.OnDraft, c.OnOlder, c.OnNewer = note("generate"), note("draft"), note("older"), note("newer")
	c.negative.OnPrevious()
	c.prompt.OnNext()
	c.prompt.OnSubmit()
	test.Tap(c.generate)
	test.Tap(c.draft)
	if got := strings.Join(did, " "); got != "older newer generate generate draft" {
		t.Errorf("did %q", got)
	}
}

func TestButtonsSayHowManyAndHowLong(t *testing.T) {
	c, _ := newTestControls(t, usual())
	unknown := c.generate.Detail()
	c.SetTimes(70*time.Second, 8*time.Second)
	if g, d := c.generate.Detail(), c.draft.Detail(); !strings.Contains(g, "1 min 10 s") || d != "8 s" {
		t.Errorf("details %q and %q", g, d)
	}
	c.SetTimes(0, 0)
	if got := c.generate.Detail(); got != unknown || got == "" {
		t.Errorf("detail %q when nothing is known, at first %q", got, unknown)
	}
	enter(c.count.field.entry, "12")
	if got := c.generate.Title(); !strings.Contains(got, "12") {
		t.Errorf("title %q for 12 pictures", got)
	}
}

func TestCountsOfTokens(t *testing.T) {
	c, _ := newTestControls(t, usual())
	c.SetCounts(app.Count{Used: 75, Limit: 75, Cut: strings.Repeat("word ", 100)}, app.Count{Used: 1, Limit: 75})
	if got := c.prompt.Count(); !strings.Contains(got, "75 of 75") {
		t.Errorf("count %q", got)
	}
	if got := c.negative.Count(); !strings.Contains(got, "1 of 75") {
		t.Errorf("count of the negative prompt %q", got)
	}
	c.negative.SetText("")
	c.SetCounts(app.Count{}, app.Count{Limit: 75})
	if got := c.negative.Count(); strings.Contains(got, "75") || got == "" {
		t.Errorf("an empty negative prompt says %q", got)
	}
}

func TestAnotherModel(t *testing.T) {
	s := usual()
	s.Width, s.Height = app.Sizes(1024, 1024)[3].Width, app.Sizes(1024, 1024)[3].Height
	s.DecoderSteps = 17 // chosen; the rest is as recommended
	c, told := newTestControls(t, s)
	m := testModel("demo", 256)
	m.Start.Steps, m.Start.Guidance, m.Start.DecoderSteps = 24, 1.5, 20
	c.SetModel(m)
	want := app.Sizes(256, 256)[3]
	got := c.Sketch()
	if got.Model != "demo" || got.Width != want.Width || got.Height != want.Height || got.Steps != 24 || got.Guidance != 1.5 || got.DecoderSteps != 17 || got.Prompt != s.Prompt {
		t.Errorf("got %+v", got)
	}
	if len(*told) != 0 {
		t.Error("the change of the model was told as the artist's")
	}
	c.steps.Reset()
	c.decoderSteps.Reset()
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
	c, told := newTestControls(t, usual())
	c.style.SetSelected("Ink")
	if got := c.Sketch().Style; got != "Ink" || len(*told) != 1 {
		t.Fatalf("style %q, told %d times", got, len(*told))
	}
	renamed := recipe.DefaultStyles()
	renamed[2].Name = "Pen"
	c.SetLists(renamed, nil)
	if got := c.Sketch().Style; got != "Pen" || c.style.Selected != "Pen" {
		t.Errorf("style %q, list %q after it was renamed", got, c.style.Selected)
	}
	if last := (*told)[len(*told)-1]; last.Style != "Pen" {
		t.Errorf("told %q after it was renamed", last.Style)
	}
	c.SetLists(renamed[:2], nil)
	if got := c.Sketch().Style; got != "" || (*told)[len(*told)-1].Style != "" {
		t.Errorf("style %q after it was deleted", got)
	}
	c.SetLists(renamed, nil)
	c.style.SetSelected("Oil")
	c.style.SetSelectedIndex(0)
	if got := c.Sketch().Style; got != "" {
		t.Errorf("style %q after none was chosen", got)
	}
}

func TestDecoderSeed(t *testing.T) {
	c, _ := newTestControls(t, usual())
	enter(c.decoderSeed.entry, "99")
	if s := c.Sketch(); !s.OwnDecoderSeed || s.DecoderSeed != 99 {
		t.Errorf("own %v, seed %d", s.OwnDecoderSeed, s.DecoderSeed)
	}
	c.decoderSeed.entry.SetText("")
	if s := c.Sketch(); s.OwnDecoderSeed {
		t.Error("an emptied field still has a seed of its own")
	}
	s := usual()
	s.Preset = sampler.Diffusers
	c.SetSketch(s)
	if !c.decoderSeed.entry.Disabled() {
		t.Error("diffusers has no decoder seed, and the field can be used")
	}
}

func TestFold(t *testing.T) {
	c, _ := newTestControls(t, usual())
	var folded []string
	c.OnFold = func(section string, open bool) {
		if open {
			section += "+"
		}
		folded = append(folded, section)
	}
	press(c.size.pills, fyne.KeyEnd, fyne.KeyHome)
	if got := strings.Join(folded, " "); got != "size+ size" {
		t.Errorf("folded %q", got)
	}
}

func TestPicturesAndFocus(t *testing.T) {
	c, _ := newTestControls(t, usual())
	cv := fyne.CurrentApp().Driver().CanvasForObject(c.prompt)
	press(c.count.pills, fyne.KeyRight)
	if got := c.Sketch().Count; got != usualCounts[1] {
		t.Errorf("%d pictures, want %d", got, usualCounts[1])
	}
	press(c.count.pills, fyne.KeyEnd)
	if cv.Focused() != fyne.Focusable(c.count.field.entry) {
		t.Errorf("the keyboard is at %T, not where the number is typed", cv.Focused())
	}
	enter(c.count.field.entry, "1")
	if got := c.Sketch().Count; got != 1 || !c.count.row.Objects[1].Visible() {
		t.Errorf("%d pictures, the field still there: %v", got, c.count.row.Objects[1].Visible())
	}
	c.FocusNegative()
	if cv.Focused() != c.negative.Field() {
		t.Errorf("the keyboard is at %T", cv.Focused())
	}
	c.FocusPrompt()
	if cv.Focused() != c.prompt.Field() {
		t.Errorf("the keyboard is at %T", cv.Focused())
	}
}
