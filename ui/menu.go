package ui

import (
	"runtime"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/widgets"
)

const (
	ctrl  = fyne.KeyModifierShortcutDefault
	shift = fyne.KeyModifierShift
)

// actions are all that the artist can do, by the menus of the main menu.
func (w *Window) actions() []menuOf {
	return []menuOf{
		{lang.X("tab.create", "Create"), w.createActions()},
		{lang.X("menu.edit", "Edit"), w.editActions()},
		{lang.X("menu.picture", "Picture"), slices.Concat(w.library.shownActions(), w.library.markActions(), w.library.fileActions())},
		{lang.X("menu.recipe", "Recipe"), w.library.recipeActions()},
		{lang.X("menu.prompt", "Prompt"), []action{
			{text: lang.X("menu.prompt.focus", "Write the prompt"), key: chord(ctrl, fyne.KeyL), do: w.focusPrompt},
			{text: lang.X("menu.negative.focus", "Write what to leave out"), key: chord(ctrl|shift, fyne.KeyL), do: w.focusNegative},
			{text: lang.X("menu.history", "Earlier prompts…"), key: chord(ctrl, fyne.KeyH), do: w.openHistory},
			{text: lang.X("menu.styles", "Styles…"), key: chord(ctrl|shift, fyne.KeyS), do: w.editStyles},
			{text: lang.X("menu.recommended", "Recommended settings"), key: chord(ctrl|shift, fyne.KeyR), do: w.useRecommended},
		}},
		{lang.X("menu.queue", "Queue"), w.queueActions()},
		{lang.X("menu.library", "Library"), w.libraryActions()},
		{lang.X("menu.view", "View"), w.viewActions()},
		{lang.X("menu.model", "Model"), []action{
			{text: lang.X("menu.models", "Model and device…"), key: chord(ctrl, fyne.KeyM), do: w.openModels},
			{text: lang.X("menu.open", "Open a model…"), key: chord(ctrl, fyne.KeyO), do: w.openModels},
		}},
		{lang.X("menu.help", "Help"), []action{
			{text: lang.X("menu.shortcuts", "Keys"), key: chord(ctrl, fyne.KeySlash), do: w.openShortcuts},
			{text: lang.X("menu.welcome", "Welcome"), key: chord(ctrl|shift, fyne.KeyW), do: w.welcome},
			{text: lang.X("menu.log", "Show the log"), key: chord(ctrl|shift, fyne.KeyB), do: func() { w.reveal(w.p.Log) }},
		}},
	}
}

func (w *Window) createActions() []action {
	return []action{
		{text: lang.X("menu.generate", "Generate"), key: chord(ctrl, fyne.KeyReturn), do: func() { w.Generate(false) }},
		{text: lang.X("menu.generate.first", "Generate before the others"), key: chord(ctrl|shift, fyne.KeyReturn), do: func() { w.Generate(true) }},
		{text: lang.X("menu.draft", "Draft"), key: chord(ctrl, fyne.KeyD), do: w.Draft},
		{text: lang.X("menu.sheet", "Sheet of drafts"), key: chord(ctrl, fyne.KeyE), do: w.reopenSheet},
		{text: lang.X("menu.keep", "Keep the draft and stop"), line: true, key: chord(ctrl, fyne.KeyK), do: w.KeepDraft},
		{text: lang.X("menu.skip", "Skip this picture"), key: chord(ctrl, fyne.KeyJ), do: w.Skip},
		{text: lang.X("menu.after", "Stop after this picture"), key: chord(ctrl|shift, fyne.KeyPeriod), do: w.StopAfter},
		{text: lang.X("menu.stop", "Stop now"), key: chord(ctrl, fyne.KeyPeriod), do: w.Stop},
		{text: lang.X("menu.folder", "Open the picture folder"), line: true, key: chord(ctrl|shift, fyne.KeyO), do: w.openFolder},
		{text: lang.X("menu.preferences", "Preferences…"), key: chord(ctrl, fyne.KeyComma), do: w.openPreferences},
		{text: lang.X("menu.quit", "Quit"), key: chord(ctrl, fyne.KeyQ), do: w.close},
	}
}

// queueActions are those on the queue and on the job that is shown.
func (w *Window) queueActions() []action {
	return append([]action{
		{text: lang.X("menu.pause", "Pause or go on"), key: chord(ctrl, fyne.KeyP), do: w.TogglePause},
		{text: lang.X("menu.cancel.all", "Cancel everything"), key: chord(ctrl|shift, fyne.KeyBackspace), do: w.CancelAll},
		{text: lang.X("menu.retry", "Try the failed ones again"), key: chord(ctrl|shift, fyne.KeyT), do: w.retryFailed},
		{text: lang.X("menu.clear", "Clear the list of finished pictures"), key: chord(ctrl|shift, fyne.KeyK), do: w.clearEnded},
	}, w.jobActions()...)
}

func (w *Window) libraryActions() []action {
	v := w.library
	sub := func([]library.Picture) []action { return v.sortActions() }
	return append([]action{
		{text: lang.X("menu.library.open", "Library, search"), key: chord(ctrl, fyne.KeyF), over: true, do: w.searchLibrary},
		{text: lang.X("menu.library.create", "Back to Create"), key: chord(ctrl, fyne.KeyG), over: true, do: w.toCreate},
		{text: lang.X("menu.library.undo", "Undo in the library"), key: chord(ctrl|shift, fyne.KeyZ), over: true, do: w.undo},
		{text: lang.X("menu.library.all", "Select all"), line: true, key: chord(ctrl, fyne.KeyA), do: w.inLibrary(v.chooseAll)},
		{text: lang.X("menu.library.order", "Order"), sub: sub},
		{text: lang.X("menu.library.filter", "Filter…"), key: chord(ctrl, fyne.KeyN), do: w.inLibrary(v.openFilter)},
		{text: lang.X("library.families", "Families"), key: chord(ctrl, fyne.KeyU), do: w.inLibrary(v.toggleFamilies)},
		{text: lang.X("menu.library.details", "Details"), key: chord(ctrl, fyne.KeyI), do: w.inLibrary(v.ToggleDetails)},
		{text: lang.X("menu.library.import", "Add a folder of pictures…"), line: true, key: chord(ctrl|shift, fyne.KeyI), do: w.importFolder},
		{text: lang.X("menu.library.paste", "Look at the picture on the clipboard"), key: chord(ctrl|shift, fyne.KeyV), do: w.pastePicture},
	}, v.placeActions()...)
}

// viewActions change how things are seen: in the lightbox and the comparison
// what they show, else what is in the middle of Create.
func (w *Window) viewActions() []action {
	return []action{
		{text: lang.X("menu.controls", "Controls"), key: chord(ctrl, fyne.KeyB), do: func() { w.toggle(w.panes.left) }},
		{text: lang.X("menu.strip", "Strip"), key: chord(ctrl, fyne.KeyT), do: func() { w.toggle(w.panes.below) }},
		{text: lang.X("menu.list", "List of the queue"), key: chord(ctrl|shift, fyne.KeyQ), do: func() { w.toggle(w.panes.right) }},
		{text: lang.X("menu.fit", "Whole picture"), line: true, key: chord(ctrl, fyne.Key0), over: true, do: w.zoom(func(v *widgets.Viewer) { v.Zoom(0) })},
		{text: lang.X("menu.full", "100 %"), key: chord(ctrl, fyne.Key1), over: true, do: w.zoom(func(v *widgets.Viewer) { v.Zoom(100) })},
		{text: lang.X("menu.full.fit", "100 %, whole picture"), key: plain(fyne.KeyZ), over: true, do: w.zoom(toggleZoom)},
		{text: lang.X("menu.in", "Larger"), key: chord(ctrl, fyne.KeyEqual), over: true, do: w.zoom((*widgets.Viewer).ZoomIn)},
		{text: lang.X("menu.out", "Smaller"), key: chord(ctrl, fyne.KeyMinus), over: true, do: w.zoom((*widgets.Viewer).ZoomOut)},
		{text: lang.X("menu.wipe", "Compare: wipe, side by side"), key: plain(fyne.KeyW), over: true, do: w.library.compare.toggleWay},
		{text: lang.X("keys.screen", "Whole screen"), line: true, key: plain(fyne.KeyF11), over: true, do: w.toggleScreen},
	}
}

// menu is the main menu. It is where keys are that work everywhere: a shortcut
// of the canvas would not be reached while a field has the keyboard.
func (w *Window) menu() *fyne.MainMenu {
	main := fyne.NewMainMenu()
	for _, m := range w.actions() {
		main.Items = append(main.Items, fyne.NewMenu(m.title, w.menuLines(m.actions)...))
	}
	return main
}

func (w *Window) menuLines(actions []action) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for i, a := range actions {
		if a.line && i > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		item := a.item(func() { w.act(a) })
		item.IsQuit = a.key == chord(ctrl, fyne.KeyQ) // else the toolkit adds another
		switch {
		case a.sub != nil:
			item.Action, item.ChildMenu = nil, fyne.NewMenu("", w.menuLines(a.sub(nil))...)
		case runtime.GOOS == "darwin" && !global(a.key):
			item.Shortcut = nil // the system's menu would take it from the fields
			item.Label += "    " + itemKey(a.item(nil))
		}
		items = append(items, item)
	}
	return items
}

// global says whether the toolkit may take a key wherever the keyboard is. A
// key alone types a sign, and Ctrl+A and Ctrl+C belong to fields.
func global(key desktop.CustomShortcut) bool {
	return key.Modifier != 0 && key != chord(ctrl, fyne.KeyA) && key != chord(ctrl, fyne.KeyC)
}

// functionKey does the action of a key from F1 to F12 that stands on a menu,
// and says whether there is one.
func (w *Window) functionKey(key fyne.KeyName) bool {
	if !widgets.FunctionKey(key) {
		return false
	}
	for _, m := range w.actions() {
		if a, ok := actionOf(m.actions, key); ok {
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
			s := chord(fyne.KeyModifierAlt, key)
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
func (w *Window) toggle(a *pane) {
	if c := w.win.Canvas(); a.shown && holds(a.content, c.Focused()) {
		c.Focus(w.stage.viewer)
	}
	w.panes.toggle(a)
	w.saveWindow()
}

// zoom does something with the pictures that are seen.
func (w *Window) zoom(f func(*widgets.Viewer)) func() {
	return func() {
		switch v := w.library; {
		case v.box.over.open():
			f(v.box.viewer)
			v.box.say()
		case v.compare.over.open():
			v.compare.zoom(f)
		case w.swept != 0:
			f(w.sweeps.viewer)
		default:
			f(w.stage.viewer)
		}
	}
}

// toggleZoom shows the whole picture, or one pixel of it on each of the
// screen's.
func toggleZoom(v *widgets.Viewer) {
	if v.Percent() > 0 {
		v.Zoom(0)
	} else {
		v.Zoom(100)
	}
}

func (w *Window) toggleScreen() {
	if w.library.box.over.open() {
		w.library.box.toggleScreen()
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
