package create

import (
	"strings"
	"testing"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/sampler"
	"cascata/ui/uitest"
)

// What is typed may be anything that can be made, the same as on the command
// line; else the nearest is taken, and said.
func TestTypedNumbers(t *testing.T) {
	model := uitest.Usual()
	model.Width, model.Height = 256, 256
	c, _ := newTestControls(t, model)
	for _, tt := range []struct {
		of     *settingNumber
		typed  string
		want   float64
		fitted string
		got    func(s recipe.Sketch) float64
	}{
		{c.size.width, "2048", 2048, "", func(s recipe.Sketch) float64 { return float64(s.Width) }},
		{c.size.width, "640", 640, "", func(s recipe.Sketch) float64 { return float64(s.Width) }},
		{c.size.width, "16", 16, "", func(s recipe.Sketch) float64 { return float64(s.Width) }},
		{c.size.width, "515", 512, "515 becomes 512", func(s recipe.Sketch) float64 { return float64(s.Width) }},
		{c.size.width, "512", 512, "", func(s recipe.Sketch) float64 { return float64(s.Width) }}, // what it became
		{c.size.width, "9000", sampler.MaxSide, "9000 becomes 8192", func(s recipe.Sketch) float64 { return float64(s.Width) }},
		{c.size.height, "0", recipe.SideUnit, "0 becomes 8", func(s recipe.Sketch) float64 { return float64(s.Height) }},
		{c.numbers["steps"], "1000", inference.MaxSteps, "", func(s recipe.Sketch) float64 { return float64(s.Steps) }},
		{c.numbers["steps"], "1001", inference.MaxSteps, "1001 becomes 1000", func(s recipe.Sketch) float64 { return float64(s.Steps) }},
		{c.numbers["decoder_steps"], "0", 1, "0 becomes 1", func(s recipe.Sketch) float64 { return float64(s.DecoderSteps) }},
		{c.numbers["guidance"], "50", 50, "", func(s recipe.Sketch) float64 { return s.Guidance }},
		{c.numbers["guidance"], "101", inference.MaxGuidance, "101 becomes 100", func(s recipe.Sketch) float64 { return s.Guidance }},
		{c.numbers["guidance"], "0.5", 1, "", func(s recipe.Sketch) float64 { return s.Guidance }}, // both are off
	} {
		uitest.Enter(field(tt.of.Number), tt.typed)
		if got := tt.got(c.Sketch()); got != tt.want {
			t.Errorf("%s gives %g, want %g", tt.typed, got, tt.want)
		}
		said := ""
		if tt.of.fitted.Visible() {
			said = tt.of.fitted.Text()
		}
		if tt.fitted == "" && said != "" || !strings.HasPrefix(said, tt.fitted) {
			t.Errorf("%s: the artist reads %q, want %q", tt.typed, said, tt.fitted)
		}
	}
	s := c.Sketch()
	s.Width = 256
	c.SetSketch(s)
	if c.size.width.fitted.Visible() {
		t.Error("what was said of another number stays")
	}
}
