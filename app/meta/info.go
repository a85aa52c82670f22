// Package meta reads what picture files say of how they were made, whichever
// program made them, and writes pictures for others. Files are never trusted:
// everything is parsed as data, within bounds. Its functions may be called from
// any goroutine; those that are given a path wait for the disk.
package meta

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cascata/app/disk"
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
	Strength        *float64 `json:"strength,omitempty"`  // how much of a picture to start from changed
	Inputs          Inputs   `json:"inputs,omitempty"`    // pictures that went in beside the words
	Parent          *string  `json:"parent,omitempty"`    // file name of the picture that this one develops

	// Unused holds every text that was read but has no place above: no word of
	// a file is lost, but for the bounds below.
	Unused map[string]string `json:"unused,omitempty"`

	Recipe json.RawMessage `json:"-"` // ours: the whole recipe

	// The file's own size in pixels: a draft's is smaller than what was asked for.
	FileWidth  int `json:"-"`
	FileHeight int `json:"-"`
}

// An Input is a picture that went in beside the words.
type Input struct {
	Use    string   `json:"use"`            // "reference", "from", "init", "mask" or "control"
	Kind   string   `json:"kind,omitempty"` // of a control: "canny", "inpaint" or "sr"
	File   string   `json:"file"`           // its name
	SHA256 string   `json:"sha256,omitempty"`
	Weight *float64 `json:"weight,omitempty"`
	Model  string   `json:"model,omitempty"` // of a control: its network
	Low    int      `json:"low,omitempty"`   // thresholds of canny; 0: the usual ones
	High   int      `json:"high,omitempty"`
}

// Inputs are several of them.
type Inputs []Input

// String is a line each.
func (all Inputs) String() string {
	var lines []string
	for _, in := range all {
		words := []string{in.Use}
		if in.Kind != "" {
			words = append(words, in.Kind)
		}
		words = append(words, in.File)
		if in.Weight != nil && *in.Weight != 1 {
			words = append(words, "× "+strconv.FormatFloat(*in.Weight, 'g', -1, 64))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return strings.Join(lines, "\n")
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
	EasyDiffusion   = "easydiffusion"
	Unknown         = "unknown"
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

// WriteJSON writes what is known as one JSON object, letters as they are.
func (i Info) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(i)
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

// set puts a value where it belongs, or leaves it; the first one counts.
func (i *Info) set(place, key, value string) {
	if !i.place(place, value) {
		if key == "" {
			key = place
		}
		i.leave(key, value)
	}
}

// place is false for a value that does not fit, or where another one is.
func (i *Info) place(place, value string) bool {
	switch place {
	case "prompt":
		return text(&i.Prompt, value)
	case "negative":
		return text(&i.Negative, value)
	case "model":
		return value != "" && text(&i.Model, value)
	case "preset":
		return value != "" && text(&i.Preset, value)
	case "steps":
		return number(&i.Steps, value)
	case "decoder steps":
		return number(&i.DecoderSteps, value)
	case "guidance":
		return real(&i.Guidance, value)
	case "decoder guidance":
		return real(&i.DecoderGuidance, value)
	case "seed":
		return seed(&i.Seed, value)
	case "decoder seed":
		return seed(&i.DecoderSeed, value)
	case "width":
		return number(&i.Width, value)
	case "height":
		return number(&i.Height, value)
	case "size":
		return i.setSize(value)
	}
	return false
}

// only puts v where nothing is yet, and is true where v is now.
func only[T comparable](to **T, v T) bool {
	if *to == nil {
		*to = &v
	}
	return **to == v
}

func text(to **string, s string) bool { return only(to, s) }

// setSize reads "1024x768", "(1024, 768)" and the like.
func (i *Info) setSize(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("x×,*() ", r) })
	var w, h *int
	if len(parts) != 2 || !number(&w, parts[0]) || !number(&h, parts[1]) {
		return false
	}
	wide, high := only(&i.Width, *w), only(&i.Height, *h)
	return wide && high
}

// number reads a whole number from 0 to a million.
func number(to **int, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || f != float64(int64(f)) || f < 0 || f > 1e6 {
		return false
	}
	return only(to, int(f))
}

func real(to **float64, s string) bool {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= -1e6 && f <= 1e6) {
		return false
	}
	return only(to, f)
}

func seed(to **uint64, s string) bool {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return false
	}
	return only(to, n)
}

// placed are the values that have a place, a line each.
func (i *Info) placed() string {
	var b strings.Builder
	b.WriteByte('\n')
	say := func(v any) { fmt.Fprintf(&b, "%v\n", v) }
	for _, s := range []*string{i.Prompt, i.Negative, i.Model, i.Preset} {
		if s != nil {
			say(*s)
		}
	}
	for _, n := range []*int{i.Steps, i.DecoderSteps, i.Width, i.Height} {
		if n != nil {
			say(*n)
		}
	}
	for _, f := range []*float64{i.Guidance, i.DecoderGuidance} {
		if f != nil {
			say(*f)
		}
	}
	for _, n := range []*uint64{i.Seed, i.DecoderSeed} {
		if n != nil {
			say(*n)
		}
	}
	if i.Width != nil && i.Height != nil {
		fmt.Fprintf(&b, "%dx%d\n", *i.Width, *i.Height)
	}
	return b.String()
}
