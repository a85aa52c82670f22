package hub

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"cascata/app/disk"
)

// What keeps a download from ending, for errors.Is. What the disk refuses wraps
// disk.ErrWrite; that there is no room for it ErrSpace too.
var (
	ErrNetwork = errors.New("the network or the server failed")
	ErrAccess  = errors.New("the server does not let you have this")
	ErrMissing = errors.New("the server does not have this")
	ErrCorrupt = errors.New("a file arrived damaged")
	ErrSpace   = errors.New("there is not enough room on the disk")
	ErrBusy    = errors.New("another download is running")
)

// A failure says of one file or repository what is wrong and what to do next.
type failure struct {
	Class error  // one of those above
	What  string // file or repository
	Cause string
	Next  string
	Err   error // beneath it, may be nil
}

// Error implements error: what, why and what to do.
func (e *failure) Error() string { return fmt.Sprintf("%s: %s; %s", e.What, e.Cause, e.Next) }

// Unwrap implements what errors.Is asks for: the class, and what is beneath.
func (e *failure) Unwrap() []error {
	list := []error{e.Class}
	if e.Class == ErrSpace || e.Class == ErrBusy {
		list = append(list, disk.ErrWrite)
	}
	if e.Err != nil {
		list = append(list, e.Err)
	}
	return list
}

// A passing fault is one that may be gone at the next try.
type passing struct {
	cause string
	after time.Duration // that the server asked to wait; 0: it did not say
	err   error
}

func (p *passing) Error() string { return p.cause }
func (p *passing) Unwrap() error { return p.err }

func isPassing(err error) bool {
	_, ok := errors.AsType[*passing](err)
	return ok
}

// errChanged says that a file is no longer what the repository's list says.
var errChanged = errors.New("the repository was changed while it was being downloaded")

// clip shortens what a server said for a message, without signs that a
// terminal would obey.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "..."
	}
	return s
}
