package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
	"cascata/ui/widgets/grid"
)

// A Trash moves pictures to the system's trash and brings them back.
type Trash struct {
	*Changes
	canvas   fyne.Canvas
	grid     *grid.Grid                    // shows the pictures
	gone     func(ids []int64, next int64) // they are in the trash; next is to be chosen then, 0: none
	restored func(ids []int64)             // they are back
	deciding bool                          // the artist is asked
}

// Move moves pictures to the trash and offers to take it back. More than a
// screen shows, files that lie outside of the picture folder, and pictures that
// lie in several files are asked about before.
func (t *Trash) Move(ids ...int64) {
	if t.deciding {
		return
	}
	t.deciding = true
	var pics, copies []library.Picture
	var err error
	t.run(func() {
		if pics, err = t.lib.Get(ids...); err == nil {
			copies, err = t.lib.Copies(ids...)
		}
	}, func() {
		question := t.question(pics, copies)
		switch {
		case err != nil:
			t.deciding = false
			t.fail(err)
		case question == "":
			t.deciding = false
			t.move(ids, 0)
		default:
			t.ask(question, ids, library.IDs(copies))
		}
	})
}

// ask asks whether pictures go to the trash: with all files of the same
// content, or, where there are such, without.
func (t *Trash) ask(question string, ids, copies []int64) {
	n := len(ids)
	title := lang.XN("library.trash.ask", "Move {{.N}} pictures to the trash?", n, map[string]any{"N": numbers.Grouped(n)})
	actions := []widgets.Action{{Text: lang.X("cancel", "Cancel")}}
	all := lang.X("library.trash", "Move to the trash")
	if m := len(copies); m > 0 {
		all = lang.XN("library.trash.files", "Move all {{.N}} files", n+m, map[string]any{"N": numbers.Grouped(n + m)})
		actions = append(actions, widgets.Action{Do: func() { t.move(ids, m) },
			Text: lang.XN("library.trash.one", "Only the {{.N}} shown", n, map[string]any{"N": numbers.Grouped(n)})})
	}
	d := widgets.NewDialog(title, widgets.NewParagraph(question, look.SizeText, false),
		append(actions, widgets.Action{Text: all, Main: true, Do: func() { t.move(slices.Concat(ids, copies), 0) }})...)
	d.OnClosed = func() { t.deciding = false }
	d.Show(t.canvas)
}

// question is what should be known before pictures go to the trash; "" where
// there is nothing to ask. copies are other files of their content.
func (t *Trash) question(pics, copies []library.Picture) string {
	var said []string
	if n := len(copies); n > 0 {
		text := lang.XN("library.trash.copies", "There are {{.N}} more files of the same content. Of those that stay one is shown instead:", n, map[string]any{"N": numbers.Grouped(n)})
		for _, p := range copies[:min(n, format.CopiesNamed)] {
			text += "\n" + p.File
		}
		if n > format.CopiesNamed {
			text += "\n…"
		}
		said = append(said, text)
	}
	outside := 0
	for _, p := range slices.Concat(pics, copies) {
		if p.Imported && !p.Missing {
			outside++
		}
	}
	if outside > 0 {
		said = append(said, lang.XN("library.trash.outside", "{{.N}} of them are originals in folders that were added, outside of your picture folder: the files themselves are moved.",
			outside, map[string]any{"N": numbers.Grouped(outside)}))
	}
	if len(pics) > max(len(t.grid.InView()), 1) {
		said = append(said, lang.X("library.trash.unseen", "These are more than the screen shows."))
	}
	if len(said) == 0 {
		return ""
	}
	return strings.Join(append(said, lang.X("library.trash.back", "Undo brings them back as long as the trash is not emptied.")), "\n")
}

// move moves pictures to the trash. stay is how many files of the same content
// are shown from then on.
func (t *Trash) move(ids []int64, stay int) {
	if len(ids) == 0 {
		return
	}
	next := int64(0)
	if chosen := t.grid.Chosen(); len(chosen) > 0 && !slices.ContainsFunc(chosen, func(id int64) bool { return !slices.Contains(ids, id) }) {
		next = t.grid.After()
	}
	var moved library.Trashed
	t.do(func() (err error) { moved, err = t.lib.Trash(ids...); return err }, func() {
		n := len(ids)
		text := lang.XN("library.trashed", "{{.N}} pictures are in the trash.", n, map[string]any{"N": numbers.Grouped(n)})
		if stay > 0 {
			text += " " + lang.XN("library.trashed.stay", "{{.N}} other files of the same content stay and are shown now.", stay, map[string]any{"N": numbers.Grouped(stay)})
		}
		t.offerUndo(text, func() {
			t.do(func() error { return t.lib.Restore(moved) }, func() {
				t.restored(ids)
				t.made()
			})
		})
		t.gone(ids, next)
		t.made()
	})
}
