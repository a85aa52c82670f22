package inference

import (
	"image"
	"math"

	"cascata/inference/raster"
)

// toneCell is over how many pixels of an enlarged picture, each way, its mean is
// that of the picture it was made of.
const toneCell = 32

// keepTones gives a picture, twice as large as the one it was made of, the broad
// light and colour of that one: Stage B repaints those a little too, and parts of
// its own in each of them.
func keepTones(made *image.RGBA, of *raster.Picture) {
	w, h := made.Rect.Dx(), made.Rect.Dy()
	columns, rows := ceilDiv(w, toneCell), ceilDiv(h, toneCell)
	off := make([]float32, 3*columns*rows) // of the means of cells
	for y := range rows {
		for x := range columns {
			cell := image.Rect(x*toneCell, y*toneCell, min((x+1)*toneCell, w), min((y+1)*toneCell, h))
			half := image.Rect(cell.Min.X/2, cell.Min.Y/2, cell.Max.X/2, cell.Max.Y/2)
			for c := range 3 {
				is := average(cell, func(x, y int) uint8 { return made.Pix[y*made.Stride+4*x+c] })
				was := average(half, func(x, y int) uint8 { return of.Byte(c, x, y) })
				off[(y*columns+x)*3+c] = was - is
			}
		}
	}
	across, down := betweenCells(w, columns), betweenCells(h, rows)
	for y := range h {
		for x := range w {
			a, d := across[x], down[y]
			for c := range 3 {
				at := func(x, y int) float32 { return off[(y*columns+x)*3+c] }
				upper := at(a.lo, d.lo)*(1-a.part) + at(a.hi, d.lo)*a.part
				lower := at(a.lo, d.hi)*(1-a.part) + at(a.hi, d.hi)*a.part
				p := &made.Pix[y*made.Stride+4*x+c]
				*p = uint8(math.RoundToEven(float64(min(max(float32(*p)+upper*(1-d.part)+lower*d.part, 0), 255))))
			}
		}
	}
}

func average(r image.Rectangle, at func(x, y int) uint8) float32 {
	var sum int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += int(at(x, y))
		}
	}
	return float32(sum) / float32(r.Dx()*r.Dy())
}

// A between is where a pixel lies between the middles of two cells.
type between struct {
	lo, hi int
	part   float32 // of hi
}

// betweenCells are the places of n pixels among cells, along one axis.
func betweenCells(n, cells int) []between {
	list := make([]between, n)
	for i := range list {
		at := min(max((float32(i)+0.5)/toneCell-0.5, 0), float32(cells-1))
		lo := int(at)
		list[i] = between{lo, min(lo+1, cells-1), at - float32(lo)}
	}
	return list
}
