package meta

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// What the application segments of a JPEG file begin with.
const (
	exifMagic = "Exif\x00\x00"
	xmpMagic  = "http://ns.adobe.com/xap/1.0/\x00"
	moreMagic = "http://ns.adobe.com/xmp/extension/\x00" // then 32 letters, the whole length, and where this part begins
	jfifMagic = "JFIF\x00"
)

// maxSegment is what a JPEG segment can hold.
const maxSegment = 0xffff - 2

// readJPEG collects the size and the texts of a JPEG file (ITU-T T.81, annex
// B). It stops where the picture's data begins. Bytes between two segments are
// passed over, as decoders do.
func readJPEG(r io.ReadSeeker, t *texts) error {
	in := bufio.NewReader(r)
	if head, err := in.Peek(2); err != nil || head[0] != 0xff || head[1] != 0xd8 {
		return errors.New("not a JPEG file")
	}
	in.Discard(2)
	stray := 0
	for range maxChunks {
		kind, err := marker(in, &stray)
		switch {
		case err != nil:
			return fmt.Errorf("the file ends early: %w", err)
		case kind == 0xd9 || kind == 0xda: // end of image, start of scan
			return nil
		case kind == 0x01 || kind >= 0xd0 && kind <= 0xd8: // without a length
			continue
		}
		var size [2]byte
		if _, err := io.ReadFull(in, size[:]); err != nil {
			return fmt.Errorf("the file ends early: %w", err)
		}
		n := int(binary.BigEndian.Uint16(size[:])) - 2
		if n < 0 {
			return errors.New("a segment has no length")
		}
		data := make([]byte, n) // at most 64 KB
		if _, err := io.ReadFull(in, data); err != nil {
			return fmt.Errorf("the file ends early: %w", err)
		}
		readSegment(kind, data, t)
	}
	return fmt.Errorf("more than %d segments", maxChunks)
}

// maxStray bounds the bytes between segments, all together.
const maxStray = 1 << 20

// marker reads up to the next marker: a byte of all ones and one that is
// neither that, which is padding, nor zero, which is data.
func marker(in *bufio.Reader, stray *int) (byte, error) {
	for last := byte(0); ; {
		c, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		if last == 0xff && c != 0xff && c != 0 {
			return c, nil
		}
		if last = c; c != 0xff {
			if *stray++; *stray > maxStray {
				return 0, errors.New("too much lies between two segments")
			}
		}
	}
}

func readSegment(kind byte, data []byte, t *texts) {
	switch {
	case kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc: // a frame header
		if len(data) >= 5 {
			t.height, t.width = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
		}
	case kind == 0xe1 && bytes.HasPrefix(data, []byte(exifMagic)):
		readEXIF(data[len(exifMagic):], t)
	case kind == 0xe1 && bytes.HasPrefix(data, []byte(xmpMagic)):
		t.add(xmpKey, string(data[len(xmpMagic):]))
	case kind == 0xe1 && bytes.HasPrefix(data, []byte(moreMagic)) && len(data) >= len(moreMagic)+40:
		part := data[len(moreMagic)+32:]
		if at := int(binary.BigEndian.Uint32(part[4:])); at == len(t.xmpMore) && at+len(part)-8 <= maxText {
			t.xmpMore = append(t.xmpMore, part[8:]...)
		}
	case kind == 0xed && bytes.HasPrefix(data, []byte(photoshopMagic)):
		readPhotoshop(data[len(photoshopMagic):], t)
	case kind == 0xfe:
		t.add("Comment", decodeText(data, utf8Text, binary.BigEndian))
	}
}

// insertSegments puts segments right behind the first marker of an encoded
// picture.
func insertSegments(jpeg []byte, segments ...[]byte) []byte {
	out := append([]byte{}, jpeg[:2]...)
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, jpeg[2:]...)
}

// segment is nil when data is too long for one.
func segment(kind byte, magic string, data []byte) []byte {
	n := len(magic) + len(data)
	if n > maxSegment {
		return nil
	}
	out := []byte{0xff, kind, byte((n + 2) >> 8), byte(n + 2)}
	return append(append(out, magic...), data...)
}

// jfif is the segment that says how dense the pixels are printed, in dots an inch.
func jfif(dpi float64) []byte {
	d := uint16(min(max(dpi+0.5, 1), 0xffff))
	return segment(0xe0, jfifMagic, []byte{1, 2, 1, byte(d >> 8), byte(d), byte(d >> 8), byte(d), 0, 0})
}
