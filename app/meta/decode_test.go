package meta

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 writes a text in two bytes a letter.
func inUTF16(s string, order binary.AppendByteOrder) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// Whatever a comment of EXIF is declared to be, its bytes decide.
func TestUserComment(t *testing.T) {
	const lines = "\nNegative prompt: fog\nSteps: 19, Sampler: Euler a, CFG scale: 5.5, Seed: 77001122, Size: 640x448"
	words := []string{
		"a wooden mill", "a wooden mühle by a brook", "lighthouse", "LIGHTHOUSE", "a", "水車小屋, 夕暮れ", "山水画", "中文", "풍차와 시냇물", "ветряная мельница",
		"ο μύλος δίπλα στο ρυάκι", "טחנת רוח ליד נחל", "طاحونة بجانب جدول", "โรงสีไม้ริมลำธาร", "लकड़ी की चक्की", "a mill 🏞️ by a brook 🦊", "“quoted” – dashed…",
		`{"seed": 42, "prompt": "a mill: old"}`, "mill" + lines, "水車" + lines, "moulin à café" + lines, strings.Repeat("ein Mühlrad ", 5000), "x:1", "1girl, solo, (best quality:1.2)",
	}
	for _, text := range words {
		for name, body := range map[string][]byte{
			"UTF-8": []byte(text), "UTF-8 with a zero": []byte(text + "\x00"), "UTF-8 with a mark": []byte("\ufeff" + text),
			"big endian": inUTF16(text, binary.BigEndian), "little endian": inUTF16(text, binary.LittleEndian),
			"big endian with a mark": inUTF16("\ufeff"+text+"\x00", binary.BigEndian), "little endian with a mark": inUTF16("\ufeff"+text, binary.LittleEndian),
		} {
			for _, code := range []string{"UNICODE\x00", "ASCII\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00", "Unicode\x00", "JIS\x00\x00\x00\x00\x00", ""} {
				if code != "UNICODE\x00" && !strings.Contains(name, "UTF-8") && len(text) < 12 {
					continue // a few letters under a wrong name may be anything
				}
				for _, order := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
					if got := userComment(append([]byte(code), body...), order); got != text {
						t.Errorf("%s under %q, %v:\n got %.80q\nwant %.80q", name, code, order, got, text)
					}
				}
			}
		}
	}
	if got := userComment([]byte("ASCII\x00\x00\x00caf\xe9 noir"), binary.BigEndian); got != "café noir" {
		t.Errorf("Latin-1: %q", got)
	}
	for _, b := range [][]byte{nil, {0}, []byte("UNICODE\x00"), []byte("UNICODE\x00\x00"), []byte("UNICODE")} {
		if got := strings.TrimPrefix(userComment(b, binary.BigEndian), "UNICODE"); got != "" {
			t.Errorf("%q says %q", b, got)
		}
	}
}

// A comment that this program writes is read as it was, whatever it says.
func TestCommentIsReadAsWritten(t *testing.T) {
	for _, text := range []string{"N-", "一", "中", "ab", "\u2000\u0a00", "a\x01", "\ufeffx", "水"} {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		readEXIF(exif(text, 0), found)
		if got := found.byKey[paramsKey]; got != text {
			t.Errorf("%q is read as %q", text, got)
		}
	}
	if bytes.Contains(exif("a plain one", 0), []byte{0xfe, 0xff}) {
		t.Error("a mark is written where none is needed")
	}
}
