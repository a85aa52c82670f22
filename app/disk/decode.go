package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// A File is an open picture file, or one in memory.
type File interface {
	io.ReadSeeker
	io.ReaderAt
}

// Decode decodes a PNG, JPEG or WebP picture of at most 67 million pixels, and
// reads at most 512 MiB. The picture is upright, however the camera was held. Of
// what else a file says beside the picture it takes no notice, so damage there
// does not hide it. Errors wrap ErrNotPicture.
func Decode(f File) (image.Image, error) {
	img, err := DecodeStored(f)
	if err != nil {
		return nil, err
	}
	format, err := Format(f)
	if err != nil {
		return nil, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPicture, err)
	}
	return upright(img, orientation(f, format, min(size, maxFile))), nil
}

// DecodeStored is Decode of the pixels as the file has them.
func DecodeStored(f File) (image.Image, error) {
	img, err := decode(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPicture, err)
	}
	return img, nil
}

func decode(f File) (image.Image, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	size = min(size, maxFile)
	all := func() io.Reader { return io.NewSectionReader(f, 0, size) }
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	format, _ := Format(f)
	switch format {
	case "":
		return nil, errNoFormat
	case "png":
		config, decode = png.DecodeConfig, png.Decode
		parts := pngPicture(f, size)
		all = func() io.Reader { return parts.reader(f) }
	case "webp":
		config, decode = webp.DecodeConfig, webp.Decode
	}
	c, err := config(all())
	if err != nil {
		return nil, err
	}
	if err := CheckPixels(c.Width, c.Height); err != nil {
		return nil, err
	}
	return decode(all())
}

// CheckPixels refuses a picture of w by h pixels that has none, or more than 67
// million, with a sentence that says so.
func CheckPixels(w, h int) error {
	switch {
	case w < 1 || h < 1:
		return errors.New("it has no pixels")
	case w > maxPixels/h:
		return fmt.Errorf("it has %d by %d pixels, which is too many: at most %d million can be read", w, h, maxPixels/1_000_000)
	}
	return nil
}

// maxChunks is how many chunks of a PNG file are looked at.
const maxChunks = 100_000

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

// pngEnd is the mark of a PNG file's end, with its sum.
const pngEnd = "\x00\x00\x00\x00IEND\xae\x42\x60\x82"

// reader reads the parts, and the mark of a PNG file's end.
func (parts ranges) reader(f io.ReaderAt) io.Reader {
	var all []io.Reader
	for _, p := range parts {
		all = append(all, io.NewSectionReader(f, p[0], p[1]-p[0]))
	}
	return io.MultiReader(append(all, bytes.NewReader([]byte(pngEnd)))...)
}
