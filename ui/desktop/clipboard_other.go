//go:build !unix || darwin

package desktop

import (
	"context"
	"fmt"

	"golang.design/x/clipboard"
)

// libraryClipboard is the clipboard of Windows and macOS by a library that has
// no limits of time.
type libraryClipboard struct{}

func newSystemClipboard() system { return libraryClipboard{} }

func (libraryClipboard) read(_ context.Context, most int, types ...string) (found string, data []byte, err error) {
	if err := clipboard.Init(); err != nil {
		return "", nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	for _, t := range types {
		format, ok := formatOf(t)
		if !ok {
			continue
		}
		data := clipboard.Read(format)
		if len(data) > most {
			return "", nil, ErrTooLarge
		}
		if len(data) > 0 {
			return t, data, nil
		}
	}
	return "", nil, ErrNothing
}

func formatOf(mediaType string) (clipboard.Format, bool) {
	switch mediaType {
	case textType:
		return clipboard.FmtText, true
	case pngType:
		return clipboard.FmtImage, true
	}
	return 0, false
}

func (libraryClipboard) write(_, life context.Context, c content, lost func()) (handOver func(context.Context), err error) {
	if err := clipboard.Init(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	for mediaType, data := range c {
		format, ok := formatOf(mediaType)
		if !ok {
			continue
		}
		gone := clipboard.Write(format, data)
		if gone == nil {
			return nil, ErrNoClipboard
		}
		go func() {
			select {
			case <-gone:
				lost()
			case <-life.Done():
			}
		}()
	}
	return func(context.Context) {}, nil // the system keeps it
}
