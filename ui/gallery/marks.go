package gallery

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// Marks give pictures stars, favourites and tags.
type Marks struct {
	*Changes
	put func(p library.Picture) // shows a picture as it will be, before the library says so
}

// change does something to pictures that each may have had another value for,
// and can take it back. They are shown as they will be at once. done says of how
// many it was done.
func change[T comparable](m *Marks, ids []int64, value T, of func(*library.Picture) *T, set func(value T, ids ...int64) error, done func(n int) string) {
	m.With(ids, func(pics []library.Picture) {
		before := map[T][]int64{}
		for _, p := range pics {
			if was := *of(&p); was != value {
				before[was] = append(before[was], p.ID)
			}
			*of(&p) = value
			m.put(p)
		}
		if len(before) == 0 {
			return
		}
		var changed []int64
		for _, ids := range before {
			changed = append(changed, ids...)
		}
		m.do(func() error { return set(value, changed...) }, m.made)
		m.undoable(len(changed), done(len(changed)), func() {
			m.do(func() error {
				for was, ids := range before {
					if err := set(was, ids...); err != nil {
						return err
					}
				}
				return nil
			}, m.made)
		})
	})
}

// SetStars rates pictures with 0 to 5 stars.
func (m *Marks) SetStars(n int, ids ...int64) {
	change(m, ids, n, func(p *library.Picture) *int { return &p.Stars }, m.lib.SetStars, func(many int) string {
		if n == 0 {
			return lang.XN("library.starred.none", "{{.N}} pictures have no stars now.", many, map[string]any{"N": numbers.Grouped(many)})
		}
		return lang.XN("library.starred", "{{.N}} pictures have {{.Stars}} now.", many, map[string]any{"N": numbers.Grouped(many), "Stars": strings.Repeat("★", n)})
	})
}

// SetFavourite marks pictures as favourites, or no longer.
func (m *Marks) SetFavourite(yes bool, ids ...int64) {
	change(m, ids, yes, func(p *library.Picture) *bool { return &p.Favourite }, m.lib.SetFavourite, func(n int) string {
		if !yes {
			return lang.XN("library.favoured.not", "{{.N}} pictures are no favourites any more.", n, map[string]any{"N": numbers.Grouped(n)})
		}
		return lang.XN("library.favoured", "{{.N}} pictures are favourites now.", n, map[string]any{"N": numbers.Grouped(n)})
	})
}

// Tag gives pictures a tag, or takes it from them.
func (m *Marks) Tag(tag string, on bool, ids ...int64) {
	if tag = strings.TrimSpace(tag); tag == "" {
		return
	}
	m.With(ids, func(pics []library.Picture) {
		var changed []int64
		for _, p := range pics {
			if slices.Contains(p.Tags, tag) != on {
				changed = append(changed, p.ID)
			}
		}
		if len(changed) == 0 {
			return
		}
		m.do(func() error { return m.lib.Tag(tag, on, changed...) }, m.made)
		m.undoable(len(changed), taggedText(tag, on, len(changed)), func() {
			m.do(func() error { return m.lib.Tag(tag, !on, changed...) }, m.made)
		})
	})
}

func taggedText(tag string, on bool, n int) string {
	words := map[string]any{"N": numbers.Grouped(n), "Tag": tag}
	if !on {
		return lang.XN("library.untagged", "{{.N}} pictures no longer have the tag {{.Tag}}.", n, words)
	}
	return lang.XN("library.tagged", "{{.N}} pictures have the tag {{.Tag}} now.", n, words)
}

// marksText is how a picture is marked: "♥ ★★★".
func marksText(p library.Picture) string {
	marks := strings.Repeat("★", p.Stars)
	if p.Favourite {
		marks = strings.TrimSpace("♥ " + marks)
	}
	return marks
}

// askTag asks for a tag for pictures.
func (m *Marks) askTag(c fyne.Canvas, ids []int64) {
	askText(c, lang.X("library.tag", "Add a tag"), lang.X("library.tag.name", "A word"), "", lang.X("library.tag.add", "Add the tag"), func(tag string) { m.Tag(tag, true, ids...) })
}

// askText asks for a short text.
func askText(c fyne.Canvas, title, placeholder, text, button string, then func(text string)) {
	e := widgets.NewEntry(placeholder)
	e.SetText(text)
	d := widgets.NewDialog(title, widgets.Column(8, e), widgets.Action{Text: lang.X("cancel", "Cancel")},
		widgets.Action{Text: button, Main: true, Do: func() {
			if t := strings.TrimSpace(e.Text); t != "" {
				then(t)
			}
		}})
	d.SetFirst(e).Show(c)
}
