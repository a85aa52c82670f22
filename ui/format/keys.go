package format

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// KeyText is a shortcut as it stands on the keyboard.
func KeyText(mod fyne.KeyModifier, key fyne.KeyName) string { return ModText(mod) + KeyName(key) }

// ModText is the modifiers of a key as its system writes them.
func ModText(mod fyne.KeyModifier) string {
	names := []struct {
		mod       fyne.KeyModifier
		mac, name string
	}{
		{fyne.KeyModifierControl, "⌃", lang.X("key.ctrl", "Ctrl")},
		{fyne.KeyModifierAlt, "⌥", lang.X("key.alt", "Alt")},
		{fyne.KeyModifierShift, "⇧", lang.X("key.shift", "Shift")},
		{fyne.KeyModifierSuper, "⌘", lang.X("key.super", "Super")},
	}
	var b strings.Builder
	for _, n := range names {
		switch {
		case mod&n.mod == 0:
		case runtime.GOOS == "darwin":
			b.WriteString(n.mac)
		default:
			b.WriteString(n.name + "+")
		}
	}
	return b.String()
}

// KeyName is what stands on a key.
func KeyName(k fyne.KeyName) string {
	switch k {
	case fyne.KeyReturn, fyne.KeyEnter:
		return lang.X("key.enter", "Enter")
	case fyne.KeyEscape:
		return lang.X("key.escape", "Esc")
	case fyne.KeySpace:
		return lang.X("key.space", "Space")
	case fyne.KeyTab:
		return lang.X("key.tab", "Tab")
	case fyne.KeyBackspace:
		return lang.X("key.backspace", "Backspace")
	case fyne.KeyDelete:
		return lang.X("key.delete", "Delete")
	case fyne.KeyUp:
		return "↑"
	case fyne.KeyDown:
		return "↓"
	case fyne.KeyLeft:
		return "←"
	case fyne.KeyRight:
		return "→"
	case fyne.KeyEqual:
		return "+"
	case fyne.KeyMinus:
		return "−"
	}
	return string(k)
}
