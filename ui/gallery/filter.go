package gallery

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"cascata/app/library"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// OpenFilter asks which pictures of the place are shown.
func (t *Toolbar) OpenFilter() {
	f := t.finder
	q := f.query
	stars := widgets.NewChoice(nil, lang.X("library.stars.any", "any"), "★ 1", "★ 2", "★ 3", "★ 4", "★ 5")
	stars.Choose(q.MinStars)
	anyModel := lang.X("library.model.any", "any model")
	model := widgets.NewSelect(append([]string{anyModel}, f.counts.Models...), nil)
	model.SetSelected(anyModel)
	if slices.Contains(f.counts.Models, q.Model) {
		model.SetSelected(q.Model)
	}
	shape := widgets.NewChoice(nil, lang.X("library.shape.any", "any"), lang.X("library.shape.landscape", "landscape"), lang.X("library.shape.portrait", "portrait"), lang.X("library.shape.square", "square"))
	shape.Choose(int(q.Shape))
	wide, high := widgets.NewEntry(lang.X("library.filter.width", "width")), widgets.NewEntry(lang.X("library.filter.height", "height"))
	wide.SetText(pixelText(q.MinWidth))
	high.SetText(pixelText(q.MinHeight))
	from, to := widgets.NewEntry("2026-01-31"), widgets.NewEntry("2026-12-31")
	if f.filtersDates() {
		from.SetText(dateText(q.From))
		if !q.To.IsZero() {
			to.SetText(dateText(q.To.AddDate(0, 0, -1)))
		}
	}
	wrong := widgets.NewSmall("")
	wrong.SetColor(look.ColorBad)
	var d *widgets.Dialog
	use := func() {
		next := f.place.query(f.p.Now(), library.Query{Text: q.Text, Sort: q.Sort, Collapse: q.Collapse, MinStars: max(stars.Chosen(), 0), Shape: library.Shape(max(shape.Chosen(), 0))})
		if model.Selected != anyModel {
			next.Model = model.Selected
		}
		w, okW := parsePixels(wide.Text)
		h, okH := parsePixels(high.Text)
		if !okW || !okH {
			wrong.SetText(lang.X("library.pixels.wrong", "Width and height are numbers of pixels: 1024."))
			return
		}
		next.MinWidth, next.MinHeight = w, h
		a, okA := parseDate(from.Text)
		b, okB := parseDate(to.Text)
		if !okA || !okB {
			wrong.SetText(lang.X("library.date.wrong", "A date is written as year-month-day: 2026-01-31."))
			return
		}
		if !a.IsZero() || !b.IsZero() {
			next.From, next.To = a, b
			if !b.IsZero() {
				next.To = b.AddDate(0, 0, 1) // the day itself is in
			}
		}
		d.Close()
		f.Set(next)
	}
	clear := func() {
		d.Close()
		f.Set(f.place.query(f.p.Now(), library.Query{Text: q.Text, Sort: q.Sort, Collapse: q.Collapse}))
	}
	d = widgets.NewDialog(lang.X("library.filter", "Filter"), widgets.Column(10,
		widgets.NewHeading(lang.X("library.filter.stars", "At least so many stars")), stars,
		widgets.NewHeading(lang.X("library.filter.model", "Made with")), model,
		widgets.NewHeading(lang.X("library.filter.shape", "Shape")), shape,
		widgets.NewHeading(lang.X("library.filter.pixels", "At least so many pixels")), container.NewGridWithColumns(2, wide, high),
		widgets.NewHeading(lang.X("library.filter.dates", "Made from this day to that")), container.NewGridWithColumns(2, from, to), wrong,
		widgets.Row(8, layout.NewSpacer(), widgets.NewButton(lang.X("library.filter.clear", "No filter"), clear), widgets.NewMainButton(lang.X("library.filter.use", "Show these"), use))))
	for _, e := range []*widgets.Entry{wide, high, from, to} {
		e.OnSubmitted = func(string) { use() }
	}
	d.SetFirst(stars).Show(t.canvas)
}

func pixelText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// parsePixels reads how many pixels; "" is any number.
func parsePixels(s string) (int, bool) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// parseDate reads a day; "" is none.
func parseDate(s string) (time.Time, bool) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, true
	}
	t, err := time.ParseInLocation(time.DateOnly, s, time.Local)
	return t, err == nil
}
