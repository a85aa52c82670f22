// Package meta reads what picture files say of how they were made, whichever
// program made them, and writes pictures for others. Files are never trusted:
// everything is parsed as data, within bounds.
package meta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Info is what a picture file says of itself. nil stands for what is not known.
type Info struct {
	File    string `json:"file"`    // absolute
	Program string `json:"program"` // one of the constants below

	Prompt          *string  `json:"prompt,omitempty"`
	Negative        *string  `json:"negative,omitempty"`
	Seed            *uint64  `json:"seed,omitempty"`
	Steps           *int     `json:"steps,omitempty"`
	Guidance        *float64 `json:"guidance,omitempty"`
	DecoderSteps    *int     `json:"decoder_steps,omitempty"`
	DecoderGuidance *float64 `json:"decoder_guidance,omitempty"`
	DecoderSeed     *uint64  `json:"decoder_seed,omitempty"`
	Width           *int     `json:"width,omitempty"`  // pixels, as asked for; where that is not said, as the file is
	Height          *int     `json:"height,omitempty"` // likewise
	Model           *string  `json:"model,omitempty"`
	Preset          *string  `json:"preset,omitempty"`
	Device          *string  `json:"device,omitempty"`    // what it was made on, where that is known
	Precision       *string  `json:"precision,omitempty"` // likewise
	Parent          *string  `json:"parent,omitempty"`    // file name of the picture that this one develops

	// Unused holds what was read but has no place above, clipped to maxUnused
	// bytes a value.
	Unused map[string]string `json:"unused,omitempty"`

	Recipe json.RawMessage `json:"-"` // ours: the whole recipe

	// The file's own size in pixels: a draft's is smaller than what was asked for.
	FileWidth  int `json:"-"`
	FileHeight int `json:"-"`
}

// The programs that are told apart.
const (
	Cascata         = "cascata"
	A1111           = "a1111"
	ComfyUI         = "comfyui"
	InvokeAI        = "invokeai"
	Fooocus         = "fooocus"
	DrawThings      = "drawthings"
	StabilityMatrix = "stabilitymatrix"
	SwarmUI         = "swarmui"
	NovelAI         = "novelai"
	Unknown         = "unknown"
)

// Bounds of what is read.
const (
	maxText   = 8 << 20  // bytes of one text; a workflow with pictures in it takes megabytes
	maxTotal  = 32 << 20 // bytes of all texts
	maxUnused = 2000     // bytes of one value that has no place
	maxKeys   = 1000     // values without a place
	maxSide   = 1 << 16  // pixels
	maxPixels = 1 << 28
)

// ErrNotPicture marks a file that is no PNG, JPEG or WebP picture, or a
// damaged one.
var ErrNotPicture = errors.New("not a picture that can be read")

// Read reads what a PNG, JPEG or WebP file says of itself. A picture that says
// nothing has the program Unknown and is no error. It does not decode the
// picture. Errors wrap ErrNotPicture, or are those of opening the file.
func Read(path string) (Info, error) {
	f, err := os.Open(path)
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
func ReadFrom(r io.ReadSeeker) (Info, error) {
	t, err := readTexts(r)
	if err != nil {
		return Info{}, err
	}
	return t.info(), nil
}

// texts are what a picture file says, under the keys that PNG files use.
type texts struct {
	format        string // "png", "jpeg", "webp"
	width, height int
	byKey         map[string]string
	total         int
}

const (
	paramsKey = "parameters"
	xmpKey    = "XML:com.adobe.xmp"
)

// add keeps a text unless there is one under this key.
func (t *texts) add(key, text string) {
	text = plainUTF8(text)
	if _, ok := t.byKey[key]; ok || text == "" || len(text) > maxText || t.total+len(text) > maxTotal || len(t.byKey) >= maxKeys {
		return
	}
	t.byKey[key] = text
	t.total += len(text)
}

func readTexts(r io.ReadSeeker) (*texts, error) {
	t := &texts{byKey: map[string]string{}}
	head := make([]byte, 12)
	n, err := io.ReadFull(r, head)
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		_, err = r.Seek(0, io.SeekStart)
	}
	head = head[:n]
	switch {
	case err != nil:
	case bytes.HasPrefix(head, []byte(pngMagic)):
		t.format, err = "png", readPNG(r, t)
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		t.format, err = "jpeg", readJPEG(r, t)
	case n == 12 && string(head[:4]) == "RIFF" && string(head[8:]) == "WEBP":
		t.format, err = "webp", readWebP(r, t)
	default:
		err = errors.New("it begins as no PNG, JPEG or WebP file does")
	}
	if err == nil && (t.width < 1 || t.height < 1) {
		err = errors.New("its size is not said")
	}
	if err == nil && (t.width > maxSide || t.height > maxSide || t.width*t.height > maxPixels) {
		err = fmt.Errorf("it claims to have %d by %d pixels, which is too many", t.width, t.height)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPicture, err)
	}
	if xmp := t.byKey[xmpKey]; xmp != "" {
		readXMP(xmp, t)
		if carried := t.byKey[xmpKey]; carried != xmp {
			readXMP(carried, t)
		}
	}
	return t, nil
}

// info finds out which program wrote the texts and what they mean.
func (t *texts) info() Info {
	info := Info{Program: Unknown, FileWidth: t.width, FileHeight: t.height}
	for _, read := range []func(*Info, map[string]string) bool{
		readOurs, readStabilityMatrix, readSwarm, readFooocus, readComfy, readA1111, readInvoke, readNovelAI, readDrawThings,
	} {
		into := info
		if read(&into, t.byKey) {
			info = into
			break
		}
	}
	if info.Program == Unknown {
		written := t.written()
		for _, key := range sorted(written) {
			info.leave(key, written[key])
		}
	}
	if info.Width == nil || info.Height == nil {
		info.Width, info.Height = &t.width, &t.height
	}
	return info
}

// leave keeps a value that has no place.
func (i *Info) leave(key, value string) {
	if key == "" || value == "" || len(i.Unused) >= maxKeys {
		return
	}
	if i.Unused == nil {
		i.Unused = map[string]string{}
	}
	i.Unused[clip(key, 100)] = clip(value, maxUnused)
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

// set puts a value where it belongs, or leaves it.
func (i *Info) set(place, key, value string) {
	ok := false
	switch place {
	case "prompt":
		i.Prompt, ok = &value, true
	case "negative":
		i.Negative, ok = &value, true
	case "model":
		i.Model, ok = &value, value != ""
	case "preset":
		i.Preset, ok = &value, value != ""
	case "steps":
		ok = number(&i.Steps, value)
	case "decoder steps":
		ok = number(&i.DecoderSteps, value)
	case "guidance":
		ok = real(&i.Guidance, value)
	case "decoder guidance":
		ok = real(&i.DecoderGuidance, value)
	case "seed":
		ok = seed(&i.Seed, value)
	case "decoder seed":
		ok = seed(&i.DecoderSeed, value)
	case "width":
		ok = number(&i.Width, value)
	case "height":
		ok = number(&i.Height, value)
	case "size":
		ok = i.setSize(value)
	}
	if !ok {
		i.leave(key, value)
	}
}

// setSize reads "1024x768", "(1024, 768)" and the like.
func (i *Info) setSize(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("x×,*() ", r) })
	var w, h *int
	if len(parts) != 2 || !number(&w, parts[0]) || !number(&h, parts[1]) {
		return false
	}
	i.Width, i.Height = w, h
	return true
}

// number reads a whole number from 0 to a million.
func number(to **int, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f != float64(int64(f)) || f < 0 || f > 1e6 {
		return false
	}
	n := int(f)
	*to = &n
	return true
}

func real(to **float64, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= -1e6 && f <= 1e6) {
		return false
	}
	*to = &f
	return true
}

func seed(to **uint64, s string) bool {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return false
	}
	*to = &n
	return true
}
