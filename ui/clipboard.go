package ui

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"strings"

	"golang.design/x/clipboard"
)

// maxCopied bounds the picture file that is put on the clipboard, bytes.
const maxCopied = 256 << 20

// CopyPicture puts a PNG file on the clipboard, as it is, recipe and all. On
// Linux it stays there as long as the program runs. Not for the window's
// goroutine.
func CopyPicture(file string) error {
	if err := clipboard.Init(); err != nil {
		why, _, _ := strings.Cut(err.Error(), "\n") // the rest is advice for servers
		return fmt.Errorf("the clipboard cannot be used: %s", why)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > maxCopied {
		return fmt.Errorf("%s is too large for the clipboard", file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if _, err := png.DecodeConfig(bytes.NewReader(data)); err != nil {
		return fmt.Errorf("%s is no PNG picture: %w", file, err)
	}
	clipboard.Write(clipboard.FmtImage, data)
	return nil
}
