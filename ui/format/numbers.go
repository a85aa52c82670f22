// Package format says things in the artist's language: numbers, times, errors, notes of the engine, keys, devices.
// What is not said otherwise may be called from any goroutine once Translate was.
package format

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"cascata/app/studio"
	"cascata/ui/numbers"
)

// Took is a time that has passed, with a tenth of a second where it is short.
func Took(d time.Duration) string {
	if d >= 10*time.Second {
		return TimeText(d)
	}
	return lang.X("time.s", "{{.S}} s", map[string]any{"S": numbers.Fixed(d.Seconds(), 1)})
}

// Amount is a number of bytes: "850 MB", "1.2 GB".
func Amount(bytes int64) string {
	if bytes < 1e9 {
		return lang.X("amount.mb", "{{.N}} MB", map[string]any{"N": (bytes + 5e5) / 1e6})
	}
	return lang.X("amount.gb", "{{.N}} GB", map[string]any{"N": numbers.Fixed(float64(bytes)/1e9, 1)})
}

// Ending is a word for how a job ended; "" for a finished picture.
func Ending(j studio.Job) string {
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

// Series says how many pictures were asked for together, by their group. A
// group's jobs have IDs that follow each other from its own on.
type Series map[int64]int

// SeriesOf counts the series of a queue.
func SeriesOf(q studio.Queue) Series {
	s := Series{}
	for _, jobs := range [][]studio.Job{q.Running, q.Waiting, q.Over} {
		for _, j := range jobs {
			s[j.Group] = max(s[j.Group], int(j.ID-j.Group)+1)
		}
	}
	return s
}

// Place is the number of a job in its group, and of how many.
func (s Series) Place(j studio.Job) (n, of int) {
	return int(j.ID-j.Group) + 1, max(s[j.Group], int(j.ID-j.Group)+1)
}

// Short is "2/4", or "" for a picture that was asked for alone.
func (s Series) Short(j studio.Job) string {
	n, of := s.Place(j)
	if of < 2 {
		return ""
	}
	return fmt.Sprintf("%d/%d", n, of)
}

// Joined are the texts that are not empty, with dots between them.
func Joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " · ")
}

// FileSize is a number of bytes of one picture: "850 KB", "1.4 MB".
func FileSize(bytes int64) string {
	if bytes < 1e6 {
		return lang.X("amount.kb", "{{.N}} KB", map[string]any{"N": (bytes + 500) / 1000})
	}
	return lang.X("amount.mb", "{{.N}} MB", map[string]any{"N": numbers.Fixed(float64(bytes)/1e6, 1)})
}

// CopiesNamed is how many files of the same content are named.
const CopiesNamed = 6

// FilesText is a number of files in words.
func FilesText(n int) string {
	return lang.XN("library.files", "{{.N}} files", n, map[string]any{"N": numbers.Grouped(n)})
}

// SizeText is a size in pixels in words; 0 is the model's own.
func SizeText(w, h int) string {
	if w <= 0 || h <= 0 {
		return lang.X("line.native", "as the model has it")
	}
	return fmt.Sprintf("%d × %d", w, h)
}
