package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// look is Cascata's theme: near-black greys around the picture and one accent.
type look struct{ fyne.Theme }

func newLook() fyne.Theme { return look{theme.DefaultTheme()} }

// Names of our own beside the toolkit's.
const (
	colorPanel fyne.ThemeColorName = "cascataPanel"
	colorLine  fyne.ThemeColorName = "cascataLine"
	colorDim   fyne.ThemeColorName = "cascataDim"
)

type pair struct{ dark, light uint32 }

var colors = map[fyne.ThemeColorName]pair{
	theme.ColorNameBackground:          {0x17181b, 0xf4f3f0},
	colorPanel:                         {0x1e2024, 0xfbfaf8},
	theme.ColorNameInputBackground:     {0x272a30, 0xeeece7},
	theme.ColorNameButton:              {0x272a30, 0xeeece7},
	theme.ColorNameDisabledButton:      {0x272a30, 0xeeece7},
	theme.ColorNameMenuBackground:      {0x272a30, 0xfbfaf8},
	theme.ColorNameOverlayBackground:   {0x1e2024, 0xfbfaf8},
	theme.ColorNameInputBorder:         {0x31353c, 0xdcd8d0},
	colorLine:                          {0x31353c, 0xdcd8d0},
	theme.ColorNameSeparator:           {0x31353c, 0xdcd8d0},
	theme.ColorNameForeground:          {0xe9eaec, 0x22242a},
	colorDim:                           {0x9aa0a9, 0x6d717a},
	theme.ColorNamePlaceHolder:         {0x80868f, 0x7c8089},
	theme.ColorNameDisabled:            {0x9aa0a9, 0x6d717a}, // text of low importance too
	theme.ColorNamePrimary:             {0xf2a33c, 0xc9741a},
	theme.ColorNameFocus:               {0xf2a33c, 0xc9741a},
	theme.ColorNameForegroundOnPrimary: {0x17181b, 0xffffff},
	theme.ColorNameSuccess:             {0x6fbf8b, 0x3d8b5c},
	theme.ColorNameHover:               {0x31353c, 0xe4e0d8},
	theme.ColorNamePressed:             {0x3a3f47, 0xdcd8d0},
	theme.ColorNameHeaderBackground:    {0x1e2024, 0xfbfaf8},
	theme.ColorNameScrollBar:           {0x4a4f58, 0xb5b1a8},
}

func (l look) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	p, ok := colors[name]
	if !ok {
		if name == theme.ColorNameSelection {
			return color.NRGBA{0xf2, 0xa3, 0x3c, 0x50}
		}
		return l.Theme.Color(name, v)
	}
	c := p.dark
	if v == theme.VariantLight {
		c = p.light
	}
	return color.NRGBA{uint8(c >> 16), uint8(c >> 8), uint8(c), 0xff}
}

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText:            14,
	theme.SizeNameCaptionText:     12.5,
	theme.SizeNameSubHeadingText:  14,
	theme.SizeNameInnerPadding:    7,
	theme.SizeNamePadding:         4,
	theme.SizeNameInputRadius:     6,
	theme.SizeNameSelectionRadius: 4,
	theme.SizeNameModalBlurRadius: 0, // a blur costs more than the previews behind it
}

func (l look) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return l.Theme.Size(name)
}
