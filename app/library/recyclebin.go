package library

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// In the recycle bin of Windows a file is called $R and six letters, and beside
// it lies a note, $I and the same letters, that says where it was.

// findRecycled looks in a user's recycle bin for the file that was deleted from
// a path last. Its file is "" when there is none.
func findRecycled(bin, path string) trashPlace {
	place := trashPlace{from: path}
	notes, _ := filepath.Glob(filepath.Join(bin, "$I*"))
	var newest uint64
	for _, note := range notes {
		data, err := os.ReadFile(note)
		if err != nil {
			continue
		}
		was, deleted, err := readRecycled(data)
		if err != nil || !strings.EqualFold(was, path) || deleted < newest {
			continue
		}
		newest = deleted
		place.info = note
		place.file = filepath.Join(bin, "$R"+strings.TrimPrefix(filepath.Base(note), "$I"))
	}
	return place
}

// readRecycled reads a note: which path was deleted, and when, in tenths of a
// microsecond since 1601. The path is of 260 letters filled with zeros in
// version 1 (before Windows 10), and after its length in version 2.
func readRecycled(note []byte) (path string, deleted uint64, err error) {
	const head = 24 // version, size and time
	if len(note) < head+4 {
		return "", 0, errors.New("the note is cut off")
	}
	text := note[head:]
	switch binary.LittleEndian.Uint64(note) {
	case 1:
	case 2:
		text = text[4:]
	default:
		return "", 0, errors.New("the note is of a version that is not known")
	}
	var letters []uint16
	for ; len(text) >= 2 && (text[0] != 0 || text[1] != 0); text = text[2:] {
		letters = append(letters, binary.LittleEndian.Uint16(text))
	}
	return string(utf16.Decode(letters)), binary.LittleEndian.Uint64(note[16:]), nil
}
