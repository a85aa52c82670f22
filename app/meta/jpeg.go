package meta

import (
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
	jfifMagic = "JFIF\x00"
)

// maxSegment is what a JPEG segment can hold.
const maxSegment = 0xffff - 2

// readJPEG collects the size and the texts of a JPEG file (ITU-T T.81, annex
// B). It stops where the picture's data begins.
func readJPEG(r io.ReadSeeker, t *texts) error {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head[:2]); err != nil || head[0] != 0xff || head[1] != 0xd8 {
		return errors.New("not a JPEG file")
	}
	for range maxChunks {
		if _, err := io.ReadFull(r, head[:2]); err != nil {
			return fmt.Errorf("the file ends early: %w", err)
		}
		for head[1] == 0xff { // a marker may be padded
			if _, err := io.ReadFull(r, head[1:2]); err != nil {
				return fmt.Errorf("the file ends early: %w", err)
			}
		}
		kind := head[1]
		switch {
		case head[0] != 0xff:
			return errors.New("the file is damaged between two segments")
		case kind == 0xd9 || kind == 0xda: // end of image, start of scan
			return nil
		case kind == 0x01 || kind >= 0xd0 && kind <= 0xd7: // without a length
			continue
		}
		if _, err := io.ReadFull(r, head[2:]); err != nil {
			return fmt.Errorf("the file ends early: %w", err)
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - 2
		if n < 0 {
			return errors.New("a segment has no length")
		}
		data := make([]byte, n) // at most 64 KB
		if _, err := io.ReadFull(r, data); err != nil {
			return fmt.Errorf("the file ends early: %w", err)
		}
		readSegment(kind, data, t)
	}
	return fmt.Errorf("more than %d segments", maxChunks)
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
	case kind == 0xfe:
		t.add("Comment", string(data))
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
