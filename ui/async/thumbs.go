package async

import (
	"container/list"
	"fmt"
	"image"
	"slices"

	"golang.org/x/image/draw"

	"cascata/app/disk"
	"cascata/app/library"
	"cascata/app/studio"
)

// Thumbs gives views the small pictures of jobs. It reads a few files at a
// time, first those asked for last, since they are what the artist looks at
// now, and keeps the newest in memory. Its methods belong to the window's
// goroutine.
type Thumbs struct {
	run  Runner
	file func(job int64) string

	kept     map[string]*list.Element // of order, by key
	order    *list.List               // of kept, what was used last in front
	bytes    int                      // of kept
	most     int                      // of bytes
	requests []*request               // the newest last
	busy     int
}

type kept struct {
	key string
	img *image.RGBA
}

// A request is one small picture that somebody waits for.
type request struct {
	key   string
	files func() []string // to read: the first that can be; not on the window's goroutine
	then  []func(*image.RGBA)
	gone  int // of then: who does not wait any longer
}

const (
	thumbsKept  = 80 << 20 // bytes
	thumbsAt    = 2        // files that are read at a time
	thumbsAhead = 200      // requests beyond these are forgotten, the oldest first
)

// NewThumbs reads the files that file names.
func NewThumbs(run Runner, file func(job int64) string) *Thumbs {
	return &Thumbs{run: run, file: file, kept: map[string]*list.Element{}, order: list.New(), most: thumbsKept}
}

// Get calls then, on the window's goroutine, with the small picture of a job: at once
// where it is in memory, and with nil where there is none. cancel withdraws the
// request.
func (t *Thumbs) Get(j studio.Job, then func(*image.RGBA)) (cancel func()) {
	file, instead := t.file(j.ID), j.File
	return t.get(file, func() []string { return []string{file, instead} }, then)
}

// Picture is Get for a picture of the library. thumb says
// where that is, and makes it where there is none; it is not called on the
// window's goroutine.
func (t *Thumbs) Picture(p library.Picture, thumb func(library.Picture) (string, error), then func(*image.RGBA)) (cancel func()) {
	return t.get(ThumbKey(p), func() []string {
		if file, err := thumb(p); err == nil {
			return []string{file}
		}
		return nil
	}, then)
}

// ThumbKey identifies a file in one version: it is another after the file changed.
func ThumbKey(p library.Picture) string {
	return fmt.Sprint(p.File, "\x00", p.Bytes, "\x00", p.Made.UnixNano())
}

func (t *Thumbs) get(key string, files func() []string, then func(*image.RGBA)) (cancel func()) {
	if e := t.kept[key]; e != nil {
		t.order.MoveToFront(e)
		then(e.Value.(kept).img)
		return func() {}
	}
	i := slices.IndexFunc(t.requests, func(w *request) bool { return w.key == key })
	w := &request{key: key, files: files}
	if i >= 0 {
		w = t.requests[i]
		t.requests = slices.Delete(t.requests, i, i+1)
	}
	k := len(w.then)
	w.then = append(w.then, then)
	t.requests = append(t.requests, w)
	if len(t.requests) > thumbsAhead {
		t.requests = slices.Delete(t.requests, 0, 1)
	}
	t.next()
	return func() {
		if w.then[k] != nil {
			w.then[k] = nil
			w.gone++
		}
	}
}

// next reads what was asked for last.
func (t *Thumbs) next() {
	for t.busy < thumbsAt && len(t.requests) > 0 {
		w := t.requests[len(t.requests)-1]
		t.requests = t.requests[:len(t.requests)-1]
		if w.gone == len(w.then) {
			continue
		}
		t.busy++
		var img *image.RGBA
		t.run(func() { img = small(w.files()...) }, func() {
			t.busy--
			t.keep(w.key, img)
			for _, then := range w.then {
				if then != nil {
					then(img)
				}
			}
			t.next()
		})
	}
}

func (t *Thumbs) keep(key string, img *image.RGBA) {
	if img == nil || t.kept[key] != nil {
		return
	}
	t.kept[key] = t.order.PushFront(kept{key, img})
	for t.bytes += len(img.Pix); t.bytes > t.most; {
		last := t.order.Remove(t.order.Back()).(kept)
		delete(t.kept, last.key)
		t.bytes -= len(last.img.Pix)
	}
}

// small reads the first of files that is a picture, no larger than a thumbnail.
func small(files ...string) *image.RGBA {
	for _, file := range files {
		img, err := disk.ReadPicture(file)
		if err != nil {
			continue
		}
		if b := img.Rect; max(b.Dx(), b.Dy()) > disk.ThumbSide {
			k := float64(disk.ThumbSide) / float64(max(b.Dx(), b.Dy()))
			less := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*k)), max(1, int(float64(b.Dy())*k))))
			draw.ApproxBiLinear.Scale(less, less.Rect, img, b, draw.Src, nil)
			img = less
		}
		return img
	}
	return nil
}
