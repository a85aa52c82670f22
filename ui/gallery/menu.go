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
)

// Actions are the tables of what can be done with pictures, wherever they are
// shown, and the menus and keys made of them.
type Actions struct {
	others menu.PictureActions // what the window does; nil: that is not offered
	canvas fyne.Canvas
	finder *Finder
	marks  *Marks
	albums *Albums
	trash  *Trash
	open   func(p []library.Picture) // as large as the window
	play   func(p []library.Picture) // begins or ends a slide show
	seen   func() bool               // the library is on screen
}

// inLibrary reports whether the library has all of them.
func inLibrary(p ...library.Picture) bool {
	return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.ID == 0 })
}

// All are those of every table.
func (a *Actions) All() []menu.Action {
	return slices.Concat(a.Shown(), a.Recipe(), a.Marks(), a.Files())
}

// can is whether the window does something with one picture like that.
func (a *Actions) can(like func(p library.Picture) bool) func(p ...library.Picture) bool {
	return func(p ...library.Picture) bool { return a.others != nil && len(p) == 1 && like(p[0]) }
}

// first is something that the window does, with the first picture.
func (a *Actions) first(do func(menu.PictureActions, library.Picture)) func([]library.Picture) {
	return func(p []library.Picture) { do(a.others, p[0]) }
}

func always(library.Picture) bool { return true }

func hasPrompt(p library.Picture) bool { return p.Prompt != "" }

// Shown are about looking at pictures.
func (a *Actions) Shown() []menu.Action {
	return []menu.Action{
		{Text: lang.X("library.open", "Open"), Key: menu.Plain(fyne.KeySpace), Can: inLibrary, With: a.open},
		{Text: lang.X("lightbox.slides", "Slide show"), Key: menu.Plain(fyne.KeyP), Over: true, Can: inLibrary, With: a.play},
		{Text: lang.X("library.compare", "Compare"), Key: menu.Plain(fyne.KeyC), Can: a.canCompare, Cannot: compareFew(), With: func(p []library.Picture) { a.others.Compare(p...) }},
	}
}

// canCompare reports whether pictures can be seen side by side.
func (a *Actions) canCompare(p ...library.Picture) bool {
	return a.others != nil && (len(p) >= 2 && len(p) <= compareMost || len(p) == 1 && !a.seen())
}

// Recipe are about what pictures were made with.
func (a *Actions) Recipe() []menu.Action {
	ours := func(p library.Picture) bool { return p.Program == meta.Cascata }
	refers := func(library.Picture) bool { return a.others.CanRefer() }
	outlines := func(library.Picture) bool { return a.others.CanOutline() }
	begins := func(library.Picture) bool { return a.others.CanBegin() }
	enlarges := func(...library.Picture) bool { return a.others != nil && a.others.CanEnlarge() }
	return []menu.Action{
		{Text: lang.X("use.settings", "Use its settings"), Line: true, Key: menu.Plain(fyne.KeyU), Over: true, Can: a.can(always), With: a.first(menu.PictureActions.Use)},
		{Text: lang.X("use.seed", "Use its seed"), Key: menu.Plain(fyne.KeyN), Over: true, Can: a.can(func(p library.Picture) bool { return p.Steps > 0 }), With: a.first(menu.PictureActions.UseSeed)},
		{Text: lang.X("redevelop", "Develop again"), Key: menu.Chord(menu.Ctrl, fyne.KeyR), Over: true, Can: a.can(ours), With: a.first(menu.PictureActions.Develop)},
		{Text: lang.X("again", "Make again"), Key: menu.Plain(fyne.KeyM), Over: true, Can: a.can(ours), With: a.first(menu.PictureActions.MakeAgain)},
		{Text: lang.X("vary", "Vary"), Key: menu.Plain(fyne.KeyY), Over: true, Line: true, Can: a.can(refers), With: a.first(menu.PictureActions.Vary)},
		{Text: lang.X("begin", "From this picture…"), Key: menu.Plain(fyne.KeyB), Over: true, Can: a.can(begins), With: a.first(menu.PictureActions.BeginFrom)},
		{Text: lang.X("repaint.menu", "Repaint a part…"), Key: menu.Plain(fyne.KeyE), Over: true, Can: a.can(begins), With: a.first(menu.PictureActions.Repaint)},
		{Text: lang.X("extend", "Extend…"), Key: menu.Plain(fyne.KeyX), Over: true, Can: a.can(begins), With: a.first(menu.PictureActions.Extend)},
		{Text: lang.X("enlarge", "Enlarge"), Key: menu.Plain(fyne.KeyL), Over: true, Can: enlarges, With: func(p []library.Picture) { a.others.Enlarge(p...) }},
		{Text: lang.X("refer", "Use as reference"), Key: menu.Plain(fyne.KeyR), Over: true, Can: a.can(refers), With: a.first(menu.PictureActions.Refer)},
		{Text: lang.X("outline", "Use its outlines"), Key: menu.Plain(fyne.KeyO), Over: true, Can: a.can(outlines), With: a.first(menu.PictureActions.Outline)},
		{Text: lang.X("details.sweep", "Try values…"), Key: menu.Plain(fyne.KeyV), Over: true, Can: a.can(hasPrompt), With: a.first(menu.PictureActions.Sweep)},
		{Text: lang.X("details.family", "Show its family"), Key: menu.Plain(fyne.KeyK), Over: true, Can: a.can(func(p library.Picture) bool { return p.Kin > 1 }), With: a.first(menu.PictureActions.ShowFamily)},
	}
}

// Marks are stars, favourites, tags and albums.
func (a *Actions) Marks() []menu.Action {
	return []menu.Action{
		{Text: lang.X("library.stars", "Stars"), Line: true, Over: true, Sub: func([]library.Picture) []menu.Action { return a.Stars() }},
		a.Favourite(),
		{Text: lang.X("library.tags", "Tags"), Over: true, Sub: a.tags},
		{Text: lang.X("library.albums", "Albums"), Over: true, Sub: a.inAlbums},
	}
}

// Files are about files: copy, show, export, delete.
func (a *Actions) Files() []menu.Action {
	return []menu.Action{
		{Text: lang.X("copy.picture", "Copy picture"), Line: true, Key: menu.Chord(menu.Ctrl, fyne.KeyC), Over: true, Can: a.can(always), With: func(p []library.Picture) { a.others.CopyPicture(p[0].File) }},
		{Text: lang.X("copy.prompt", "Copy prompt"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyC), Over: true, Can: a.can(hasPrompt), With: func(p []library.Picture) { a.others.CopyText(p[0].Prompt) }},
		{Text: lang.X("copy.path", "Copy path"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyP), Over: true, Can: a.can(always), With: func(p []library.Picture) { a.others.CopyText(p[0].File) }},
		{Text: lang.X("reveal", "Show in folder"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyJ), Over: true, Can: a.can(always), With: func(p []library.Picture) { a.others.Reveal(p[0].File) }},
		{Text: lang.X("library.export", "Export…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyE), Over: true, Can: func(...library.Picture) bool { return a.others != nil }, With: func(p []library.Picture) { a.others.Export(p...) }},
		{Text: lang.X("library.trash", "Move to the trash"), Line: true, Key: menu.Plain(fyne.KeyDelete), Over: true, Can: inLibrary, With: func(p []library.Picture) { a.trash.Move(library.IDs(p)...) }},
	}
}

// Stars give no to five stars.
func (a *Actions) Stars() []menu.Action {
	var all []menu.Action
	for n := range 6 {
		text := strings.Repeat("★", n)
		if n == 0 {
			text = lang.X("library.stars.none", "No stars")
		}
		all = append(all, menu.Action{Text: text, Key: menu.Plain(fyne.KeyName(strconv.Itoa(n))), Over: true, Can: inLibrary,
			With: func(p []library.Picture) { a.marks.SetStars(n, library.IDs(p)...) },
			Checked: func(p []library.Picture) bool {
				return !slices.ContainsFunc(p, func(p library.Picture) bool { return p.Stars != n })
			}})
	}
	return append(all, menu.Action{Text: lang.X("library.stars.more", "One star more"), Key: menu.Plain(fyne.KeyS), Line: true, Over: true, Can: inLibrary,
		With: func(p []library.Picture) { a.marks.SetStars((p[0].Stars+1)%6, library.IDs(p)...) }})
}

// Favourite makes favourites of pictures, or takes that from them where all are.
func (a *Actions) Favourite() menu.Action {
	all := func(p []library.Picture) bool {
		return !slices.ContainsFunc(p, func(p library.Picture) bool { return !p.Favourite })
	}
	return menu.Action{Text: lang.X("library.favourite", "Favourite"), Key: menu.Plain(fyne.KeyF), Over: true, Can: inLibrary, Checked: all,
		With: func(p []library.Picture) { a.marks.SetFavourite(!all(p), library.IDs(p)...) }}
}

// tagsListed is how many tags a menu lists.
const tagsListed = 24

func (a *Actions) tags(pics []library.Picture) []menu.Action {
	all := []menu.Action{{Text: lang.X("library.tag.new", "Another tag…"), Key: menu.Plain(fyne.KeyT), Over: true, Can: inLibrary,
		With: func(p []library.Picture) { a.marks.askTag(a.canvas, library.IDs(p)) }}}
	if len(pics) == 0 {
		return all
	}
	known := a.finder.counts.Tags
	for _, t := range known[:min(len(known), tagsListed)] {
		on := func(p []library.Picture) bool { return slices.Contains(library.CommonTags(p), t.Name) }
		all = append(all, menu.Action{Text: t.Name, Can: inLibrary, Checked: on,
			With: func(p []library.Picture) { a.marks.Tag(t.Name, !on(p), library.IDs(p)...) }})
	}
	return all
}

func (a *Actions) inAlbums(pics []library.Picture) []menu.Action {
	all := []menu.Action{
		{Text: lang.X("details.albums", "Albums…"), Key: menu.Plain(fyne.KeyA), Over: true, Can: inLibrary, With: func(p []library.Picture) { a.albums.Choose(library.IDs(p)...) }},
		{Text: lang.X("library.album.new.menu", "New album…"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyN), Over: true, Can: inLibrary,
			With: func(p []library.Picture) { a.albums.create(library.IDs(p)...) }},
		{Text: lang.X("library.album.remove", "Take out of this album"), Key: menu.Chord(menu.Ctrl|menu.Shift, fyne.KeyH),
			Can:  func(p ...library.Picture) bool { return a.finder.query.Album != 0 && inLibrary(p...) },
			With: func(p []library.Picture) { a.albums.remove(library.IDs(p)) }},
	}
	if len(pics) == 0 {
		return all
	}
	for _, album := range a.finder.counts.Albums {
		all = append(all, menu.Action{Text: album.Name, Can: inLibrary, With: func(p []library.Picture) { a.albums.add(album, library.IDs(p)...) }})
	}
	return all
}

// press does what a key alone means for pictures. It says false where it means
// nothing.
func (a *Actions) press(key fyne.KeyName, ids ...int64) bool { return a.pressOf(a.All(), key, ids...) }

// pressOf does what a key alone means in some of the tables.
func (a *Actions) pressOf(actions []menu.Action, key fyne.KeyName, ids ...int64) bool {
	if key == fyne.KeyBackspace {
		key = fyne.KeyDelete
	}
	act, ok := menu.ActionOf(actions, key)
	if !ok || len(ids) == 0 {
		return false
	}
	a.marks.With(ids, func(pics []library.Picture) {
		if !act.Possible(pics) {
			a.marks.tell(menu.CannotText(act, pics), "", nil)
			return
		}
		act.With(pics)
	})
	return true
}

// copyFirst puts the first of some pictures on the clipboard.
func (a *Actions) copyFirst(ids []int64) {
	a.marks.With(ids[:min(len(ids), 1)], func(p []library.Picture) {
		if a.others != nil {
			a.others.CopyPicture(p[0].File)
		}
	})
}

// menuOf opens what can be done with pictures.
func (a *Actions) menuOf(ids []int64, at fyne.Position) {
	a.marks.With(ids, func(p []library.Picture) { a.ShowMenu(at, p...) })
}

// ShowMenu opens what can be done with pictures, in the library or not.
func (a *Actions) ShowMenu(at fyne.Position, p ...library.Picture) {
	menu.PopupMenu(a.canvas, at, menu.Lines(a.All(), p))
}
