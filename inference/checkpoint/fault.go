package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"unicode"
)

// A fault says which file is wrong, why, and what to do about it.
type fault struct {
	class error // ErrMissing, ErrBad or ErrUnsupported
	path  string
	cause string
	next  string
	err   error // beneath it, may be nil
}

// An unusable is a fault whose cause names a few files of those that were looked
// at and not used.
type unusable struct {
	fault   *fault
	refused []Refusal // all of them
}

func (u *unusable) Error() string { return u.fault.Error() }
func (u *unusable) Unwrap() error { return u.fault }

// Refused are all files that an error of Open names a few of.
func Refused(err error) []Refusal {
	u, ok := errors.AsType[*unusable](err)
	if !ok {
		return nil
	}
	return u.refused
}

func (f *fault) Error() string {
	return fmt.Sprintf("%v: %s: %s; %s", f.class, f.path, f.cause, f.next)
}

func (f *fault) Unwrap() []error { return []error{f.class, f.err} }

// again is the usual next step for a damaged file.
const again = "download it again"

// faultIn blames the file at path for err.
func faultIn(path string, err error) error {
	var done *fault
	if errors.As(err, &done) {
		return err
	}
	f := &fault{class: ErrBad, path: path, cause: err.Error(), next: again, err: err}
	var unsupported *unsupported
	switch {
	case errors.As(err, &unsupported):
		f.class, f.next = ErrUnsupported, unsupported.next
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		f.class, f.cause, f.next = ErrMissing, "there is no such file or folder", "check the path, or download it again"
	case errors.Is(err, fs.ErrPermission):
		f.cause, f.next = "it may not be read", "change its permissions"
	}
	return f
}

// unsupported is something whole that this program cannot run.
type unsupported struct{ cause, next string }

func (a *unsupported) Error() string { return a.cause }

// clip shortens text from a file for a message.
func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "..."
	}
	return s
}

// OneLine is text from a file as a line of its own can hold it.
func OneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}
