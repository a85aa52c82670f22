package meta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// readWebP collects the size and the texts of a WebP file (the RIFF container
// of RFC 9649, section 2). What is damaged behind the picture is left out.
func readWebP(r io.ReadSeeker, t *texts) error {
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WEBP" {
		return errors.New("not a WebP file")
	}
	picture := false
	for range maxChunks {
		if _, err := io.ReadFull(r, head[:8]); err != nil { // the length that the file claims is wrong at times
			if picture {
				return nil
			}
			return fmt.Errorf("the file ends early: %w", err)
		}
		kind, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:8]))
		keep := size
		switch kind {
		case "VP8X", "VP8 ", "VP8L":
			keep = min(size, 10) // the header
		case "EXIF", "XMP ":
			if size > maxText {
				keep = 0
			}
		default:
			keep = 0
		}
		var b bytes.Buffer // grows with what is there
		if _, err := io.CopyN(&b, r, keep); err != nil {
			if picture {
				return nil
			}
			return fmt.Errorf("chunk %q ends early: %w", kind, err)
		}
		picture = picture || kind == "VP8 " || kind == "VP8L" || kind == "ANMF"
		if _, err := r.Seek(size+size&1-keep, io.SeekCurrent); err != nil {
			return err
		}
		readWebPChunk(kind, b.Bytes(), t)
	}
	return fmt.Errorf("more than %d chunks", maxChunks)
}

func readWebPChunk(kind string, data []byte, t *texts) {
	switch {
	case kind == "VP8X" && len(data) == 10:
		t.width, t.height = 1+int(uint24(data[4:])), 1+int(uint24(data[7:]))
	case kind == "VP8 " && len(data) == 10: // the larger counts where the two headers differ
		t.width = max(t.width, int(binary.LittleEndian.Uint16(data[6:]))&0x3fff)
		t.height = max(t.height, int(binary.LittleEndian.Uint16(data[8:]))&0x3fff)
	case kind == "VP8L" && len(data) >= 5:
		bits := binary.LittleEndian.Uint32(data[1:])
		t.width, t.height = max(t.width, 1+int(bits&0x3fff)), max(t.height, 1+int(bits>>14&0x3fff))
	case kind == "EXIF":
		readEXIF(bytes.TrimPrefix(data, []byte(exifMagic)), t)
	case kind == "XMP ":
		t.add(xmpKey, string(data))
	}
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// extendWebP gives an encoded picture of w by h pixels EXIF and XMP chunks;
// empty ones are left out.
func extendWebP(webp []byte, w, h int, exif, xmp []byte) ([]byte, error) {
	if len(webp) < 20 || string(webp[8:12]) != "WEBP" {
		return nil, errors.New("not a WebP file")
	}
	picture := webp[12:]
	if string(picture[:4]) == "VP8X" { // the encoder's own header
		picture = picture[18:]
	}
	var flags byte
	if string(picture[:4]) == "VP8L" && len(picture) > 12 && picture[12]&0x10 != 0 {
		flags |= 0x10 // alpha is used
	}
	if len(exif) > 0 {
		flags |= 0x08
	}
	if len(xmp) > 0 {
		flags |= 0x04
	}
	w, h = w-1, h-1
	out := []byte("RIFF\x00\x00\x00\x00WEBP")
	out = riffChunk(out, "VP8X", []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
	out = append(out, picture...)
	if len(exif) > 0 {
		out = riffChunk(out, "EXIF", exif)
	}
	if len(xmp) > 0 {
		out = riffChunk(out, "XMP ", xmp)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

func riffChunk(out []byte, kind string, data []byte) []byte {
	out = append(out, kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}
