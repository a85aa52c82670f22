package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// actions are all that the artist can do, by the menus of the main menu.
func (w *Window) actions() []menu.Menu {
	v := w.pictures.view.Actions
	return []menu.Menu{
		{Title: lang.X("tab.create", "Create"), Actions: w.createActions()},
		{Title: lang.X("menu.edit", "Edit"), Actions: w.keyboard.actions()},
		{Title: lang.X("menu.picture", "Picture"), Actions: slices.Concat(v.Shown(), v.Marks(), v.Files())},
		{Title: lang.X("menu.recipe", "Recipe"), Actions: v.Recipe()},
		{Title: lang.X("menu.prompt", "Prompt"), Actions: []menu.Action{
			{Text: lang.X("menu.prompt.focus", "Write the prompt"), Key: menu.Chord(menu.Ctrl, fyne.KeyL), Do: w.focusPrompt},
			{Text: lang.X("menu.negative.focus", "Write what to leave out"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyL), Do: w.focusNegative},
			{Text: lang.X("menu.history", "Earlier prompts…"), Key: menu.Chord(menu.Ctrl, fyne.KeyH), Do: w.form.OpenHistory},
			{Text: lang.X("menu.styles", "Styles…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyS), Do: w.form.EditStyles},
			{Text: lang.X("menu.recommended", "Recommended settings"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyR), Do: w.model.useRecommended},
		}},
		{Title: lang.X("menu.queue", "Queue"), Actions: w.queueActions()},
		{Title: lang.X("menu.library", "Library"), Actions: w.libraryActions()},
		{Title: lang.X("menu.view", "View"), Actions: w.viewActions()},
		{Title: lang.X("menu.model", "Model"), Actions: []menu.Action{
			{Text: lang.X("menu.models", "Model and device…"), Key: menu.Chord(menu.Ctrl, fyne.KeyM), Do: func() { w.model.ask() }},
			{Text: lang.X("menu.shelf", "Download and find models"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyU), Do: func() { w.tabs.goTo(tabModels) }},
			{Text: lang.X("menu.open", "Open a model…"), Key: menu.Chord(menu.Ctrl, fyne.KeyO), Do: func() { w.model.ask() }},
			{Text: lang.X("menu.free", "Free the model's memory now"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.Key0), Do: func() { w.model.free() }},
		}},
		{Title: lang.X("menu.help", "Help"), Actions: []menu.Action{
			{Text: lang.X("menu.shortcuts", "Keys"), Key: menu.Chord(menu.Ctrl, fyne.KeySlash), Do: w.openShortcuts},
			{Text: lang.X("menu.welcome", "Welcome"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyW), Do: w.welcome},
			{Text: lang.X("menu.log", "Show the log"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyB), Do: func() { w.host.reveal(w.p.Log) }},
		}},
	}
}

func (w *Window) createActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("menu.generate", "Generate"), Key: menu.Chord(menu.Ctrl, fyne.KeyReturn), Do: func() { w.generate(false) }},
		{Text: lang.X("menu.generate.first", "Generate before the others"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyReturn), Do: func() { w.generate(true) }},
		{Text: lang.X("menu.draft", "Draft"), Key: menu.Chord(menu.Ctrl, fyne.KeyD), Do: w.draft},
		{Text: lang.X("menu.sheet", "Sheet of drafts"), Key: menu.Chord(menu.Ctrl, fyne.KeyE), Do: w.middle.reopenSheet},
		{Text: lang.X("menu.keep", "Keep the draft and stop"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyK), Do: w.jobs.KeepDraft},
		{Text: lang.X("menu.skip", "Skip this picture"), Key: menu.Chord(menu.Ctrl, fyne.KeyJ), Do: w.jobs.Skip},
		{Text: lang.X("menu.after", "Stop after this picture"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyPeriod), Do: w.jobs.StopAfter},
		{Text: lang.X("menu.stop", "Stop now"), Key: menu.Chord(menu.Ctrl, fyne.KeyPeriod), Do: w.jobs.Stop},
		{Text: lang.X("menu.folder", "Open the picture folder"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyO), Do: func() { w.host.openFolder(w.p.Pictures()) }},
		{Text: lang.X("menu.preferences", "Preferences…"), Key: menu.Chord(menu.Ctrl, fyne.KeyComma), Do: w.openPreferences},
		{Text: lang.X("menu.quit", "Quit"), Key: menu.Chord(menu.Ctrl, fyne.KeyQ), Do: w.close},
	}
}

// queueActions are those on the queue and on the job that is shown.
func (w *Window) queueActions() []menu.Action {
	return append([]menu.Action{
		{Text: lang.X("menu.pause", "Pause or go on"), Key: menu.Chord(menu.Ctrl, fyne.KeyP), Do: w.jobs.TogglePause},
		{Text: lang.X("menu.cancel.all", "Cancel everything"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyBackspace), Do: w.jobs.CancelAll},
		{Text: lang.X("menu.retry", "Try the failed ones again"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyT), Do: w.jobs.RetryFailed},
		{Text: lang.X("menu.clear", "Clear the list of finished pictures"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyK), Do: w.jobs.ClearEnded},
	}, w.jobActions()...)
}

func (w *Window) libraryActions() []menu.Action {
	v := w.pictures.view
	in := func(do func()) func() { // the tabs are made after the menus
		return func() {
			w.tabs.goTo(tabLibrary)
			do()
		}
	}
	sub := func([]library.Picture) []menu.Action { return v.Toolbar.SortActions() }
	return append([]menu.Action{
		{Text: lang.X("menu.library.open", "Library, search"), Key: menu.Chord(menu.Ctrl, fyne.KeyF), Over: true, Do: w.pictures.search},
		{Text: lang.X("menu.library.create", "Back to Create"), Key: menu.Chord(menu.Ctrl, fyne.KeyG), Over: true, Do: w.pictures.leave},
		{Text: lang.X("menu.library.undo", "Undo in the library"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyZ), Over: true, Do: func() { w.undo.Undo() }},
		{Text: lang.X("menu.library.all", "Select all"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyA), Do: in(v.ChooseAll)},
		{Text: lang.X("menu.library.order", "Order"), Sub: sub},
		{Text: lang.X("menu.library.filter", "Filter…"), Key: menu.Chord(menu.Ctrl, fyne.KeyN), Do: in(v.Toolbar.OpenFilter)},
		{Text: lang.X("library.families", "Families"), Key: menu.Chord(menu.Ctrl, fyne.KeyU), Do: in(v.Finder.ToggleFamilies)},
		{Text: lang.X("menu.library.details", "Details"), Key: menu.Chord(menu.Ctrl, fyne.KeyI), Do: in(v.ToggleDetails)},
		{Text: lang.X("menu.library.import", "Add a folder of pictures…"), Line: true, Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyI), Do: w.pictures.importFolder},
		{Text: lang.X("menu.library.paste", "Look at the picture on the clipboard"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyV), Do: func() { w.host.pastePicture(w.pictures.showFile) }},
	}, v.PlaceActions()...)
}

// viewActions change how things are seen: in the lightbox and the comparison
// what they show, else what is in the middle of Create.
func (w *Window) viewActions() []menu.Action {
	p := w.pictures
	return []menu.Action{
		{Text: lang.X("menu.controls", "Controls"), Key: menu.Chord(menu.Ctrl, fyne.KeyB), Do: func() { w.toggle(w.panes.Left) }},
		{Text: lang.X("menu.strip", "Strip"), Key: menu.Chord(menu.Ctrl, fyne.KeyT), Do: func() { w.toggle(w.panes.Below) }},
		{Text: lang.X("menu.list", "List of the queue"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyQ), Do: func() { w.toggle(w.panes.Right) }},
		{Text: lang.X("menu.fit", "Whole picture"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.Key0), Over: true, Do: p.zoom(func(v *widgets.Viewer) { v.Zoom(0) })},
		{Text: lang.X("menu.full", "100 %"), Key: menu.Chord(menu.Ctrl, fyne.Key1), Over: true, Do: p.zoom(func(v *widgets.Viewer) { v.Zoom(100) })},
		{Text: lang.X("menu.full.fit", "100 %, whole picture"), Key: menu.Plain(fyne.KeyZ), Over: true, Do: p.zoom(widgets.ToggleZoom)},
		{Text: lang.X("menu.in", "Larger"), Key: menu.Chord(menu.Ctrl, fyne.KeyEqual), Over: true, Do: p.zoom((*widgets.Viewer).ZoomIn)},
		{Text: lang.X("menu.out", "Smaller"), Key: menu.Chord(menu.Ctrl, fyne.KeyMinus), Over: true, Do: p.zoom((*widgets.Viewer).ZoomOut)},
		{Text: lang.X("menu.wipe", "Compare: wipe, side by side"), Key: menu.Plain(fyne.KeyW), Over: true, Do: p.view.Comparison.ToggleWay},
		{Text: lang.X("keys.screen", "Whole screen"), Line: true, Key: menu.Plain(fyne.KeyF11), Over: true, Do: p.toggleScreen},
	}
}

// toggle shows or hides a part around the middle. The keyboard leaves a part
// that is hidden.
func (w *Window) toggle(a *widgets.Pane) {
	if c := w.win.Canvas(); a.Shown && holds(a.Content, c.Focused()) {
		c.Focus(w.middle.stage.Viewer)
	}
	w.panes.Toggle(a)
	w.saveWindow()
}

func (w *Window) focusPrompt() {
	w.panes.Reveal(w.panes.Left)
	w.form.FocusPrompt()
}

func (w *Window) focusNegative() {
	w.panes.Reveal(w.panes.Left)
	w.form.FocusNegative()
}
