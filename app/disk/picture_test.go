package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/HugoSmits86/nativewebp"
)

func put(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The three kinds are read, whatever the file is called.
func TestReadPicture(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	img.SetRGBA(2, 1, color.RGBA{0, 0, 0, 255})
	asPNG, err := PNG(img)
	if err != nil {
		t.Fatal(err)
	}
	var asJPEG, asWebP bytes.Buffer
	if err := errors.Join(jpeg.Encode(&asJPEG, img, nil), nativewebp.Encode(&asWebP, img, nil)); err != nil {
		t.Fatal(err)
	}
	for format, data := range map[string][]byte{"png": asPNG, "jpeg": asJPEG.Bytes(), "webp": asWebP.Bytes()} {
		got, err := ReadPicture(put(t, "a", data))
		if err != nil || got.Rect != img.Rect || got.RGBAAt(0, 0).R < 180 || format != "jpeg" && !bytes.Equal(got.Pix, img.Pix) {
			t.Errorf("%s: %+v, %v", format, got, err)
		}
		if got, err := Format(bytes.NewReader(data)); got != format || err != nil {
			t.Errorf("%s is taken for %q, %v", format, got, err)
		}
	}
	part := img.SubImage(image.Rect(1, 1, 3, 2))
	if got := RGBA(part); got.Rect != image.Rect(0, 0, 2, 1) || got.RGBAAt(1, 0).R != 0 || RGBA(img) != img {
		t.Errorf("a part of a picture: %+v", got)
	}
}

// pngOf is a PNG file that claims a size, without a picture.
func pngOf(w, h uint32) []byte {
	head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h), 8, 2, 0, 0, 0)
	out := append([]byte(pngMagic), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

// webpOf is a WebP file whose extended header and whose picture claim sizes.
func webpOf(canvas, picture uint32) []byte {
	c, p := canvas-1, picture-1
	body := []byte{'W', 'E', 'B', 'P', 'V', 'P', '8', 'X', 10, 0, 0, 0, 0, 0, 0, 0, byte(c), byte(c >> 8), byte(c >> 16), byte(c), byte(c >> 8), byte(c >> 16)}
	body = append(body, 'V', 'P', '8', 'L', 64, 0, 0, 0, 0x2f)
	body = binary.LittleEndian.AppendUint32(body, p|p<<14)
	body = append(body, make([]byte, 59)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// What is beyond the bounds is refused by a sentence that says so, before
// memory is taken for it.
func TestReadPictureRefuses(t *testing.T) {
	long := put(t, "long.png", pngOf(4, 4))
	if err := os.Truncate(long, maxFile+1); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		put(t, "huge.png", pngOf(60000, 60000)):                   "60000 by 60000 pixels, which is too many: at most 67 million",
		put(t, "row.png", pngOf(8192, 8193)):                      "8192 by 8193",
		put(t, "line.png", pngOf(1<<31-1, 1)):                     "2147483647 by 1",
		put(t, "canvas.webp", webpOf(1<<14, 8)):                   "16384 by 16384",
		put(t, "differs.webp", webpOf(8, 1<<14)):                  "not a picture",
		put(t, "nothing.png", pngOf(0, 5)):                        "not a picture",
		put(t, "text.png", []byte("no picture")):                  "begins as no PNG, JPEG or WebP",
		put(t, "empty.png", nil):                                  "begins as no PNG, JPEG or WebP",
		put(t, "cut.jpg", []byte("\xff\xd8\xff\xe0aaaaaaaaaaaa")): "not a picture",
		long: "larger than 512 MB",
	} {
		img, err := ReadPicture(path)
		if img != nil || !errors.Is(err, ErrNotPicture) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v; want it to say %q", path, err, says)
		}
		if name := filepath.Base(path); IsPicture(path) != (name != "text.png" && name != "empty.png") {
			t.Errorf("IsPicture(%s) = %v", name, IsPicture(path))
		}
	}
	if _, err := ReadBytes(long); !errors.Is(err, ErrNotPicture) || !strings.Contains(err.Error(), "512 MB") {
		t.Errorf("all of a long file: %v", err)
	}
	if _, err := ReadPicture("none.png"); !errors.Is(err, ErrNoFile) || !errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotPicture) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := ReadPicture(t.TempDir()); err == nil {
		t.Error("a folder is a picture")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(pngOf(4, 4))
	f.Add(webpOf(4, 4))
	f.Add([]byte("\xff\xd8\xff\xe0aaaaaaaaaaaa"))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Decode(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrNotPicture) {
				t.Errorf("%v, want ErrNotPicture", err)
			}
			return
		}
		if b := img.Bounds(); CheckPixels(b.Dx(), b.Dy()) != nil {
			t.Errorf("%v pixels", b)
		}
	})
}

// oriented are files of a picture of 3 by 2 pixels that say how the camera was
// held, in both orders of bytes.
func oriented(t *testing.T, img image.Image, o uint16) map[string][]byte {
	t.Helper()
	tiff := func(order binary.AppendByteOrder, head string) []byte {
		b := order.AppendUint32([]byte(head), 8)
		b = order.AppendUint16(order.AppendUint16(order.AppendUint16(b, 1), 0x0112), 3)
		b = order.AppendUint16(order.AppendUint32(b, 1), o)
		return append(b, 0, 0, 0, 0, 0, 0)
	}
	asPNG, err := PNG(img)
	if err != nil {
		t.Fatal(err)
	}
	var asJPEG, asWebP bytes.Buffer
	if err := errors.Join(jpeg.Encode(&asJPEG, img, &jpeg.Options{Quality: 100}), nativewebp.Encode(&asWebP, img, nil)); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00"), tiff(binary.BigEndian, "MM\x00*")...)
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exif))), exif...)
	data := tiff(binary.LittleEndian, "II*\x00")
	chunk := append([]byte("eXIf"), data...)
	chunk = binary.BigEndian.AppendUint32(append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), chunk...), crc32.ChecksumIEEE(chunk))
	webp := asWebP.Bytes()
	webp = append(binary.LittleEndian.AppendUint32(append(webp, "EXIF"...), uint32(len(data))), data...)
	binary.LittleEndian.PutUint32(webp[4:], uint32(len(webp)-8))
	return map[string][]byte{
		"jpeg": slices.Concat(asJPEG.Bytes()[:2], segment, asJPEG.Bytes()[2:]),
		"png":  slices.Concat(asPNG[:33], chunk, asPNG[33:]),
		"webp": webp,
	}
}

// A photo is upright, however the camera was held; what is damaged changes nothing.
func TestOrientation(t *testing.T) {
	// Where the stored picture's upper left and right corners are to be seen.
	const side = 16 // of a corner, so that a JPEG keeps it
	seen := map[uint16][2]string{
		0: {"top left", "top right"}, 1: {"top left", "top right"}, 2: {"top right", "top left"}, 3: {"bottom right", "bottom left"},
		4: {"bottom left", "bottom right"}, 5: {"top left", "bottom left"}, 6: {"top right", "bottom right"},
		7: {"bottom right", "top right"}, 8: {"bottom left", "top left"}, 9: {"top left", "top right"},
	}
	img := image.NewRGBA(image.Rect(0, 0, 3*side, 2*side))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range side {
		for x := range side {
			img.SetRGBA(x, y, color.RGBA{200, 0, 0, 255})
			img.SetRGBA(3*side-1-x, y, color.RGBA{0, 0, 200, 255})
		}
	}
	for o, want := range seen {
		for format, data := range oriented(t, img, o) {
			got, err := ReadPicture(put(t, "a", data))
			if err != nil {
				t.Fatalf("%s, %d: %v", format, o, err)
			}
			w, h := got.Rect.Dx(), got.Rect.Dy()
			if upright := o < 5 || o > 8; upright != (w == 3*side && h == 2*side) || !upright && (w != 2*side || h != 3*side) {
				t.Errorf("%s, %d: %d by %d", format, o, w, h)
			}
			for name, at := range map[string]image.Point{"top left": {4, 4}, "top right": {w - 5, 4}, "bottom left": {4, h - 5}, "bottom right": {w - 5, h - 5}} {
				c := got.RGBAAt(at.X, at.Y)
				if red, blue := c.B < 100 && c.R > 100, c.R < 100 && c.B > 100; red != (name == want[0]) || blue != (name == want[1]) {
					t.Errorf("%s, %d: %s is %v", format, o, name, c)
				}
			}
		}
	}
	whole := oriented(t, img, 6)["jpeg"]
	for _, at := range []int{2, 4, 12, 20, 22, 30} {
		hurt := slices.Clone(whole)
		hurt[at], hurt[at+1] = 0xff, 0xff
		if got, err := ReadPicture(put(t, "a.jpg", hurt)); err == nil && got.Rect.Dx()*got.Rect.Dy() != 6*side*side {
			t.Errorf("damaged at %d: %v", at, got.Rect)
		}
	}
}

// A JPEG of printers' four inks is read in its colours.
func TestCMYK(t *testing.T) {
	got, err := ReadPicture(filepath.Join("testdata", "cmyk.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if c := got.RGBAAt(2, 4); c.R > 40 || c.G < 200 || c.B < 200 {
		t.Errorf("cyan ink is %v", c)
	}
	if c := got.RGBAAt(13, 4); c.R < 200 || c.G > 40 || c.B > 40 {
		t.Errorf("magenta and yellow ink are %v", c)
	}
}
