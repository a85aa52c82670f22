package ui

import (
	"errors"
	"fmt"
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/inference"
)

// A fakeMaker remembers what was asked of it.
type fakeMaker struct {
	asked     []app.Recipe
	cancelled int
	busy      bool
}

func (f *fakeMaker) Start(r app.Recipe) bool {
	if f.busy {
		return false
	}
	f.busy, f.asked = true, append(f.asked, r)
	return true
}

func (f *fakeMaker) Cancel() { f.cancelled++ }

func newTestCreate(t *testing.T) (*Create, *fakeMaker) {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(newLook())
	start := app.Recipe{Request: inference.Request{Steps: 20, Guidance: 4, DecoderSteps: 10}, Model: app.Demo}
	c := NewCreate(start, func(f func()) { f() })
	m := &fakeMaker{}
	c.Use(m)
	w := test.NewTempWindow(t, c.Content)
	w.Resize(fyne.NewSize(1100, 700))
	return c, m
}

func TestGenerateTakesTheControls(t *testing.T) {
	c, m := newTestCreate(t)
	test.Type(c.prompt, "a red boat")
	test.Type(c.negative, "rain")
	c.steps.entry.SetText("7")
	c.guidance.entry.SetText("2,5")
	c.decoderGuid.entry.SetText("off")
	c.seed.SetText("18446744073709551615")
	c.keepSeed.SetChecked(true)
	test.Tap(c.generate)
	if len(m.asked) != 1 {
		t.Fatalf("asked for %d pictures, want 1", len(m.asked))
	}
	r := m.asked[0]
	if r.Prompt != "a red boat" || r.Negative != "rain" || r.Steps != 7 || r.Guidance != 2.5 || r.DecoderGuidance > 1 || r.Seed != 1<<64-1 || r.Model != app.Demo {
		t.Errorf("asked for %+v", r)
	}
	if c.generate.Visible() || !c.cancel.Visible() {
		t.Error("Generate is not replaced by Cancel")
	}
}

func TestSeedIsNewUnlessKept(t *testing.T) {
	c, _ := newTestCreate(t)
	a, b := c.recipe().Seed, c.recipe().Seed
	if a == b {
		t.Errorf("the seed %d came twice", a)
	}
}

func TestProgressIsShown(t *testing.T) {
	c, m := newTestCreate(t)
	c.Generate()
	c.Progress(app.Progress{State: app.Running, Stage: inference.StageB, N: 5, Total: 10, Left: 2 * time.Second, Preview: image.NewRGBA(image.Rect(0, 0, 6, 6))})
	if got := c.bar.done; got[0] != 1 || got[1] != 0.5 || got[2] != 0 {
		t.Errorf("bar %v, want 1 0.5 0", got)
	}
	if !strings.Contains(c.status.Text, "5") || !c.picture.image.Visible() || c.picture.image.Size().Width < 100 {
		t.Errorf("status %q, preview visible %v", c.status.Text, c.picture.image.Visible())
	}
	test.Tap(c.cancel)
	if m.cancelled != 1 || !c.cancel.Disabled() {
		t.Errorf("cancelled %d times, button disabled %v", m.cancelled, c.cancel.Disabled())
	}
	c.Progress(app.Progress{State: app.Cancelled})
	if !c.generate.Visible() || c.bar.Visible() || !c.picture.hint.Visible() {
		t.Error("the view is not as it was before")
	}
}

func TestFailureIsExplainedInPlace(t *testing.T) {
	c, m := newTestCreate(t)
	c.Generate()
	m.busy = false
	c.Progress(app.Progress{State: app.Failed, Err: fmt.Errorf("stage b: %w", inference.ErrOutOfMemory)})
	want := app.Explain(inference.ErrOutOfMemory)
	if c.picture.title.Text != want.Title || c.picture.help.Text != want.Help || !strings.Contains(c.picture.cause.Text, "stage b") {
		t.Errorf("shown: %q %q %q", c.picture.title.Text, c.picture.help.Text, c.picture.cause.Text)
	}
	c.Generate()
	if c.picture.title.Visible() {
		t.Error("an old error stays over a new picture")
	}
}

func TestPictureNotSaved(t *testing.T) {
	c, _ := newTestCreate(t)
	c.Progress(app.Progress{State: app.Done, Image: image.NewRGBA(image.Rect(0, 0, 4, 4)), Err: errors.Join(app.ErrWrite, errors.New("disk full"))})
	if !strings.Contains(c.status.Text, "disk full") || !c.picture.image.Visible() {
		t.Errorf("status %q, picture visible %v", c.status.Text, c.picture.image.Visible())
	}
}

func TestNumber(t *testing.T) {
	test.NewTempApp(t)
	for _, tt := range []struct {
		typed string
		want  float64
		shown string
	}{
		{"2.5", 2.5, "2.5"}, {"2,5", 2.5, "2.5"}, {"off", 1, "off"}, {"99", 4, "4.0"}, {"x", 4, "4.0"}, {"", 4, "4.0"}, {"NaN", 4, "4.0"},
	} {
		n := newNumber("Guidance", 1, 12, 0.1, 4, 1)
		n.entry.SetText(tt.typed)
		n.entry.OnSubmitted(tt.typed)
		if n.value != tt.want || n.entry.Text != tt.shown || n.slider.Value != tt.want {
			t.Errorf("typed %q: value %g, field %q, slider %g; want %g %q", tt.typed, n.value, n.entry.Text, n.slider.Value, tt.want, tt.shown)
		}
	}
}

func TestLatest(t *testing.T) {
	var got []int
	var pending func()
	l := &latest[int]{do: func(f func()) { pending = f }, show: func(n int) { got = append(got, n) }}
	for n := range 100 {
		l.set(n)
	}
	pending()
	if len(got) != 1 || got[0] != 99 {
		t.Errorf("shown %v, want only the newest, 99", got)
	}
}
