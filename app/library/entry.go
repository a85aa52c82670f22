package library

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"cascata/app/disk"
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
	others        [2]string // texts that have no place of their own, and those of them that say what not to paint
	draft         bool
	imported      bool
	key, hash     []byte // hash is nil until it is needed
}

// endings say what a file is without a look into it: true for pictures, false
// for what is never one.
var endings = knownEndings()

func knownEndings() map[string]bool {
	known := map[string]bool{}
	for _, e := range strings.Fields("png jpg jpeg jpe jfif jif webp") {
		known["."+e] = true
	}
	for _, e := range strings.Fields(`txt md json jsonl yaml yml toml ini csv log html htm xml css js ts py ipynb go c h cpp rs java sh bat db sqlite sqlite-wal sqlite-shm
		pdf doc docx odt xls xlsx ppt pptx epub zip gz tgz xz bz2 zst 7z rar tar iso exe dll so dylib msi deb rpm apk dmg
		mp4 mov m4v webm mkv avi mpg mp3 wav flac ogg opus m4a aac mid safetensors ckpt pt pth bin onnx onnx_data gguf sft npz npy pkl lock tmp part crdownload`) {
		known["."+e] = false
	}
	return known
}

// PictureFile reports whether a file is a picture as far as its ending and, where
// that says nothing, its first bytes tell: pictures are saved under endings of
// every kind, and without one. It waits for the disk.
func PictureFile(path string) bool {
	if is, known := endings[strings.ToLower(filepath.Ext(path))]; known {
		return is
	}
	return disk.IsPicture(path)
}

// hidden reports whether a name begins with a dot, as those of unfinished files do.
func hidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }

// maxText bounds each text that the index keeps, in bytes.
const maxText = 64 << 10

// readEntry reads what a file says of itself. It fails when the file is no picture.
func (l *Library) readEntry(file string) (*entry, error) {
	f, err := disk.Open(file)
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
	e.others = otherWords(m)
	var made struct {
		Draft bool `json:"draft"`
	}
	if len(m.Recipe) > 0 && json.Unmarshal(m.Recipe, &made) == nil {
		e.draft = made.Draft
	}
	return e, nil
}

// maxWord is the longest run of letters that is taken for a word, bytes;
// longer ones are pictures and the like written as letters.
const maxWord = 200

// otherWords are the texts of a picture that have no place in it, to be found
// by them, and apart from these the ones that say what not to paint.
func otherWords(m meta.Info) (others [2]string) {
	var said [2]strings.Builder
	keys := slices.SortedFunc(maps.Keys(m.Unused), func(a, b string) int { // a workflow leaves room for the others
		return cmp.Or(cmp.Compare(len(m.Unused[a]), len(m.Unused[b])), strings.Compare(a, b))
	})
	for _, key := range keys {
		to := &said[0]
		if strings.Contains(strings.ToLower(key), "negative") {
			to = &said[1]
		}
		if len(m.Recipe) > 0 && settingsOfOurs(key) || key == meta.NumbersKey || to.Len() > maxText {
			continue
		}
		for word := range strings.FieldsSeq(m.Unused[key]) {
			if to.Len() <= maxText && (len(word) <= maxWord || strings.ContainsFunc(word, unspaced)) {
				to.WriteString(word + " ")
			}
		}
	}
	return [2]string{clip(said[0].String()), clip(said[1].String())}
}

// settingsOfOurs reports whether a key holds a setting of a recipe of ours, and no
// words.
func settingsOfOurs(key string) bool {
	return strings.HasPrefix(key, "sha256 ") || slices.Contains([]string{"version", "draft", "shift", "decoder_shift", "rescale", "eta"}, key)
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

// within reports whether file lies somewhere below dir.
func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// keyPart is how much of a file's begin and of its end goes into its key.
const keyPart = 32 << 10

// contentKey identifies a file by their size, begin and end. For a small file
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
	f, err := disk.Open(file)
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
