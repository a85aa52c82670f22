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
