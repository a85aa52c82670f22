package meta

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"cascata/app/disk"
)

// Bounds of what is read.
const (
	maxText   = 8 << 20  // bytes of one text; a workflow with pictures in it takes megabytes
	maxTotal  = 32 << 20 // bytes of all texts
	maxKey    = 100      // bytes of the key of a value without a place
	maxKeys   = 1000     // values without a place
	maxSide   = 1 << 16  // pixels
	maxPixels = 1 << 28
)

// Read reads what a PNG, JPEG or WebP file says of itself. A picture that says
// nothing has the program Unknown and is no error. It does not decode the
// picture. Errors wrap disk.ErrNotPicture, or are those of disk.Open.
func Read(path string) (Info, error) {
	f, err := disk.Open(path)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	info, err := ReadFrom(f)
	if err != nil {
		return Info{}, fmt.Errorf("%s: %w", path, err)
	}
	if info.File, err = filepath.Abs(path); err != nil {
		info.File = path
	}
	return info, nil
}

// ReadFrom is Read for what is not a file.
func ReadFrom(f disk.File) (Info, error) {
	t, err := readTexts(f)
	if err != nil {
		return Info{}, err
	}
	return t.info(), nil
}

// texts are what a picture file says, under the keys that PNG files use.
type texts struct {
	format        string // "png", "jpeg", "webp"
	width, height int    // as stored
	turned        bool   // the picture lies on its side, by EXIF: it is as wide as it is stored high
	byKey         map[string]string
	total         int
	xmpRead       bool   // all that the packet says is under keys of its own
	xmpMore       []byte // what did not fit into a JPEG file's first packet
}

const (
	paramsKey = "parameters"
	xmpKey    = "XML:com.adobe.xmp"
)

// add keeps a text, under another key when a different one has this key.
func (t *texts) add(key, text string) {
	if text = plainUTF8(text); strings.Trim(text, "\x00") == "" || len(text) > maxText || t.total+len(text) > maxTotal || len(t.byKey) >= maxKeys {
		return
	}
	if key, ok := freeKey(t.byKey, plainUTF8(key), text); ok {
		t.byKey[key] = text
		t.total += len(text)
	}
}

// freeKey is a key like this one that is not taken; ok is false when the same
// is said under it already.
func freeKey(taken map[string]string, key, value string) (free string, ok bool) {
	free = key
	for n := 2; ; n++ {
		said, is := taken[free]
		if !is || said == value {
			return free, !is
		}
		free = fmt.Sprintf("%s (%d)", key, n)
	}
}

func readTexts(f disk.File) (*texts, error) {
	format, err := disk.Format(f)
	if err != nil {
		return nil, err
	}
	t := &texts{format: format, byKey: map[string]string{}}
	if _, err = f.Seek(0, io.SeekStart); err == nil {
		switch format {
		case "png":
			if err = readPNG(f, t); err == nil && t.byKey[OurKey] == "" {
				readStealth(f, t)
			}
		case "jpeg":
			err = readJPEG(f, t)
		case "webp":
			err = readWebP(f, t)
		}
	}
	if err == nil && (t.width < 1 || t.height < 1) {
		err = errors.New("its size is not said")
	}
	if err == nil && (t.width > maxSide || t.height > maxSide || t.width*t.height > maxPixels) {
		err = fmt.Errorf("it claims to have %d by %d pixels, which is too many", t.width, t.height)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", disk.ErrNotPicture, err)
	}
	if more := string(t.xmpMore); more != "" && !readXMP(more, t) {
		t.add(xmpKey+", more", more)
	}
	if xmp := t.byKey[xmpKey]; xmp != "" {
		t.xmpRead = readXMP(xmp, t)
		if carried := t.byKey[xmpKey]; carried != xmp && carried != "" {
			t.xmpRead = readXMP(carried, t)
		}
	}
	return t, nil
}

// A reader knows the texts of one program. It returns the keys of those that it
// understood, nil when they are not that program's.
type reader func(i *Info, t map[string]string) (took []string)

// readers are asked in this order.
var readers = []reader{
	readOurs, readStabilityMatrix, readSwarm, readFooocus, readComfy, readA1111, readInvoke, readNovelAI, readDrawThings, readEasyDiffusion, readA1111Anywhere,
}

// info finds out which program wrote the texts and what they mean.
func (t *texts) info() Info {
	width, height := t.width, t.height
	if t.turned {
		width, height = height, width
	}
	info := Info{Program: Unknown, FileWidth: width, FileHeight: height}
	var took []string
	for _, read := range readers {
		into := info
		if took = read(&into, t.byKey); took != nil {
			info = into
			break
		}
	}
	for _, key := range sorted(t.byKey) {
		if !slices.Contains(took, key) && !(key == xmpKey && t.xmpRead) {
			info.leaveText(key, t.byKey[key])
		}
	}
	if info.Width == nil || info.Height == nil {
		info.Width, info.Height = &width, &height
	}
	return info
}

// leaveText keeps a text that no reader took, in letters that can be read.
func (i *Info) leaveText(key, text string) {
	if key == "prompt" && i.Prompt != nil && strings.Contains(text, `class_type`) {
		if g, ok := parseGraph(text); ok { // of a program that makes graphs of what it says elsewhere
			g.leaveTo(i)
			return
		}
	}
	if !strings.Contains(text, `\`) || !json.Valid([]byte(text)) {
		i.leave(key, text)
		return
	}
	i.leave(key, plainJSON(text))
	var written []string // otherwise than they are read
	for _, s := range stringsIn(json.RawMessage(text)) {
		if strings.ContainsFunc(s, func(r rune) bool { return r == '"' || r == '\\' || r < ' ' }) {
			written = append(written, s)
		}
	}
	i.leave(key+", as text", strings.Join(written, "\n"))
}

// leave keeps a value that has no place.
func (i *Info) leave(key, value string) {
	if strings.TrimSpace(value) == "" || len(i.Unused) >= maxKeys {
		return
	}
	if i.Unused == nil {
		i.Unused = map[string]string{}
	}
	if key, ok := freeKey(i.Unused, clip(key, maxKey), value); ok {
		i.Unused[key] = value
	}
}

// clip shortens s to n bytes, whole characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
