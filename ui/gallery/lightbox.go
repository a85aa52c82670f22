package gallery

import (
	"image"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/disk"
	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/look"
	"cascata/ui/numbers"
	"cascata/ui/widgets"
)

// A Lightbox shows one picture after another as large as the window. The
// neighbours are read ahead.
type Lightbox struct {
	p       lightboxParams
	Over    widgets.Overlay
	rows    *pictureRows
	Viewer  *widgets.Viewer
	Toasts  *widgets.Toasts
	bar     *fyne.Container
	name    *widgets.Text
	marks   *widgets.Text
	percent *widgets.Text
	play    *widgets.Button

	ids     []int64
	at      int
	forward bool // the artist goes to the next, not to the one before
	shown   int64
	whole   bool // the picture itself is shown, not its thumbnail
	full    map[int64]*image.RGBA
	reading int64 // 0: nothing
	bad     map[int64]error
	lost    []lostPicture
	before  fyne.Focusable // had the keyboard
	wide    bool           // on the whole screen, by the lightbox
	slides  async.Debounce // the next picture of a slide show
	playing bool
}

// A lostPicture was shown here and is in the trash.
type lostPicture struct {
	id int64
	at int
}

// lightboxParams are what a lightbox works with.
type lightboxParams struct {
	Params
	menu        func(id int64, at fyne.Position)          // opens what can be done with a picture
	press       func(key fyne.KeyName, ids ...int64) bool // does what a key alone means for pictures
	functionKey func(key fyne.KeyName)                    // F1 to F12
	closed      func(last int64, before fyne.Focusable)   // the picture seen last, or 0, and what had the keyboard before
}

// readAheadPixels is the largest picture that is read before it is asked for.
const readAheadPixels = 24 << 20

func newLightbox(p lightboxParams) *Lightbox {
	l := &Lightbox{p: p, slides: async.Debounce{Later: p.Later, Wait: slideTime}}
	l.rows = newPictureRows(p.Run, p.Library, l.gotRows)
	l.Viewer = widgets.NewViewer(p.Run)
	l.Viewer.Bare = true
	l.Viewer.OnKey, l.Viewer.OnRune = l.key, l.rune
	l.Viewer.OnZoom = func(int) { l.Say() }
	l.Viewer.OnMenu = func(at fyne.Position) { p.menu(l.id(), at) }
	l.Toasts = widgets.NewToasts(p.Do)
	l.name, l.marks, l.percent = widgets.NewText("").Shrink(), widgets.NewText(""), widgets.NewDim("").Right()
	l.play = widgets.NewIconButton(look.IconPlay, lang.X("lightbox.play", "Slide show (P)"), l.togglePlay)
	icon := func(i fyne.Resource, tip string, do func()) *widgets.Button {
		return widgets.NewIconButton(i, tip, func() {
			do()
			if l.Over.Open() {
				l.Over.Canvas.Focus(l.Viewer)
			}
		})
	}
	l.bar = widgets.Panel(widgets.Bottom, widgets.Pad(12, 5, container.NewBorder(nil, nil, nil, widgets.Row(4,
		l.marks, widgets.Gap(8, 1),
		icon(look.IconLeft, lang.X("lightbox.before", "The one before (←)"), func() { l.step(-1) }),
		icon(look.IconRight, lang.X("lightbox.next", "The next one (→)"), func() { l.step(1) }),
		widgets.Gap(8, 1), widgets.Width(60, l.percent),
		icon(look.IconZoomOut, lang.X("lightbox.smaller", "Smaller (−)"), l.Viewer.ZoomOut),
		icon(look.IconZoomIn, lang.X("lightbox.larger", "Larger (+)"), l.Viewer.ZoomIn),
		icon(look.IconFit, lang.X("lightbox.fit", "Whole picture, or 100 % (Z)"), l.toggleZoom),
		widgets.Gap(8, 1), l.play,
		icon(look.IconFull, lang.X("lightbox.screen", "Whole screen (F11)"), l.ToggleScreen),
		icon(look.IconMore, lang.X("lightbox.more", "What can be done with it"), l.openMenu),
		icon(look.IconClose, lang.X("lightbox.close", "Close (Esc)"), l.Close)), l.name)))
	l.Over = widgets.Overlay{Content: container.NewStack(widgets.Frame(l.bar, nil, nil, nil, l.Viewer), l.Toasts), Key: l.key, Rune: l.rune, Closed: l.closed}
	return l
}

// Show opens the lightbox over a window with the picture id of ids.
func (l *Lightbox) Show(c fyne.Canvas, ids []int64, id int64) {
	l.ids, l.at, l.forward = slices.Clone(ids), max(slices.Index(ids, id), 0), true
	l.full, l.bad, l.lost, l.shown = map[int64]*image.RGBA{}, map[int64]error{}, nil, 0
	l.before = c.Focused()
	l.Over.Show(c, l.Viewer)
	l.display()
}

// Close closes the lightbox.
func (l *Lightbox) Close() { l.Over.Close() }

func (l *Lightbox) closed() {
	l.stopPlay()
	if l.wide {
		l.ToggleScreen()
	}
	id := l.id()
	l.ids, l.full, l.shown = nil, nil, 0
	l.Viewer.Clear()
	l.p.closed(id, l.before)
}

// id is the picture that is shown, or 0.
func (l *Lightbox) id() int64 {
	if l.at < 0 || l.at >= len(l.ids) {
		return 0
	}
	return l.ids[l.at]
}

// near are the pictures that are wanted, the one shown first.
func (l *Lightbox) near() []int64 {
	by := -1
	if l.forward {
		by = 1
	}
	var ids []int64
	for _, i := range []int{l.at, l.at + by, l.at - by} {
		if i >= 0 && i < len(l.ids) {
			ids = append(ids, l.ids[i])
		}
	}
	return ids
}

// step goes to the next picture (1) or the one before (-1).
func (l *Lightbox) step(by int) { l.goTo(l.at + by) }

func (l *Lightbox) goTo(i int) {
	if i < 0 || i >= len(l.ids) || i == l.at {
		return
	}
	l.forward = i > l.at
	l.at = i
	l.display()
}

// display shows what there is of the picture, and asks for the rest.
func (l *Lightbox) display() {
	if !l.Over.Open() || len(l.ids) == 0 {
		return
	}
	l.rows.want(l.near())
	id := l.id()
	p, ok := l.rows.get(id)
	img := l.full[id]
	switch {
	case img != nil && (l.shown != id || !l.whole):
		l.Viewer.Zoom(0)
		l.Viewer.Finish(img)
		l.shown, l.whole = id, true
	case l.bad[id] != nil:
		l.Viewer.Fail(lang.X("stage.gone", "The picture's file cannot be read."), lang.X("library.gone.help", "It may have been moved or deleted outside. It stays in the library until the folders are looked through again."), l.bad[id].Error())
		l.shown, l.whole = id, true
	case ok && l.shown != id:
		l.shown, l.whole = id, false
		l.Viewer.Wait(p.Width, p.Height, "")
		l.p.Thumbs.Picture(p, l.p.Library.Thumb, func(small *image.RGBA) {
			if small != nil && l.shown == id && !l.whole {
				l.Viewer.Preview(small)
			}
		})
	}
	for old := range l.full {
		if !slices.Contains(l.near(), old) {
			delete(l.full, old)
		}
	}
	l.read()
	l.Say()
}

// read reads the pictures that are near, one at a time.
func (l *Lightbox) read() {
	if l.reading != 0 {
		return
	}
	for i, id := range l.near() {
		p, ok := l.rows.get(id)
		if !ok || l.full[id] != nil || l.bad[id] != nil || i > 0 && p.Width*p.Height > readAheadPixels {
			continue
		}
		l.reading = id
		async.Go(l.p.Run, func() (*image.RGBA, error) { return disk.ReadPicture(p.File) }, func(img *image.RGBA, err error) {
			l.reading = 0
			if !l.Over.Open() {
				return
			}
			if err != nil {
				l.bad[id] = err
			} else {
				l.full[id] = img
			}
			l.display()
		})
		return
	}
}

func (l *Lightbox) gotRows() { l.display() }

// forget reads the rows again: the library changed.
func (l *Lightbox) forget() {
	if l.Over.Open() {
		l.rows.forget()
		l.rows.want(l.near())
	}
}

// put shows a picture that was changed.
func (l *Lightbox) put(p library.Picture) {
	if l.Over.Open() {
		l.rows.put(p)
		l.Say()
	}
}

// gone takes pictures away that went to the trash.
func (l *Lightbox) gone(ids []int64) {
	if !l.Over.Open() {
		return
	}
	for _, id := range ids {
		if i := slices.Index(l.ids, id); i >= 0 {
			l.lost = append(l.lost, lostPicture{id, i})
			l.ids = slices.Delete(l.ids, i, i+1)
			if i < l.at {
				l.at--
			}
		}
	}
	if len(l.ids) == 0 {
		l.Close()
		return
	}
	l.at = min(l.at, len(l.ids)-1)
	l.display()
}

// restored brings pictures back that were in the trash.
func (l *Lightbox) restored(ids []int64) {
	if !l.Over.Open() {
		return
	}
	for i, p := range slices.Backward(l.lost) {
		if slices.Contains(ids, p.id) {
			l.at = min(p.at, len(l.ids))
			l.ids = slices.Insert(l.ids, l.at, p.id)
			l.lost = slices.Delete(l.lost, i, i+1)
			delete(l.bad, p.id)
		}
	}
	l.display()
}

// Say says which picture it is.
func (l *Lightbox) Say() {
	p, _ := l.rows.get(l.id())
	place := lang.X("lightbox.place", "{{.N}} of {{.All}}", map[string]any{"N": numbers.Grouped(l.at + 1), "All": numbers.Grouped(len(l.ids))})
	l.name.SetText(filepath.Base(p.File) + "   ·   " + place)
	marks := marksText(p)
	percent := lang.X("lightbox.fits", "fits")
	if n := l.Viewer.Percent(); n > 0 {
		percent = numbers.Grouped(n) + " %"
	}
	l.percent.SetText(percent)
	if l.marks.Text() != marks {
		l.marks.SetText(marks)
		l.bar.Refresh()
	}
}

func (l *Lightbox) toggleZoom() {
	widgets.ToggleZoom(l.Viewer)
	l.Say()
}

// ToggleScreen fills the screen, or gives it back.
func (l *Lightbox) ToggleScreen() {
	l.wide = !l.wide
	widgets.Call1(l.p.FullScreen, l.wide)
}

func (l *Lightbox) openMenu() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.bar)
	l.p.menu(l.id(), at.AddXY(l.bar.Size().Width-260, l.bar.Size().Height))
}
