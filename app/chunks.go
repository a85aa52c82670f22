package app

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf8"
)

// A chunk is one part of a PNG file (PNG specification, section 5.3).
type chunk struct {
	kind string // four letters
	data []byte
}

const pngMagic = "\x89PNG\r\n\x1a\n"

var errNotPNG = errors.New("not a PNG file")

// insertChunks puts chunks right behind the header of an encoded picture.
func insertChunks(png []byte, chunks []chunk) ([]byte, error) {
	const header = len(pngMagic) + 12 + 13 // IHDR
	if len(png) < header || string(png[:len(pngMagic)]) != pngMagic {
		return nil, errNotPNG
	}
	size := len(png)
	for _, c := range chunks {
		size += 12 + len(c.data)
	}
	out := bytes.NewBuffer(make([]byte, 0, size))
	out.Write(png[:header])
	for _, c := range chunks {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(c.data)))
		out.Write(n[:])
		out.WriteString(c.kind)
		out.Write(c.data)
		sum := crc32.NewIEEE()
		io.WriteString(sum, c.kind)
		sum.Write(c.data)
		out.Write(sum.Sum(nil))
	}
	out.Write(png[header:])
	return out.Bytes(), nil
}

// maxChunk bounds a chunk that is read into memory, and maxChunks how many are
// looked at.
const (
	maxChunk  = maxLatent + 64
	maxChunks = 100_000
)

// readChunks returns the chunks that want names, in their order, checked by
// their sums. Others are skipped unread. It stops at the end of the picture.
func readChunks(r io.ReadSeeker, want func(kind string) bool) ([]chunk, error) {
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil || string(head) != pngMagic {
		return nil, errNotPNG
	}
	var found []chunk
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
		if !want(kind) || n > maxChunk || total+int(n) > 2*maxChunk {
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
		found = append(found, chunk{kind, data[:n]})
	}
	return nil, fmt.Errorf("more than %d chunks", maxChunks)
}

// textChunk holds text under a key: tEXt where Latin-1 can say it, else iTXt
// in UTF-8 (PNG specification, sections 11.3.4.3 and 11.3.4.5).
func textChunk(key, text string) chunk {
	latin := make([]byte, 0, len(key)+1+len(text))
	latin = append(latin, key...)
	latin = append(latin, 0)
	for _, r := range text {
		if r == 0 {
			continue // ends a text; nobody types it
		}
		if r > 0xff || r >= 0x80 && r < 0xa0 || r < 0x20 && r != '\n' {
			return unicodeChunk(key, text)
		}
		latin = append(latin, byte(r))
	}
	return chunk{"tEXt", latin}
}

// unicodeChunk holds text under a key in UTF-8, not compressed.
func unicodeChunk(key, text string) chunk {
	data := append([]byte(key), 0, 0, 0, 0, 0) // no compression, no language, no translated key
	return chunk{"iTXt", append(data, text...)}
}

// text returns the key and text of a tEXt chunk or an uncompressed iTXt chunk.
func (c chunk) text() (key, text string, ok bool) {
	k, rest, found := bytes.Cut(c.data, []byte{0})
	if !found || len(k) == 0 || len(k) > 79 {
		return "", "", false
	}
	switch c.kind {
	case "tEXt":
		runes := make([]rune, len(rest))
		for i, b := range rest {
			runes[i] = rune(b)
		}
		return string(k), string(runes), true
	case "iTXt":
		if len(rest) < 2 || rest[0] != 0 {
			return "", "", false
		}
		_, rest, found = bytes.Cut(rest[2:], []byte{0})
		if found {
			_, rest, found = bytes.Cut(rest, []byte{0})
		}
		if !found || !utf8.Valid(rest) {
			return "", "", false
		}
		return string(k), string(rest), true
	}
	return "", "", false
}
