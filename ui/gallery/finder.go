package gallery

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/numbers"
	"cascata/ui/widgets/grid"
)

// searchDelay is the debounce of the search field.
const searchDelay = 60 * time.Millisecond

// A Finder knows what is looked for and asks the library for it: the pictures of
// the query, and the figures of the places. One question of each kind is asked
// at a time, and only the newest of those that come meanwhile. It belongs to the
// window's goroutine.
type Finder struct {
	p       Params
	asked   func()                                 // something else is looked for
	found   func(ids []int64, days []grid.Section) // the pictures of the query
	counted func()                                 // the figures are known again

	query            library.Query
	place            place
	counts           library.Counts
	finds, countings asking
	typing           async.Debounce
}

// asking is the state of a question: whether it waits for its answer, and
// whether it must be asked again then.
type asking struct{ busy, again bool }

func newFinder(p Params) *Finder {
	return &Finder{p: p, typing: async.Debounce{Later: p.Later, Wait: searchDelay}}
}

// Query is what is looked for.
func (f *Finder) Query() library.Query { return f.query }

// Set looks for something else, as if the artist had.
func (f *Finder) Set(q library.Query) {
	if f.query == q {
		return
	}
	f.query = q
	f.place = placeOf(q, f.p.Now())
	f.asked()
	f.find()
}

// everything looks for all pictures, in the order that is chosen.
func (f *Finder) everything() { f.Set(f.all()) }

func (f *Finder) all() library.Query { return library.Query{Sort: f.query.Sort} }

// ToggleFamilies looks for one picture a family, or for all.
func (f *Finder) ToggleFamilies() {
	q := f.query
	q.Collapse = !q.Collapse
	f.Set(q)
}

// goTo looks for the pictures of a place. Going where the artist is already
// takes words and filter away.
func (f *Finder) goTo(p place) {
	with := f.query
	if p == f.place {
		with = library.Query{Sort: with.Sort, Collapse: with.Collapse}
	}
	f.Set(p.query(f.p.Now(), with))
}

// typed looks for words once typing rests.
func (f *Finder) typed(text string) {
	text = strings.TrimSpace(text)
	f.typing.Call(func() {
		if text != f.query.Text {
			f.query.Text = text
			f.asked()
			f.find()
		}
	})
}

// again asks everything again: the library is another now.
func (f *Finder) again() {
	if q := f.place.query(f.p.Now(), f.query); f.place.kind == inToday && !q.From.Equal(f.query.From) {
		f.query.From = q.From // midnight passed
	}
	f.find()
	f.count()
}

func (f *Finder) find() {
	if f.finds.busy {
		f.finds.again = true
		return
	}
	f.finds.busy, f.finds.again = true, false
	q := f.query
	var ids []int64
	var days []library.Day
	var err error
	f.p.Run(func() { ids, days, err = f.p.Library.FindDays(q) }, func() {
		f.finds.busy = false
		if f.finds.again {
			f.find()
		}
		if q != f.query {
			return
		}
		if err != nil {
			f.p.Fail(err)
			return
		}
		f.p.Trace("library.found", "pictures", len(ids), "text", q.Text)
		f.found(ids, daySections(days, f.p.Now()))
	})
}

func (f *Finder) count() {
	if f.countings.busy {
		f.countings.again = true
		return
	}
	f.countings.busy, f.countings.again = true, false
	async.Go(f.p.Run, f.p.Library.Counts, func(counts library.Counts, err error) {
		f.countings.busy = false
		if f.countings.again {
			f.count()
		}
		if err != nil {
			f.p.Fail(err)
			return
		}
		f.counts = counts
		f.counted()
	})
}

// filtersDates reports whether dates are asked for that are not the place's.
func (f *Finder) filtersDates() bool {
	return f.place.kind != inToday && (!f.query.From.IsZero() || !f.query.To.IsZero())
}

// daySections are the days as the grid heads them.
func daySections(days []library.Day, now time.Time) []grid.Section {
	sections := make([]grid.Section, len(days))
	today := midnight(now)
	for i, d := range days {
		title := ""
		switch {
		case d.Start.Equal(today):
			title = lang.X("library.today", "Today")
		case d.Start.Equal(today.AddDate(0, 0, -1)):
			title = lang.X("library.yesterday", "Yesterday")
		default:
			title = format.DateOf(d.Start)
		}
		sections[i] = grid.Section{Title: title + " · " + numbers.Grouped(d.Count), Count: d.Count}
	}
	return sections
}
