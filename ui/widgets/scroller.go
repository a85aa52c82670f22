package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// A scroller is the toolkit's scroll for a content that often changes its
// size. The toolkit's own draws all of the content again at a refresh. It is
// also laid out when it is drawn after such a change, needed or not, and then
// the window is drawn once more.
type scroller struct{ container.Scroll }

func newScroller(d container.ScrollDirection, content fyne.CanvasObject) *scroller {
	s := &scroller{container.Scroll{Direction: d, Content: content}}
	s.ExtendBaseWidget(s)
	return s
}

// fit makes room for what the content is now, scrolled to an offset as far as
// that can be.
func (s *scroller) fit(to fyne.Position) {
	all, view := s.Content.MinSize(), s.Size()
	s.Offset = fyne.NewPos(min(max(to.X, 0), max(all.Width-view.Width, 0)), min(max(to.Y, 0), max(all.Height-view.Height, 0)))
	s.Base.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *scroller) CreateRenderer() fyne.WidgetRenderer {
	return &scrollerFace{WidgetRenderer: s.Scroll.CreateRenderer(), s: s}
}

// scrollerFace is laid out only for another size, its own or the content's.
type scrollerFace struct {
	fyne.WidgetRenderer
	s         *scroller
	size, all fyne.Size
}

func (f *scrollerFace) Layout(size fyne.Size) {
	if all := f.s.Content.MinSize(); size != f.size || all != f.all {
		f.size, f.all = size, all
		f.WidgetRenderer.Layout(size)
	}
}

func (f *scrollerFace) Refresh() {
	f.size, f.all = f.s.Size(), f.s.Content.MinSize()
	f.WidgetRenderer.Refresh()
}
