package library

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// note writes what the recycle bin says of a file.
func note(version int, path string, deleted uint64) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(version))
	b = binary.LittleEndian.AppendUint64(b, 12345)
	b = binary.LittleEndian.AppendUint64(b, deleted)
	letters := utf16.Encode([]rune(path))
	if version == 1 {
		letters = append(letters, make([]uint16, 260-len(letters))...)
	} else {
		letters = append(letters, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(letters)))
	}
	for _, l := range letters {
		b = binary.LittleEndian.AppendUint16(b, l)
	}
	return b
}

func TestFindRecycled(t *testing.T) {
	bin := t.TempDir()
	const path = `C:\Users\Zoë\Pictures\a 🦊.png`
	for name, data := range map[string][]byte{
		"$IAAAAAA.png": note(1, path, 1), "$IBBBBBB.png": note(2, strings.ToUpper(path), 3), "$ICCCCCC.png": note(2, path, 2),
		"$IDDDDDD.png": note(2, path+"x", 9), "$IEEEEEE.png": []byte("short"), "$IFFFFFF.png": note(3, path, 9),
		"$RBBBBBB.png": []byte("the picture"), "$IGGGGGG.png": note(2, path, 9)[:29],
	} {
		if err := os.WriteFile(filepath.Join(bin, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := findRecycled(bin, path)
	if filepath.Base(got.file) != "$RBBBBBB.png" || filepath.Base(got.info) != "$IBBBBBB.png" || got.from != path {
		t.Errorf("found %+v", got)
	}
	got.from = filepath.Join(t.TempDir(), "a.png")
	back, err := got.restore()
	if data, e := os.ReadFile(back); err != nil || e != nil || string(data) != "the picture" {
		t.Errorf("restored to %s: %q, %v, %v", back, data, err, e)
	}
	if _, err := os.Stat(got.info); err == nil {
		t.Error("the note is still there")
	}
	if _, err := findRecycled(bin, `C:\other.png`).restore(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not found is restored: %v", err)
	}
}
