// Package numbers writes numbers as the artist's language and country do: 1,284.5, 1.284,5 or 1’284.5.
package numbers

import (
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// printer writes in the language that was set last. It is set by the window's
// goroutine and used by any.
var printer atomic.Pointer[message.Printer]

var english = message.NewPrinter(language.English)

func sprint(x any, options ...number.Option) string {
	p := printer.Load()
	if p == nil {
		p = english
	}
	return p.Sprint(number.Decimal(x, options...))
}

// SetLanguage sets the language by its code, with or without a country: "de",
// "de-CH". One that is not known counts as English.
func SetLanguage(code string) { printer.Store(message.NewPrinter(language.Make(code))) }

// Fixed is a number with this many digits behind the decimal mark.
func Fixed(v float64, digits int) string {
	return sprint(v, number.Scale(digits), number.NoSeparator())
}

// Short is a number with no more digits than it needs, and at most six behind
// the decimal mark.
func Short(v float64) string {
	return sprint(v, number.MaxFractionDigits(6), number.NoSeparator())
}

// Grouped is a whole number in groups of digits: "1,284".
func Grouped(n int) string { return sprint(n) }

// Ungroup reads what Grouped writes; ok is false for what has no groups.
func Ungroup(text string) (n int, ok bool) {
	mark := strings.Trim(Grouped(1000), "10")
	if mark == "" || !strings.Contains(text, mark) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.ReplaceAll(text, mark, ""))
	return n, err == nil && Grouped(n) == text
}

// Parse reads a number with a comma or a point for the decimal mark.
func Parse(text string) (v float64, ok bool) {
	v, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return v, err == nil && !math.IsNaN(v)
}
