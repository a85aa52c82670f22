package ui

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.design/x/clipboard"

	"cascata/app"
)

// errNothingPasted says that the clipboard has no picture.
var errNothingPasted = errors.New("the clipboard holds no picture and no picture file; copy one first")

// Paste is the picture file that the clipboard holds: one that was copied in a
// file manager, or a picture as such, which is written to a file in dir. text
// is what the clipboard has as text. Not for the window's goroutine.
func Paste(text, dir string) (file string, err error) {
	if file, ok := pastedFile(text); ok {
		return file, nil
	}
	if err := clipboard.Init(); err != nil {
		return "", errNothingPasted
	}
	data := clipboard.Read(clipboard.FmtImage)
	if len(data) == 0 || len(data) > maxCopied {
		return "", errNothingPasted
	}
	file = filepath.Join(dir, "pasted.png")
	return file, app.WriteFile(file, data)
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
