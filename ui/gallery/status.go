package gallery

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// say tells what is shown and what is chosen.
func (v *View) say() {
	n := len(v.Grid.Keys())
	count := lang.XN("library.count", "{{.N}} pictures", n, map[string]any{"N": format.Grouped(n)})
	if all := v.place.query(v.p.Now(), library.Query{Sort: v.query.Sort}); v.place.kind == inAll && v.query == all && v.counts.Copies > 0 {
		count += " · " + format.FilesText(n+v.counts.Copies)
	}
	v.title.SetText(v.place.title(v.counts) + " · " + count)
	text := ""
	if n := v.Grid.Count(); n > 0 {
		text = lang.XN("library.chosen", "{{.N}} selected", n, map[string]any{"N": format.Grouped(n)})
	}
	if v.chosen.Text() != text {
		v.chosen.SetText(text)
		v.head.Refresh() // another width
	}
	v.tellStatus()
}

func (v *View) tellStatus() {
	if v.OnStatus == nil || !v.shown {
		return
	}
	var parts []string
	if text := v.chosen.Text(); text != "" {
		parts = append(parts, text)
	}
	all := v.counts.All
	parts = append(parts, lang.XN("library.count", "{{.N}} pictures", all, map[string]any{"N": format.Grouped(all)})+" · "+format.Amount(v.counts.Bytes))
	v.OnStatus(strings.Join(parts, "      "), lang.X("library.keys", "Space opens · 1 to 5 rate · F favourite · Del moves to trash, Ctrl+Z brings back"))
}

// sayEmpty says in place why there is nothing to see.
func (v *View) sayEmpty() {
	empty := len(v.Grid.Keys()) == 0
	widgets.SetVisible(v.message, empty)
	if !empty {
		return
	}
	clear := widgets.Action{Text: lang.X("library.everything.show", "Show everything"), Do: func() { v.SetQuery(library.Query{Sort: v.query.Sort}) }}
	var actions []widgets.Action
	switch {
	case v.query == (library.Query{Sort: v.query.Sort, Collapse: v.query.Collapse}):
		if v.OnCreate != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.create", "Make a picture"), Do: v.OnCreate, Main: true})
		}
		if v.OnImport != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.import", "Add a folder…"), Do: v.OnImport})
		}
		v.message.Set(lang.X("library.empty", "No pictures yet"), lang.X("library.empty.help", "Pictures you make appear here. A folder of pictures can be added without moving it."), "", actions...)
	case v.query.Text != "":
		v.message.Set(lang.X("library.none", "Nothing found"), lang.X("library.none.help", "Fewer words find more. -word leaves out; model:, tag:, seed:, stars>2, size:1024x768, width>1000 and is:landscape look at one thing."), "", clear)
	case v.query.Album != 0:
		v.message.Set(lang.X("library.album.empty", "This album is empty"), lang.X("library.album.empty.help", "Select pictures and choose Add to album from their menu."), "", clear)
	case v.place.kind == inToday && v.query == v.place.query(v.p.Now(), library.Query{Sort: v.query.Sort, Collapse: v.query.Collapse}):
		v.message.Set(lang.X("library.today.empty", "No pictures today yet"), lang.X("library.today.help", "What you make today appears here."), "", clear)
	case v.query.Favourites:
		v.message.Set(lang.X("library.favourites.empty", "No favourites yet"), lang.X("library.favourites.help", "Select a picture and press F."), "", clear)
	default:
		v.message.Set(lang.X("library.none.here", "No pictures here"), lang.X("library.none.here.help", "No picture is what the place and the filter ask for."), "", clear)
	}
}
