package widgets

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestEveryTextCanBeRead(t *testing.T) {
	test.NewTempApp(t)
	for _, v := range []Variant{Dark, Light} {
		th := New(v)
		for _, tt := range []struct {
			text, ground fyne.ThemeColorName
			least        float64
		}{
			{ColorText, theme.ColorNameBackground, 7}, {ColorText, ColorPanel, 7}, {ColorText, ColorRaised, 7},
			{ColorDim, theme.ColorNameBackground, 4.5}, {ColorDim, ColorPanel, 4.5}, {ColorDim, ColorRaised, 4.5},
			{ColorOnHigh, ColorAccent, 4.5}, {theme.ColorNameWarning, ColorPanel, 4.5}, {ColorBad, ColorPanel, 4.5},
			{ColorAccent, ColorPanel, 3}, {ColorGood, ColorRaised, 3},
		} {
			got := contrast(th.Color(tt.text, 0), th.Color(tt.ground, 0))
			if got < tt.least {
				t.Errorf("variant %d: %s on %s has a contrast of %.2f, want %.1f", v, tt.text, tt.ground, got, tt.least)
			}
		}
	}
}

// contrast is that of WCAG 2.1.
func contrast(a, b color.Color) float64 {
	light := func(c color.Color) float64 {
		r, g, b, _ := c.RGBA()
		lin := func(v uint32) float64 {
			f := float64(v) / 0xffff
			if f <= 0.03928 {
				return f / 12.92
			}
			return math.Pow((f+0.055)/1.055, 2.4)
		}
		return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestThemeVariants(t *testing.T) {
	test.NewTempApp(t)
	dark, light := New(Dark), New(Light)
	if dark.Color(ColorPanel, theme.VariantLight) != dark.Color(ColorPanel, theme.VariantDark) {
		t.Error("dark is not dark where the system is light")
	}
	follow := New(Follow)
	if follow.Color(ColorPanel, theme.VariantLight) != light.Color(ColorPanel, 0) || follow.Color(ColorPanel, theme.VariantDark) != dark.Color(ColorPanel, 0) {
		t.Error("follow does not follow the system")
	}
	if got := dark.Size(theme.SizeNameModalBlurRadius); got != 0 {
		t.Errorf("a dialog blurs by %g, want 0", got)
	}
}
