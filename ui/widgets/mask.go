package widgets

import (
	"image"
	"math"
)

// A Brush is what paints a mask.
type Brush struct {
	Size  float64 // its diameter, pixels of the mask
	Soft  float64 // 0: a hard edge; 1: soft from the middle on
	Erase bool
}

// A Mask is painted white on black, pixel by pixel of a picture. Strokes can be
// taken back.
type Mask struct {
	Image *image.Gray // begins at 0, 0; white is painted

	at     [2]float64      // where the stroke is now
	stroke image.Rectangle // what the stroke has touched
	before *image.Gray     // as the mask was before the stroke; nil: there is none
	past   []*image.Gray   // parts as they were, each before a stroke
}

// pastMost bounds how many strokes can be taken back, pastBytes their memory.
const (
	pastMost  = 50
	pastBytes = 256 << 20
)

// newMask is black, w by h pixels.
func newMask(w, h int) *Mask { return &Mask{Image: image.NewGray(image.Rect(0, 0, w, h))} }

// Begin begins a stroke at a place, and returns what changed.
func (m *Mask) Begin(b Brush, x, y float64) image.Rectangle {
	m.before = copyGray(m.Image, m.Image.Rect)
	m.stroke, m.at = image.Rectangle{}, [2]float64{x, y}
	return m.dab(b, x, y)
}

// Move goes on with the stroke to a place, and returns what changed.
func (m *Mask) Move(b Brush, x, y float64) (changed image.Rectangle) {
	if m.before == nil {
		return m.Begin(b, x, y)
	}
	dx, dy := x-m.at[0], y-m.at[1]
	n := int(math.Ceil(math.Hypot(dx, dy) / max(b.Size/8, 1)))
	for i := 1; i <= n; i++ {
		part := float64(i) / float64(n)
		changed = changed.Union(m.dab(b, m.at[0]+dx*part, m.at[1]+dy*part))
	}
	m.at = [2]float64{x, y}
	return changed
}

// end ends the stroke, which then is one that can be taken back.
func (m *Mask) end() {
	if m.before != nil && !m.stroke.Empty() {
		m.remember(copyGray(m.before, m.stroke))
	}
	m.before = nil
}

func (m *Mask) remember(part *image.Gray) {
	m.past = append(m.past, part)
	bytes := 0
	for i := len(m.past) - 1; i >= 0; i-- {
		if bytes += len(m.past[i].Pix); bytes > pastBytes || len(m.past)-i > pastMost {
			m.past = m.past[i+1:]
			return
		}
	}
}

// dab puts the brush down once.
func (m *Mask) dab(b Brush, x, y float64) image.Rectangle {
	r := max(b.Size/2, 0.5)
	box := image.Rect(int(x-r), int(y-r), int(x+r)+2, int(y+r)+2).Intersect(m.Image.Rect)
	hard := r * (1 - min(max(b.Soft, 0), 1))
	for py := box.Min.Y; py < box.Max.Y; py++ {
		row := m.Image.Pix[py*m.Image.Stride:]
		for px := box.Min.X; px < box.Max.X; px++ {
			v := coverage(math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y), hard, r)
			if b.Erase {
				row[px] = min(row[px], 255-v)
			} else {
				row[px] = max(row[px], v)
			}
		}
	}
	m.stroke = m.stroke.Union(box)
	return box
}

// coverage is how much a brush paints at a distance from its middle: all within
// hard, nothing beyond r, in between along a smooth curve.
func coverage(d, hard, r float64) uint8 {
	switch {
	case d <= hard:
		return 255
	case d >= r:
		if d < r+0.5 && hard > r-0.5 { // half a pixel of a hard edge
			return uint8(255 * (r + 0.5 - d))
		}
		return 0
	}
	t := (r - d) / (r - hard)
	return uint8(255*t*t*(3-2*t) + 0.5)
}

// Change lets f change the whole mask, as one stroke.
func (m *Mask) Change(f func(pix []uint8)) {
	m.end()
	m.remember(copyGray(m.Image, m.Image.Rect))
	f(m.Image.Pix)
}

// Invert makes black of white, and the other way around.
func (m *Mask) Invert() {
	m.Change(func(pix []uint8) {
		for i := range pix {
			pix[i] = 255 - pix[i]
		}
	})
}

// Undo takes the last stroke back, and says whether there was one.
func (m *Mask) Undo() bool {
	m.end()
	if len(m.past) == 0 {
		return false
	}
	part := m.past[len(m.past)-1]
	m.past = m.past[:len(m.past)-1]
	pasteGray(m.Image, part)
	return true
}

// CanUndo reports whether there is a stroke to take back.
func (m *Mask) CanUndo() bool {
	m.end()
	return len(m.past) > 0
}

// Empty reports whether nothing is painted.
func (m *Mask) Empty() bool {
	for _, v := range m.Image.Pix {
		if v != 0 {
			return false
		}
	}
	return true
}

func copyGray(from *image.Gray, r image.Rectangle) *image.Gray {
	to := image.NewGray(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(to.Pix[to.PixOffset(r.Min.X, y):][:r.Dx()], from.Pix[from.PixOffset(r.Min.X, y):])
	}
	return to
}

func pasteGray(to, from *image.Gray) {
	r := from.Rect.Intersect(to.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(to.Pix[to.PixOffset(r.Min.X, y):][:r.Dx()], from.Pix[from.PixOffset(r.Min.X, y):])
	}
}
