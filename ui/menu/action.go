// Package menu has actions with their keys, and the menus made of them. All of it belongs to the window's goroutine.
package menu

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/studio"
	"cascata/ui/widgets"
)

// An Action is something the artist can do. What there is to do stands in
// tables of them; the menus, the page of keys and the keys themselves are made
// from these. It acts through the first of do, job and with that it has.
type Action struct {
	Text string
	Key  desktop.CustomShortcut // without a modifier it works where pictures have the keyboard; F1 to F12 everywhere
	Line bool                   // a line stands above it
	Over bool                   // over the lightbox and the comparison too

	Typed fyne.Shortcut // what the toolkit makes of the key, where that is its own; it works under a dialog too

	Do   func()
	Job  func(j studio.Job)              // on the job that is shown, or that a menu is of
	When func(j studio.Job) bool         // whether job can; nil: always
	With func(pics []library.Picture)    // on the pictures that are chosen or shown
	Can  func(p ...library.Picture) bool // whether with can; nil: with any

	Cannot string // why with cannot, where that is always the same; "": CannotText finds out

	Checked func(p []library.Picture) bool     // whether it is so already; nil: no
	Sub     func(p []library.Picture) []Action // a menu of its own, for these pictures or for any
}

// A Menu is a menu of actions.
type Menu struct {
	Title   string
	Actions []Action
}

// Chord is a key with modifiers.
func Chord(mod fyne.KeyModifier, key fyne.KeyName) desktop.CustomShortcut {
	return desktop.CustomShortcut{KeyName: key, Modifier: mod}
}

// Plain is a key alone.
func Plain(key fyne.KeyName) desktop.CustomShortcut { return Chord(0, key) }

// Possible reports whether the action makes sense with pictures.
func (a Action) Possible(pics []library.Picture) bool {
	return a.With != nil && len(pics) > 0 && (a.Can == nil || a.Can(pics...))
}

// Flat are actions with those of their menus for any picture.
func Flat(actions []Action) []Action {
	var all []Action
	for _, a := range actions {
		if a.Sub == nil {
			all = append(all, a)
			continue
		}
		all = append(all, Flat(a.Sub(nil))...)
	}
	return all
}

// ActionOf is the action that a key alone stands for where pictures have the
// keyboard.
func ActionOf(actions []Action, key fyne.KeyName) (Action, bool) {
	all := Flat(actions)
	i := slices.IndexFunc(all, func(a Action) bool { return key != "" && a.Key == Plain(key) })
	if i < 0 {
		return Action{}, false
	}
	return all[i], true
}

// RuneKey is the key that types a character.
func RuneKey(r rune) fyne.KeyName { return fyne.KeyName(strings.ToUpper(string(r))) }

// Lines are the actions of a menu for pictures. What is not possible with them
// is left out; separators stand between lines only.
func Lines(actions []Action, pics []library.Picture) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	line := false
	for _, a := range actions {
		line = line || a.Line
		item := a.Item(func() { a.With(pics) })
		switch {
		case a.Sub != nil:
			below := Lines(a.Sub(pics), pics)
			if len(below) == 0 {
				continue
			}
			item.Action, item.ChildMenu = nil, fyne.NewMenu("", below...)
		case !a.Possible(pics):
			continue
		}
		item.Checked = a.Checked != nil && a.Checked(pics)
		if line && len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		line = false
		items = append(items, item)
	}
	return items
}

// JobLines are the actions of a menu for a job.
func JobLines(actions []Action, j studio.Job) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, a := range actions {
		if a.When == nil || a.When(j) {
			items = append(items, a.Item(func() { a.Job(j) }))
		}
	}
	return items
}

// Item is an action's line of a menu, with its key.
func (a Action) Item(do func()) *fyne.MenuItem {
	item := fyne.NewMenuItem(a.Text, do)
	if a.Key != (desktop.CustomShortcut{}) {
		item.Shortcut = &a.Key
	}
	if a.Typed != nil {
		item.Shortcut = a.Typed
	}
	return item
}

// PopupMenu opens a menu over a window.
func PopupMenu(c fyne.Canvas, at fyne.Position, items []*fyne.MenuItem) {
	widgets.ShowMenu(drawnItems(fyne.NewMenu("", items...)), c, at)
}

// CannotText says why an action is not possible with pictures: where only their
// number is the reason, how many it takes.
func CannotText(a Action, pics []library.Picture) string {
	notAlone := func(p library.Picture) bool { return !a.Possible([]library.Picture{p}) }
	name := map[string]any{"Action": strings.TrimSuffix(a.Text, "…")}
	switch {
	case a.Cannot != "":
		return a.Cannot
	case a.With != nil && len(pics) == 0:
		return lang.X("action.cannot.none", "“{{.Action}}” needs a picture, and none is selected.", name)
	case a.With != nil && !slices.ContainsFunc(pics, notAlone):
		return lang.X("action.cannot.many", "“{{.Action}}” takes one picture at a time: select only one.", name)
	}
	return lang.X("action.cannot", "“{{.Action}}” is not possible with what is selected.", name)
}

// Ctrl and Shift are the modifiers of keys; Ctrl is what stands for it on this system.
const (
	Ctrl  = fyne.KeyModifierShortcutDefault
	Shift = fyne.KeyModifierShift
)
