package recipe

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/inference"
)

// An Embedded is what a picture file of ours says of itself: enough to make the
// same picture again, byte for byte, and nothing about when or where.
type Embedded struct {
	Version int    `json:"version"` // of this form
	Program string `json:"program"` // "Cascata 0.1.0"
	Recipe
	Parent string `json:"parent,omitempty"` // name of the picture whose composition this one develops, or that it was made from
	Used   Used   `json:"used,omitzero"`

	Kept []inference.Kept `json:"-"` // of what went in beside the words
}

// A Maker knows what its newest picture was made with. *Engine is one.
type Maker interface{ Used() Used }

// Used is what a picture was really made with, where Recipe says what was
// asked for. Zero values mean unknown.
type Used struct {
	Device    string            `json:"device,omitempty"`    // "cpu", "cuda:0", ...
	Precision string            `json:"precision,omitempty"` // "fp32", "fp16", "int8", "fast"
	Files     map[string]string `json:"files,omitempty"`     // SHA-256 of the model's weights by network/file name; nil while one is not known
}

// Version is the program's, as pictures and the command line tell it. The program sets it when it starts.
var Version = "development"

// What our chunks are called. latentKind is ancillary, private and not to be
// copied by an editor that changes the picture.
const (
	paramsKey  = "parameters"
	xmpKey     = "XML:com.adobe.xmp"
	latentKind = "laTC"
	inputKind  = "inPC" // an input: its name, a zero, then a PNG file or a latent
)

// EncodePicture returns a PNG that carries its recipe three times: as the text
// that most programs read, whole as JSON, and as the mark that a model made
// it; and the Stage C latent, so that it can be developed again.
func EncodePicture(img image.Image, m Embedded, latent *inference.Tensor) ([]byte, error) {
	data, err := disk.PNG(img)
	if err != nil {
		return nil, err
	}
	if m.Parent == "" {
		m.Parent = origin(m.Extras)
	}
	m.Version, m.Program, m.Extras = 1, "Cascata "+Version, named(m.Extras)
	if b := img.Bounds(); !m.Draft {
		m.Width, m.Height = b.Dx(), b.Dy()
	}
	whole, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	chunks := []meta.Chunk{
		meta.TextChunk(paramsKey, m.parameters()),
		meta.UnicodeChunk(meta.OurKey, string(whole)),
		meta.UnicodeChunk(xmpKey, meta.XMP),
	}
	if latent != nil {
		chunks = append(chunks, meta.Chunk{Kind: latentKind, Data: PackLatent(latent)})
	}
	for _, k := range m.Kept {
		c, err := inputChunk(k)
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, c)
	}
	return meta.InsertChunks(data, chunks)
}

// origin is the name of the one picture that others are made from: that they
// begin from, or that alone they are to resemble; "": there is none, or it is
// in no file of the artist's.
func origin(e inference.Extras) string {
	in := e.From
	switch {
	case in != nil:
	case e.Init != nil:
		in = e.Init
	case len(e.References) == 1:
		in = &e.References[0].Input
	default:
		return ""
	}
	if name := in.Label(); filepath.Ext(name) != "" { // else it was pasted
		return name
	}
	return ""
}

// parameters is the text that A1111, ComfyUI and StabilityMatrix read: the
// prompt, always a line for the negative prompt, and settings that begin with
// Steps, no value empty or with a colon or comma. They look for
// the words "Negative prompt:" anywhere, so in a prompt the colon stands apart.
func (m Embedded) parameters() string {
	const mark = "Negative prompt:"
	apart := func(s string) string { return strings.ReplaceAll(s, mark, "Negative prompt :") }
	return apart(m.Prompt) + "\n" + mark + " " + apart(m.Negative) + "\n" + strings.Join(m.fields(), ", ")
}

// fields are the settings of that text: six that are always there, as other
// programs order them, then what else there is to tell.
func (m Embedded) fields() []string {
	values := map[string]string{"Sampler": "DDPM Wuerstchen", "Version": "Cascata " + Version}
	order := []string{"Steps", "Sampler", "CFG scale", "Seed", "Size", "Model"}
	for _, s := range Settings {
		value := Plain(s.Of(m.Recipe))
		if s.Key == "model" {
			value = modelName(value)
		}
		if values[s.Field] = value; value != "" && s.Field != "" && !slices.Contains(order, s.Field) {
			order = append(order, s.Field)
		}
	}
	var fields []string
	for _, f := range append(order, "Version") {
		fields = append(fields, f+": "+plainValue(values[f]))
	}
	return fields
}

// modelName is a model without the folders it lies in.
func modelName(model string) string {
	if !strings.ContainsAny(model, `/\`) {
		return model
	}
	parts := meta.PathsIn(model)
	for i, p := range parts {
		parts[i] = filepath.Base(filepath.ToSlash(p))
	}
	return strings.Join(parts, ",")
}

// plainValue makes a value that no reader stumbles over.
func plainValue(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(":,\"[](){}<>", r) || !unicode.IsPrint(r) {
			return '_'
		}
		return r
	}, s)
	if s = strings.TrimSpace(s); s == "" {
		return "unknown"
	}
	return s
}

// errNoRecipe marks a picture without a recipe of ours, or without a latent
// where one is needed.
var errNoRecipe = errors.New("the picture carries no recipe")

// ReadEmbedded reads what a picture of ours says of itself. A picture
// without a recipe of ours is an error that says so.
func ReadEmbedded(path string) (Embedded, error) {
	f, err := disk.Open(path)
	if err != nil {
		return Embedded{}, fmt.Errorf("%w: %w", errNoRecipe, err)
	}
	defer f.Close()
	return readEmbedded(f)
}

func readEmbedded(r io.ReadSeeker) (Embedded, error) {
	chunks, err := meta.ReadChunks(r, func(kind string) bool { return kind == "iTXt" })
	if err != nil {
		return Embedded{}, fmt.Errorf("%w: %w", errNoRecipe, err)
	}
	for _, c := range chunks {
		key, text, ok := c.Text()
		if !ok || key != meta.OurKey {
			continue
		}
		var m Embedded
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			return Embedded{}, fmt.Errorf("%w that can be read: %w", errNoRecipe, err)
		}
		if m.Version != 1 {
			return Embedded{}, fmt.Errorf("%w that this version can read: it has version %d", errNoRecipe, m.Version)
		}
		return m, nil
	}
	return Embedded{}, errNoRecipe
}
