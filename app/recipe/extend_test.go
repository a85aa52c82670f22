package recipe

import (
	"image"
	"image/color"
	"testing"
)

// The picture stays where it is, the room shows its edge, and the mask is white
// there, soft inwards and black at sides where nothing is added.
func TestExtend(t *testing.T) {
	img := image.NewRGBA(image.Rect(10, 10, 90, 50)) // 80 x 40
	for y := 10; y < 50; y++ {
		for x := 10; x < 90; x++ {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 7, 255})
		}
	}
	out, mask, err := Extend(img, Sides{Left: 0.5, Bottom: 1})
	if err != nil || out.Rect != image.Rect(0, 0, 120, 80) || mask.Rect != out.Rect {
		t.Fatalf("%v, %v, %v", out.Rect, mask.Rect, err)
	}
	for _, tt := range []struct {
		x, y int
		want color.RGBA
		mask func(uint8) bool
	}{
		{0, 5, color.RGBA{10, 15, 7, 255}, func(m uint8) bool { return m == 255 }},
		{39, 5, color.RGBA{10, 15, 7, 255}, func(m uint8) bool { return m == 255 }},
		{41, 5, color.RGBA{11, 15, 7, 255}, func(m uint8) bool { return m > 0 && m < 255 }},
		{60, 5, color.RGBA{30, 15, 7, 255}, func(m uint8) bool { return m == 0 }},
		{119, 0, color.RGBA{89, 10, 7, 255}, func(m uint8) bool { return m == 0 }},
		{119, 79, color.RGBA{89, 49, 7, 255}, func(m uint8) bool { return m == 255 }},
	} {
		if got, m := out.RGBAAt(tt.x, tt.y), mask.GrayAt(tt.x, tt.y).Y; got != tt.want || !tt.mask(m) {
			t.Errorf("at %d, %d: %v under %d, want %v", tt.x, tt.y, got, m, tt.want)
		}
	}
	if _, _, err := Extend(image.NewGray(image.Rect(0, 0, 8000, 8000)), Sides{Right: 1}); err == nil {
		t.Error("a picture of 128 million pixels is no error")
	}
}
