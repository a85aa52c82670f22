package meta

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A photo that was taken with the camera on its side is as wide as it is seen.
func TestSizeOfATurnedPhoto(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	for o, want := range map[byte]image.Point{1: {40, 30}, 3: {40, 30}, 6: {30, 40}, 8: {30, 40}, 9: {40, 30}} {
		segment := "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(o) + "\x00\x00\x00\x00\x00\x00"
		path := filepath.Join(t.TempDir(), "a.jpg")
		if err := os.WriteFile(path, slices.Concat(b.Bytes()[:2], []byte(segment), b.Bytes()[2:]), 0o600); err != nil {
			t.Fatal(err)
		}
		i, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := image.Pt(i.FileWidth, i.FileHeight); got != want || *i.Width != want.X {
			t.Errorf("orientation %d: %v, want %v", o, got, want)
		}
	}
}
