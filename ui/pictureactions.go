package ui

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
)

func one(p ...library.Picture) bool { return len(p) == 1 }

// inLibrary says whether the library has all of them.
func inLibrary(p ...library.Picture) bool {
	return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.ID == 0 })
}

// pictureActions are what can be done with pictures, wherever they are shown.
func (v *LibraryView) pictureActions() []action {
	return slices.Concat(v.shownActions(), v.recipeActions(), v.markActions(), v.fileActions())
}

// if1 is whether something can be done with one picture.
func if1(yes bool, and func(p library.Picture) bool) func(p ...library.Picture) bool {
	return func(p ...library.Picture) bool { return yes && len(p) == 1 && and(p[0]) }
}

func any1(library.Picture) bool { return true }

func first(f func(p library.Picture)) func([]library.Picture) {
	return func(pics []library.Picture) { call1(f, pics[0]) }
}

func (v *LibraryView) shownActions() []action {
	return []action{
		{text: lang.X("library.open", "Open"), key: plain(fyne.KeySpace), can: inLibrary, with: func(p []library.Picture) { v.openOf(p) }},
		{text: lang.X("lightbox.slides", "Slide show"), key: plain(fyne.KeyP), over: true, can: inLibrary, with: func(p []library.Picture) { v.play(p) }},
		{text: lang.X("library.compare", "Compare"), key: plain(fyne.KeyC), can: v.canCompare, with: v.compareAll},
	}
}

func (v *LibraryView) recipeActions() []action {
	ours := func(p library.Picture) bool { return p.Program == meta.Cascata }
	return []action{
		{text: lang.X("use.settings", "Use its settings"), line: true, key: plain(fyne.KeyU), over: true, can: if1(v.OnUse != nil, any1), with: first(v.OnUse)},
		{text: lang.X("use.seed", "Use its seed"), key: plain(fyne.KeyN), over: true, can: if1(v.OnSeed != nil, func(p library.Picture) bool { return p.Steps > 0 }), with: first(v.OnSeed)},
		{text: lang.X("redevelop", "Develop again"), key: chord(ctrl, fyne.KeyR), over: true, can: if1(v.OnRedevelop != nil, ours), with: first(v.OnRedevelop)},
		{text: lang.X("again", "Make again"), key: plain(fyne.KeyM), over: true, can: if1(v.OnAgain != nil, ours), with: first(v.OnAgain)},
		{text: lang.X("details.sweep", "Try values…"), key: plain(fyne.KeyV), over: true, can: if1(v.OnSweep != nil, func(p library.Picture) bool { return p.Prompt != "" }), with: first(v.OnSweep)},
		{text: lang.X("details.family", "Show its family"), key: plain(fyne.KeyK), over: true, can: if1(v.OnFamily != nil, func(p library.Picture) bool { return p.Kin > 1 }), with: first(v.OnFamily)},
	}
}

func (v *LibraryView) markActions() []action {
	return []action{
		{text: lang.X("library.stars", "Stars"), line: true, over: true, sub: v.starActions},
		{text: lang.X("library.favourite", "Favourite"), key: plain(fyne.KeyF), over: true, can: inLibrary, checked: allFavourites,
			with: func(p []library.Picture) { v.SetFavourite(!allFavourites(p), pictureIDs(p)...) }},
		{text: lang.X("library.tags", "Tags"), over: true, sub: v.tagActions},
		{text: lang.X("library.albums", "Albums"), over: true, sub: v.albumActions},
	}
}

func (v *LibraryView) fileActions() []action {
	return []action{
		{text: lang.X("copy.picture", "Copy picture"), line: true, key: chord(ctrl, fyne.KeyC), over: true, can: if1(v.OnCopyPicture != nil, any1), with: func(p []library.Picture) { v.OnCopyPicture(p[0].File) }},
		{text: lang.X("copy.prompt", "Copy prompt"), key: chord(ctrl|shift, fyne.KeyC), over: true, can: if1(v.OnCopyText != nil, func(p library.Picture) bool { return p.Prompt != "" }), with: func(p []library.Picture) { v.OnCopyText(p[0].Prompt) }},
		{text: lang.X("copy.path", "Copy path"), key: chord(ctrl|shift, fyne.KeyP), over: true, can: if1(v.OnCopyText != nil, any1), with: func(p []library.Picture) { v.OnCopyText(p[0].File) }},
		{text: lang.X("reveal", "Show in folder"), key: chord(ctrl|shift, fyne.KeyJ), over: true, can: if1(v.OnReveal != nil, any1), with: func(p []library.Picture) { v.OnReveal(p[0].File) }},
		{text: lang.X("library.export", "Export…"), key: chord(ctrl|shift, fyne.KeyE), over: true, can: func(...library.Picture) bool { return v.OnExport != nil }, with: func(p []library.Picture) { call1(v.OnExport, p) }},
		{text: lang.X("library.trash", "Move to the trash"), line: true, key: plain(fyne.KeyDelete), over: true, can: inLibrary, with: func(p []library.Picture) { v.Trash(pictureIDs(p)...) }},
	}
}

// canCompare says whether pictures can be seen side by side.
func (v *LibraryView) canCompare(p ...library.Picture) bool {
	return len(p) >= 2 && len(p) <= compareMost || len(p) == 1 && v.OnBeside != nil && !v.shown
}

func allFavourites(p []library.Picture) bool {
	return !slices.ContainsFunc(p, func(p library.Picture) bool { return !p.Favourite })
}

func (v *LibraryView) starActions([]library.Picture) []action {
	var all []action
	for n := range 6 {
		text := strings.Repeat("★", n)
		if n == 0 {
			text = lang.X("library.stars.none", "No stars")
		}
		all = append(all, action{text: text, key: plain(fyne.KeyName(strconv.Itoa(n))), over: true, can: inLibrary,
			with: func(p []library.Picture) { v.SetStars(n, pictureIDs(p)...) },
			checked: func(p []library.Picture) bool {
				return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.Stars != n })
			}})
	}
	return append(all, action{text: lang.X("library.stars.more", "One star more"), key: plain(fyne.KeyS), line: true, over: true, can: inLibrary,
		with: func(p []library.Picture) { v.SetStars((p[0].Stars+1)%6, pictureIDs(p)...) }})
}

// tagsListed is how many tags a menu lists.
const tagsListed = 24

func (v *LibraryView) tagActions(pics []library.Picture) []action {
	all := []action{{text: lang.X("library.tag.new", "Another tag…"), key: plain(fyne.KeyT), over: true, can: inLibrary,
		with: func(p []library.Picture) { v.askTag(pictureIDs(p)) }}}
	if len(pics) == 0 {
		return all
	}
	for _, t := range v.counts.Tags[:min(len(v.counts.Tags), tagsListed)] {
		on := func(p []library.Picture) bool { return slices.Contains(common(p), t.Name) }
		all = append(all, action{text: t.Name, can: inLibrary, checked: on,
			with: func(p []library.Picture) { v.Tag(t.Name, !on(p), pictureIDs(p)...) }})
	}
	return all
}

func (v *LibraryView) albumActions(pics []library.Picture) []action {
	all := []action{
		{text: lang.X("details.albums", "Albums…"), key: plain(fyne.KeyA), over: true, can: inLibrary, with: func(p []library.Picture) { v.Albums(pictureIDs(p)...) }},
		{text: lang.X("library.album.new.menu", "New album…"), key: chord(ctrl|shift, fyne.KeyN), over: true, can: inLibrary,
			with: func(p []library.Picture) { v.NewAlbum(pictureIDs(p)...) }},
		{text: lang.X("library.album.remove", "Take out of this album"), key: chord(ctrl|shift, fyne.KeyH),
			can:  func(p ...library.Picture) bool { return v.query.Album != 0 && inLibrary(p...) },
			with: func(p []library.Picture) { v.removeFromAlbum(v.query.Album, pictureIDs(p)) }},
	}
	if len(pics) == 0 {
		return all
	}
	for _, a := range v.counts.Albums {
		all = append(all, action{text: a.Name, can: inLibrary, with: func(p []library.Picture) { v.AddToAlbum(a, pictureIDs(p)...) }})
	}
	return all
}

// Pointed are the pictures that an action means: the one in the lightbox,
// those compared, or those chosen.
func (v *LibraryView) Pointed() []int64 {
	switch {
	case v.box.over.open():
		return []int64{v.box.id()}
	case v.compare.over.open():
		return pictureIDs(v.compare.pics)
	}
	return v.Chosen()
}

// pressed does what a key alone means for pictures. It says false where it
// means nothing.
func (v *LibraryView) pressed(key fyne.KeyName, ids ...int64) bool {
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	a, ok := actionOf(v.pictureActions(), key)
	if !ok || len(ids) == 0 {
		return false
	}
	v.with(ids, func(pics []library.Picture) {
		if !a.possible(pics) {
			v.tell(cannotText(a), "", nil)
			return
		}
		a.with(pics)
	})
	return true
}

// openOf shows pictures as large as the window, the first of them first.
func (v *LibraryView) openOf(p []library.Picture) {
	if len(p) == 1 && slices.Contains(v.grid.Keys(), p[0].ID) {
		v.Open(p[0].ID)
		return
	}
	v.box.Show(v.p.Canvas, pictureIDs(p), p[0].ID)
}

// play begins or ends a slide show, from the first of some pictures on.
func (v *LibraryView) play(p []library.Picture) {
	if !v.box.over.open() {
		v.openOf(p)
	}
	v.box.togglePlay()
}
