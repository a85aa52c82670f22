package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// do changes the library beside the window's goroutine, and afterwards, if
// all went well, does then.
func (v *View) do(change func() error, then func()) {
	var err error
	v.p.Run(func() { err = change() }, func() {
		if err != nil {
			v.p.Fail(err)
			v.Changed() // show what is really so
			return
		}
		widgets.Call(then)
	})
}

// With reads pictures and does something with them.
func (v *View) With(ids []int64, then func(pics []library.Picture)) {
	if len(ids) == 0 {
		return
	}
	var pics []library.Picture
	v.do(func() (err error) { pics, err = v.p.Library.Get(ids...); return err }, func() {
		if len(pics) > 0 {
			then(pics)
		}
	})
}

// offerUndo says that a change was made and offers to take it back; the note
// goes when that is done, from wherever. After it, others may be made.
func (v *View) offerUndo(text string, back func()) {
	var gone func()
	undo := v.p.Undo.Add(nil, func() {
		widgets.Call(gone)
		back()
	})
	gone = v.Tell(text, lang.X("undo", "Undo"), undo)
}

// undoable notes how a change of n pictures is taken back. Of several the
// artist is told, since one key may have meant one picture.
func (v *View) undoable(n int, text string, back func()) {
	if n > 1 {
		v.offerUndo(text, back)
		return
	}
	v.p.Undo.Add(nil, back)
}

// change does something to pictures that each may have had another value for,
// and can take it back. rows are shown as they will be at once. done says of
// how many it was done.
func change[T comparable](v *View, ids []int64, value T, of func(*library.Picture) *T, set func(value T, ids ...int64) error, done func(n int) string) {
	v.With(ids, func(pics []library.Picture) {
		before := map[T][]int64{}
		for _, p := range pics {
			if was := *of(&p); was != value {
				before[was] = append(before[was], p.ID)
			}
			*of(&p) = value
			v.put(p)
		}
		if len(before) == 0 {
			return
		}
		var changed []int64
		for _, ids := range before {
			changed = append(changed, ids...)
		}
		v.do(func() error { return set(value, changed...) }, v.Changed)
		v.undoable(len(changed), done(len(changed)), func() {
			v.do(func() error {
				for was, ids := range before {
					if err := set(was, ids...); err != nil {
						return err
					}
				}
				return nil
			}, v.Changed)
		})
	})
}

// put shows a picture that was changed here, before the library says so.
func (v *View) put(p library.Picture) {
	v.rows.put(p)
	v.Grid.Update(p.ID)
	v.Box.put(p)
}

// Tell says something where it is seen.
func (v *View) Tell(text, action string, do func()) (gone func()) {
	if v.Box.Over.Open() {
		return v.Box.Toasts.Say(text, action, do)
	}
	return v.p.Say(text, action, do)
}

// SetStars rates pictures.
func (v *View) SetStars(n int, ids ...int64) {
	change(v, ids, n, func(p *library.Picture) *int { return &p.Stars }, v.p.Library.SetStars, func(many int) string {
		if n == 0 {
			return lang.XN("library.starred.none", "{{.N}} pictures have no stars now.", many, map[string]any{"N": format.Grouped(many)})
		}
		return lang.XN("library.starred", "{{.N}} pictures have {{.Stars}} now.", many, map[string]any{"N": format.Grouped(many), "Stars": strings.Repeat("★", n)})
	})
}

// SetFavourite marks pictures as favourites, or no longer.
func (v *View) SetFavourite(yes bool, ids ...int64) {
	change(v, ids, yes, func(p *library.Picture) *bool { return &p.Favourite }, v.p.Library.SetFavourite, func(n int) string {
		if !yes {
			return lang.XN("library.favoured.not", "{{.N}} pictures are no favourites any more.", n, map[string]any{"N": format.Grouped(n)})
		}
		return lang.XN("library.favoured", "{{.N}} pictures are favourites now.", n, map[string]any{"N": format.Grouped(n)})
	})
}

// Trash moves pictures to the system's trash and offers to take it back. More
// than a screen shows, files that lie outside of the picture folder, and
// pictures that lie in several files are asked about before.
func (v *View) Trash(ids ...int64) {
	if v.deciding {
		return
	}
	v.deciding = true
	var pics, copies []library.Picture
	var err error
	v.p.Run(func() {
		if pics, err = v.p.Library.Get(ids...); err == nil {
			copies, err = v.p.Library.Copies(ids...)
		}
	}, func() {
		question := v.trashQuestion(pics, copies)
		switch {
		case err != nil:
			v.deciding = false
			v.p.Fail(err)
		case question == "":
			v.deciding = false
			v.trash(ids, 0)
		default:
			v.askTrash(question, ids, library.IDs(copies))
		}
	})
}

// askTrash asks whether pictures go to the trash: with all files of the same
// content, or, where there are such, without.
func (v *View) askTrash(question string, ids, copies []int64) {
	n := len(ids)
	title := lang.XN("library.trash.ask", "Move {{.N}} pictures to the trash?", n, map[string]any{"N": format.Grouped(n)})
	actions := []widgets.Action{{Text: lang.X("cancel", "Cancel")}}
	all := lang.X("library.trash", "Move to the trash")
	if m := len(copies); m > 0 {
		all = lang.XN("library.trash.files", "Move all {{.N}} files", n+m, map[string]any{"N": format.Grouped(n + m)})
		actions = append(actions, widgets.Action{Do: func() { v.trash(ids, m) },
			Text: lang.XN("library.trash.one", "Only the {{.N}} shown", n, map[string]any{"N": format.Grouped(n)})})
	}
	d := widgets.NewDialog(title, widgets.NewParagraph(question, look.SizeText, false),
		append(actions, widgets.Action{Text: all, Main: true, Do: func() { v.trash(slices.Concat(ids, copies), 0) }})...)
	d.OnClosed = func() { v.deciding = false }
	d.Show(v.p.Canvas)
}

// trashQuestion is what should be known before pictures go to the trash; ""
// where there is nothing to ask. copies are other files of their content.
func (v *View) trashQuestion(pics, copies []library.Picture) string {
	var said []string
	if n := len(copies); n > 0 {
		text := lang.XN("library.trash.copies", "There are {{.N}} more files of the same content. Of those that stay one is shown instead:", n, map[string]any{"N": format.Grouped(n)})
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
			outside, map[string]any{"N": format.Grouped(outside)}))
	}
	if len(pics) > max(len(v.Grid.InView()), 1) {
		said = append(said, lang.X("library.trash.unseen", "These are more than the screen shows."))
	}
	if len(said) == 0 {
		return ""
	}
	return strings.Join(append(said, lang.X("library.trash.back", "Undo brings them back as long as the trash is not emptied.")), "\n")
}

// trash moves pictures to the trash. stay is how many files of the same
// content are shown from then on.
func (v *View) trash(ids []int64, stay int) {
	if len(ids) == 0 {
		return
	}
	next := int64(0)
	if chosen := v.Chosen(); len(chosen) > 0 && !slices.ContainsFunc(chosen, func(id int64) bool { return !slices.Contains(ids, id) }) {
		next = v.Grid.After()
	}
	var t library.Trashed
	v.do(func() (err error) { t, err = v.p.Library.Trash(ids...); return err }, func() {
		n := len(ids)
		text := lang.XN("library.trashed", "{{.N}} pictures are in the trash.", n, map[string]any{"N": format.Grouped(n)})
		if stay > 0 {
			text += " " + lang.XN("library.trashed.stay", "{{.N}} other files of the same content stay and are shown now.", stay, map[string]any{"N": format.Grouped(stay)})
		}
		v.offerUndo(text, func() {
			v.do(func() error { return v.p.Library.Restore(t) }, func() {
				v.then = ids[0]
				v.Box.restored(ids)
				v.Changed()
			})
		})
		v.then = next
		v.Box.gone(ids)
		v.Changed()
	})
}

// compareMost is how many pictures can be seen side by side.
const compareMost = 4

// Compare shows two to four pictures side by side; one, beside the one that
// OnBeside gives.
func (v *View) Compare(ids ...int64) {
	v.With(ids, func(pics []library.Picture) { v.compareAll(pics) })
}

func (v *View) compareAll(pics []library.Picture) {
	switch n := len(pics); {
	case n >= 2 && n <= compareMost:
		v.Comparison.Set(pics)
		v.Comparison.showOver(v.p.Canvas)
	case n == 1 && v.OnBeside != nil && !v.shown:
		v.OnBeside(pics[0], func(p library.Picture) { v.compareAll([]library.Picture{pics[0], p}) })
	default:
		v.Tell(lang.X("library.compare.few", "Select two to four pictures to compare."), "", nil)
	}
}
