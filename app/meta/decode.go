package meta

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding is a way in which bytes may be text.
type encoding int

const (
	utf8Text encoding = iota
	latinText
	utf16Big
	utf16Little
)

// maxGuess is how many bytes are looked at to find out their encoding.
const maxGuess = 32 << 10

// decodeText turns bytes into text. What they are declared to be is often
// wrong, so they decide themselves: by a byte order mark, else by which
// reading looks most like something that people write. declared and order only
// settle what is nearly even.
func decodeText(b []byte, declared encoding, order binary.ByteOrder) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return encodings[utf8Text](b[3:])
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return encodings[utf16Big](b[2:])
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return encodings[utf16Little](b[2:])
	}
	best, most := utf8Text, -1e9
	for e := range encodings {
		if !possible(b, encoding(e)) {
			continue
		}
		likely := likeness(encodings[e](b[:min(len(b), maxGuess)]), encoding(e) == utf8Text)
		if encoding(e) == declared || declared == utf16Big && encoding(e) == utf16Little {
			likely += 3
		}
		if encoding(e) == utf16Big && order == binary.BigEndian || encoding(e) == utf16Little && order == binary.LittleEndian {
			likely += 0.5
		}
		if encoding(e) == utf8Text && !bytes.ContainsFunc(bytes.TrimRight(b, "\x00"), func(r rune) bool { return r >= 0x7f || r < ' ' && r != '\n' }) {
			likely += min(float64(len(b))/2, 15) // letters of two bytes hardly ever give such a row by chance
		}
		if likely > most {
			best, most = encoding(e), likely
		}
	}
	return encodings[best](b)
}

// encodings turn bytes into text, without the zeros behind it.
var encodings = [...]func(b []byte) string{
	utf8Text:    func(b []byte) string { return plainUTF8(string(bytes.TrimRight(b, "\x00"))) },
	latinText:   func(b []byte) string { return latin1(bytes.TrimRight(b, "\x00")) },
	utf16Big:    func(b []byte) string { return utf16Text(b, binary.BigEndian) },
	utf16Little: func(b []byte) string { return utf16Text(b, binary.LittleEndian) },
}

// possible reports whether bytes can be text in an encoding at all.
func possible(b []byte, e encoding) bool {
	switch e {
	case utf8Text:
		return utf8.Valid(b)
	case latinText:
		return !utf8.Valid(b)
	}
	return len(b)%2 == 0 || b[len(b)-1] == 0 // a zero that ends the text
}

func utf16Text(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// likeness is how much a text looks like something that people write, on
// average a letter. Bytes that are UTF-8 by chance are rare.
func likeness(s string, isUTF8 bool) float64 {
	sum, n := 0, 0
	for _, r := range s {
		n++
		if isUTF8 && r >= 0x80 {
			sum += 400
			continue
		}
		sum += usual(r)
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n) / 10
}

// usual is how often people write a letter, in no unit. Text in one encoding
// that is read in another is full of letters that are hardly ever written.
func usual(r rune) int {
	switch {
	case r >= 'a' && r <= 'z' || r == ' ' || r == '\n':
		return 300
	case r >= 'A' && r <= 'Z':
		return 260
	case r >= '0' && r <= '9' || strings.ContainsRune(",.:;\"'()-<>=_/\r\t", r):
		return 180
	case r > 0x20 && r < 0x7f:
		return 130
	case r < 0x20 || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r >= 0xfff0 && r <= 0xffff:
		return -600
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3000 && r <= 0x30ff, r >= 0xff01 && r <= 0xff60: // Chinese, Japanese
		return 240
	case r >= 0xac00 && r <= 0xd7a3: // Korean
		return 220
	case r >= 0x2010 && r <= 0x2027, r == 0x200d, r == 0xfe0f, r >= 0x1f000 && r <= 0x1faff: // quotes and dashes, emoji
		return 200
	case r >= 0x2000 && r <= 0x2fff, r >= 0x3100 && r <= 0x4dff, r >= 0xa000 && r <= 0xabff, r >= 0x1000 && r <= 0x1fff && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Khmer, unicode.Myanmar, unicode.Georgian):
		return 30
	case unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S):
		return 236
	}
	return -300 // not assigned, private
}
