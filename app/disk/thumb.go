package disk

import (
	"bytes"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// ThumbSide is the longer side of a thumbnail, pixels.
const ThumbSide = 256

// WriteThumb writes a JPEG of img whose longer side has at most ThumbSide pixels.
// Thumbnails are a cache: an error, which wraps ErrWrite, may be dropped.
func WriteThumb(path string, img image.Image) error {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if k := float64(ThumbSide) / float64(max(w, h, 1)); k < 1 {
		w, h = max(1, int(float64(w)*k+0.5)), max(1, int(float64(h)*k+0.5))
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	var data bytes.Buffer
	if err := jpeg.Encode(&data, small, &jpeg.Options{Quality: 88}); err != nil {
		return err
	}
	return WriteUnsynced(path, data.Bytes())
}
