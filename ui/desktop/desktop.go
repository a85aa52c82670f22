// Package desktop talks with the programs around this one: the clipboard's
// owner, the file dialog, the file manager, the sound server, whoever shows
// notifications. None of them can be trusted to answer. What waits for one
// does so here, off the window's goroutine, for a limited time, and ends when
// the Desktop is closed.
package desktop

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How long another program may take.
const (
	answerWait   = 5 * time.Second        // the clipboard's owner: to its first answer, and from each part to the next
	textWait     = 15 * time.Second       // in all, for a text
	pictureWait  = time.Minute            // in all, for a picture
	handOverWait = 500 * time.Millisecond // the clipboard manager, when the program ends
	openWait     = 5 * time.Second        // a file manager, or the portal: until a window opens. A dialog then waits for the artist without a limit.
	soundWait    = 3 * time.Second
	noticeWait   = 5 * time.Second
)

var (
	// ErrNoAnswer marks a program that did not answer in time.
	ErrNoAnswer = errors.New("the other program does not answer")
	// ErrBusy marks a program that was asked before and still has not answered.
	ErrBusy = errors.New("the other program still does not answer")
)

// A kind is what another program is asked for. Of each there is one at a time
// that cannot be ended.
type kind string

const (
	kindPaste  kind = "clipboard"
	kindCopy   kind = "copy"
	kindShow   kind = "file manager"
	kindDialog kind = "file dialog"
	kindSound  kind = "sound"
	kindNotice kind = "notification"
)

// A Desktop is what is around this program. Its methods may be called from any
// goroutine; those that wait say so.
type Desktop struct {
	ctx   context.Context
	end   context.CancelFunc
	clip  *Clipboard
	mu    sync.Mutex               // guards what follows
	left  map[kind]<-chan struct{} // what was given up; closed when it is back
	close context.CancelFunc       // closes the file dialog that is open; nil: none is
}

// New asks no other program anything yet. do runs a function on the window's goroutine
// and does not wait for it.
func New(do func(func())) *Desktop {
	ctx, end := context.WithCancel(context.Background())
	d := &Desktop{ctx: ctx, end: end, left: map[kind]<-chan struct{}{}}
	d.clip = &Clipboard{d: d, do: do, sys: newSystemClipboard()}
	return d
}

// Close gives what was copied to the clipboard manager, where there is one,
// and ends everything that is still asked. It takes half a second at most.
func (d *Desktop) Close() {
	d.clip.handOver()
	d.end()
}

// Clipboard is what the artist copies to and pastes from.
func (d *Desktop) Clipboard() *Clipboard { return d.clip }

// ask runs f, which waits for another program, until f is done, parent ends or
// the limit is over; 0 is none. f sees it by its context. What goes on after
// that, in a library that cannot be interrupted, is left behind, and nothing of
// its kind is asked until it is back: the error is then ErrBusy.
func ask[T any](d *Desktop, parent context.Context, k kind, limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	var none T
	if d.isLeft(k) {
		return none, ErrBusy
	}
	ctx, end := context.WithCancel(parent)
	defer end()
	if limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, limit)
		defer stop()
	}
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	back := make(chan struct{})
	go func() {
		defer close(back)
		value, err := f(ctx)
		done <- answer{value, err}
	}()
	select {
	case <-back:
	case <-ctx.Done():
		select {
		case <-back:
		case <-time.After(graceWait):
			d.leave(k, back)
			return none, outOfTime(ctx.Err())
		}
	}
	a := <-done
	return a.value, outOfTime(a.err)
}

// graceWait is how long a process that was asked to end may take for that.
const graceWait = 100 * time.Millisecond

func (d *Desktop) isLeft(k kind) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	back, ok := d.left[k]
	if !ok {
		return false
	}
	select {
	case <-back:
		delete(d.left, k)
		return false
	default:
		return true
	}
}

func (d *Desktop) leave(k kind, back <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left[k] = back
}

func outOfTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return ErrNoAnswer
	}
	return err
}
