package meta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/webp"
)

// headSize is how many bytes at the begin of a file tell its format.
const headSize = 12

// formatOf is "png", "jpeg" or "webp" by the first bytes of a file, "" for
// anything else. Names are not asked: files are saved as .jfif and .jpe, or
// without an ending.
func formatOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte(pngMagic)):
		return "png"
	case len(head) >= headSize && head[0] == 0xff && head[1] == 0xd8: // stray bytes may follow
		return "jpeg"
	case len(head) >= headSize && string(head[:4]) == "RIFF" && string(head[8:headSize]) == "WEBP":
		return "webp"
	}
	return ""
}

// IsPicture says whether a file begins as the pictures do that can be read. It
// opens the file and reads a few bytes.
func IsPicture(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, _ := io.ReadFull(f, head)
	return formatOf(head[:n]) != ""
}

// A File is an open picture file, or one in memory.
type File interface {
	io.ReadSeeker
	io.ReaderAt
}

// Decode decodes a picture of at most maxPixels pixels. It takes no notice of
// what a file says beside the picture, so damage there does not hide it. Errors
// wrap ErrNotPicture.
func Decode(f File, maxPixels int) (image.Image, error) {
	fail := func(err error) (image.Image, error) { return nil, fmt.Errorf("%w: %w", ErrNotPicture, err) }
	head := make([]byte, headSize)
	n, _ := f.ReadAt(head, 0)
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fail(err)
	}
	all := func() io.Reader { return io.NewSectionReader(f, 0, min(size, maxFile)) }
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	switch formatOf(head[:n]) {
	case "jpeg":
	case "png":
		config, decode = png.DecodeConfig, png.Decode
		parts := pngPicture(f, min(size, maxFile))
		all = func() io.Reader { return parts.reader(f) }
	case "webp":
		config, decode = webp.DecodeConfig, webp.Decode
	default:
		return fail(errNoFormat)
	}
	c, err := config(all())
	if err == nil && (c.Width < 1 || c.Height < 1 || c.Width > maxPixels/c.Height) {
		err = fmt.Errorf("it has %d by %d pixels, more than can be shown", c.Width, c.Height)
	}
	if err != nil {
		return fail(err)
	}
	img, err := decode(all())
	if err != nil {
		return fail(err)
	}
	return img, nil
}

var errNoFormat = errors.New("it begins as no PNG, JPEG or WebP file does")

// ranges are parts of a file, from and to.
type ranges [][2]int64

// pngPicture finds the chunks that a picture is decoded from. A decoder would
// check the sums of all others too.
func pngPicture(f io.ReaderAt, size int64) ranges {
	parts := ranges{{0, int64(len(pngMagic))}}
	head := make([]byte, 8)
	for at, n := int64(len(pngMagic)), 0; at+12 <= size && n < maxChunks; n++ {
		if _, err := f.ReadAt(head, at); err != nil {
			break
		}
		end := at + 12 + int64(binary.BigEndian.Uint32(head))
		kind := string(head[4:])
		if kind == "IEND" || end > size {
			break
		}
		if kind == "IHDR" || kind == "PLTE" || kind == "tRNS" || kind == "IDAT" {
			if last := &parts[len(parts)-1]; last[1] == at {
				last[1] = end
			} else {
				parts = append(parts, [2]int64{at, end})
			}
		}
		at = end
	}
	return parts
}

// reader reads the parts, and the mark of a PNG file's end.
func (parts ranges) reader(f io.ReaderAt) io.Reader {
	var all []io.Reader
	for _, p := range parts {
		all = append(all, io.NewSectionReader(f, p[0], p[1]-p[0]))
	}
	return io.MultiReader(append(all, bytes.NewReader(Chunk{"IEND", nil}.append(nil)))...)
}
