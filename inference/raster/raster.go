// Package raster holds the arithmetic on pictures before networks see them:
// cropping, and resampling as PyTorch and Pillow do it. It is pure Go.
package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// A Raster is planes [Channels, Height, Width] in float32, row-major.
type Raster struct {
	Channels, Width, Height int
	V                       []float32
}

// zeros returns a raster of zeros.
func zeros(channels, width, height int) *Raster {
	return &Raster{channels, width, height, make([]float32, channels*width*height)}
}

// A Source is a picture that is read row by row.
type Source interface {
	// Size is channels, width and height.
	Size() (c, w, h int)
	// Row writes row y, all channels one after another, to dst [c*w].
	Row(y int, dst []float32)
}

// Size implements Source.
func (r *Raster) Size() (c, w, h int) { return r.Channels, r.Width, r.Height }

// Row implements Source.
func (r *Raster) Row(y int, dst []float32) {
	for c := range r.Channels {
		at := (c*r.Height + y) * r.Width
		copy(dst[c*r.Width:(c+1)*r.Width], r.V[at:at+r.Width])
	}
}

// Clamp brings every value into [0, 1].
func (r *Raster) Clamp() *Raster {
	for i, v := range r.V {
		r.V[i] = min(max(v, 0), 1)
	}
	return r
}

// Quantise rounds every value to a 255th.
func (r *Raster) Quantise() *Raster {
	for i, v := range r.V {
		r.V[i] = float32(math.RoundToEven(float64(min(max(v, 0), 1))*255)) / 255
	}
	return r
}

// RGBA is a raster of three channels as a picture, opaque.
func (r *Raster) RGBA() *image.RGBA {
	img, n := image.NewRGBA(image.Rect(0, 0, r.Width, r.Height)), r.Width*r.Height
	for i := range n {
		for c := range 3 {
			img.Pix[4*i+c] = uint8(math.RoundToEven(float64(min(max(r.V[c*n+i], 0), 1)) * 255))
		}
		img.Pix[4*i+3] = 255
	}
	return img
}

// Gray is a raster of one channel as a picture.
func (r *Raster) Gray() *image.Gray {
	img := image.NewGray(image.Rect(0, 0, r.Width, r.Height))
	for i, v := range r.V {
		img.Pix[i] = uint8(math.RoundToEven(float64(min(max(v, 0), 1)) * 255))
	}
	return img
}

// A Picture is a picture of 8 bits a channel, RGB or gray, read as [0, 1].
type Picture struct {
	channels, w, h int
	pix            []uint8 // interleaved
	stride         int
}

// RGB takes a picture in colour, in 8 bits; what is transparent becomes white.
func RGB(img image.Image) *Picture {
	b := img.Bounds()
	p := &Picture{channels: 3, w: b.Dx(), h: b.Dy(), stride: 3 * b.Dx()}
	p.pix = make([]uint8, p.stride*p.h)
	line := image.NewRGBA(image.Rect(0, 0, p.w, 1))
	for y := range p.h {
		draw.Draw(line, line.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(line, line.Rect, img, image.Pt(b.Min.X, b.Min.Y+y), draw.Over)
		out := p.pix[y*p.stride:]
		for x := range p.w {
			copy(out[3*x:3*x+3], line.Pix[4*x:4*x+3])
		}
	}
	return p
}

// Gray takes a picture's lightness, in 8 bits, weighing the colours as Pillow's
// mode L does; what is transparent becomes black.
func Gray(img image.Image) *Picture {
	b := img.Bounds()
	p := &Picture{channels: 1, w: b.Dx(), h: b.Dy(), stride: b.Dx()}
	p.pix = make([]uint8, p.stride*p.h)
	line := image.NewRGBA(image.Rect(0, 0, p.w, 1))
	for y := range p.h {
		draw.Draw(line, line.Rect, image.NewUniform(color.Black), image.Point{}, draw.Src)
		draw.Draw(line, line.Rect, img, image.Pt(b.Min.X, b.Min.Y+y), draw.Over)
		for x := range p.w {
			r, g, b := uint32(line.Pix[4*x]), uint32(line.Pix[4*x+1]), uint32(line.Pix[4*x+2])
			p.pix[y*p.stride+x] = uint8((r*19595 + g*38470 + b*7471 + 1<<15) >> 16)
		}
	}
	return p
}

// Size implements Source.
func (p *Picture) Size() (c, w, h int) { return p.channels, p.w, p.h }

// Row implements Source.
func (p *Picture) Row(y int, dst []float32) {
	line := p.pix[y*p.stride:]
	for x := range p.w {
		for c := range p.channels {
			dst[c*p.w+x] = float32(line[x*p.channels+c]) / 255
		}
	}
}

// Byte is the value of channel c at x, y.
func (p *Picture) Byte(c, x, y int) uint8 { return p.pix[y*p.stride+x*p.channels+c] }

// RGBA is a picture of three channels, opaque.
func (p *Picture) RGBA() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, p.w, p.h))
	for i := range p.w * p.h {
		at := i/p.w*p.stride + 3*(i%p.w)
		copy(img.Pix[4*i:], p.pix[at:at+3])
		img.Pix[4*i+3] = 255
	}
	return img
}

// crop is the part of p that starts at x, y. It shares p's memory.
func (p *Picture) crop(x, y, w, h int) *Picture {
	return &Picture{p.channels, w, h, p.pix[y*p.stride+x*p.channels:], p.stride}
}

// Aspect is the middle of p in the aspect of width to height, cut as ComfyUI does.
func (p *Picture) Aspect(width, height int) *Picture {
	is, want := float64(p.w)/float64(p.h), float64(width)/float64(height)
	x, y := 0, 0
	if is > want {
		x = int(math.RoundToEven((float64(p.w) - float64(p.w)*(want/is)) / 2))
	} else if is < want {
		y = int(math.RoundToEven((float64(p.h) - float64(p.h)*(is/want)) / 2))
	}
	x, y = min(x, (p.w-1)/2), min(y, (p.h-1)/2)
	return p.crop(x, y, p.w-2*x, p.h-2*y)
}

// Planes is all of a source in memory.
func Planes(s Source) *Raster {
	c, w, h := s.Size()
	r, line := zeros(c, w, h), make([]float32, c*w)
	for y := range h {
		s.Row(y, line)
		for k := range c {
			copy(r.V[(k*h+y)*w:(k*h+y+1)*w], line[k*w:(k+1)*w])
		}
	}
	return r
}

// Square is the middle of p at size by size pixels, as CLIP sees it: the short
// side is resized with antialiasing, and the long one cut. Values may overshoot.
func Square(p *Picture, size int) *Raster {
	w, h := size, size
	if p.w > p.h {
		w = max(size*p.w/p.h, size)
	} else {
		h = max(size*p.h/p.w, size)
	}
	return Smooth(p, w, h).crop((w-size)/2, (h-size)/2, size, size)
}

// crop is a copy of the part of r that starts at x, y.
func (r *Raster) crop(x, y, w, h int) *Raster {
	out := zeros(r.Channels, w, h)
	for c := range r.Channels {
		for i := range h {
			from := (c*r.Height+y+i)*r.Width + x
			copy(out.V[(c*h+i)*w:(c*h+i+1)*w], r.V[from:from+w])
		}
	}
	return out
}
