package gallery

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A heading says above the pictures what is shown and chosen, and in their place
// why there is nothing to see.
type heading struct {
	finder  *Finder
	row     *fyne.Container
	title   *widgets.Text
	chosen  *widgets.Text
	message *widgets.Message
}

func newHeading(f *Finder) *heading {
	h := &heading{finder: f, title: widgets.NewDim("").Shrink(), chosen: widgets.NewDim("").Right(), message: widgets.NewMessage()}
	h.row = container.NewBorder(nil, nil, nil, h.chosen, h.title)
	h.message.Hide()
	return h
}

// say shows how many pictures are shown, and how many of them are chosen.
func (h *heading) say(n, chosen int) {
	f := h.finder
	count := lang.XN("library.count", "{{.N}} pictures", n, map[string]any{"N": numbers.Grouped(n)})
	if f.place.kind == inAll && f.query == f.all() && f.counts.Copies > 0 {
		count += " · " + format.FilesText(n+f.counts.Copies)
	}
	h.title.SetText(f.place.title(f.counts) + " · " + count)
	text := ""
	if chosen > 0 {
		text = lang.XN("library.chosen", "{{.N}} selected", chosen, map[string]any{"N": numbers.Grouped(chosen)})
	}
	if h.chosen.Text() != text {
		h.chosen.SetText(text)
		h.row.Refresh() // another width
	}
}

// status is what the foot of the window says, and the keys that it names.
func (h *heading) status() (left, keys string) {
	var parts []string
	if text := h.chosen.Text(); text != "" {
		parts = append(parts, text)
	}
	all := h.finder.counts.All
	parts = append(parts, lang.XN("library.count", "{{.N}} pictures", all, map[string]any{"N": numbers.Grouped(all)})+" · "+format.Amount(h.finder.counts.Bytes))
	return strings.Join(parts, "      "), lang.X("library.keys", "Space opens · 1 to 5 rate · F favourite · Del moves to trash, Ctrl+Z brings back")
}

// sayEmpty says why there is nothing to see, or nothing where there is. create
// and add are offered where the library is empty; nil: not.
func (h *heading) sayEmpty(empty bool, create, add func()) {
	widgets.SetVisible(h.message, empty)
	if !empty {
		return
	}
	f := h.finder
	clear := widgets.Action{Text: lang.X("library.everything.show", "Show everything"), Do: f.everything}
	var actions []widgets.Action
	switch {
	case f.query == (library.Query{Sort: f.query.Sort, Collapse: f.query.Collapse}):
		if create != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.create", "Make a picture"), Do: create, Main: true})
		}
		if add != nil {
			actions = append(actions, widgets.Action{Text: lang.X("library.import", "Add a folder…"), Do: add})
		}
		h.message.Set(lang.X("library.empty", "No pictures yet"), lang.X("library.empty.help", "Pictures you make appear here. A folder of pictures can be added without moving it."), "", actions...)
	case f.query.Text != "":
		h.message.Set(lang.X("library.none", "Nothing found"), lang.X("library.none.help", "Fewer words find more. -word leaves out; model:, tag:, seed:, stars>2, steps:20, size:1024x768, width>1000 and is:landscape look at one thing."), "", clear)
	case f.query.Album != 0:
		h.message.Set(lang.X("library.album.empty", "This album is empty"), lang.X("library.album.empty.help", "Select pictures and choose Add to album from their menu."), "", clear)
	case f.place.kind == inToday && f.query == f.place.query(f.p.Now(), library.Query{Sort: f.query.Sort, Collapse: f.query.Collapse}):
		h.message.Set(lang.X("library.today.empty", "No pictures today yet"), lang.X("library.today.help", "What you make today appears here."), "", clear)
	case f.query.Favourites:
		h.message.Set(lang.X("library.favourites.empty", "No favourites yet"), lang.X("library.favourites.help", "Select a picture and press F."), "", clear)
	default:
		h.message.Set(lang.X("library.none.here", "No pictures here"), lang.X("library.none.here.help", "No picture is what the place and the filter ask for."), "", clear)
	}
}
