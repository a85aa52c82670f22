package ui

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cascata/app/disk"
	"cascata/app/studio"
)

// oneByOne is a runner that does nothing until a test says so.
type oneByOne struct{ waiting []func() }

func (o *oneByOne) run(work, then func()) { o.waiting = append(o.waiting, func() { work(); then() }) }

func (o *oneByOne) next() {
	f := o.waiting[0]
	o.waiting = o.waiting[1:]
	f()
}

func TestThumbsReadTheNewestFirst(t *testing.T) {
	file := writeTestPicture(t, "a.png", 8, 8)
	o := &oneByOne{}
	th := NewThumbs(o.run, func(id int64) string { return fmt.Sprintf("%s/none-%d", filepath.Dir(file), id) })
	var got []int64
	for id := int64(1); id <= 5; id++ {
		th.Get(studio.Job{ID: id, File: file}, func(img *image.RGBA) {
			if img == nil {
				t.Errorf("job %d has no picture", id)
			}
			got = append(got, id)
		})
	}
	if len(o.waiting) != thumbsAt {
		t.Errorf("%d read at a time, want %d", len(o.waiting), thumbsAt)
	}
	for len(o.waiting) > 0 {
		o.next()
	}
	if want := []int64{1, 5, 2, 4, 3}; !slices.Equal(got, want) && !slices.Equal(got, []int64{1, 2, 5, 4, 3}) {
		t.Errorf("order %v, want the two that began, then the newest", got)
	}
}

func TestThumbsAreKept(t *testing.T) {
	file := writeTestPicture(t, "a.png", 8, 8)
	reads := 0
	th := NewThumbs(func(work, then func()) { reads++; work(); then() }, func(id int64) string { return fmt.Sprint(file, "#", id) })
	const most = 300
	th.most = most * 8 * 8 * 4
	get := func(id int64) { th.Get(studio.Job{ID: id, File: file}, func(*image.RGBA) {}) }
	get(1)
	get(1)
	if reads != 1 {
		t.Errorf("read %d times, want once", reads)
	}
	for id := int64(2); id <= most+1; id++ {
		get(id)
		get(1) // in use
	}
	reads = 0
	get(1)
	get(2)
	if reads != 1 || th.order.Len() != most {
		t.Errorf("read %d times with %d kept; want only what was not used for longest, %d", reads, th.order.Len(), most)
	}
}

func TestThumbsNobodyWaitsFor(t *testing.T) {
	o := &oneByOne{}
	th := NewThumbs(o.run, func(id int64) string { return fmt.Sprint("none", id) })
	told := 0
	var cancel []func()
	for id := int64(1); id <= 4; id++ {
		cancel = append(cancel, th.Get(studio.Job{ID: id}, func(*image.RGBA) { told++ }))
	}
	cancel[0]()
	cancel[3]()
	reads := 0
	for len(o.waiting) > 0 {
		reads++
		o.next()
	}
	if reads != 3 || told != 2 {
		t.Errorf("%d read, %d told; want 3 (one was being read already) and 2", reads, told)
	}
}

func TestReadPictureRefuses(t *testing.T) {
	dir := t.TempDir()
	// A PNG header that promises 60,000 by 60,000 pixels.
	huge := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00\x0f\xb0\xe2\x15")
	for name, data := range map[string][]byte{"huge.png": huge, "text.png": []byte("no picture"), "empty.png": nil} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readPicture(file)
		if err == nil || name == "huge.png" && !strings.Contains(err.Error(), "60000") { // refused before it is read
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSmallIsSmall(t *testing.T) {
	img := small(writeTestPicture(t, "large.png", 1024, 512))
	if img == nil || img.Rect.Dx() != disk.ThumbSide || img.Rect.Dy() != disk.ThumbSide/2 {
		t.Errorf("got %v, want %d by %d", img.Bounds(), disk.ThumbSide, disk.ThumbSide/2)
	}
}

func TestNumbersInWords(t *testing.T) {
	testApp(t)
	for got, want := range map[string]string{
		took(240 * time.Millisecond): "0.2 s", took(9500 * time.Millisecond): "9.5 s", took(70 * time.Second): "1 min 10 s",
		grouped(0): "0", grouped(999): "999", grouped(1284): "1,284", grouped(1234567): "1,234,567",
		amount(849_600_000): "850 MB", amount(1_230_000_000): "1.2 GB",
		joined("a", "", "b"): "a · b", joined(""): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSeries(t *testing.T) {
	q := fourPictures()
	s := seriesOf(q)
	if n, of := s.place(q.Waiting[1]); n != 4 || of != 4 {
		t.Errorf("picture %d of %d, want 4 of 4", n, of)
	}
	q.Over = nil // forgotten
	if n, of := seriesOf(q).place(q.Running[0]); n != 2 || of != 4 {
		t.Errorf("picture %d of %d with the first forgotten, want 2 of 4", n, of)
	}
	if alone := testJob(9, 9, studio.Waiting); s.short(alone) != "" {
		t.Errorf("%q for a picture alone, want nothing", s.short(alone))
	}
}

func TestStatusBar(t *testing.T) {
	testApp(t)
	s := NewStatusBar()
	q := fourPictures()
	q.Left = 70 * time.Second
	s.SetQueue(q)
	if got, want := s.queue.Title(), "3 in queue · 1 min 10 s"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.SetMemory(0)
	s.SetPictures(1284)
	if s.memory.Text() != "" || s.pictures.Text() != "1,284 pictures" {
		t.Errorf("%q, %q", s.memory.Text(), s.pictures.Text())
	}
	s.SetQueue(studio.Queue{})
	if s.queue.Title() == "" {
		t.Error("an empty queue says nothing")
	}
}
