package create

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/uitest"
)

func TestTuning(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	p := c.schedule
	if !p.reset.Disabled() {
		t.Error("there is something to reset before anything was tuned")
	}
	uitest.Enter(field(p.numbers[0].Number), "2.6")
	uitest.Enter(field(p.numbers[3].Number), "0.5")
	s := c.Sketch()
	if s.Shift == nil || *s.Shift != 2.6 || s.Eta == nil || *s.Eta != 0.5 || s.DecoderShift != nil || s.Rescale != nil {
		t.Fatalf("tuned %+v", s.Tuning)
	}
	p.numbers[0].Reset()
	if c.Sketch().Shift != nil {
		t.Error("a double click does not follow the preset again")
	}
	uitest.Press(p.presets, fyne.KeyRight) // ComfyUI has no rescale
	if s := c.Sketch(); s.Preset != sampler.Comfy || s.Eta == nil || s.Rescale != nil {
		t.Errorf("after another preset: %q %+v", s.Preset, s.Tuning)
	}
	if got := p.numbers[2].Value(); got != 0 {
		t.Errorf("rescale shows %g, the preset has 0", got)
	}
	test.Tap(p.reset)
	if s := c.Sketch(); s.Tuning != (recipe.Sketch{}.Tuning) {
		t.Errorf("after the reset: %+v", s.Tuning)
	}
}

// What diffusers cannot do is not asked of it.
func TestDiffusersHasNoShift(t *testing.T) {
	s := uitest.Usual()
	s.Width = 600 // an odd grid in diffusers
	c, _ := newTestControls(t, s)
	uitest.Enter(field(c.schedule.numbers[0].Number), "3")
	uitest.Press(c.schedule.presets, fyne.KeyEnd)
	s = c.Sketch()
	if s.Preset != sampler.Diffusers || s.Shift != nil || !c.schedule.numbers[0].Disabled() {
		t.Errorf("preset %q, shift %v, number usable %v", s.Preset, s.Shift, !c.schedule.numbers[0].Disabled())
	}
	if _, err := (sampler.Geometry{}).Grid(s.Preset, s.Width, s.Height); err != nil {
		t.Errorf("%dx%d: %v", s.Width, s.Height, err)
	}
}

func TestNamedSettings(t *testing.T) {
	quick := uitest.Usual()
	quick.Prompt, quick.Negative, quick.Model = "", "", "another"
	quick.Steps, quick.Count = 6, 8
	c, changes := newTestControls(t, uitest.Usual(), recipe.Named{Name: "Quick", Sketch: quick})
	if c.named.list.Selected != "" || !c.named.drop.Disabled() {
		t.Errorf("chosen %q before anything was", c.named.list.Selected)
	}
	c.named.list.SetSelected("Quick")
	s := c.Sketch()
	if s.Steps != 6 || s.Count != 8 || s.Prompt != "a red boat" || s.Negative != "rain" || s.Model != "real" {
		t.Errorf("recalled %+v", s)
	}
	if len(*changes) != 1 {
		t.Errorf("got %d times", len(*changes))
	}
	deleted := ""
	c.onDeleteNamed = func(name string) { deleted = name }
	test.Tap(c.named.drop)
	if deleted != "Quick" {
		t.Errorf("deleted %q", deleted)
	}
	uitest.Enter(field(c.numbers["steps"].Number), "7")
	if c.named.list.Selected != "" {
		t.Errorf("the settings changed and are still called %q", c.named.list.Selected)
	}
	uitest.Enter(field(c.numbers["steps"].Number), "6")
	if c.named.list.Selected != "Quick" {
		t.Error("the settings are as before and have no name")
	}
	before := len(*changes)
	c.setLists(recipe.DefaultStyles(), nil)
	c.setLists(recipe.DefaultStyles(), []recipe.Named{{Name: "Swift", Sketch: quick}})
	if c.named.list.Selected != "Swift" || len(*changes) != before {
		t.Errorf("another list shows %q, got %d times", c.named.list.Selected, len(*changes)-before)
	}
}

func TestSaveUnderAName(t *testing.T) {
	c, _ := newTestControls(t, uitest.Usual())
	saved := ""
	c.onSaveNamed = func(name string) { saved = name }
	c.named.ask()
	cv := fyne.CurrentApp().Driver().CanvasForObject(c.named.list)
	if cv.Overlays().Top() == nil {
		t.Fatal("no name is asked for")
	}
	test.Type(cv.Focused(), " Evening ")
	uitest.Press(cv.Focused(), fyne.KeyReturn)
	if saved != "Evening" || cv.Overlays().Top() != nil {
		t.Errorf("saved %q, dialog open %v", saved, cv.Overlays().Top() != nil)
	}
}
