package cli

import (
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf8"

	"cascata/app"
)

// Where the commands print for people. JSON goes to standard output as it is: it escapes by itself.
var (
	out   = plain{os.Stdout}
	notes = plain{os.Stderr}
)

// newLine begins a line of progress anew, on a terminal.
const newLine = "\r\033[K"

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
	m := app.Explain(err)
	fmt.Fprintf(notes, "cascata: %v\n  %s %s\n", err, m.Title, m.Help)
}
