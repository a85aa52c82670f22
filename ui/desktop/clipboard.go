package desktop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
)

// What is taken from the clipboard at most, bytes. The toolkit's field takes
// 60 ms to break a text of this length into rows, and a second for four times it.
const (
	maxPicture = 256 << 20
	maxText    = 20_000
)

var (
	// ErrNothing says that the clipboard holds nothing of the kind wanted.
	ErrNothing = errors.New("the clipboard holds nothing of the kind")
	// ErrTooLarge says that the clipboard holds more than is taken from it.
	ErrTooLarge = errors.New("what is on the clipboard is too large")
	// ErrGone says that the program that had the clipboard ended meanwhile.
	ErrGone = errors.New("the program that held the clipboard has ended")
	// ErrNoClipboard says that the system's clipboard cannot be reached.
	ErrNoClipboard = errors.New("the clipboard cannot be used")
)

// Content is what lies on the clipboard, by media type: textType, or a
// picture's.
type content map[string][]byte

const (
	textType = "text/plain;charset=utf-8"
	listType = "text/uri-list"
	pngType  = "image/png"
)

// pictureTypes are those that are taken from the clipboard, the best first.
var pictureTypes = []string{pngType, "image/webp", "image/jpeg", "image/bmp"}

// A system is the clipboard of the system. Its methods wait; they end with
// their context.
type system interface {
	// read returns the first of the media types that is there, ErrNothing
	// where none is.
	read(ctx context.Context, most int, types ...string) (found string, data []byte, err error)
	// write puts content there and serves it to other programs until life ends
	// or something else is there; then it calls lost. handOver gives the content
	// to who keeps it after this program, and waits for that.
	write(ctx, life context.Context, c content, lost func()) (handOver func(context.Context), err error)
}

// Clipboard implements fyne.Clipboard. The toolkit's own waits on the window's
// goroutine for the program that owns the clipboard, for ever if that does not
// answer. This one never waits: see Later.
type Clipboard struct {
	// OnFailed is told, on the window's goroutine, why a text could not be
	// copied or pasted.
	OnFailed func(error)
	// OnWanted is called by Content when a text of another program is wanted
	// at once, which cannot be; the field with the keyboard may ask Later.
	OnWanted func()

	d   *Desktop
	do  func(func())
	sys system

	writing sync.Mutex // held while the system's clipboard is written

	mu      sync.Mutex         // guards what follows
	mine    *copied            // what this program put there, while it is there
	pasting context.CancelFunc // ends the paste under way
}

// copied is what this program put on the clipboard.
type copied struct {
	content  content
	handOver func(context.Context) // nil: not there yet
}

var _ fyne.Clipboard = (*Clipboard)(nil)

// SetContent puts a text on the clipboard. It returns at once.
func (c *Clipboard) SetContent(text string) {
	mine := c.hold(content{textType: []byte(text)})
	go func() {
		if err := c.put(mine); err != nil {
			c.failed(err)
		}
	}()
}

// Content is the text on the clipboard if this program put it there, else "".
// It returns at once.
func (c *Clipboard) Content() string {
	mine := c.own()
	if mine == nil {
		if c.OnWanted != nil {
			c.OnWanted()
		}
		return ""
	}
	return string(mine[textType])
}

// Later gives then the text on the clipboard, on the window's goroutine: before
// it returns where the text is this program's own, else when its owner has
// handed it over. A failure goes to OnFailed. Asking again ends what was asked
// before. For the window's goroutine.
func (c *Clipboard) Later(then func(text string)) {
	ctx := c.begin()
	if mine := c.own(); len(mine[textType]) > maxText {
		c.failed(ErrTooLarge)
		return
	} else if mine != nil {
		then(string(mine[textType]))
		return
	}
	go func() {
		text, err := c.read(ctx)
		switch {
		case ctx.Err() != nil: // something else is pasted by now, or the program ends
		case err != nil:
			c.failed(err)
		default:
			c.do(func() { then(text) })
		}
	}()
}

func (c *Clipboard) read(ctx context.Context) (string, error) {
	return ask(c.d, ctx, kindPaste, textWait, func(ctx context.Context) (string, error) {
		_, data, err := c.sys.read(ctx, maxText, textType)
		return cleanText(data), err
	})
}

// cleanText is a text as a field takes it.
func cleanText(data []byte) string {
	text := strings.ToValidUTF8(string(bytes.TrimRight(data, "\x00")), "\uFFFD")
	return strings.ReplaceAll(text, "\r\n", "\n")
}

func (c *Clipboard) failed(err error) {
	c.do(func() {
		if c.OnFailed != nil {
			c.OnFailed(err)
		}
	})
}

// begin ends the paste under way and returns the context of the next.
func (c *Clipboard) begin() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pasting != nil {
		c.pasting()
	}
	ctx, end := context.WithCancel(c.d.ctx)
	c.pasting = end
	return ctx
}

// own is what this program put on the clipboard, nil when something else is there.
func (c *Clipboard) own() content {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mine == nil {
		return nil
	}
	return c.mine.content
}

// hold notes what is put on the clipboard from now on.
func (c *Clipboard) hold(what content) *copied {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mine = &copied{content: what}
	return c.mine
}

// put writes what hold noted to the system's clipboard, unless something newer
// was noted meanwhile.
func (c *Clipboard) put(mine *copied) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	stale := c.mine != mine
	c.mu.Unlock()
	if stale {
		return nil
	}
	handOver, err := ask(c.d, c.d.ctx, kindCopy, answerWait, func(ctx context.Context) (func(context.Context), error) {
		return c.sys.write(ctx, c.d.ctx, mine.content, func() { c.lose(mine) })
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	mine.handOver = handOver
	return nil
}

// lose notes that something else is on the clipboard now.
func (c *Clipboard) lose(mine *copied) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mine == mine {
		c.mine = nil
	}
}

// handOver gives what was copied to who keeps it when the program has ended.
func (c *Clipboard) handOver() {
	c.mu.Lock()
	mine := c.mine
	there := mine != nil && mine.handOver != nil
	c.mu.Unlock()
	if !there {
		return
	}
	ask(c.d, c.d.ctx, kindCopy, handOverWait, func(ctx context.Context) (struct{}, error) {
		mine.handOver(ctx)
		return struct{}{}, nil
	})
}

// CopyPicture puts a PNG file on the clipboard, as it is, recipe and all. It
// waits for the disk and the desktop: not for the window's goroutine. Errors wrap
// ErrTooLarge, or are those of package os or of decoding.
func (d *Desktop) CopyPicture(file string) error {
	data, err := readPNG(file)
	if err != nil {
		return err
	}
	return d.clip.put(d.clip.hold(content{pngType: data}))
}

func readPNG(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxPicture {
		return nil, fmt.Errorf("%s: %w", file, ErrTooLarge)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if _, err := png.DecodeConfig(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("%s is no PNG picture: %w", file, err)
	}
	return data, nil
}
