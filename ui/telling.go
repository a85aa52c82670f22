package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/studio"
)

// took is a time that has passed, with a tenth of a second where it is short.
func took(d time.Duration) string {
	if d >= 10*time.Second {
		return timeText(d)
	}
	return lang.X("time.s", "{{.S}} s", map[string]any{"S": fixed(d.Seconds(), 1)})
}

// fixed is a number with so many digits behind the decimal mark.
func fixed(v float64, digits int) string {
	return decimal(strconv.FormatFloat(v, 'f', digits, 64))
}

// grouped is a whole number, not negative, in groups of three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + lang.X("number.group", ",") + s[i:]
	}
	return s
}

// amount is a number of bytes: "850 MB", "1.2 GB".
func amount(bytes int64) string {
	if bytes < 1e9 {
		return lang.X("amount.mb", "{{.N}} MB", map[string]any{"N": (bytes + 5e5) / 1e6})
	}
	return lang.X("amount.gb", "{{.N}} GB", map[string]any{"N": fixed(float64(bytes)/1e9, 1)})
}

// explained is what app.Explain says, in the artist's language.
func explained(err error) app.Message {
	m := app.Explain(err)
	return app.Message{Title: lang.X("error."+m.Title, m.Title), Help: lang.X("error."+m.Help, m.Help)}
}

// ending is a word for how a job ended; "" for a finished picture.
func ending(j studio.Job) string {
	switch j.State {
	case studio.Failed:
		return lang.X("job.failed", "failed")
	case studio.Cancelled:
		return lang.X("job.cancelled", "cancelled")
	case studio.Interrupted:
		return lang.X("job.interrupted", "interrupted")
	case studio.Unsaved:
		return lang.X("job.unsaved", "not saved")
	case studio.Done:
		if j.Recipe.Draft {
			return lang.X("job.draft", "draft")
		}
	}
	return ""
}

// series says how many pictures were asked for together, by their group. A
// group's jobs have IDs that follow each other from its own on.
type series map[int64]int

func seriesOf(q studio.Queue) series {
	s := series{}
	for _, jobs := range [][]studio.Job{q.Running, q.Waiting, q.Over} {
		for _, j := range jobs {
			s[j.Group] = max(s[j.Group], int(j.ID-j.Group)+1)
		}
	}
	return s
}

// place is the number of a job in its group, and of how many.
func (s series) place(j studio.Job) (n, of int) {
	return int(j.ID-j.Group) + 1, max(s[j.Group], int(j.ID-j.Group)+1)
}

// short is "2/4", or "" for a picture that was asked for alone.
func (s series) short(j studio.Job) string {
	n, of := s.place(j)
	if of < 2 {
		return ""
	}
	return fmt.Sprintf("%d/%d", n, of)
}

// joined are the texts that are not empty, with dots between them.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " · ")
}

// setVisible shows or hides o. What holds it must be laid out again.
func setVisible(o fyne.CanvasObject, yes bool) {
	if o.Visible() == yes {
		return
	}
	if yes {
		o.Show()
	} else {
		o.Hide()
	}
}
