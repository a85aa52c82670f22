//go:build unix && !darwin

package desktop

import (
	"context"
	"errors"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// xClipboard is the CLIPBOARD selection of the X server. The window is always
// an X client: on a Wayland desktop XWayland passes the clipboard on.
type xClipboard struct {
	dial func(context.Context) (*xClient, error)
}

func newSystemClipboard() system { return xClipboard{dialX} }

// xTargets are what programs call a media type, the best first.
var xTargets = map[string][]string{
	textType: {"UTF8_STRING", textType, "text/plain", "STRING"},
	listType: {listType, "x-special/gnome-copied-files"},
}

func targetsOf(mediaType string) []string {
	if names, ok := xTargets[mediaType]; ok {
		return names
	}
	return []string{mediaType}
}

func (s xClipboard) read(ctx context.Context, most int, types ...string) (found string, data []byte, err error) {
	x, err := s.dial(ctx)
	if err != nil {
		return "", nil, err
	}
	defer x.close()
	if err := x.watchOwner(); err != nil {
		return "", nil, err
	}
	offered, err := x.offered()
	if err != nil {
		return "", nil, err
	}
	for _, t := range types {
		for _, name := range targetsOf(t) {
			target := x.atom(name)
			if offered != nil && !slices.Contains(offered, target) {
				continue
			}
			data, err := x.convert(target, most)
			if errors.Is(err, ErrNothing) {
				continue
			}
			if err != nil {
				return "", nil, err
			}
			if name == "STRING" {
				data = latin1(data)
			}
			return t, data, nil
		}
	}
	return "", nil, ErrNothing
}

// offered is what the owner says that it has, or nil when it does not say.
func (x *xClient) offered() ([]xproto.Atom, error) {
	data, err := x.convert(x.atom("TARGETS"), maxTargets)
	if errors.Is(err, ErrNothing) {
		return nil, nil
	}
	return atomsOf(data), err
}

// maxTargets bounds the list of what an owner has, bytes.
const maxTargets = 1 << 14

// latin1 is an ISO 8859-1 text as UTF-8.
func latin1(data []byte) []byte {
	text := make([]rune, len(data))
	for i, b := range data {
		text[i] = rune(b)
	}
	return []byte(string(text))
}

func (s xClipboard) write(ctx, life context.Context, c content, lost func()) (handOver func(context.Context), err error) {
	x, err := s.dial(life)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, x.close)()
	o, err := newXOwner(x, c)
	if err != nil {
		x.close()
		return nil, err
	}
	go func() {
		defer x.close()
		o.serve()
		lost()
	}()
	return o.handOver, nil
}
