package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
)

// timeText is a time as an artist reads it: "0.4 s", "38 s", "1 min 10 s",
// "2 h 5 min".
func timeText(d time.Duration) string {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	number := func(d, unit time.Duration) string { return strconv.Itoa(int(d / unit)) }
	if d < second-50*time.Millisecond {
		tenths := strconv.FormatFloat(max(d.Seconds(), 0), 'f', 1, 64)
		return lang.X("time.s", "{{.S}} s", map[string]any{"S": decimal(tenths)})
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

// decimal puts the artist's decimal mark into a number.
func decimal(number string) string {
	return strings.Replace(number, ".", lang.X("number.point", "."), 1)
}
