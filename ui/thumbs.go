package ui

import (
	"container/list"
	"fmt"
	"image"
	_ "image/jpeg" // thumbnails
	_ "image/png"  // pictures
	"io"
	"os"
	"slices"

	"golang.org/x/image/draw"

	"cascata/app"
)

// Thumbs gives views the small pictures of jobs. It reads a few files at a
// time, first those asked for last, since they are what the artist looks at
// now, and keeps the newest in memory. Its methods belong to the window's
// goroutine.
type Thumbs struct {
	run  runner
	file func(job int64) string

	kept   map[string]*list.Element // of order, by file
	order  *list.List               // of kept, what was used last in front
	wishes []*wish                  // the newest last
	busy   int
}

type kept struct {
	file string
	img  *image.RGBA
}

// A wish is one small picture that somebody waits for.
type wish struct {
	file, instead string // files to read: the first that can be
	then          []func(*image.RGBA)
	gone          int // of then: who does not wait any longer
}

const (
	thumbsKept  = 300 // 79 MB
	thumbsAt    = 2   // files that are read at a time
	thumbsAhead = 200 // wishes beyond these are forgotten, the oldest first
)

// NewThumbs reads the files that file names.
func NewThumbs(run runner, file func(job int64) string) *Thumbs {
	return &Thumbs{run: run, file: file, kept: map[string]*list.Element{}, order: list.New()}
}

// Get gives then the small picture of a job: at once where it is in memory,
// and nil where there is none. cancel says that nobody waits any longer.
func (t *Thumbs) Get(j app.Job, then func(*image.RGBA)) (cancel func()) {
	file := t.file(j.ID)
	if e := t.kept[file]; e != nil {
		t.order.MoveToFront(e)
		then(e.Value.(kept).img)
		return func() {}
	}
	i := slices.IndexFunc(t.wishes, func(w *wish) bool { return w.file == file })
	w := &wish{file: file, instead: j.File}
	if i >= 0 {
		w = t.wishes[i]
		t.wishes = slices.Delete(t.wishes, i, i+1)
	}
	k := len(w.then)
	w.then = append(w.then, then)
	t.wishes = append(t.wishes, w)
	if len(t.wishes) > thumbsAhead {
		t.wishes = slices.Delete(t.wishes, 0, 1)
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
	for t.busy < thumbsAt && len(t.wishes) > 0 {
		w := t.wishes[len(t.wishes)-1]
		t.wishes = t.wishes[:len(t.wishes)-1]
		if w.gone == len(w.then) {
			continue
		}
		t.busy++
		var img *image.RGBA
		t.run(func() { img = small(w.file, w.instead) }, func() {
			t.busy--
			t.keep(w.file, img)
			for _, then := range w.then {
				if then != nil {
					then(img)
				}
			}
			t.next()
		})
	}
}

func (t *Thumbs) keep(file string, img *image.RGBA) {
	if img == nil || t.kept[file] != nil {
		return
	}
	t.kept[file] = t.order.PushFront(kept{file, img})
	for t.order.Len() > thumbsKept {
		last := t.order.Remove(t.order.Back()).(kept)
		delete(t.kept, last.file)
	}
}

// small reads the first of files that is a picture, no larger than a thumbnail.
func small(files ...string) *image.RGBA {
	for _, file := range files {
		img, err := readPicture(file)
		if err != nil {
			continue
		}
		if b := img.Rect; max(b.Dx(), b.Dy()) > app.ThumbSide {
			k := float64(app.ThumbSide) / float64(max(b.Dx(), b.Dy()))
			less := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*k)), max(1, int(float64(b.Dy())*k))))
			draw.ApproxBiLinear.Scale(less, less.Rect, img, b, draw.Src, nil)
			img = less
		}
		return img
	}
	return nil
}

// Bounds of a picture file that is read.
const (
	maxPicturePixels = 1 << 26 // 8192 by 8192
	maxPictureBytes  = 1 << 29
)

// readPicture reads a PNG or JPEG file. Not for the window's goroutine.
func readPicture(file string) (*image.RGBA, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(io.LimitReader(f, maxPictureBytes))
	if err != nil {
		return nil, fmt.Errorf("%s is no picture that can be read: %w", file, err)
	}
	if c.Width < 1 || c.Height < 1 || int64(c.Width)*int64(c.Height) > maxPicturePixels {
		return nil, fmt.Errorf("%s has %d by %d pixels, more than can be shown", file, c.Width, c.Height)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(io.LimitReader(f, maxPictureBytes))
	if err != nil {
		return nil, fmt.Errorf("%s is no picture that can be read: %w", file, err)
	}
	if img, ok := img.(*image.RGBA); ok {
		return img, nil
	}
	rgba := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(rgba, rgba.Rect, img, img.Bounds().Min, draw.Src)
	return rgba, nil
}
