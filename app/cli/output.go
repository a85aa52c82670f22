package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"unicode"
	"unicode/utf8"

	"cascata/app"
)

// Where the commands print: stdout is for JSON, which escapes by itself, the
// others are for people. No command looks whether it could print: Run does.
var (
	stdout = &stream{to: os.Stdout}
	out    = plain{stdout}
	notes  = plain{os.Stderr}
)

// A stream remembers that it takes no more.
type stream struct {
	to  io.Writer
	err error // wraps app.ErrOutput
}

// Write implements io.Writer.
func (s *stream) Write(b []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.to.Write(b)
	if err != nil {
		s.err = fmt.Errorf("%w: %w", app.ErrOutput, err)
	}
	return n, s.err
}

// printed is the error of a command that ended with err, when it is clear
// whether what it printed was written.
func printed(err error) error {
	switch {
	case stdout.err == nil, err != nil && !errors.Is(err, ErrShown):
		return err
	case readerGone(stdout.err):
		return errors.Join(ErrShown, stdout.err)
	}
	return stdout.err // also where the error was shown: nobody has read it
}

// readerGone tells a reader that has read enough, as head does, on Windows; other
// systems end the program when it writes on.
func readerGone(err error) bool {
	const brokenPipe, noData = syscall.Errno(109), syscall.Errno(232)
	return runtime.GOOS == "windows" && (errors.Is(err, brokenPipe) || errors.Is(err, noData))
}

// onTerminal reports whether people see standard error as it is written.
func onTerminal() bool {
	info, err := os.Stderr.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// progress writes a line on a terminal in place of the one before; "" leaves none.
func progress(format string, args ...any) {
	fmt.Fprint(os.Stderr, "\r\033[K")
	fmt.Fprintf(notes, format, args...)
}

// A plain stream writes text as what it is: nothing in it is a command to the
// terminal, whichever file it came from.
type plain struct{ to io.Writer }

// Write implements io.Writer.
func (p plain) Write(text []byte) (int, error) {
	if _, err := p.to.Write(printable(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// printable has blanks where a terminal would take text as a command. Lines and
// columns stay, and so do names of files that are not UTF-8, for scripts.
func printable(text []byte) []byte {
	to := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			r = rune(text[0]) // of an older encoding, in which 0x9b is one of the commands
		}
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			to = append(to, ' ')
		} else {
			to = append(to, text[:n]...)
		}
		text = text[n:]
	}
	return to
}

// ShowError tells people what went wrong and what to do next.
func ShowError(err error) {
	m := explained(err)
	fmt.Fprintf(notes, "cascata: %v\n  %s %s\n", err, m.Title, m.Help)
}
