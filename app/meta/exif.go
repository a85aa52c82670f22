package meta

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The tags that mean more than their text, or that are written (Exif 2.32,
// section 4.6).
const (
	tagDescription = 0x010e
	tagOrientation = 0x0112
	tagXDensity    = 0x011a
	tagYDensity    = 0x011b
	tagDensityUnit = 0x0128
	tagSoftware    = 0x0131
	tagXMP         = 0x02bc
	tagIPTC        = 0x83bb
	tagExif        = 0x8769 // where another directory lies
	tagGPS         = 0x8825 // likewise
	tagMakerNote   = 0x927c
	tagComment     = 0x9286
	tagInterop     = 0xa005 // where another directory lies
)

// exifKeys name the tags that hold text; others are named by their number.
var exifKeys = map[uint16]string{
	0x010d: "DocumentName", tagDescription: "Description", 0x010f: "Make", 0x0110: "Model", 0x011d: "PageName", tagSoftware: "Software",
	0x0132: "DateTime", 0x013b: "Artist", 0x013c: "HostComputer", 0x8298: "Copyright", 0x9003: "DateTimeOriginal", 0x9004: "DateTimeDigitized",
	0x9213: "ImageHistory", tagMakerNote: "MakerNote", 0x9c9b: "XPTitle", 0x9c9c: "XPComment", 0x9c9d: "XPAuthor", 0x9c9e: "XPKeywords", 0x9c9f: "XPSubject",
	0xa420: "ImageUniqueID", 0xa430: "CameraOwnerName", 0xa431: "BodySerialNumber", 0xa433: "LensMake", 0xa434: "LensModel", 0xa435: "LensSerialNumber",
	0xa436: "ImageTitle", 0xa437: "Photographer", 0xa438: "ImageEditor",
}

// notText are tags whose four letters at most are versions or points of the
// compass.
var notText = map[uint16]bool{0x9000: true, 0xa000: true, 0x0001: true, 0x0002: true}

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
		count, entries := int(order.Uint16(data[at:])), data[at+2:]
		for k := range min(count, maxEntries, len(entries)/12) {
			e := exifEntry(data, entries[12*k:12*k+12], order)
			switch {
			case (e.tag == tagExif || e.tag == tagGPS || e.tag == tagInterop) && len(e.value) >= 4:
				next = append(next, order.Uint32(e.value))
			case e.tag == tagOrientation && n == 0 && len(e.value) >= 2:
				o := order.Uint16(e.value)
				t.turned = o >= 5 && o <= 8
			case e.value != nil:
				e.text(order, t)
			}
		}
		if len(entries) >= 12*count+4 { // the next of the same kind
			next = append(next, order.Uint32(entries[12*count:]))
		}
	}
}

// An exifField is one entry of a directory.
type exifField struct {
	tag, kind uint16
	value     []byte // nil for one outside the data
}

// The kinds of values that can be text (TIFF 6.0, section 2; Exif 3.0).
const (
	kindByte  = 1
	kindASCII = 2
	kindAny   = 7
	kindUTF8  = 129
)

func exifEntry(data, entry []byte, order binary.ByteOrder) exifField {
	e := exifField{tag: order.Uint16(entry), kind: order.Uint16(entry[2:])}
	sizes := [...]uint64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4}
	one := uint64(1)
	if e.kind != kindUTF8 {
		if int(e.kind) >= len(sizes) {
			return e
		}
		one = sizes[e.kind]
	}
	size := one * uint64(order.Uint32(entry[4:]))
	if size <= 4 {
		e.value = entry[8 : 8+size]
		return e
	}
	at := uint64(order.Uint32(entry[8:]))
	if size <= maxText && at+size <= uint64(len(data)) {
		e.value = data[at : at+size]
	}
	return e
}

// text adds what an entry says under the key that a PNG file would have it.
func (e exifField) text(order binary.ByteOrder, t *texts) {
	if notText[e.tag] && len(e.value) <= 4 {
		return
	}
	var text string
	key, named := exifKeys[e.tag]
	switch {
	case e.tag == tagComment:
		key, text = paramsKey, userComment(e.value, order)
	case e.tag == tagXMP:
		t.add(xmpKey, string(e.value))
		return
	case e.tag == tagIPTC:
		readIPTC(e.value, t)
		return
	case e.tag >= 0x9c9b && e.tag <= 0x9c9f: // Windows writes two bytes a letter
		text = decodeText(e.value, utf16Little, binary.LittleEndian)
	case e.kind == kindASCII || e.kind == kindUTF8:
		text = decodeText(e.value, utf8Text, order)
	case e.kind == kindByte && named || e.kind == kindAny:
		if text = userComment(e.value, order); strings.ContainsFunc(strings.Trim(text, "\x00"), notWritten) {
			return // numbers
		}
	}
	text = strings.ReplaceAll(strings.TrimRight(text, "\x00"), "\x00", "\n") // several in one
	if !named && key == "" {
		key = fmt.Sprintf("EXIF 0x%04x", e.tag)
	}
	if name, rest, ok := namedJSON(text); ok { // ComfyUI's in any tag
		key, text = name, rest
	}
	if e.tag == tagMakerNote && (text == "fooocus" || text == "a1111") {
		key = "fooocus_scheme"
	}
	t.add(key, text)
}

// notWritten is true for what stands in no text.
func notWritten(r rune) bool {
	return r < ' ' && !strings.ContainsRune("\t\n\r", r) || r == utf8.RuneError || r >= 0x7f && r < 0xa0
}

// namedJSON takes apart `Prompt: {...}` and the like. Programs differ in
// capitals and in the blank.
func namedJSON(text string) (key, rest string, ok bool) {
	name, rest, ok := strings.Cut(text, ":")
	key, rest = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(rest)
	ok = ok && (key == "prompt" || key == "workflow") && (strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "["))
	return key, rest, ok
}

// userComment decodes a comment that may begin with eight letters which say
// how it is written, wrongly at times. Fooocus writes none.
func userComment(b []byte, order binary.ByteOrder) string {
	declared := utf8Text
	if len(b) >= 8 {
		switch code := string(b[:8]); strings.ToUpper(strings.TrimRight(code, "\x00")) {
		case "UNICODE":
			declared, b = utf16Big, b[8:]
		case "ASCII", "JIS", "":
			b = b[8:]
		}
	}
	return decodeText(b, declared, order)
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
	if userComment(text, be) != comment { // a few letters that may be anything
		text = append([]byte("UNICODE\x00\xfe\xff"), text[8:]...)
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
