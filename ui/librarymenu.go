package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
)

// menu opens what can be done with the pictures chosen.
func (v *LibraryView) menu(at fyne.Position) { v.menuOf(v.Chosen(), at) }

func (v *LibraryView) menuOf(ids []int64, at fyne.Position) {
	v.with(ids, func(pics []app.Picture) { v.popup(at, v.menuItems(pics)...) })
}

// menuItems are those for pictures that were read just now.
func (v *LibraryView) menuItems(pics []app.Picture) []*fyne.MenuItem {
	ids := make([]int64, len(pics))
	for i, p := range pics {
		ids[i] = p.ID
	}
	p, one := pics[0], len(pics) == 1
	var items []*fyne.MenuItem
	add := func(yes bool, text string, do func()) {
		if yes {
			items = append(items, fyne.NewMenuItem(text, do))
		}
	}
	line := func() {
		if n := len(items); n > 0 && !items[n-1].IsSeparator {
			items = append(items, fyne.NewMenuItemSeparator())
		}
	}
	add(true, lang.X("library.open", "Open"), func() { v.Open(p.ID) })
	add(len(pics) >= 2 && len(pics) <= compareMost, lang.X("library.compare", "Compare"), func() { v.Compare(ids...) })
	add(one && v.OnUse != nil, lang.X("use.settings", "Use its settings"), func() { v.OnUse(p) })
	add(one && v.OnRedevelop != nil && p.Program == "cascata", lang.X("redevelop", "Develop again"), func() { v.OnRedevelop(p) })
	add(one && v.OnSweep != nil, lang.X("library.sweep", "Compare by touch…"), func() { v.OnSweep(p) })
	add(one && v.OnFamily != nil && p.Kin > 1, lang.X("library.family.show", "Its family"), func() { v.OnFamily(p) })
	line()
	items = append(items, v.starsItem(pics, ids), v.favouriteItem(pics, ids), v.tagsItem(pics, ids), v.albumsItem(ids))
	if album := v.query.Album; album != 0 {
		add(true, lang.X("library.album.remove", "Take out of this album"), func() { v.removeFromAlbum(album, ids) })
	}
	line()
	add(one && v.OnCopyPicture != nil, lang.X("copy.picture", "Copy picture"), func() { v.OnCopyPicture(p.File) })
	add(one && v.OnCopyText != nil && p.Prompt != "", lang.X("copy.prompt", "Copy prompt"), func() { v.OnCopyText(p.Prompt) })
	add(one && v.OnCopyText != nil, lang.X("copy.path", "Copy path"), func() { v.OnCopyText(p.File) })
	add(one && v.OnReveal != nil, lang.X("reveal", "Show in folder"), func() { v.OnReveal(p.File) })
	add(v.OnExport != nil, lang.X("library.export", "Export…"), func() { v.OnExport(pics) })
	line()
	add(true, lang.X("library.trash", "Move to the trash"), func() { v.Trash(ids...) })
	return items
}

func child(text string, items ...*fyne.MenuItem) *fyne.MenuItem {
	m := fyne.NewMenuItem(text, nil)
	m.ChildMenu = fyne.NewMenu("", items...)
	return m
}

func (v *LibraryView) starsItem(pics []app.Picture, ids []int64) *fyne.MenuItem {
	var items []*fyne.MenuItem
	for n, text := range []string{lang.X("library.stars.none", "No stars"), "★", "★★", "★★★", "★★★★", "★★★★★"} {
		item := fyne.NewMenuItem(text, func() { v.SetStars(n, ids...) })
		item.Checked = !slices.ContainsFunc(pics, func(p app.Picture) bool { return p.Stars != n })
		items = append(items, item)
	}
	return child(lang.X("library.stars", "Stars"), items...)
}

func (v *LibraryView) favouriteItem(pics []app.Picture, ids []int64) *fyne.MenuItem {
	all := !slices.ContainsFunc(pics, func(p app.Picture) bool { return !p.Favourite })
	item := fyne.NewMenuItem(lang.X("library.favourite", "Favourite"), func() { v.SetFavourite(!all, ids...) })
	item.Checked = all
	return item
}

func (v *LibraryView) tagsItem(pics []app.Picture, ids []int64) *fyne.MenuItem {
	const most = 24
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.X("library.tag.new", "Another tag…"), func() { v.askTag(ids) })}
	for _, t := range v.counts.Tags[:min(len(v.counts.Tags), most)] {
		on := !slices.ContainsFunc(pics, func(p app.Picture) bool { return !slices.Contains(p.Tags, t.Name) })
		item := fyne.NewMenuItem(t.Name, func() { v.Tag(t.Name, !on, ids...) })
		item.Checked = on
		items = append(items, item)
	}
	return child(lang.X("library.tags", "Tags"), items...)
}

func (v *LibraryView) albumsItem(ids []int64) *fyne.MenuItem {
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.X("library.album.new.menu", "New album…"), func() { v.NewAlbum(ids...) })}
	for _, a := range v.counts.Albums {
		items = append(items, fyne.NewMenuItem(a.Name, func() { v.AddToAlbum(a, ids...) }))
	}
	return child(lang.X("library.album.add", "Add to album"), items...)
}
