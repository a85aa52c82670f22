package app

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/meta"
)

// An entry is what the index holds of a picture file.
type entry struct {
	id            int64 // that a new row must have; 0 for any
	file          string
	bytes, made   int64 // made in nanoseconds since 1970
	width, height int
	program       string
	prompt        string
	negative      string
	model         string
	parent        string
	seed          uint64
	steps         int
	decoderSteps  int
	draft         bool
	imported      bool
	key, hash     []byte // hash is nil until it is needed
}

// pictureFile says whether a name is one the library shows. Names that begin
// with a dot are hidden, those of unfinished files among them.
func pictureFile(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".webp":
		return true
	}
	return false
}

// maxText bounds each text that the index keeps, in bytes.
const maxText = 64 << 10

// readEntry reads what a file tells. It fails when the file is no picture.
func (l *Library) readEntry(file string) (*entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", file)
	}
	m, err := l.p.Read(file)
	if err != nil {
		return nil, err
	}
	e := &entry{file: file, bytes: info.Size(), made: info.ModTime().UnixNano(), width: m.FileWidth, height: m.FileHeight}
	if e.key, e.hash, err = contentKey(f, e.bytes); err != nil {
		return nil, err
	}
	pictures, err := l.pictureDir()
	if err != nil {
		return nil, err
	}
	e.imported = !within(file, pictures)
	e.program = clip(m.Program)
	if e.program == "" {
		e.program = meta.Unknown
	}
	e.prompt, e.negative, e.model, e.parent = text(m.Prompt), text(m.Negative), text(m.Model), text(m.Parent)
	e.seed, e.steps, e.decoderSteps = value(m.Seed), value(m.Steps), value(m.DecoderSteps)
	var made struct {
		Draft bool `json:"draft"`
	}
	if len(m.Recipe) > 0 && json.Unmarshal(m.Recipe, &made) == nil {
		e.draft = made.Draft
	}
	return e, nil
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func text(p *string) string { return clip(value(p)) }

func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
}

// within says whether file lies somewhere below dir.
func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// keyPart is how much of a file's begin and of its end goes into its key.
const keyPart = 32 << 10

// contentKey tells files apart by their size, begin and end. For a small file
// that is all of it, and hash is set too.
func contentKey(f io.ReaderAt, size int64) (key, hash []byte, err error) {
	sum := sha256.New()
	binary.Write(sum, binary.LittleEndian, size)
	parts := []io.Reader{io.NewSectionReader(f, 0, size)}
	if size > 2*keyPart {
		parts = []io.Reader{io.NewSectionReader(f, 0, keyPart), io.NewSectionReader(f, size-keyPart, keyPart)}
	}
	for _, p := range parts {
		if _, err := io.Copy(sum, p); err != nil {
			return nil, nil, err
		}
	}
	key = sum.Sum(nil)[:16]
	if len(parts) == 1 {
		hash = key
	}
	return key, hash, nil
}

// contentHash reads all of a file.
func contentHash(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, err
	}
	return sum.Sum(nil)[:16], nil
}
