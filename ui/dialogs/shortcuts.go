package dialogs

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/format"
	"cascata/ui/widgets"
)

// ShowShortcuts opens the page of keys over a window. What the menu does is
// read from the menu itself.
func ShowShortcuts(c fyne.Canvas, menu *fyne.MainMenu) *widgets.Dialog {
	columns := max(min(int(c.Size().Width/keysWidth), 3), 1)
	d := widgets.NewDialog(lang.X("keys.title", "Keys"), keyColumns(append(menuKeys(menu), fieldKeys()...), columns),
		widgets.Action{Text: lang.X("close", "Close"), Main: true})
	d.SetWidth(float32(columns) * keysWidth).Show(c)
	return d
}

// keysWidth is what a column of keys needs.
const keysWidth = 345

// A keyGroup is what belongs together under a heading.
type keyGroup struct {
	title string
	keys  []keyLine
}

// A keyLine is what happens and the keys for it.
type keyLine struct{ does, keys string }

// menuKeys are the items of a menu that have a key.
func menuKeys(menu *fyne.MainMenu) []keyGroup {
	var groups []keyGroup
	for _, m := range menu.Items {
		g := keyGroup{title: m.Label}
		g.keys = itemKeys(m, g.keys)
		if len(g.keys) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func itemKeys(m *fyne.Menu, keys []keyLine) []keyLine {
	for _, item := range m.Items {
		if s, ok := item.Shortcut.(fyne.KeyboardShortcut); ok {
			keys = append(keys, keyLine{strings.TrimSuffix(item.Label, "…"), format.KeyText(s.Mod(), s.Key())})
		}
		if item.ChildMenu != nil {
			keys = itemKeys(item.ChildMenu, keys)
		}
	}
	return keys
}

// fieldKeys are those that no menu has: they work where the keyboard is.
func fieldKeys() []keyGroup {
	up, down := format.KeyName(fyne.KeyUp), format.KeyName(fyne.KeyDown)
	with := func(mod fyne.KeyModifier, keys ...string) string {
		for i, k := range keys {
			keys[i] = format.ModText(mod) + k
		}
		return strings.Join(keys, ", ")
	}
	return []keyGroup{
		{lang.X("keys.everywhere", "Everywhere"), []keyLine{
			{lang.X("keys.stop", "Close what is open, else stop"), format.KeyName(fyne.KeyEscape)},
			{lang.X("keys.help", "This page"), "F1, ?"},
			{lang.X("keys.menu", "The menus; what is selected"), "F10, " + format.ModText(fyne.KeyModifierAlt) + "A–Z; ▤"},
			{lang.X("keys.next", "Next field, the one before"), with(0, format.KeyName(fyne.KeyTab), format.ModText(fyne.KeyModifierShift)+format.KeyName(fyne.KeyTab))},
		}},
		{lang.X("keys.prompt", "In the prompt"), []keyLine{
			{lang.X("keys.past", "Earlier prompt, later one"), with(fyne.KeyModifierAlt, up, down)},
			{lang.X("keys.weight", "Weight of the words"), with(fyne.KeyModifierShortcutDefault, up, down)},
			{lang.X("keys.undo", "Undo, do again"), with(fyne.KeyModifierShortcutDefault, "Z", "Y")},
		}},
		{lang.X("keys.number", "On a number"), []keyLine{
			{lang.X("keys.step", "One step up or down"), with(0, up, down, lang.X("keys.wheel", "wheel"))},
			{lang.X("keys.reset", "The usual value"), lang.X("keys.double", "double click")},
		}},
		{lang.X("keys.sheet", "On a sheet of drafts"), []keyLine{
			{lang.X("keys.move", "Go to another draft"), lang.X("keys.arrows", "arrows")},
			{lang.X("keys.tick", "Tick or untick"), format.KeyName(fyne.KeySpace)},
			{lang.X("keys.tickall", "Tick all, none"), "A, N"},
			{lang.X("keys.large", "See one large, back to the sheet"), "O, " + format.KeyName(fyne.KeyEscape)},
			{lang.X("keys.develop", "Develop the ticked ones, or the large one"), format.KeyName(fyne.KeyReturn)},
		}},
		{lang.X("keys.library", "In the library"), []keyLine{
			{lang.X("keys.library.zoom", "Larger, smaller"), "+, −"},
			{lang.X("keys.library.back", "Take back"), with(fyne.KeyModifierShortcutDefault, "Z")},
		}},
	}
}

// keyColumns are the groups in this many columns of about the same length.
func keyColumns(groups []keyGroup, n int) fyne.CanvasObject {
	columns := container.NewGridWithColumns(n)
	for i, part := range parts(groups, n) {
		column := widgets.Column(3)
		for _, g := range part {
			column.Add(widgets.NewHeading(g.title))
			for _, k := range g.keys {
				column.Add(container.NewBorder(nil, nil, nil, widgets.NewDim(k.keys), widgets.NewSmall(k.does).Shrink()))
			}
			column.Add(widgets.Gap(0, 8))
		}
		left := float32(20)
		if i == 0 {
			left = 0
		}
		columns.Add(container.NewBorder(nil, nil, widgets.Gap(left, 0), nil, column))
	}
	return container.NewBorder(widgets.Gap(0, 4), nil, nil, widgets.Gap(10, 0), columns)
}

// parts divides groups, in their order, into n parts of about the same length.
func parts(groups []keyGroup, n int) [][]keyGroup {
	const around = 2 // lines that a heading and the space below take
	left := 0
	for _, g := range groups {
		left += len(g.keys) + around
	}
	divided := make([][]keyGroup, n)
	part, length := 0, 0
	for _, g := range groups {
		lines := len(g.keys) + around
		if want := left / (n - part); part < n-1 && length > 0 && length+lines/2 > want {
			left -= length
			part, length = part+1, 0
		}
		divided[part] = append(divided[part], g)
		length += lines
	}
	return divided
}
