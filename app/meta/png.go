package meta

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
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

// errNotPNG marks a file that does not begin as a PNG file does.
var errNotPNG = errors.New("not a PNG file")

// InsertChunks puts chunks right behind the header of an encoded picture.
func InsertChunks(png []byte, chunks []Chunk) ([]byte, error) {
	const header = len(pngMagic) + 12 + 13 // IHDR
	if len(png) < header || string(png[:len(pngMagic)]) != pngMagic {
		return nil, errNotPNG
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

// maxChunk bounds a chunk that is read into memory: a Stage C latent of 16
// channels of 512 by 512 cells, with its shape. maxChunks is how many are
// looked at.
const (
	maxChunk  = 16*512*512*4 + 64
	maxChunks = 100_000
)

// ReadChunks returns the chunks that want names, in their order. Others are
// skipped unread, as are those larger than maxChunk; those with a wrong sum are
// left out. It stops at the end of the picture, which may lack its mark.
func ReadChunks(r io.ReadSeeker, want func(kind string) bool) ([]Chunk, error) {
	size, err := r.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = r.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != pngMagic {
		return nil, errNotPNG
	}
	at := int64(len(pngMagic))
	var found []Chunk
	total, picture := 0, false
	for range maxChunks {
		if at == size && picture {
			return found, nil
		}
		if _, err := io.ReadFull(r, head); err != nil {
			return nil, fmt.Errorf("the file ends early: %w", err)
		}
		n, kind := binary.BigEndian.Uint32(head), string(head[4:])
		picture = picture || kind == "IDAT"
		if at += 12 + int64(n); kind == "IEND" {
			return found, nil
		}
		if n > 1<<31-1 || at > size {
			return nil, fmt.Errorf("chunk %q has a length of %d, more than the file holds", kind, n)
		}
		if !want(kind) || n > maxChunk || total+int(n) > 2*maxChunk {
			if _, err := r.Seek(at, io.SeekStart); err != nil {
				return nil, err
			}
			continue
		}
		total += int(n)
		data := make([]byte, int64(n)+4) // as much as the file holds
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, fmt.Errorf("chunk %q: %w", kind, err)
		}
		if crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data[:n]) == binary.BigEndian.Uint32(data[n:]) {
			found = append(found, Chunk{kind, data[:n]})
		}
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
// other chunks, and for text that cannot be unpacked or is longer than maxText.
func (c Chunk) Text() (key, text string, ok bool) {
	k, rest, found := bytes.Cut(c.Data, []byte{0})
	if !found { // text without a key
		k, rest = []byte(c.Kind), c.Data
	}
	switch c.Kind {
	case "tEXt":
		ok = true
	case "zTXt":
		if found && len(rest) > 0 {
			rest, ok = inflate(rest[1:])
		}
	case "iTXt":
		if found && len(rest) >= 2 {
			rest, ok = unicodeText(rest)
		}
	}
	if !ok || len(rest) > maxText {
		return "", "", false
	}
	return pngLatin(k), pngLatin(rest), true
}

// unicodeText is what an iTXt chunk says behind its key. Some programs write
// what is not UTF-8.
func unicodeText(b []byte) (text []byte, ok bool) {
	packed := b[0] != 0
	_, b, ok = bytes.Cut(b[2:], []byte{0}) // a language
	if ok {
		_, b, ok = bytes.Cut(b, []byte{0}) // the key, translated
	}
	if ok && packed {
		return inflate(b)
	}
	return b, ok
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
			readEXIF(bytes.TrimPrefix(c.Data, []byte(exifMagic)), t)
		default:
			if key, text, ok := c.Text(); ok {
				readPNGText(key, text, t)
			}
		}
	}
	return nil
}

// rawProfile is what ImageMagick calls the keys under which it writes the
// blocks of other formats: a name, a length and hexadecimal digits.
const rawProfile = "Raw profile type "

func readPNGText(key, text string, t *texts) {
	name, isProfile := strings.CutPrefix(key, rawProfile)
	_, digits, _ := strings.Cut(strings.TrimSpace(text), name)
	fields := strings.Fields(digits)
	if !isProfile || len(fields) == 0 {
		t.add(key, text)
		return
	}
	data, err := hex.DecodeString(strings.Join(fields[1:], ""))
	switch block := []byte(nil); {
	case err != nil || len(data) == 0:
		t.add(key, text)
	case name == "iptc":
		readIPTC(data, t)
		readPhotoshop(data, t)
	case bytes.HasPrefix(data, []byte(xmpMagic)):
		t.add(xmpKey, string(data[len(xmpMagic):]))
	case name == "xmp":
		t.add(xmpKey, string(data))
	default:
		if block = bytes.TrimPrefix(data, []byte(exifMagic)); len(block) < 4 || string(block[:2]) != "II" && string(block[:2]) != "MM" {
			t.add(key, text)
		}
		readEXIF(block, t)
	}
}
