package widgets

import (
	"image"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// queue is a window's goroutine that a test runs by hand.
type queue struct {
	mu   sync.Mutex
	jobs []func()
	more chan struct{}
}

func newQueue() *queue { return &queue{more: make(chan struct{}, 64)} }

func (q *queue) do(f func()) {
	q.mu.Lock()
	q.jobs = append(q.jobs, f)
	q.mu.Unlock()
	q.more <- struct{}{}
}

// run works on a goroutine of its own.
func (q *queue) run(work, then func()) {
	go func() {
		work()
		q.do(then)
	}()
}

// next waits for a job and does it.
func (q *queue) next() {
	<-q.more
	q.mu.Lock()
	f := q.jobs[0]
	q.jobs = q.jobs[1:]
	q.mu.Unlock()
	f()
}

func TestViewerStates(t *testing.T) {
	q := newQueue()
	v := NewViewer(q.run)
	open(t, 400, 300, v)
	v.SetEmpty("Nothing yet", "Type a prompt.", Action{Text: "Demo"})
	if title, help, _ := v.Message(); v.State() != Empty || title != "Nothing yet" || help != "Type a prompt." || !v.message.Visible() {
		t.Errorf("empty: state %v, %q %q", v.State(), title, help)
	}
	v.Wait(4, 3, "Opening")
	frame := v.frame.Size()
	if v.message.Visible() || !v.frame.Visible() || v.image.Visible() || math.Abs(float64(frame.Width/frame.Height-4.0/3)) > 0.02 {
		t.Errorf("waiting: frame %v", frame)
	}
	one := v.image
	v.Preview(picture(24, 18))
	v.Preview(picture(24, 18))
	if v.image != one || v.State() != Forming || v.image.Size() != frame || v.image.Image.(*image.RGBA).Rect.Dx() != 24 {
		t.Errorf("forming: %v in a box of %v, the frame was %v", v.State(), v.image.Size(), frame)
	}
	v.Finish(picture(1024, 768))
	if v.State() != Finished || v.image.Size() != frame {
		t.Errorf("finished in a box of %v, the frame was %v", v.image.Size(), frame)
	}
	q.next()
	if b := v.image.Image.Bounds(); b.Dx() != int(frame.Width) || b.Dy() != int(frame.Height) {
		t.Errorf("shown with %v pixels in a box of %v", b, frame)
	}
	v.Fail("Too little memory", "Choose a smaller size.", "stage b: out of memory", Action{Text: "Smaller"}, Action{Text: "Copy"})
	if _, _, cause := v.Message(); v.State() != Failed || cause != "stage b: out of memory" || v.image.Visible() || len(v.message.actions.Objects) != 2 {
		t.Errorf("failed: state %v, cause %q", v.State(), cause)
	}
	v.Clear()
	if title, _, _ := v.Message(); v.State() != Empty || title != "Nothing yet" || v.Picture() != nil {
		t.Errorf("cleared: state %v, %q", v.State(), title)
	}
}

func TestSharpenTakesTheNewestOnly(t *testing.T) {
	q := newQueue()
	s := sharpener{run: q.run}
	img := picture(64, 64)
	var changes []int
	for n := 1; n <= 40; n++ {
		s.want(img, image.Pt(n, n), func() { changes = append(changes, n) })
	}
	q.next()
	q.next()
	if len(changes) != 1 || changes[0] != 40 || s.get(img, image.Pt(40, 40)) == nil || s.running {
		t.Errorf("got %v, want only the newest of what came meanwhile", changes)
	}
	s.want(img, image.Pt(1<<20, 1<<20), nil)
	if s.running {
		t.Error("a size without bound is scaled")
	}
}

func TestZoomKeepsThePlaceUnderThePointer(t *testing.T) {
	z := zoom{size: image.Pt(1000, 800)}
	const w, h = 500.0, 500.0
	z.to(1, 300, 250, w, h)
	at := func(x float64) float64 { return z.cx + (x-w/2)/z.scale }
	before := at(310)
	z.to(2.5, 310, 240, w, h)
	if after := at(310); math.Abs(after-before) > 1e-9 {
		t.Errorf("what was at the pointer moved from %g to %g", before, after)
	}
	z.to(0.1, 0, 0, w, h)
	if z.percent() != 0 {
		t.Errorf("zoomed out beyond the whole picture: %d %%", z.percent())
	}
	z.to(1e9, 0, 0, w, h)
	if z.percent() != 1600 {
		t.Errorf("zoomed in without end: %d %%", z.percent())
	}
}

// A picture smaller than its place goes down to its own pixels, and from there
// up again by steps.
func TestZoomOfASmallPicture(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2} {
		q := newQueue()
		v := NewViewer(q.run)
		w := open(t, 800, 600, v)
		w.Canvas().(interface{ SetScale(float32) }).SetScale(scale)
		v.Finish(picture(256, 128))
		v.Zoom(100)
		if v.Percent() != 100 {
			t.Fatalf("scale %g: 100 %% is %d %%", scale, v.Percent())
		}
		pw, ph := w.Canvas().PixelCoordinateForPosition(fyne.NewPos(v.Size().Width, v.Size().Height))
		drawn, src := v.draw(pw, ph).(*image.RGBA), v.last
		at := image.Pt((pw-256)/2, (ph-128)/2)
		for _, p := range []image.Point{{0, 0}, {255, 127}, {100, 3}} {
			if got, want := drawn.RGBAAt(at.X+p.X, at.Y+p.Y), src.RGBAAt(p.X, p.Y); got != want {
				t.Errorf("scale %g: pixel %v is %v, want %v", scale, p, got, want)
			}
		}
		if c := drawn.RGBAAt(at.X-1, at.Y); c.A != 0 {
			t.Errorf("scale %g: it is wider than its pixels", scale)
		}
		v.ZoomOut()
		if v.Percent() != 100 {
			t.Errorf("below its own pixels: %d %%", v.Percent())
		}
		v.ZoomIn()
		if v.Percent() != 125 {
			t.Errorf("one step up: %d %%", v.Percent())
		}
		v.Zoom(0)
		v.ZoomOut()
		if p := v.Percent(); p == 0 || float64(p) >= 100*v.zoom.fitScale(v.device(v.Size().Width, v.Size().Height)) {
			t.Errorf("one step below the whole: %d %%", p)
		}
	}
}

// At 100 % pictures of any size that are seen together have their own pixels.
func TestFullViewOfOthers(t *testing.T) {
	q := newQueue()
	one, two := NewViewer(q.run), NewViewer(q.run)
	open(t, 900, 400, container.NewGridWithColumns(2, one, two))
	one.Finish(picture(64, 64))
	two.Finish(picture(1500, 1000))
	one.OnView = func(w View) { two.SetView(w) }
	one.Zoom(100)
	if one.Percent() != 100 || two.Percent() != 100 {
		t.Errorf("%d %% and %d %%", one.Percent(), two.Percent())
	}
	one.Zoom(0)
	if two.Percent() != 0 {
		t.Errorf("the other is at %d %%, want the whole", two.Percent())
	}
}

func TestZoomHasNoMargin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		z := zoom{size: image.Pt(1+r.IntN(3000), 1+r.IntN(3000))}
		w, h := 1+r.Float64()*2000, 1+r.Float64()*2000
		for range 10 {
			z.to(r.Float64()*4, r.Float64()*w, r.Float64()*h, w, h)
			z.pan(r.NormFloat64()*500, r.NormFloat64()*500, w, h)
		}
		if z.scale == 0 {
			continue
		}
		for _, s := range [][3]float64{{z.cx, float64(z.size.X), w}, {z.cy, float64(z.size.Y), h}} {
			c, size, half := s[0], s[1], s[2]/2/z.scale
			if 2*half < size && (c-half < -1e-6 || c+half > size+1e-6) {
				t.Fatalf("%v shows beyond the edge: middle %g, half %g", z, c, half)
			}
		}
	}
}

func TestZoomDrawsExactPixels(t *testing.T) {
	src := picture(300, 200)
	for _, scale := range []float64{1, 2, 5} {
		z := zoom{size: src.Rect.Size(), scale: scale, cx: 150, cy: 100}
		dst := image.NewRGBA(image.Rect(0, 0, 101, 77))
		z.draw(dst, src)
		x0, y0 := math.Round(101/2.0-150*scale), math.Round(77/2.0-100*scale)
		for _, p := range []image.Point{{0, 0}, {50, 38}, {100, 76}, {13, 70}} {
			want := src.RGBAAt(int(math.Floor((float64(p.X)-x0)/scale)), int(math.Floor((float64(p.Y)-y0)/scale)))
			if got := dst.RGBAAt(p.X, p.Y); got != want {
				t.Errorf("at %g: pixel %v is %v, want %v", scale, p, got, want)
			}
		}
	}
	z := zoom{size: src.Rect.Size(), scale: 0.25, cx: 150, cy: 100}
	dst := image.NewRGBA(image.Rect(0, 0, 200, 200))
	z.draw(dst, src)
	if dst.RGBAAt(5, 5).A != 0 || dst.RGBAAt(100, 100).A != 255 {
		t.Error("a small picture does not lie in the middle")
	}
}

func TestViewerZoomByHand(t *testing.T) {
	q := newQueue()
	v := NewViewer(q.run)
	w := open(t, 200, 200, v)
	v.Finish(picture(800, 800))
	q.next()
	var changes []int
	v.OnZoom = func(p int) { changes = append(changes, p) }
	press(v, 50, 50)
	if w.Canvas().Focused() != v {
		t.Error("a press does not give the keyboard")
	}
	press(v, 51, 50)
	if v.Percent() != 100 || !v.raster.Visible() || v.image.Visible() {
		t.Errorf("a double click: %d %%", v.Percent())
	}
	v.TypedRune('+')
	v.TypedRune('-')
	v.TypedRune('0')
	v.TypedRune('1')
	cx := v.zoom.cx
	v.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(-30, 0)})
	if v.zoom.cx != cx+30 {
		t.Errorf("a drag by 30 moved by %g", v.zoom.cx-cx)
	}
	key(v, fyne.KeyLeft)
	if v.zoom.cx != cx-30 {
		t.Errorf("an arrow moved to %g, want %g", v.zoom.cx, cx-30)
	}
	v.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -1000)})
	if v.Percent() != 0 || v.raster.Visible() {
		t.Errorf("the wheel down: %d %%", v.Percent())
	}
	want := []int{100, 125, 100, 0, 100, 0}
	if len(changes) != len(want) {
		t.Fatalf("got %v, want %v", changes, want)
	}
	for i := range want {
		if changes[i] != want[i] {
			t.Fatalf("got %v, want %v", changes, want)
		}
	}
}

func TestViewerWithoutRoom(t *testing.T) {
	v := NewViewer(newQueue().run)
	open(t, 10, 10, v)
	v.Resize(fyne.NewSize(0, 0))
	v.Wait(0, 0, "")
	v.Finish(image.NewRGBA(image.Rectangle{}))
	v.Preview(image.NewRGBA(image.Rectangle{}))
	test.WidgetRenderer(v).Layout(fyne.NewSize(1, 1))
}

func TestViewersShowTheSame(t *testing.T) {
	a, b := NewViewer(newQueue().run), NewViewer(newQueue().run)
	open(t, 408, 200, container.NewGridWithColumns(2, a, b))
	a.Finish(picture(100, 100))
	b.Finish(picture(400, 400))
	changes := 0
	a.OnView = func(w View) { changes++; b.SetView(w) }
	a.zoomTo(6, fyne.NewPos(30, 150))
	a.pan(-20, 10)
	if changes != 2 {
		t.Errorf("got %d times, want 2", changes)
	}
	va, vb := a.View(), b.View()
	near := func(x, y float64) bool { return x-y < 0.01 && y-x < 0.01 }
	if !near(va.Scale, vb.Scale) || !near(va.X, vb.X) || !near(va.Y, vb.Y) || va.Scale == 0 {
		t.Errorf("one shows %+v, the other %+v", va, vb)
	}
	a.Zoom(0)
	if b.View() != (View{}) {
		t.Errorf("the other shows %+v, want all", b.View())
	}
}
