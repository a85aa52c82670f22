package ui

import (
	"runtime"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// actions are all that the artist can do, by the menus of the main menu.
func (w *Window) actions() []menu.Menu {
	return []menu.Menu{
		{Title: lang.X("tab.create", "Create"), Actions: w.createActions()},
		{Title: lang.X("menu.edit", "Edit"), Actions: w.editActions()},
		{Title: lang.X("menu.picture", "Picture"), Actions: slices.Concat(w.library.ShownActions(), w.library.MarkActions(), w.library.FileActions())},
		{Title: lang.X("menu.recipe", "Recipe"), Actions: w.library.RecipeActions()},
		{Title: lang.X("menu.prompt", "Prompt"), Actions: []menu.Action{
			{Text: lang.X("menu.prompt.focus", "Write the prompt"), Key: menu.Chord(menu.Ctrl, fyne.KeyL), Do: w.focusPrompt},
			{Text: lang.X("menu.negative.focus", "Write what to leave out"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyL), Do: w.focusNegative},
			{Text: lang.X("menu.history", "Earlier prompts…"), Key: menu.Chord(menu.Ctrl, fyne.KeyH), Do: w.openHistory},
			{Text: lang.X("menu.styles", "Styles…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyS), Do: w.editStyles},
			{Text: lang.X("menu.recommended", "Recommended settings"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyR), Do: w.useRecommended},
		}},
		{Title: lang.X("menu.queue", "Queue"), Actions: w.queueActions()},
		{Title: lang.X("menu.library", "Library"), Actions: w.libraryActions()},
		{Title: lang.X("menu.view", "View"), Actions: w.viewActions()},
		{Title: lang.X("menu.model", "Model"), Actions: []menu.Action{
			{Text: lang.X("menu.models", "Model and device…"), Key: menu.Chord(menu.Ctrl, fyne.KeyM), Do: w.openModels},
			{Text: lang.X("menu.open", "Open a model…"), Key: menu.Chord(menu.Ctrl, fyne.KeyO), Do: w.openModels},
		}},
		{Title: lang.X("menu.help", "Help"), Actions: []menu.Action{
			{Text: lang.X("menu.shortcuts", "Keys"), Key: menu.Chord(menu.Ctrl, fyne.KeySlash), Do: w.openShortcuts},
			{Text: lang.X("menu.welcome", "Welcome"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyW), Do: w.welcome},
			{Text: lang.X("menu.log", "Show the log"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyB), Do: func() { w.reveal(w.p.Log) }},
		}},
	}
}

func (w *Window) createActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("menu.generate", "Generate"), Key: menu.Chord(menu.Ctrl, fyne.KeyReturn), Do: func() { w.Generate(false) }},
		{Text: lang.X("menu.generate.first", "Generate before the others"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyReturn), Do: func() { w.Generate(true) }},
		{Text: lang.X("menu.draft", "Draft"), Key: menu.Chord(menu.Ctrl, fyne.KeyD), Do: w.Draft},
		{Text: lang.X("menu.sheet", "Sheet of drafts"), Key: menu.Chord(menu.Ctrl, fyne.KeyE), Do: w.reopenSheet},
		{Text: lang.X("menu.keep", "Keep the draft and stop"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyK), Do: w.KeepDraft},
		{Text: lang.X("menu.skip", "Skip this picture"), Key: menu.Chord(menu.Ctrl, fyne.KeyJ), Do: w.Skip},
		{Text: lang.X("menu.after", "Stop after this picture"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyPeriod), Do: w.stopAfter},
		{Text: lang.X("menu.stop", "Stop now"), Key: menu.Chord(menu.Ctrl, fyne.KeyPeriod), Do: w.Stop},
		{Text: lang.X("menu.folder", "Open the picture folder"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyO), Do: w.openFolder},
		{Text: lang.X("menu.preferences", "Preferences…"), Key: menu.Chord(menu.Ctrl, fyne.KeyComma), Do: w.openPreferences},
		{Text: lang.X("menu.quit", "Quit"), Key: menu.Chord(menu.Ctrl, fyne.KeyQ), Do: w.close},
	}
}

// queueActions are those on the queue and on the job that is shown.
func (w *Window) queueActions() []menu.Action {
	return append([]menu.Action{
		{Text: lang.X("menu.pause", "Pause or go on"), Key: menu.Chord(menu.Ctrl, fyne.KeyP), Do: w.togglePause},
		{Text: lang.X("menu.cancel.all", "Cancel everything"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyBackspace), Do: w.CancelAll},
		{Text: lang.X("menu.retry", "Try the failed ones again"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyT), Do: w.retryFailed},
		{Text: lang.X("menu.clear", "Clear the list of finished pictures"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyK), Do: w.clearEnded},
	}, w.jobActions()...)
}

func (w *Window) libraryActions() []menu.Action {
	v := w.library
	sub := func([]library.Picture) []menu.Action { return v.SortActions() }
	return append([]menu.Action{
		{Text: lang.X("menu.library.open", "Library, search"), Key: menu.Chord(menu.Ctrl, fyne.KeyF), Over: true, Do: w.searchLibrary},
		{Text: lang.X("menu.library.create", "Back to Create"), Key: menu.Chord(menu.Ctrl, fyne.KeyG), Over: true, Do: w.toCreate},
		{Text: lang.X("menu.library.undo", "Undo in the library"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyZ), Over: true, Do: func() { w.undo.Undo() }},
		{Text: lang.X("menu.library.all", "Select all"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyA), Do: w.inLibrary(v.ChooseAll)},
		{Text: lang.X("menu.library.order", "Order"), Sub: sub},
		{Text: lang.X("menu.library.filter", "Filter…"), Key: menu.Chord(menu.Ctrl, fyne.KeyN), Do: w.inLibrary(v.OpenFilter)},
		{Text: lang.X("library.families", "Families"), Key: menu.Chord(menu.Ctrl, fyne.KeyU), Do: w.inLibrary(v.ToggleFamilies)},
		{Text: lang.X("menu.library.details", "Details"), Key: menu.Chord(menu.Ctrl, fyne.KeyI), Do: w.inLibrary(v.ToggleDetails)},
		{Text: lang.X("menu.library.import", "Add a folder of pictures…"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyI), Do: w.importFolder},
		{Text: lang.X("menu.library.paste", "Look at the picture on the clipboard"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyV), Do: w.pastePicture},
	}, v.PlaceActions()...)
}

// viewActions change how things are seen: in the lightbox and the comparison
// what they show, else what is in the middle of Create.
func (w *Window) viewActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("menu.controls", "Controls"), Key: menu.Chord(menu.Ctrl, fyne.KeyB), Do: func() { w.toggle(w.panes.Left) }},
		{Text: lang.X("menu.strip", "Strip"), Key: menu.Chord(menu.Ctrl, fyne.KeyT), Do: func() { w.toggle(w.panes.Below) }},
		{Text: lang.X("menu.list", "List of the queue"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyQ), Do: func() { w.toggle(w.panes.Right) }},
		{Text: lang.X("menu.fit", "Whole picture"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.Key0), Over: true, Do: w.zoom(func(v *widgets.Viewer) { v.Zoom(0) })},
		{Text: lang.X("menu.full", "100 %"), Key: menu.Chord(menu.Ctrl, fyne.Key1), Over: true, Do: w.zoom(func(v *widgets.Viewer) { v.Zoom(100) })},
		{Text: lang.X("menu.full.fit", "100 %, whole picture"), Key: menu.Plain(fyne.KeyZ), Over: true, Do: w.zoom(widgets.ToggleZoom)},
		{Text: lang.X("menu.in", "Larger"), Key: menu.Chord(menu.Ctrl, fyne.KeyEqual), Over: true, Do: w.zoom((*widgets.Viewer).ZoomIn)},
		{Text: lang.X("menu.out", "Smaller"), Key: menu.Chord(menu.Ctrl, fyne.KeyMinus), Over: true, Do: w.zoom((*widgets.Viewer).ZoomOut)},
		{Text: lang.X("menu.wipe", "Compare: wipe, side by side"), Key: menu.Plain(fyne.KeyW), Over: true, Do: w.library.Comparison.ToggleWay},
		{Text: lang.X("keys.screen", "Whole screen"), Line: true, Key: menu.Plain(fyne.KeyF11), Over: true, Do: w.toggleScreen},
	}
}

// menu is the main menu. It is where keys are that work everywhere: a shortcut
// of the canvas would not be reached while a field has the keyboard.
func (w *Window) menu() *fyne.MainMenu {
	main := fyne.NewMainMenu()
	for _, m := range w.actions() {
		main.Items = append(main.Items, fyne.NewMenu(m.Title, w.menuLines(m.Actions)...))
	}
	return main
}

func (w *Window) menuLines(actions []menu.Action) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for i, a := range actions {
		if a.Line && i > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		item := a.Item(func() { w.act(a) })
		item.IsQuit = a.Key == menu.Chord(menu.Ctrl, fyne.KeyQ) // else the toolkit adds another
		switch {
		case a.Sub != nil:
			item.Action, item.ChildMenu = nil, fyne.NewMenu("", w.menuLines(a.Sub(nil))...)
		case runtime.GOOS == "darwin" && !global(a.Key):
			item.Shortcut = nil // the system's menu would take it from the fields
			item.Label += "    " + menu.ItemKey(a.Item(nil))
		}
		items = append(items, item)
	}
	return items
}

// global says whether the toolkit may take a key wherever the keyboard is. A
// key alone types a sign, and Ctrl+A and Ctrl+C belong to fields.
func global(key desktop.CustomShortcut) bool {
	return key.Modifier != 0 && key != menu.Chord(menu.Ctrl, fyne.KeyA) && key != menu.Chord(menu.Ctrl, fyne.KeyC)
}

// functionKey does the action of a key from F1 to F12 that stands on a menu,
// and says whether there is one.
func (w *Window) functionKey(key fyne.KeyName) bool {
	if !widgets.FunctionKey(key) {
		return false
	}
	for _, m := range w.actions() {
		if a, ok := menu.ActionOf(m.Actions, key); ok {
			w.act(a)
			return true
		}
	}
	return false
}

// openMenu opens a menu of the main menu, counted from 0, where the window
// itself draws it; closing it again is up to the toolkit.
func (w *Window) openMenu(n int) {
	c, ok := w.win.Canvas().(interface{ ToggleMenu() })
	if !ok || widgets.Modal(w.win.Canvas()) {
		return
	}
	c.ToggleMenu()
	for range n {
		if f := w.win.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		}
	}
}

// addMenuKeys opens each menu by Alt and a letter.
func (w *Window) addMenuKeys() {
	for n, key := range menuLetters(w.menus.Items) {
		if key != "" && runtime.GOOS != "darwin" {
			s := menu.Chord(fyne.KeyModifierAlt, key)
			w.win.Canvas().AddShortcut(&s, func(fyne.Shortcut) { w.openMenu(n) })
		}
	}
}

// menuLetters are those that open the menus together with Alt: of each title
// the first letter that no menu before it has.
func menuLetters(menus []*fyne.Menu) []fyne.KeyName {
	var letters []fyne.KeyName
	taken := map[rune]bool{}
	for _, m := range menus {
		key := fyne.KeyName("")
		for _, r := range strings.ToUpper(m.Label) {
			if r >= 'A' && r <= 'Z' && !taken[r] {
				taken[r], key = true, fyne.KeyName(r)
				break
			}
		}
		letters = append(letters, key)
	}
	return letters
}

// toggle shows or hides a part around the middle. The keyboard leaves a part
// that is hidden.
func (w *Window) toggle(a *widgets.Pane) {
	if c := w.win.Canvas(); a.Shown && holds(a.Content, c.Focused()) {
		c.Focus(w.stage.Viewer)
	}
	w.panes.Toggle(a)
	w.saveWindow()
}

// zoom does something with the pictures that are seen.
func (w *Window) zoom(f func(*widgets.Viewer)) func() {
	return func() {
		switch v := w.library; {
		case v.Box.Over.Open():
			f(v.Box.Viewer)
			v.Box.Say()
		case v.Comparison.Over.Open():
			v.Comparison.Zoom(f)
		case w.swept != 0:
			f(w.sweeps.Viewer)
		default:
			f(w.stage.Viewer)
		}
	}
}

func (w *Window) toggleScreen() {
	if w.library.Box.Over.Open() {
		w.library.Box.ToggleScreen()
		return
	}
	w.win.SetFullScreen(!w.win.FullScreen())
}

// inLibrary goes to the library before it does something there.
func (w *Window) inLibrary(do func()) func() {
	return func() {
		w.goTo(placeLibrary)
		do()
	}
}

func (w *Window) toCreate() {
	if w.library.Uncover() {
		w.goTo(placeCreate)
	}
}
