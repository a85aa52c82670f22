package ui

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/async"
	"cascata/ui/desktop"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// A host is the desktop around the window: folders, the clipboard, the browser,
// dialogs for files. What fails is said in a note.
type host struct {
	app     fyne.App
	win     fyne.Window
	desktop *desktop.Desktop
	run     async.Runner
	toasts  *widgets.Toasts
	trace   func(event string, values ...any)
}

// fail says what went wrong, and what can be done.
func (h *host) fail(err error) {
	h.toasts.Say(format.ErrorText(app.Explain(err)), lang.X("copy.details", "Copy details"), func() { h.copyText(err.Error()) })
}

// sayAside says which files were put aside, and why.
func (h *host) sayAside(files []disk.Aside) {
	var say, newer []string
	for _, f := range files {
		switch {
		case f.Newer:
			newer = append(newer, f.File)
		case f.File != "":
			say = append(say, lang.X("damaged", "A file of settings was damaged. It was put aside as {{.File}}.", map[string]any{"File": f.File}))
		}
	}
	if len(newer) > 0 {
		say = append(say, lang.X("newer", "A newer version of Cascata wrote what this one cannot read. It was put aside as {{.Files}}. Pictures stay as they are.",
			map[string]any{"Files": strings.Join(newer, ", ")}))
	}
	if len(say) > 0 {
		h.toasts.Say(strings.Join(say, " "), "", nil)
	}
}

func (h *host) copyText(text string) { h.app.Clipboard().SetContent(text) }

func (h *host) copyPicture(file string) {
	async.Try(h.run, func() error { return h.desktop.CopyPicture(file) }, func(err error) {
		if err != nil {
			h.fail(err)
			return
		}
		h.toasts.Say(lang.X("copied.picture", "The picture is on the clipboard."), "", nil)
	})
}

// reveal shows a file in its folder.
func (h *host) reveal(file string) {
	async.Try(h.run, func() error { return h.desktop.Reveal(file) }, func(err error) {
		if err != nil {
			h.offerPath(lang.X("reveal.failed", "The folder could not be shown. The file is {{.File}}.", map[string]any{"File": file}), file)
		}
	})
}

func (h *host) openFolder(dir string) {
	async.Try(h.run, func() error { return h.desktop.OpenFolder(dir) }, func(err error) {
		if err != nil {
			h.offerPath(lang.X("folder.failed", "The folder could not be opened. It is {{.Folder}}.", map[string]any{"Folder": dir}), dir)
		}
	})
}

func (h *host) offerPath(text, path string) {
	h.toasts.Say(text, lang.X("copy.path", "Copy path"), func() { h.copyText(path) })
}

// visit opens an address in the browser.
func (h *host) visit(address string) {
	u, err := url.Parse(address)
	if err == nil {
		err = h.app.OpenURL(u)
	}
	if err != nil {
		h.toasts.Say(address, lang.X("copy.address", "Copy address"), func() { h.copyText(address) })
	}
}

// picker asks for files.
func (h *host) picker() filePicker {
	return filePicker{Window: h.win, Run: h.run, Choose: h.desktop.Choose}
}

// useClipboard connects the clipboard with the window: paste is called when its
// text is there.
func (h *host) useClipboard(paste func()) {
	c := h.desktop.Clipboard()
	c.OnWanted = paste
	c.OnFailed = func(err error) {
		switch {
		case errors.Is(err, desktop.ErrNothing): // as in any field
		case errors.Is(err, desktop.ErrTooLarge):
			h.toasts.Say(lang.X("paste.long", "The text on the clipboard is too long for a field. Copy a part of it."), "", nil)
		default:
			h.toasts.Say(clipboardText(err), "", nil)
		}
		h.trace("clipboard", "error", err.Error())
	}
}

// pastePicture gives then a file with the picture on the clipboard.
func (h *host) pastePicture(then func(file string)) {
	async.Go(h.run, func() (string, error) { return h.desktop.Picture(os.TempDir()) }, func(file string, err error) {
		if err != nil {
			h.toasts.Say(clipboardText(err), "", nil)
			h.trace("clipboard", "error", err.Error())
			return
		}
		then(file)
	})
}

// pasteInput gives then the picture on the clipboard. One that is no file gets
// one in a folder, so that it is still there when its turn comes.
func (h *host) pasteInput(dir string, then func(in inference.Input)) {
	h.pastePicture(func(file string) {
		if filepath.Dir(file) != filepath.Clean(os.TempDir()) {
			then(inference.Input{File: file})
			return
		}
		name := lang.X("input.pasted", "pasted picture")
		async.Go(h.run, func() (inference.Input, error) {
			img, err := disk.ReadPicture(file)
			if err != nil {
				return inference.Input{}, err
			}
			return recipe.KeepInput(dir, name, img)
		}, func(in inference.Input, err error) {
			if err != nil {
				h.fail(err)
				return
			}
			then(in)
		})
	})
}

// clipboardText is what the artist reads when the clipboard fails.
func clipboardText(err error) string {
	switch {
	case errors.Is(err, desktop.ErrNothing):
		return lang.X("paste.nothing", "The clipboard holds no picture. Copy one first.")
	case errors.Is(err, desktop.ErrNoAnswer), errors.Is(err, desktop.ErrBusy):
		return lang.X("paste.noanswer", "The program that holds the clipboard does not answer. Copy it there again.")
	case errors.Is(err, desktop.ErrGone):
		return lang.X("paste.gone", "The program that held the clipboard has ended, and its contents with it. Copy it again.")
	case errors.Is(err, desktop.ErrTooLarge):
		return lang.X("paste.large", "What is on the clipboard is too large. Save it as a file and open that.")
	case errors.Is(err, desktop.ErrNoClipboard):
		return lang.X("paste.none", "The system's clipboard cannot be reached. What is copied can be pasted in this window only.")
	}
	return format.Explain(err)
}
