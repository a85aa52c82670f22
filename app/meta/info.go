// Package meta reads what picture files say of how they were made, whichever
// program made them, and writes pictures for others. Files are never trusted:
// everything is parsed as data, within bounds. Its functions may be called from
// any goroutine; those that are given a path wait for the disk.
package meta

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
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

// WriteJSON writes what is known as one JSON object, letters as they are.
func (i Info) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(i)
}
