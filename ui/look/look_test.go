package look_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"cascata/ui/look"
	"cascata/ui/uitest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestEveryTextCanBeRead(t *testing.T) {
	test.NewTempApp(t)
	for _, v := range []look.Variant{look.Dark, look.Light} {
		th := look.New(v)
		on := func(least float64, texts, grounds []fyne.ThemeColorName) {
			for _, text := range texts {
				for _, ground := range grounds {
					if got := uitest.Contrast(th.Color(text, 0), th.Color(ground, 0)); got < least {
						t.Errorf("variant %d: %s on %s has a contrast of %.2f, want %.1f", v, text, ground, got, least)
					}
				}
			}
		}
		type names = []fyne.ThemeColorName
		quiet := names{theme.ColorNameBackground, look.ColorPanel, look.ColorRaised, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground}
		pointed := append(names{theme.ColorNameHover, theme.ColorNamePressed}, quiet...)
		on(7, names{look.ColorText}, pointed)
		on(4.5, names{look.ColorDim, look.ColorLink, look.ColorBad, theme.ColorNameWarning, theme.ColorNameError}, pointed)
		on(4.5, names{theme.ColorNamePlaceHolder, theme.ColorNameDisabled}, append(names{theme.ColorNameInputBackground, theme.ColorNameDisabledButton}, quiet...))
		on(4.5, names{look.ColorOnHigh}, names{look.ColorAccent})
		on(3, names{look.ColorAccent, look.ColorGood}, quiet[:2]) // shapes
		for _, over := range (names{theme.ColorNameSelection, theme.ColorNameFocus}) {
			for _, ground := range quiet {
				if got := uitest.Contrast(th.Color(look.ColorText, 0), uitest.Over(th.Color(over, 0), th.Color(ground, 0))); got < 4.5 {
					t.Errorf("variant %d: text on %s over %s has a contrast of %.2f", v, over, ground, got)
				}
			}
		}
		if got := uitest.Contrast(th.Color(look.ColorOnHigh, 0), look.Lighter(th.Color(look.ColorAccent, 0))); got < 4.5 {
			t.Errorf("variant %d: the main button that is pointed at has a contrast of %.2f", v, got)
		}
		for _, text := range (names{look.ColorOnPic, look.ColorOnPicBad}) { // on any picture
			for _, picture := range []color.Color{color.White, color.Black} {
				if got := uitest.Contrast(th.Color(text, 0), uitest.Over(th.Color(look.ColorBadge, 0), picture)); got < 4.5 {
					t.Errorf("variant %d: a badge (%s) on %v has a contrast of %.2f", v, text, picture, got)
				}
			}
		}
	}
}

func TestThemeVariants(t *testing.T) {
	test.NewTempApp(t)
	dark, light := look.New(look.Dark), look.New(look.Light)
	if dark.Color(look.ColorPanel, theme.VariantLight) != dark.Color(look.ColorPanel, theme.VariantDark) {
		t.Error("dark is not dark where the system is light")
	}
	follow := look.New(look.Follow)
	if follow.Color(look.ColorPanel, theme.VariantLight) != light.Color(look.ColorPanel, 0) || follow.Color(look.ColorPanel, theme.VariantDark) != dark.Color(look.ColorPanel, 0) {
		t.Error("follow does not follow the system")
	}
	if got := dark.Size(theme.SizeNameModalBlurRadius); got != 0 {
		t.Errorf("a dialog blurs by %g, want 0", got)
	}
}

func TestSpaceAfterASignIsASpace(t *testing.T) {
	app := test.NewTempApp(t)
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}, {Bold: true, Italic: true}} {
		app.Settings().SetTheme(theme.DefaultTheme())
		width := func(s string) float32 { return fyne.MeasureText(s, 100, style).Width }
		space, line := width(" "), fyne.MeasureText("A", 100, style).Height
		app.Settings().SetTheme(look.New(look.Dark))
		for _, sign := range []string{"★", "☆", "♥", "▾", "▤", "−"} {
			if got, want := width(sign+" "+sign), 2*width(sign)+space; math.Abs(float64(got-want)) > 0.5 {
				t.Errorf("%+v: a text with %q is %g wide, want %g", style, sign, got, want)
			}
			if got := fyne.MeasureText(sign+" A", 100, style).Height; got != line {
				t.Errorf("%+v: a line with %q is %g high, want %g", style, sign, got, line)
			}
			if got := shapes(drawn(sign+" "+sign, style)); got != 2*shapes(drawn(sign, style)) {
				t.Errorf("%+v: two %q with a space between are %d shapes", style, sign, got)
			}
		}
	}
}

// drawn is a text as the window has it.
func drawn(s string, style fyne.TextStyle) image.Image {
	text := canvas.NewText(s, color.White)
	text.TextSize, text.TextStyle = 100, style
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(text)
	return c.Capture()
}

// shapes counts what stands apart from left to right.
func shapes(img image.Image) (n int) {
	in := false
	for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
		ink := false
		for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
			_, _, _, a := img.At(x, y).RGBA()
			ink = ink || a > 0
		}
		if ink && !in {
			n++
		}
		in = ink
	}
	return n
}
