package meta

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The tags that programs put text into (Exif 2.32, section 4.6).
const (
	tagDescription = 0x010e
	tagMake        = 0x010f
	tagModel       = 0x0110
	tagXDensity    = 0x011a
	tagYDensity    = 0x011b
	tagDensityUnit = 0x0128
	tagSoftware    = 0x0131
	tagArtist      = 0x013b
	tagExif        = 0x8769 // where the second directory lies
	tagMakerNote   = 0x927c
	tagComment     = 0x9286
)

// maxEntries bounds a directory, maxDirectories how many are followed.
const (
	maxEntries     = 1000
	maxDirectories = 8
)

// readEXIF collects the texts of a TIFF block. What is damaged is skipped.
func readEXIF(data []byte, t *texts) {
	var order binary.ByteOrder
	switch {
	case len(data) < 8:
		return
	case string(data[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return
	}
	next := []uint32{order.Uint32(data[4:])}
	for n := 0; len(next) > 0 && n < maxDirectories; n++ {
		at := next[0]
		next = next[1:]
		if uint64(at)+2 > uint64(len(data)) {
			continue
		}
		entries := data[at+2:]
		for k := range min(int(order.Uint16(data[at:])), maxEntries, len(entries)/12) {
			tag, value := exifValue(data, entries[12*k:12*k+12], order)
			switch {
			case tag == tagExif && len(value) >= 4:
				next = append(next, order.Uint32(value))
			case value != nil:
				exifText(tag, value, order, t)
			}
		}
	}
}

// exifValue is the tag of an entry and its bytes, nil for a value outside the data.
func exifValue(data, entry []byte, order binary.ByteOrder) (tag uint16, value []byte) {
	tag = order.Uint16(entry)
	sizes := [...]uint64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}
	kind := int(order.Uint16(entry[2:]))
	if kind >= len(sizes) {
		return tag, nil
	}
	size := sizes[kind] * uint64(order.Uint32(entry[4:]))
	if size <= 4 {
		return tag, entry[8 : 8+size]
	}
	at := uint64(order.Uint32(entry[8:]))
	if size > maxText || at+size > uint64(len(data)) {
		return tag, nil
	}
	return tag, data[at : at+size]
}

// exifText adds what an entry says under the key that a PNG file would have it.
func exifText(tag uint16, value []byte, order binary.ByteOrder, t *texts) {
	switch tag {
	case tagComment:
		t.add(paramsKey, userComment(value, order))
	case tagDescription, tagMake, tagModel, tagSoftware, tagArtist, tagMakerNote:
		text := pngLatin(bytes.TrimRight(value, "\x00"))
		for _, key := range []string{"prompt", "workflow"} { // ComfyUI
			if rest, ok := strings.CutPrefix(text, key+":"); ok {
				t.add(key, rest)
				return
			}
		}
		switch {
		case tag == tagSoftware:
			t.add("Software", text)
		case tag == tagDescription:
			t.add("Description", text)
		case tag == tagMakerNote && (text == "fooocus" || text == "a1111"):
			t.add("fooocus_scheme", text)
		}
	}
}

// userComment decodes a comment by the eight letters it begins with. UNICODE
// is UTF-16 in an order that the standard does not fix: it is the one that
// gives more ASCII, and where both give none that of the file.
func userComment(b []byte, order binary.ByteOrder) string {
	head, rest := "", b
	if len(b) >= 8 {
		head, rest = string(b[:8]), b[8:]
	}
	switch head {
	case "UNICODE\x00":
		var big, little int
		for i := 0; i+1 < len(rest); i += 2 {
			if rest[i] == 0 && rest[i+1] < 0x80 {
				big++
			}
			if rest[i+1] == 0 && rest[i] < 0x80 {
				little++
			}
		}
		if big != little {
			order = binary.BigEndian
			if little > big {
				order = binary.LittleEndian
			}
		}
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = order.Uint16(rest[2*i:])
		}
		return strings.TrimRight(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"), "\x00")
	case "ASCII\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00":
		return pngLatin(bytes.TrimRight(rest, "\x00"))
	}
	if strings.HasPrefix(head, "JIS\x00") {
		return ""
	}
	return pngLatin(bytes.TrimRight(b, "\x00")) // Fooocus writes no letters
}

// exif makes a TIFF block with a comment, and the density of the pixels in
// dots an inch; "" and 0 are left out.
func exif(comment string, dpi float64) []byte {
	if comment == "" && dpi == 0 {
		return nil
	}
	be := binary.BigEndian
	text := []byte("UNICODE\x00")
	for _, u := range utf16.Encode([]rune(comment)) {
		text = be.AppendUint16(text, u)
	}
	entries, second := []uint32(nil), comment != ""
	if dpi > 0 {
		entries = append(entries, tagXDensity, tagYDensity, tagDensityUnit)
	}
	if second {
		entries = append(entries, tagExif)
	}
	first := uint32(8 + 2 + 12*len(entries) + 4) // where values begin
	out := be.AppendUint16([]byte("MM\x00*\x00\x00\x00\x08"), uint16(len(entries)))
	var values []byte
	for _, tag := range entries {
		out = be.AppendUint16(out, uint16(tag))
		at := first + uint32(len(values))
		switch tag {
		case tagXDensity, tagYDensity: // a rational
			out = be.AppendUint32(be.AppendUint32(be.AppendUint16(out, 5), 1), at)
			values = be.AppendUint32(be.AppendUint32(values, uint32(math.Round(dpi*1000))), 1000)
		case tagDensityUnit: // a short: inches
			out = append(be.AppendUint32(be.AppendUint16(out, 3), 1), 0, 2, 0, 0)
		case tagExif:
			out = be.AppendUint32(be.AppendUint32(be.AppendUint16(out, 4), 1), at)
			values = be.AppendUint16(values, 1)
			values = be.AppendUint16(be.AppendUint16(values, tagComment), 7)
			values = be.AppendUint32(values, uint32(len(text)))
			values = be.AppendUint32(values, at+18) // behind this directory
			values = append(be.AppendUint32(values, 0), text...)
		}
	}
	return append(be.AppendUint32(out, 0), values...)
}

// plainUTF8 makes text that every parser takes.
func plainUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
