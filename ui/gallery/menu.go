package gallery

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

func one(p ...library.Picture) bool { return len(p) == 1 }

// inLibrary says whether the library has all of them.
func inLibrary(p ...library.Picture) bool {
	return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.ID == 0 })
}

// PictureActions are what can be done with pictures, wherever they are shown.
func (v *View) PictureActions() []menu.Action {
	return slices.Concat(v.ShownActions(), v.RecipeActions(), v.MarkActions(), v.FileActions())
}

// if1 is whether something can be done with one picture.
func if1(yes bool, and func(p library.Picture) bool) func(p ...library.Picture) bool {
	return func(p ...library.Picture) bool { return yes && len(p) == 1 && and(p[0]) }
}

func any1(library.Picture) bool { return true }

func first(f func(p library.Picture)) func([]library.Picture) {
	return func(pics []library.Picture) { widgets.Call1(f, pics[0]) }
}

// ShownActions are about looking at pictures.
func (v *View) ShownActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("library.open", "Open"), Key: menu.Plain(fyne.KeySpace), Can: inLibrary, With: func(p []library.Picture) { v.openOf(p) }},
		{Text: lang.X("lightbox.slides", "Slide show"), Key: menu.Plain(fyne.KeyP), Over: true, Can: inLibrary, With: func(p []library.Picture) { v.play(p) }},
		{Text: lang.X("library.compare", "Compare"), Key: menu.Plain(fyne.KeyC), Can: v.canCompare, With: v.compareAll},
	}
}

// RecipeActions are about what pictures were made with.
func (v *View) RecipeActions() []menu.Action {
	ours := func(p library.Picture) bool { return p.Program == meta.Cascata }
	return []menu.Action{
		{Text: lang.X("use.settings", "Use its settings"), Line: true, Key: menu.Plain(fyne.KeyU), Over: true, Can: if1(v.OnUse != nil, any1), With: first(v.OnUse)},
		{Text: lang.X("use.seed", "Use its seed"), Key: menu.Plain(fyne.KeyN), Over: true, Can: if1(v.OnSeed != nil, func(p library.Picture) bool { return p.Steps > 0 }), With: first(v.OnSeed)},
		{Text: lang.X("redevelop", "Develop again"), Key: menu.Chord(menu.Ctrl, fyne.KeyR), Over: true, Can: if1(v.OnRedevelop != nil, ours), With: first(v.OnRedevelop)},
		{Text: lang.X("again", "Make again"), Key: menu.Plain(fyne.KeyM), Over: true, Can: if1(v.OnAgain != nil, ours), With: first(v.OnAgain)},
		{Text: lang.X("details.sweep", "Try values…"), Key: menu.Plain(fyne.KeyV), Over: true, Can: if1(v.OnSweep != nil, func(p library.Picture) bool { return p.Prompt != "" }), With: first(v.OnSweep)},
		{Text: lang.X("details.family", "Show its family"), Key: menu.Plain(fyne.KeyK), Over: true, Can: if1(v.OnFamily != nil, func(p library.Picture) bool { return p.Kin > 1 }), With: first(v.OnFamily)},
	}
}

// MarkActions are stars, favourites, tags and albums.
func (v *View) MarkActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("library.stars", "Stars"), Line: true, Over: true, Sub: v.StarActions},
		{Text: lang.X("library.favourite", "Favourite"), Key: menu.Plain(fyne.KeyF), Over: true, Can: inLibrary, Checked: allFavourites,
			With: func(p []library.Picture) { v.SetFavourite(!allFavourites(p), library.IDs(p)...) }},
		{Text: lang.X("library.tags", "Tags"), Over: true, Sub: v.tagActions},
		{Text: lang.X("library.albums", "Albums"), Over: true, Sub: v.albumActions},
	}
}

// FileActions are about files: copy, show, export, delete.
func (v *View) FileActions() []menu.Action {
	return []menu.Action{
		{Text: lang.X("copy.picture", "Copy picture"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyC), Over: true, Can: if1(v.OnCopyPicture != nil, any1), With: func(p []library.Picture) { v.OnCopyPicture(p[0].File) }},
		{Text: lang.X("copy.prompt", "Copy prompt"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyC), Over: true, Can: if1(v.OnCopyText != nil, func(p library.Picture) bool { return p.Prompt != "" }), With: func(p []library.Picture) { v.OnCopyText(p[0].Prompt) }},
		{Text: lang.X("copy.path", "Copy path"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyP), Over: true, Can: if1(v.OnCopyText != nil, any1), With: func(p []library.Picture) { v.OnCopyText(p[0].File) }},
		{Text: lang.X("reveal", "Show in folder"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyJ), Over: true, Can: if1(v.OnReveal != nil, any1), With: func(p []library.Picture) { v.OnReveal(p[0].File) }},
		{Text: lang.X("library.export", "Export…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyE), Over: true, Can: func(...library.Picture) bool { return v.OnExport != nil }, With: func(p []library.Picture) { widgets.Call1(v.OnExport, p) }},
		{Text: lang.X("library.trash", "Move to the trash"), Line: true, Key: menu.Plain(fyne.KeyDelete), Over: true, Can: inLibrary, With: func(p []library.Picture) { v.Trash(library.IDs(p)...) }},
	}
}

// canCompare says whether pictures can be seen side by side.
func (v *View) canCompare(p ...library.Picture) bool {
	return len(p) >= 2 && len(p) <= compareMost || len(p) == 1 && v.OnBeside != nil && !v.shown
}

func allFavourites(p []library.Picture) bool {
	return !slices.ContainsFunc(p, func(p library.Picture) bool { return !p.Favourite })
}

// StarActions give no to five stars.
func (v *View) StarActions([]library.Picture) []menu.Action {
	var all []menu.Action
	for n := range 6 {
		text := strings.Repeat("★", n)
		if n == 0 {
			text = lang.X("library.stars.none", "No stars")
		}
		all = append(all, menu.Action{Text: text, Key: menu.Plain(fyne.KeyName(strconv.Itoa(n))), Over: true, Can: inLibrary,
			With: func(p []library.Picture) { v.SetStars(n, library.IDs(p)...) },
			Checked: func(p []library.Picture) bool {
				return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.Stars != n })
			}})
	}
	return append(all, menu.Action{Text: lang.X("library.stars.more", "One star more"), Key: menu.Plain(fyne.KeyS), Line: true, Over: true, Can: inLibrary,
		With: func(p []library.Picture) { v.SetStars((p[0].Stars+1)%6, library.IDs(p)...) }})
}

// tagsListed is how many tags a menu lists.
const tagsListed = 24

func (v *View) tagActions(pics []library.Picture) []menu.Action {
	all := []menu.Action{{Text: lang.X("library.tag.new", "Another tag…"), Key: menu.Plain(fyne.KeyT), Over: true, Can: inLibrary,
		With: func(p []library.Picture) { v.askTag(library.IDs(p)) }}}
	if len(pics) == 0 {
		return all
	}
	for _, t := range v.counts.Tags[:min(len(v.counts.Tags), tagsListed)] {
		on := func(p []library.Picture) bool { return slices.Contains(library.CommonTags(p), t.Name) }
		all = append(all, menu.Action{Text: t.Name, Can: inLibrary, Checked: on,
			With: func(p []library.Picture) { v.Tag(t.Name, !on(p), library.IDs(p)...) }})
	}
	return all
}

func (v *View) albumActions(pics []library.Picture) []menu.Action {
	all := []menu.Action{
		{Text: lang.X("details.albums", "Albums…"), Key: menu.Plain(fyne.KeyA), Over: true, Can: inLibrary, With: func(p []library.Picture) { v.Albums(library.IDs(p)...) }},
		{Text: lang.X("library.album.new.menu", "New album…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyN), Over: true, Can: inLibrary,
			With: func(p []library.Picture) { v.NewAlbum(library.IDs(p)...) }},
		{Text: lang.X("library.album.remove", "Take out of this album"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyH),
			Can:  func(p ...library.Picture) bool { return v.query.Album != 0 && inLibrary(p...) },
			With: func(p []library.Picture) { v.removeFromAlbum(v.query.Album, library.IDs(p)) }},
	}
	if len(pics) == 0 {
		return all
	}
	for _, a := range v.counts.Albums {
		all = append(all, menu.Action{Text: a.Name, Can: inLibrary, With: func(p []library.Picture) { v.AddToAlbum(a, library.IDs(p)...) }})
	}
	return all
}

// Pointed are the pictures that an action means: the one in the lightbox,
// those compared, or those chosen.
func (v *View) Pointed() []int64 {
	switch {
	case v.Box.Over.Open():
		return []int64{v.Box.id()}
	case v.Comparison.Over.Open():
		return library.IDs(v.Comparison.Pics)
	}
	return v.Chosen()
}

// pressed does what a key alone means for pictures. It says false where it
// means nothing.
func (v *View) pressed(key fyne.KeyName, ids ...int64) bool {
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	a, ok := menu.ActionOf(v.PictureActions(), key)
	if !ok || len(ids) == 0 {
		return false
	}
	v.With(ids, func(pics []library.Picture) {
		if !a.Possible(pics) {
			v.Tell(menu.CannotText(a), "", nil)
			return
		}
		a.With(pics)
	})
	return true
}

// openOf shows pictures as large as the window, the first of them first.
func (v *View) openOf(p []library.Picture) {
	if len(p) == 1 && slices.Contains(v.Grid.Keys(), p[0].ID) {
		v.Open(p[0].ID)
		return
	}
	v.Box.Show(v.p.Canvas, library.IDs(p), p[0].ID)
}

// play begins or ends a slide show, from the first of some pictures on.
func (v *View) play(p []library.Picture) {
	if !v.Box.Over.Open() {
		v.openOf(p)
	}
	v.Box.togglePlay()
}
