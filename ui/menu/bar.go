package menu

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/widgets"
)

// A Bar is the main menu. It is where keys are that work everywhere: a shortcut
// of the canvas would not be reached while a field has the keyboard.
type Bar struct {
	Menus func() []Menu  // with the actions as they are now
	Act   func(a Action) // does an action that was chosen

	canvas fyne.Canvas
	main   *fyne.MainMenu
}

// NewBar makes the lines of the menus; AddTo shows them.
func NewBar(menus func() []Menu, act func(Action)) *Bar {
	b := &Bar{Menus: menus, Act: act, main: fyne.NewMainMenu()}
	for _, m := range menus() {
		b.main.Items = append(b.main.Items, fyne.NewMenu(m.Title, b.lines(m.Actions)...))
	}
	return b
}

// Main are the menus, with the keys beside the texts.
func (b *Bar) Main() *fyne.MainMenu { return b.main }

// AddTo gives a window the menus, each of which Alt and a letter opens.
func (b *Bar) AddTo(w fyne.Window) {
	b.canvas = w.Canvas()
	w.SetMainMenu(DrawnMenu(b.main))
	for n, key := range letters(b.main.Items) {
		if key != "" && runtime.GOOS != "darwin" {
			s := Chord(fyne.KeyModifierAlt, key)
			b.canvas.AddShortcut(&s, func(fyne.Shortcut) { b.Open(n) })
		}
	}
}

func (b *Bar) lines(actions []Action) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for i, a := range actions {
		if a.Line && i > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		item := a.Item(func() { b.Act(a) })
		item.IsQuit = a.Key == Chord(Ctrl, fyne.KeyQ) // else the toolkit adds another
		switch {
		case a.Sub != nil:
			item.Action, item.ChildMenu = nil, fyne.NewMenu("", b.lines(a.Sub(nil))...)
		case runtime.GOOS == "darwin" && !Global(a.Key):
			item.Shortcut = nil // the system's menu would take it from the fields
			item.Label += "    " + ItemKey(a.Item(nil))
		}
		items = append(items, item)
	}
	return items
}

// Global reports whether the toolkit may take a key wherever the keyboard is. A
// key alone types a sign, and Ctrl+A and Ctrl+C belong to fields.
func Global(key desktop.CustomShortcut) bool {
	return key.Modifier != 0 && key != Chord(Ctrl, fyne.KeyA) && key != Chord(Ctrl, fyne.KeyC)
}

// FunctionKey does the action of a key from F1 to F12 that stands on a menu,
// and reports whether there is one.
func (b *Bar) FunctionKey(key fyne.KeyName) bool {
	if !widgets.FunctionKey(key) {
		return false
	}
	for _, m := range b.Menus() {
		if a, ok := ActionOf(m.Actions, key); ok {
			b.Act(a)
			return true
		}
	}
	return false
}

// Open opens a menu, counted from 0, where the window itself draws it; closing
// it again is up to the toolkit.
func (b *Bar) Open(n int) {
	c, ok := b.canvas.(interface{ ToggleMenu() })
	if !ok || widgets.Modal(b.canvas) {
		return
	}
	c.ToggleMenu()
	for range n {
		if f := b.canvas.Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		}
	}
}

// letters are those that open the menus together with Alt: of each title the
// first letter that no menu before it has.
func letters(menus []*fyne.Menu) []fyne.KeyName {
	var keys []fyne.KeyName
	taken := map[rune]bool{}
	for _, m := range menus {
		key := fyne.KeyName("")
		for _, r := range strings.ToUpper(m.Label) {
			if r >= 'A' && r <= 'Z' && !taken[r] {
				taken[r], key = true, fyne.KeyName(r)
				break
			}
		}
		keys = append(keys, key)
	}
	return keys
}
