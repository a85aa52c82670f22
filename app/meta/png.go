package meta

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"
)

// A Chunk is one part of a PNG file (PNG specification, section 5.3).
type Chunk struct {
	Kind string // four letters
	Data []byte
}

const pngMagic = "\x89PNG\r\n\x1a\n"

// ErrNotPNG marks a file that does not begin as a PNG file does.
var ErrNotPNG = errors.New("not a PNG file")

// InsertChunks puts chunks right behind the header of an encoded picture.
func InsertChunks(png []byte, chunks []Chunk) ([]byte, error) {
	const header = len(pngMagic) + 12 + 13 // IHDR
	if len(png) < header || string(png[:len(pngMagic)]) != pngMagic {
		return nil, ErrNotPNG
	}
	size := len(png)
	for _, c := range chunks {
		size += 12 + len(c.Data)
	}
	out := append(make([]byte, 0, size), png[:header]...)
	for _, c := range chunks {
		out = c.append(out)
	}
	return append(out, png[header:]...), nil
}

func (c Chunk) append(out []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(c.Data)))
	begin := len(out)
	out = append(append(out, c.Kind...), c.Data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[begin:]))
}

// MaxChunk bounds a chunk that is read into memory: a Stage C latent of 16
// channels of 512 by 512 cells, with its shape. maxChunks is how many are
// looked at.
const (
	MaxChunk  = 16*512*512*4 + 64
	maxChunks = 100_000
)

// ReadChunks returns the chunks that want names, in their order, checked by
// their sums. Others are skipped unread, as are those larger than MaxChunk. It
// stops at the end of the picture.
func ReadChunks(r io.ReadSeeker, want func(kind string) bool) ([]Chunk, error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != pngMagic {
		return nil, ErrNotPNG
	}
	var found []Chunk
	total := 0
	for range maxChunks {
		if _, err := io.ReadFull(r, head); err != nil {
			return nil, fmt.Errorf("the file ends early: %w", err)
		}
		n, kind := binary.BigEndian.Uint32(head), string(head[4:])
		if kind == "IEND" {
			return found, nil
		}
		if n > 1<<31-1 {
			return nil, fmt.Errorf("chunk %q has a length of %d", kind, n)
		}
		if !want(kind) || n > MaxChunk || total+int(n) > 2*MaxChunk {
			if _, err := r.Seek(int64(n)+4, io.SeekCurrent); err != nil {
				return nil, err
			}
			continue
		}
		total += int(n)
		var b bytes.Buffer // grows with what is there, not with what the length claims
		if m, err := io.CopyN(&b, r, int64(n)+4); err != nil {
			return nil, fmt.Errorf("chunk %q ends after %d bytes: %w", kind, m, err)
		}
		data := b.Bytes()
		if crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data[:n]) != binary.BigEndian.Uint32(data[n:]) {
			return nil, fmt.Errorf("chunk %q is damaged", kind)
		}
		found = append(found, Chunk{kind, data[:n]})
	}
	return nil, fmt.Errorf("more than %d chunks", maxChunks)
}

// TextChunk holds text under a key: tEXt where Latin-1 can say it, else iTXt
// in UTF-8 (PNG specification, sections 11.3.4.3 and 11.3.4.5).
func TextChunk(key, text string) Chunk {
	text = strings.ReplaceAll(text, "\x00", "") // would end it; nobody types it
	latin := make([]byte, 0, len(key)+1+len(text))
	latin = append(latin, key...)
	latin = append(latin, 0)
	for _, r := range text {
		if r > 0xff || r >= 0x80 && r < 0xa0 || r < 0x20 && r != '\n' {
			return UnicodeChunk(key, text)
		}
		latin = append(latin, byte(r))
	}
	return Chunk{"tEXt", latin}
}

// UnicodeChunk holds text under a key in UTF-8, not compressed.
func UnicodeChunk(key, text string) Chunk {
	data := append([]byte(key), 0, 0, 0, 0, 0) // no compression, no language, no translated key
	return Chunk{"iTXt", append(data, text...)}
}

// Text returns the key and text of a tEXt, zTXt or iTXt chunk. ok is false for
// other chunks, and for text that is damaged or longer than maxText.
func (c Chunk) Text() (key, text string, ok bool) {
	k, rest, found := bytes.Cut(c.Data, []byte{0})
	if !found || len(k) == 0 || len(k) > 79 {
		return "", "", false
	}
	switch c.Kind {
	case "tEXt":
		return latin1(k), pngLatin(rest), len(rest) <= maxText
	case "zTXt":
		if len(rest) < 1 || rest[0] != 0 {
			return "", "", false
		}
		rest, ok = inflate(rest[1:])
		return latin1(k), pngLatin(rest), ok
	case "iTXt":
		if len(rest) < 2 || rest[0] > 1 || rest[1] != 0 {
			return "", "", false
		}
		packed := rest[0] == 1
		_, rest, found = bytes.Cut(rest[2:], []byte{0})
		if found {
			_, rest, found = bytes.Cut(rest, []byte{0})
		}
		if found && packed {
			rest, found = inflate(rest)
		}
		if !found || !utf8.Valid(rest) || len(rest) > maxText {
			return "", "", false
		}
		return latin1(k), string(rest), true
	}
	return "", "", false
}

// pngLatin is text of a tEXt chunk: Latin-1, but some programs write UTF-8,
// which hardly ever is by chance what Latin-1 means.
func pngLatin(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return latin1(b)
}

func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// inflate unpacks at most maxText bytes; more is refused.
func inflate(packed []byte) ([]byte, bool) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, false
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, maxText+1))
	return data, err == nil && len(data) <= maxText
}

// readPNG collects the size and the texts of a PNG file.
func readPNG(r io.ReadSeeker, t *texts) error {
	chunks, err := ReadChunks(r, func(kind string) bool {
		return kind == "IHDR" || kind == "tEXt" || kind == "zTXt" || kind == "iTXt" || kind == "eXIf"
	})
	if err != nil {
		return err
	}
	for i, c := range chunks {
		switch {
		case i == 0 && c.Kind == "IHDR" && len(c.Data) == 13:
			t.width, t.height = int(binary.BigEndian.Uint32(c.Data)), int(binary.BigEndian.Uint32(c.Data[4:]))
		case c.Kind == "eXIf":
			readEXIF(c.Data, t)
		default:
			if key, text, ok := c.Text(); ok {
				t.add(key, text)
			}
		}
	}
	return nil
}
