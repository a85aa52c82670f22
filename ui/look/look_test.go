package look

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
		on := func(least float64, texts, grounds []fyne.ThemeColorName) {
			for _, text := range texts {
				for _, ground := range grounds {
					if got := contrast(th.Color(text, 0), th.Color(ground, 0)); got < least {
						t.Errorf("variant %d: %s on %s has a contrast of %.2f, want %.1f", v, text, ground, got, least)
					}
				}
			}
		}
		type names = []fyne.ThemeColorName
		quiet := names{theme.ColorNameBackground, ColorPanel, ColorRaised, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground}
		pointed := append(names{theme.ColorNameHover, theme.ColorNamePressed}, quiet...)
		on(7, names{ColorText}, pointed)
		on(4.5, names{ColorDim, ColorLink, ColorBad, theme.ColorNameWarning, theme.ColorNameError}, pointed)
		on(4.5, names{theme.ColorNamePlaceHolder, theme.ColorNameDisabled}, append(names{theme.ColorNameInputBackground, theme.ColorNameDisabledButton}, quiet...))
		on(4.5, names{ColorOnHigh}, names{ColorAccent})
		on(3, names{ColorAccent, ColorGood}, quiet[:2]) // shapes
		for _, over := range (names{theme.ColorNameSelection, theme.ColorNameFocus}) {
			for _, ground := range quiet {
				if got := contrast(th.Color(ColorText, 0), blended(th.Color(over, 0), th.Color(ground, 0))); got < 4.5 {
					t.Errorf("variant %d: text on %s over %s has a contrast of %.2f", v, over, ground, got)
				}
			}
		}
		if got := contrast(th.Color(ColorOnHigh, 0), Lighter(th.Color(ColorAccent, 0))); got < 4.5 {
			t.Errorf("variant %d: the main button that is pointed at has a contrast of %.2f", v, got)
		}
		for _, text := range (names{ColorOnPic, ColorOnPicBad}) { // on any picture
			for _, picture := range []color.Color{color.White, color.Black} {
				if got := contrast(th.Color(text, 0), blended(th.Color(ColorBadge, 0), picture)); got < 4.5 {
					t.Errorf("variant %d: a badge (%s) on %v has a contrast of %.2f", v, text, picture, got)
				}
			}
		}
	}
}

// blended is a colour over an opaque one.
func blended(over, under color.Color) color.Color {
	r, g, b, a := over.RGBA()
	x, y, z, _ := under.RGBA()
	mix := func(c, under uint32) uint8 { return uint8((c + under*(0xffff-a)/0xffff) >> 8) }
	return color.NRGBA{mix(r, x), mix(g, y), mix(b, z), 255}
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
