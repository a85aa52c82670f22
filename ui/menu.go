package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"cascata/ui/widgets"
)

const (
	ctrl  = fyne.KeyModifierShortcutDefault
	shift = fyne.KeyModifierShift
)

// menu is where every action has its key: a shortcut of the canvas would not
// reach it while a field has the keyboard.
func (w *Window) menu() *fyne.MainMenu {
	item := func(text string, mod fyne.KeyModifier, key fyne.KeyName, do func()) *fyne.MenuItem {
		// Menu shortcuts fire under a dialog too.
		m := fyne.NewMenuItem(text, func() {
			if !widgets.Modal(w.win.Canvas()) {
				do()
			}
		})
		if key != "" {
			m.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: mod}
		}
		return m
	}
	search := item(lang.X("menu.library.open", "Library, search"), ctrl, fyne.KeyF, nil)
	search.Action = w.searchLibrary // over the lightbox too
	line := fyne.NewMenuItemSeparator()
	return fyne.NewMainMenu(
		fyne.NewMenu(lang.X("menu.picture", "Picture"),
			item(lang.X("menu.generate", "Generate"), ctrl, fyne.KeyReturn, func() { w.Generate(false) }),
			item(lang.X("menu.generate.first", "Generate before the others"), ctrl|shift, fyne.KeyReturn, func() { w.Generate(true) }),
			item(lang.X("menu.draft", "Draft"), ctrl, fyne.KeyD, w.Draft),
			item(lang.X("menu.sheet", "Sheet of drafts"), ctrl, fyne.KeyE, w.reopenSheet),
			item(lang.X("menu.redevelop", "Develop again"), ctrl, fyne.KeyR, w.redevelopShown),
			line,
			item(lang.X("menu.keep", "Keep the draft and stop"), ctrl, fyne.KeyK, w.KeepDraft),
			item(lang.X("menu.skip", "Skip this picture"), ctrl, fyne.KeyJ, w.Skip),
			item(lang.X("menu.after", "Stop after this picture"), ctrl|shift, fyne.KeyPeriod, w.StopAfter),
			item(lang.X("menu.stop", "Stop now"), ctrl, fyne.KeyPeriod, w.Stop),
			line,
			item(lang.X("menu.folder", "Open the picture folder"), ctrl|shift, fyne.KeyO, w.openFolder),
			item(lang.X("menu.preferences", "Preferences…"), ctrl, fyne.KeyComma, w.openPreferences),
			item(lang.X("menu.quit", "Quit"), ctrl, fyne.KeyQ, w.close)),
		fyne.NewMenu(lang.X("menu.prompt", "Prompt"),
			item(lang.X("menu.prompt.focus", "Write the prompt"), ctrl, fyne.KeyL, w.focusPrompt),
			item(lang.X("menu.negative.focus", "Write what to leave out"), ctrl|shift, fyne.KeyL, w.focusNegative),
			item(lang.X("menu.history", "Earlier prompts…"), ctrl, fyne.KeyH, w.openHistory),
			item(lang.X("menu.styles", "Styles…"), ctrl|shift, fyne.KeyS, w.editStyles),
			item(lang.X("menu.recommended", "Recommended settings"), ctrl|shift, fyne.KeyR, w.useRecommended)),
		fyne.NewMenu(lang.X("menu.queue", "Queue"),
			item(lang.X("menu.pause", "Pause or go on"), ctrl, fyne.KeyP, w.TogglePause),
			item(lang.X("menu.cancel.all", "Cancel everything"), ctrl|shift, fyne.KeyBackspace, w.CancelAll),
			item(lang.X("menu.retry", "Try the failed ones again"), ctrl|shift, fyne.KeyT, w.retryFailed),
			item(lang.X("menu.clear", "Clear the list of finished pictures"), 0, "", w.clearEnded)),
		fyne.NewMenu(lang.X("menu.library", "Library"),
			search,
			item(lang.X("menu.library.create", "Back to Create"), ctrl, fyne.KeyG, func() { w.goTo(placeCreate) }),
			item(lang.X("menu.library.undo", "Undo in the library"), ctrl|shift, fyne.KeyZ, w.undo),
			item(lang.X("menu.library.import", "Add a folder of pictures…"), ctrl|shift, fyne.KeyI, w.importFolder),
			item(lang.X("menu.library.paste", "Look at the picture on the clipboard"), ctrl|shift, fyne.KeyV, w.paste),
			item(lang.X("menu.library.details", "Details"), ctrl, fyne.KeyI, func() { w.library.ToggleDetails() })),
		fyne.NewMenu(lang.X("menu.view", "View"),
			item(lang.X("menu.controls", "Controls"), ctrl, fyne.KeyB, func() { w.toggle(w.panes.left) }),
			item(lang.X("menu.strip", "Strip"), ctrl, fyne.KeyT, func() { w.toggle(w.panes.below) }),
			item(lang.X("menu.list", "List of the queue"), ctrl|shift, fyne.KeyQ, func() { w.toggle(w.panes.right) }),
			line,
			item(lang.X("menu.fit", "Whole picture"), ctrl, fyne.Key0, func() { w.stage.ZoomFit() }),
			item(lang.X("menu.full", "100 %"), ctrl, fyne.Key1, func() { w.stage.ZoomFull() }),
			item(lang.X("menu.in", "Larger"), ctrl, fyne.KeyEqual, func() { w.stage.ZoomIn() }),
			item(lang.X("menu.out", "Smaller"), ctrl, fyne.KeyMinus, func() { w.stage.ZoomOut() })),
		fyne.NewMenu(lang.X("menu.model", "Model"),
			item(lang.X("menu.models", "Model and device…"), ctrl, fyne.KeyM, w.openModels),
			item(lang.X("menu.open", "Open a model…"), ctrl, fyne.KeyO, w.openModels)),
		fyne.NewMenu(lang.X("menu.help", "Help"),
			item(lang.X("menu.shortcuts", "Keys"), ctrl, fyne.KeySlash, w.openShortcuts),
			item(lang.X("menu.welcome", "Welcome"), 0, "", w.welcome),
			item(lang.X("menu.log", "Show the log"), 0, "", func() { w.reveal(w.p.Log) })),
	)
}

// toggle shows or hides a part around the middle. The keyboard leaves a part
// that is hidden.
func (w *Window) toggle(a *pane) {
	if c := w.win.Canvas(); a.shown && holds(a.content, c.Focused()) {
		c.Focus(w.stage.viewer)
	}
	w.panes.set(a, a.length, !a.shown)
	w.saveWindow()
}
