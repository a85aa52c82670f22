package desktop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"cascata/app/disk"
)

// Picture is the picture file that the clipboard holds: one that was copied in
// a file manager or named in a text, or a picture as such, which is written
// into dir. It waits for the clipboard's owner. Errors are ErrNothing,
// ErrTooLarge, ErrNoAnswer, ErrGone and the like.
func (d *Desktop) Picture(dir string) (file string, err error) {
	p, err := d.clip.picture()
	if err != nil {
		return "", err
	}
	if p.file != "" {
		return p.file, nil
	}
	if p.kind == "image/bmp" {
		if p.data, err = bmpToPNG(p.data); err != nil {
			return "", err
		}
		p.kind = pngType
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(p.data)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNothing, err)
	}
	file = filepath.Join(dir, "pasted."+strings.TrimPrefix(p.kind, "image/"))
	return file, disk.WriteFile(file, p.data)
}

// A pasted is a picture on the clipboard: a file, or the bytes of one.
type pasted struct {
	file string
	kind string // the media type
	data []byte
}

func (c *Clipboard) picture() (pasted, error) {
	ctx := c.begin()
	if mine := c.own(); mine != nil {
		return findPicture(func(types ...string) (string, []byte, error) { return mine.first(types...) })
	}
	return ask(c.d, ctx, kindPaste, pictureWait, func(ctx context.Context) (pasted, error) {
		return findPicture(func(types ...string) (string, []byte, error) { return c.sys.read(ctx, maxPicture, types...) })
	})
}

// findPicture asks for files first, since they have their recipes, then for
// pictures, then for a text, which may be a path.
func findPicture(read func(types ...string) (string, []byte, error)) (pasted, error) {
	for _, types := range [][]string{{listType}, pictureTypes, {textType}} {
		kind, data, err := read(types...)
		if errors.Is(err, ErrNothing) {
			continue
		}
		if err != nil {
			return pasted{}, err
		}
		if strings.HasPrefix(kind, "image/") {
			return pasted{kind: kind, data: data}, nil
		}
		if file, ok := pastedFile(string(data)); ok {
			return pasted{file: file}, nil
		}
	}
	return pasted{}, ErrNothing
}

// first is the first of the media types that is there.
func (c content) first(types ...string) (string, []byte, error) {
	for _, t := range types {
		if data, ok := c[t]; ok {
			return t, data, nil
		}
	}
	return "", nil, ErrNothing
}

func bmpToPNG(data []byte) ([]byte, error) {
	c, err := bmp.DecodeConfig(bytes.NewReader(data))
	if err == nil && disk.CheckPixels(c.Width, c.Height) != nil {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	img, err := bmp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	return disk.PNG(img)
}

// pastedFile is the first file that a text names: a path, an address that
// begins with file://, or what file managers copy, which has a word before.
func pastedFile(text string) (file string, ok bool) {
	lines := strings.SplitN(text[:min(len(text), 1<<14)], "\n", 4)
	for _, line := range lines[:min(len(lines), 3)] {
		line = strings.Trim(strings.TrimSpace(line), `"'`)
		if u, err := url.Parse(line); err == nil && u.Scheme == "file" {
			line = filepath.FromSlash(u.Path)
		}
		if filepath.IsAbs(line) {
			if info, err := os.Stat(line); err == nil && info.Mode().IsRegular() {
				return line, true
			}
		}
	}
	return "", false
}
