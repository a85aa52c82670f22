package format

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/ui/numbers"
)

// TimeText is a time as an artist reads it: "0.4 s", "38 s", "1 min 10 s",
// "2 h 5 min".
func TimeText(d time.Duration) string {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	number := func(d, unit time.Duration) string { return strconv.Itoa(int(d / unit)) }
	if d < second-50*time.Millisecond {
		return lang.X("time.s", "{{.S}} s", map[string]any{"S": numbers.Fixed(max(d.Seconds(), 0), 1)})
	}
	d = d.Round(second)
	switch {
	case d < minute:
		return lang.X("time.s", "{{.S}} s", map[string]any{"S": number(d, second)})
	case d < hour && d%minute == 0:
		return lang.X("time.min", "{{.M}} min", map[string]any{"M": number(d, minute)})
	case d < hour:
		return lang.X("time.min.s", "{{.M}} min {{.S}} s", map[string]any{"M": number(d, minute), "S": number(d%minute, second)})
	}
	d = d.Round(minute)
	return lang.X("time.h", "{{.H}} h {{.M}} min", map[string]any{"H": number(d, hour), "M": number(d%hour, minute)})
}

// DayText is when something was, as seen from now: "today 14:03",
// "yesterday 09:30", "2026-11-24".
func DayText(t, now time.Time) string {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	clock := map[string]any{"Time": t.Format("15:04")}
	switch day(now).Sub(day(t)) {
	case 0:
		return lang.X("day.today", "today {{.Time}}", clock)
	case 24 * time.Hour:
		return lang.X("day.yesterday", "yesterday {{.Time}}", clock)
	}
	return DateOf(t)
}

// DateOf is a day as the artist writes it: "2026-11-24".
func DateOf(t time.Time) string {
	return lang.X("day.date", "{{.Year}}-{{.Month}}-{{.Day}}", map[string]any{"Year": t.Format("2006"), "Month": t.Format("01"), "Day": t.Format("02")})
}
