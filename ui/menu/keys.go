package menu

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"cascata/ui/format"
)

// DrawnMenu is the main menu as it is given to the toolkit, with the keys as
// part of the items' texts. Fyne 2.8 would write them with a fifth of the
// text's opacity, whatever the theme: 1.8 : 1. The system draws the menu on
// macOS, which is given m itself.
func DrawnMenu(m *fyne.MainMenu) *fyne.MainMenu {
	if runtime.GOOS == "darwin" {
		return m
	}
	drawn := &fyne.MainMenu{}
	for _, menu := range m.Items {
		drawn.Items = append(drawn.Items, drawnItems(menu))
	}
	return drawn
}

// drawnItems is one menu, with its keys one under the other at the right.
func drawnItems(m *fyne.Menu) *fyne.Menu {
	drawn := fyne.NewMenu(m.Label)
	width := float32(0)
	for _, item := range m.Items {
		width = max(width, MenuWidth(item.Label)+MenuWidth(menuGap)+MenuWidth(ItemKey(item)))
	}
	for _, item := range m.Items {
		copied := *item
		if key := ItemKey(item); key != "" {
			copied.Label = justified(item.Label, key, width)
			copied.Shortcut = quietShortcut(item.Shortcut.ShortcutName())
		}
		if item.ChildMenu != nil {
			copied.ChildMenu = drawnItems(item.ChildMenu)
		}
		drawn.Items = append(drawn.Items, &copied)
	}
	return drawn
}

// ItemKey is the key of a menu's item, "" where it has none.
func ItemKey(item *fyne.MenuItem) string {
	if s, ok := item.Shortcut.(fyne.KeyboardShortcut); ok {
		return format.KeyText(s.Mod(), s.Key())
	}
	return ""
}

// quietShortcut is the name of a shortcut, which is all that the toolkit
// compares, without the keys, which it would draw.
type quietShortcut string

// ShortcutName implements fyne.Shortcut.
func (s quietShortcut) ShortcutName() string { return string(s) }

const (
	menuGap   = "      " // at least, between text and key
	HairSpace = "\u200a" // fills what is left of a line
)

// justified is text and key with as much space between as makes them as wide
// as the menu, to half a hair space.
func justified(text, key string, width float32) string {
	room := width - MenuWidth(text) - MenuWidth(key)
	space, hair := MenuWidth(" "), MenuWidth(HairSpace)
	n := max(int(room/space), 0)
	return text + strings.Repeat(" ", n) + strings.Repeat(HairSpace, max(int((room-float32(n)*space)/hair+0.5), 0)) + key
}

// MenuWidth is how wide the toolkit draws a menu's text.
func MenuWidth(text string) float32 {
	return fyne.MeasureText(text, theme.Size(theme.SizeNameText), fyne.TextStyle{}).Width
}
