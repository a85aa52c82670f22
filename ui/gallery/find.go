package gallery

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/format"
	"cascata/ui/widgets/grid"
)

// asking is the state of a question: whether it waits for its answer, and
// whether it must be asked again then.
type asking struct{ busy, again bool }

// searchDelay is the debounce of the search field.
const searchDelay = 60 * time.Millisecond

// SetShown says whether the view is on screen. What changed meanwhile is
// looked up when it is shown.
func (v *View) SetShown(yes bool) {
	v.shown = yes
	if yes && (v.stale || !v.found) {
		v.Changed()
	}
	if yes {
		v.tellStatus()
	}
}

// Changed looks everything up again: the library is another now.
func (v *View) Changed() {
	if !v.shown {
		v.stale = true
		return
	}
	v.stale = false
	if q := v.place.query(v.p.Now(), v.query); v.place.kind == inToday && !q.From.Equal(v.query.From) {
		v.query.From = q.From // midnight passed
	}
	v.rows.forget()
	v.Box.forget()
	v.find()
	v.count()
}

// count asks for the figures of the places, one question at a time.
func (v *View) count() {
	if v.countings.busy {
		v.countings.again = true
		return
	}
	v.countings.busy, v.countings.again = true, false
	var counts library.Counts
	var err error
	v.p.Run(func() { counts, err = v.p.Library.Counts() }, func() {
		v.countings.busy = false
		if v.countings.again {
			v.count()
		}
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.counts = counts
		v.places.set(counts)
		v.say()
	})
}

// Query is what is looked for.
func (v *View) Query() library.Query { return v.query }

// SetQuery looks for something else, as if the artist had.
func (v *View) SetQuery(q library.Query) {
	if v.query == q {
		return
	}
	v.query = q
	v.place = placeOf(q, v.p.Now())
	v.places.choose(v.place)
	v.Search.show(q.Text)
	v.showPills()
	v.Grid.Top()
	v.find()
}

// ShowPicture goes to a picture and chooses it. Where what is looked for does
// not hold it, everything is shown.
func (v *View) ShowPicture(id int64) {
	if v.Grid.Choose(id) {
		return
	}
	v.then = id
	if q := (library.Query{Sort: v.query.Sort}); v.query != q {
		v.SetQuery(q)
		return
	}
	v.find()
}

// find asks for the pictures of the query. One question is asked at a time,
// and only the newest of those that come meanwhile.
func (v *View) find() {
	if v.finds.busy {
		v.finds.again = true
		return
	}
	v.finds.busy, v.finds.again = true, false
	q := v.query
	var ids []int64
	var days []library.Day
	var err error
	v.p.Run(func() { ids, days, err = v.p.Library.FindDays(q) }, func() {
		v.finds.busy = false
		if v.finds.again {
			v.find()
		}
		if q != v.query {
			return
		}
		if err != nil {
			v.p.Fail(err)
			return
		}
		v.found = true
		v.p.Trace("library.found", "pictures", len(ids), "text", q.Text)
		v.Grid.SetKeys(ids, daySections(days, v.p.Now())...)
		v.inView(v.Grid.InView())
		v.sayEmpty()
		v.say()
		if v.then != 0 && v.Grid.Choose(v.then) || !v.finds.again {
			v.then = 0
		}
	})
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
		sections[i] = grid.Section{Title: title + " · " + format.Grouped(d.Count), Count: d.Count}
	}
	return sections
}

// typedSearch looks for what is typed when the hand rests.
func (v *View) typedSearch(text string) {
	text = strings.TrimSpace(text)
	v.typing.Call(func() {
		if text != v.query.Text {
			v.query.Text = text
			v.Grid.Top()
			v.find()
		}
	})
}
