package studio

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// A settling finds when the previews of Stage B are better than the picture of
// the composition. The first ones are burnt noise: the network's guess from
// nothing. How far a guess is from the finished picture cannot be known before;
// but it moves about as far as that while the steps double. So it is better
// when it has moved less, by a margin, than it is away from the composition.
//
// Measured on the built-in model, 45 pictures of 4 to 60 steps, guidance 1, 2
// and 4, 128 to 512 pixels: never too early, and without guidance 1 to 6 steps
// behind the first that is better.
type settling struct {
	past []guess // since half of the steps
	from *image.RGBA
	size image.Point
	fits *image.RGBA // from, as large as the previews
}

// A guess is the preview of step n.
type guess struct {
	n   int
	img *image.RGBA
}

const (
	settledShare = 0.5 // of the distance to what is shown
	maxGuesses   = 64  // of a picture, of which half are kept at most
)

// settled is called with every preview in order, up to the first for which it says
// true: img of step n, where shown is what is on show, nil for nothing.
func (s *settling) settled(n, total int, img, shown *image.RGBA) bool {
	if n >= total {
		return true
	}
	if every := (total + maxGuesses - 1) / maxGuesses; n%every == 1%every {
		s.past = append(s.past, guess{n, img})
	}
	for len(s.past) > 1 && s.past[1].n <= (n+1)/2 {
		s.past = s.past[1:]
	}
	if len(s.past) == 0 {
		return false
	}
	before := s.past[0]
	if before.n > (n+1)/2 || before.n == n {
		return false
	}
	return distance(img, before.img) <= settledShare*distance(img, s.scaled(shown, img))
}

// scaled is the picture on show as large as img; where there is none, the mean
// colour of img.
func (s *settling) scaled(shown, img *image.RGBA) *image.RGBA {
	if shown == nil {
		return mean(img)
	}
	if s.from != shown || s.size != img.Rect.Size() {
		s.from, s.size = shown, img.Rect.Size()
		s.fits = image.NewRGBA(image.Rectangle{Max: s.size})
		draw.ApproxBiLinear.Scale(s.fits, s.fits.Rect, shown, shown.Rect, draw.Src, nil)
	}
	return s.fits
}

// distance is the root mean square of how two pictures of one size differ, in
// levels of 255. Of pictures of different sizes it is infinite.
func distance(a, b *image.RGBA) float64 {
	if a.Rect.Size() != b.Rect.Size() || len(a.Pix) != len(b.Pix) || len(a.Pix) == 0 {
		return math.Inf(1)
	}
	var sum int64
	for i, v := range a.Pix {
		d := int64(v) - int64(b.Pix[i])
		sum += d * d
	}
	return math.Sqrt(float64(sum) / float64(len(a.Pix)/4*3))
}

// mean is a picture of the mean colour of img.
func mean(img *image.RGBA) *image.RGBA {
	var sum [4]int
	for i, v := range img.Pix {
		sum[i%4] += int(v)
	}
	out := image.NewRGBA(image.Rectangle{Max: img.Rect.Size()})
	n := max(len(img.Pix)/4, 1)
	for i := range out.Pix {
		out.Pix[i] = uint8(sum[i%4] / n)
	}
	return out
}
