package library

import "time"

// A dayCount cuts times that follow one another into days.
type dayCount struct {
	days       []Day
	start, end int64 // of the last day
}

// add takes a time in nanoseconds since 1970.
func (c *dayCount) add(made int64) {
	if made < c.start || made >= c.end {
		y, m, d := time.Unix(0, made).Date()
		start := time.Date(y, m, d, 0, 0, 0, 0, time.Local)
		c.start, c.end = start.UnixNano(), time.Date(y, m, d+1, 0, 0, 0, 0, time.Local).UnixNano()
		c.days = append(c.days, Day{Start: start})
	}
	c.days[len(c.days)-1].Count++
}
