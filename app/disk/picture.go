package disk

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"

	"golang.org/x/image/draw"
)

// The bounds of every picture file that is read, checked before memory is
// taken. Most pictures of maxPixels take 256 MiB when decoded, one of sixteen
// bits a channel 512 MiB, and a progressive JPEG some 1 GiB while it is decoded.
const (
	maxFile   = 1 << 29 // bytes of a file: 512 MiB
	maxPixels = 1 << 26 // of a picture that is decoded: 8192 by 8192, or as many in another shape
)

// ErrNotPicture marks a file that is no PNG, JPEG or WebP picture, a damaged
// one, or one beyond the bounds.
var ErrNotPicture = errors.New("not a picture that can be read")

// ErrNoFile marks a picture that is not where it is said to be. It also wraps
// fs.ErrNotExist.
var ErrNoFile = errors.New("there is no such file")

// ErrNotFolder marks what is said to be a folder and cannot be looked through.
var ErrNotFolder = errors.New("not a folder that can be read")

// noFile is the path of a picture that is not there.
type noFile string

func (path noFile) Error() string { return string(path) + ": there is no such file" }

func (path noFile) Is(target error) bool { return target == ErrNoFile || target == fs.ErrNotExist }

// headSize is how many bytes at the begin of a file tell its format.
const headSize = 12

const pngMagic = "\x89PNG\r\n\x1a\n"

// errNoFormat is why a file of any other kind is refused.
var errNoFormat = errors.New("it begins as no PNG, JPEG or WebP file does")

// Format is "png", "jpeg" or "webp" by the first bytes of r, and an error that
// wraps ErrNotPicture for anything else. Names are not asked: files are saved
// as .jfif and .jpe, or without an ending.
func Format(r io.ReaderAt) (string, error) {
	head := make([]byte, headSize)
	n, _ := r.ReadAt(head, 0)
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte(pngMagic)):
		return "png", nil
	case n == headSize && head[0] == 0xff && head[1] == 0xd8: // stray bytes may follow
		return "jpeg", nil
	case n == headSize && string(head[:4]) == "RIFF" && string(head[8:]) == "WEBP":
		return "webp", nil
	}
	return "", fmt.Errorf("%w: %w", ErrNotPicture, errNoFormat)
}

// IsPicture reports whether a file begins as the pictures do that can be read. It
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
	_, err = Format(f)
	return err == nil
}

// Open opens a picture file to read. What is no regular file, as a pipe or a
// device, is refused: opening or reading it might never end. Errors wrap
// ErrNotPicture or ErrNoFile, or are those of package os. A folder is an error
// when read.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noFile(path)
	}
	if err != nil {
		return nil, err
	}
	if mode := info.Mode(); !mode.IsRegular() && !mode.IsDir() {
		return nil, fmt.Errorf("%s: %w: it is a pipe or a device, not a file", path, ErrNotPicture)
	}
	return os.Open(path)
}

// ReadBytes reads all of a file of at most 512 MiB, whatever it holds.
// Errors are those of Open, or wrap ErrNotPicture for a larger file. It waits
// for the disk.
func ReadBytes(path string) ([]byte, error) {
	f, err := openBounded(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile)) // it may grow
}

func openBounded(path string) (*os.File, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > maxFile {
		err = fmt.Errorf("%s: %w: it is larger than %d MB", path, ErrNotPicture, maxFile>>20)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// ReadPicture reads and decodes a PNG, JPEG or WebP file of at most 512 MiB and
// 67 million pixels (8192 by 8192); both are checked before memory is taken. The
// picture begins at 0, 0, and is upright however the camera was held (EXIF's
// orientation). Errors say what is refused in a
// sentence and wrap ErrNotPicture or ErrNoFile, or are those of package os. It
// waits for the disk, and takes some 50 ms a megapixel.
func ReadPicture(path string) (*image.RGBA, error) {
	f, err := openBounded(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return RGBA(img), nil
}

// RGBA is img where it is of that kind and begins at 0, 0, and else a copy that
// is.
func RGBA(img image.Image) *image.RGBA {
	if img, ok := img.(*image.RGBA); ok && img.Rect.Min == (image.Point{}) {
		return img
	}
	rgba := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(rgba, rgba.Rect, img, img.Bounds().Min, draw.Src)
	return rgba
}
