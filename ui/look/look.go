// Package look is colours, sizes, fonts and icons. Lengths are in units of the screen at scale 1.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"cascata/assets"
)

// A Variant says which of the two faces of the theme is shown.
type Variant int

// Follow takes what the system prefers.
const (
	Follow Variant = iota
	Dark
	Light
)

// look is the theme: five greys around the picture and one accent.
type look struct {
	fyne.Theme
	variant Variant
}

// New returns the theme. Give another one to the app's settings to change it.
func New(v Variant) fyne.Theme { return look{theme.DefaultTheme(), v} }

var symbols = fyne.NewStaticResource("symbols.ttf", assets.Symbols)

// Font implements fyne.Theme. The toolkit looks for a letter in this font first,
// then in its own of the style, then in the system's: so the signs are the same
// everywhere, and all else is as the toolkit has it.
func (l look) Font(s fyne.TextStyle) fyne.Resource {
	if s.Symbol {
		return l.Theme.Font(s)
	}
	return symbols
}

// Colours of our own beside the toolkit's.
const (
	ColorPanel    fyne.ThemeColorName = "cascataPanel"  // what controls lie on
	ColorRaised   fyne.ThemeColorName = "cascataRaised" // fields, buttons, chips
	ColorLine     fyne.ThemeColorName = "cascataLine"   // between panels
	ColorDim      fyne.ThemeColorName = "cascataDim"    // text of second rank
	ColorGood     fyne.ThemeColorName = "cascataGood"
	ColorBad      fyne.ThemeColorName = "cascataBad"
	ColorBadge    fyne.ThemeColorName = "cascataBadge" // under white text on a picture
	ColorOnPic    fyne.ThemeColorName = "cascataOnPic" // text on a badge
	ColorOnPicBad fyne.ThemeColorName = "cascataOnPicBad"
	ColorAccent                       = theme.ColorNamePrimary   // of shapes
	ColorLink                         = theme.ColorNameHyperlink // of text that stands out
	ColorText                         = theme.ColorNameForeground
	ColorOnHigh                       = theme.ColorNameForegroundOnPrimary
)

// Sizes of our own, in units of the canvas.
const (
	SizeHeading fyne.ThemeSizeName = "cascataHeading"
	SizeSmall                      = theme.SizeNameCaptionText
	SizeText                       = theme.SizeNameText
)

const (
	RowHeight = 30 // of one control
	Gap       = 8  // between controls
	Radius    = 6  // of corners
)

// argb is a colour as 0xAARRGGBB.
type argb uint32

type pair struct{ dark, light argb }

// Colors are those of both themes, by the name that the toolkit or a widget asks
// for.
var Colors = map[fyne.ThemeColorName]pair{
	theme.ColorNameBackground:          {0xff17181b, 0xfff4f3f0},
	ColorPanel:                         {0xff1e2024, 0xfffbfaf8},
	ColorRaised:                        {0xff272a30, 0xffeeece7},
	ColorLine:                          {0xff31353c, 0xffdcd8d0},
	ColorDim:                           {0xffa6acb4, 0xff5a5e67},
	ColorGood:                          {0xff6fbf8b, 0xff3d8b5c}, // of dots, not of text
	ColorBad:                           {0xfff0948a, 0xffa63222},
	ColorBadge:                         {0xc8101113, 0xc8101113},
	ColorOnPic:                         {0xfff4f4f5, 0xfff4f4f5},
	ColorOnPicBad:                      {0xffff9c8f, 0xffff9c8f},
	theme.ColorNameInputBackground:     {0xff272a30, 0xffeeece7},
	theme.ColorNameInputBorder:         {0x00000000, 0x00000000}, // a field is quiet until it has the focus
	theme.ColorNameButton:              {0xff272a30, 0xffeeece7},
	theme.ColorNameDisabledButton:      {0xff22242a, 0xfff1efeb},
	theme.ColorNameMenuBackground:      {0xff24272c, 0xfffbfaf8},
	theme.ColorNameOverlayBackground:   {0xff1e2024, 0xfffbfaf8},
	theme.ColorNameHeaderBackground:    {0xff1e2024, 0xfffbfaf8},
	theme.ColorNameSeparator:           {0xff31353c, 0xffdcd8d0},
	theme.ColorNameForeground:          {0xffe9eaec, 0xff22242a},
	theme.ColorNamePlaceHolder:         {0xff9aa0a9, 0xff62666f},
	theme.ColorNameDisabled:            {0xff9aa0a9, 0xff62666f}, // a label of low importance too
	theme.ColorNamePrimary:             {0xfff2a33c, 0xffc9741a},
	theme.ColorNameHyperlink:           {0xfff2a33c, 0xff8c4a07}, // the accent as a text's colour
	theme.ColorNameFocus:               {0x59f2a33c, 0x59c9741a}, // the toolkit blends it over a button
	theme.ColorNameSelection:           {0x50f2a33c, 0x50c9741a},
	theme.ColorNameForegroundOnPrimary: {0xff17181b, 0xff1b1510},
	theme.ColorNameSuccess:             {0xff6fbf8b, 0xff3d8b5c},
	theme.ColorNameWarning:             {0xffeaa37a, 0xff8f430c},
	theme.ColorNameError:               {0xfff0948a, 0xffa63222},
	theme.ColorNameHover:               {0xff31353c, 0xffe4e0d8},
	theme.ColorNamePressed:             {0xff3a3f47, 0xffdcd8d0},
	theme.ColorNameScrollBar:           {0xff4a4f58, 0xffb5b1a8},
	theme.ColorNameScrollBarBackground: {0x00000000, 0x00000000},
	theme.ColorNameShadow:              {0x80000000, 0x48000000},
}

func (l look) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch l.variant {
	case Dark:
		v = theme.VariantDark
	case Light:
		v = theme.VariantLight
	}
	p, ok := Colors[name]
	if !ok {
		return l.Theme.Color(name, v)
	}
	c := p.dark
	if v == theme.VariantLight {
		c = p.light
	}
	if c>>24 == 0 {
		return color.Transparent // what is painted with it is not drawn at all
	}
	return color.NRGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), uint8(c >> 24)}
}

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText:            14,
	theme.SizeNameCaptionText:     12.5,
	theme.SizeNameSubHeadingText:  15,
	theme.SizeNameHeadingText:     18,
	SizeHeading:                   13,
	theme.SizeNameInnerPadding:    5.5, // a field of one line is RowHeight high
	theme.SizeNamePadding:         4,
	theme.SizeNameInlineIcon:      18,
	theme.SizeNameInputRadius:     Radius,
	theme.SizeNameButtonRadius:    Radius,
	theme.SizeNameMenuRadius:      Radius,
	theme.SizeNamePopupRadius:     8,
	theme.SizeNameDialogRadius:    8,
	theme.SizeNameSelectionRadius: 4,
	theme.SizeNameScrollBar:       8,
	theme.SizeNameScrollBarSmall:  4,
	theme.SizeNameSplitThickness:  1,
	theme.SizeNameModalBlurRadius: 0, // a blur costs more than the previews behind it
}

func (l look) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return l.Theme.Size(name)
}

// ReducedMotion is set where the artist wants no motion.
var ReducedMotion bool

// SetReducedMotion turns the widgets' own animations off or on. The toolkit's
// follow its setting of the same meaning.
func SetReducedMotion(yes bool) { ReducedMotion = yes }

// Shade is a colour of the theme in use.
func Shade(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

// Roomy is the theme in use with more space around the text of a field. The
// toolkit's theme.Current would be roomy itself while one is drawn.
type Roomy struct{}

func inUse() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color implements fyne.Theme.
func (Roomy) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return inUse().Color(n, v)
}

// Font implements fyne.Theme.
func (Roomy) Font(s fyne.TextStyle) fyne.Resource { return inUse().Font(s) }

// Icon implements fyne.Theme.
func (Roomy) Icon(n fyne.ThemeIconName) fyne.Resource { return inUse().Icon(n) }

// Size implements fyne.Theme.
func (Roomy) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNameInnerPadding {
		return 9
	}
	return inUse().Size(n)
}

// Lighter is a colour a little brighter.
func Lighter(c color.Color) color.Color {
	r, g, b, a := c.RGBA()
	turn := func(v uint32) uint8 { return uint8(min(v*108/100, 0xffff) >> 8) }
	return color.NRGBA{turn(r), turn(g), turn(b), uint8(a >> 8)}
}
