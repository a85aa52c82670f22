package async

import (
	"fmt"
	"image"
	"path/filepath"
	"slices"
	"testing"

	"cascata/app/disk"
	"cascata/app/studio"
	"cascata/ui/uitest"
)

func TestThumbsReadTheNewestFirst(t *testing.T) {
	file := uitest.WritePicture(t, "a.png", 8, 8)
	o := &uitest.OneByOne{}
	th := NewThumbs(o.Run, func(id int64) string { return fmt.Sprintf("%s/none-%d", filepath.Dir(file), id) })
	var got []int64
	for id := int64(1); id <= 5; id++ {
		th.Get(studio.Job{ID: id, File: file}, func(img *image.RGBA) {
			if img == nil {
				t.Errorf("job %d has no picture", id)
			}
			got = append(got, id)
		})
	}
	if len(o.Waiting) != thumbsAt {
		t.Errorf("%d read at a time, want %d", len(o.Waiting), thumbsAt)
	}
	for len(o.Waiting) > 0 {
		o.Next()
	}
	if want := []int64{1, 5, 2, 4, 3}; !slices.Equal(got, want) && !slices.Equal(got, []int64{1, 2, 5, 4, 3}) {
		t.Errorf("order %v, want the two that began, then the newest", got)
	}
}

func TestThumbsAreKept(t *testing.T) {
	file := uitest.WritePicture(t, "a.png", 8, 8)
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
	o := &uitest.OneByOne{}
	th := NewThumbs(o.Run, func(id int64) string { return fmt.Sprint("none", id) })
	told := 0
	var cancel []func()
	for id := int64(1); id <= 4; id++ {
		cancel = append(cancel, th.Get(studio.Job{ID: id}, func(*image.RGBA) { told++ }))
	}
	cancel[0]()
	cancel[3]()
	reads := 0
	for len(o.Waiting) > 0 {
		reads++
		o.Next()
	}
	if reads != 3 || told != 2 {
		t.Errorf("%d read, %d told; want 3 (one was being read already) and 2", reads, told)
	}
}

func TestSmallIsSmall(t *testing.T) {
	img := small(uitest.WritePicture(t, "large.png", 1024, 512))
	if img == nil || img.Rect.Dx() != disk.ThumbSide || img.Rect.Dy() != disk.ThumbSide/2 {
		t.Errorf("got %v, want %d by %d", img.Bounds(), disk.ThumbSide, disk.ThumbSide/2)
	}
}
