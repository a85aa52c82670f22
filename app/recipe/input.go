package recipe

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"cascata/app/disk"
	"cascata/app/meta"
	"cascata/inference"
	"cascata/inference/canny"
	"cascata/inference/checkpoint"
)

// ReadInputs reads the pictures that go in beside a recipe's words, and its
// control network, where they are not read. Errors name the file and wrap
// inference.ErrBadRequest, or are those of checkpoint.OpenControl. It waits for
// the disk.
func (r *Recipe) ReadInputs() error {
	if !r.Any() {
		return nil
	}
	r.Extras = r.Clone()
	all := r.Inputs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		in := all[name]
		if in.Image != nil || in.Latent != nil {
			continue
		}
		if err := readInput(in, r.Mask != nil); err != nil {
			return fmt.Errorf("%w: the picture %s: %w; choose it again", inference.ErrBadRequest, in.Label(), err)
		}
	}
	if c := r.Control; c != nil && c.Model != "" && c.Network == nil {
		n, err := checkpoint.OpenControl(c.Model)
		if err != nil {
			return err
		}
		c.Network = n
	}
	return nil
}

// TakeHashes gives a recipe's inputs the hashes of another's, which was read of
// the same files. Those that others share are left alone.
func (r *Recipe) TakeHashes(read Recipe) {
	r.Extras = r.Clone()
	its := read.Inputs()
	for name, in := range r.Inputs() {
		if from := its[name]; from != nil {
			in.SHA256 = from.SHA256
		}
	}
}

// KeepInput writes a picture that has no file of its own into dir, under a name
// made of its hash, and returns it as an input called name. Errors wrap
// disk.ErrWrite. It waits for the disk.
func KeepInput(dir, name string, img image.Image) (inference.Input, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return inference.Input{}, fmt.Errorf("%w: %w", disk.ErrWrite, err)
	}
	sum := sha256.Sum256(b.Bytes())
	in := inference.Input{Name: name, SHA256: hex.EncodeToString(sum[:])}
	in.File = filepath.Join(dir, in.SHA256[:16]+".png")
	return in, disk.WriteFile(in.File, b.Bytes())
}

// inputPicture reads one input, as Ingredient.Read does.
func inputPicture(in inference.Input, masked bool) (image.Image, error) {
	if err := readInput(&in, masked); err != nil {
		return nil, err
	}
	if in.Image == nil {
		return disk.ReadPicture(in.File)
	}
	return in.Image, nil
}

// errChanged says that a file is another one than it was.
var errChanged = errors.New("its file was changed since, and would make another picture")

func readInput(in *inference.Input, masked bool) error {
	if in.Part != "" {
		return readPart(in, masked)
	}
	data, err := disk.ReadBytes(in.File)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	if is := hex.EncodeToString(sum[:]); in.SHA256 == "" {
		in.SHA256 = is
	} else if in.SHA256 != is {
		return errChanged
	}
	in.Image, err = disk.Decode(bytes.NewReader(data))
	return err
}

// errNoPart says that a picture does not carry an input.
var errNoPart = errors.New("the picture does not carry it")

// readPart reads an input out of the picture of ours that was made with it. Of
// the picture to start from it is what the encoder made of it; with a mask, the
// finished picture shows the rest, but for the rim.
func readPart(in *inference.Input, masked bool) (err error) {
	parts, err := keptIn(in.File)
	if err != nil {
		return err
	}
	k, ok := parts[in.Part]
	if !ok && in.Part == "from" {
		in.Latent, err = PictureLatent(in.File)
		return err
	}
	if !ok {
		return errNoPart
	}
	in.Image, in.Latent = k.Image, k.Latent
	if rim := parts[inference.RimName].Image; in.Part == "init" && masked && rim != nil {
		whole, err := disk.ReadPicture(in.File)
		if err != nil {
			return err
		}
		draw.Draw(whole, whole.Rect, rim, rim.Bounds().Min, draw.Over)
		in.Image = whole
	}
	return nil
}

// keptIn reads what a picture of ours carries of its inputs.
func keptIn(path string) (map[string]inference.Kept, error) {
	f, err := disk.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	chunks, err := meta.ReadChunks(f, func(kind string) bool { return kind == inputKind })
	if err != nil {
		return nil, err
	}
	parts := map[string]inference.Kept{}
	for _, c := range chunks {
		name, data, ok := bytes.Cut(c.Data, []byte{0})
		if !ok {
			continue
		}
		k := inference.Kept{Name: string(name)}
		if bytes.HasPrefix(data, []byte(pngMagic)) {
			k.Image, err = disk.Decode(bytes.NewReader(data))
		} else {
			k.Latent, err = UnpackLatent(data)
		}
		if err != nil {
			return nil, err
		}
		parts[k.Name] = k
	}
	return parts, nil
}

const pngMagic = "\x89PNG"

// inputChunk holds what is kept of an input.
func inputChunk(k inference.Kept) (meta.Chunk, error) {
	data := append([]byte(k.Name), 0)
	if k.Image == nil {
		return meta.Chunk{Kind: inputKind, Data: append(data, PackLatent(k.Latent)...)}, nil
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, k.Image); err != nil {
		return meta.Chunk{}, err
	}
	return meta.Chunk{Kind: inputKind, Data: append(data, b.Bytes()...)}, nil
}

// named are inputs as a picture tells of them: by their names, without folders.
func named(e inference.Extras) inference.Extras {
	e = e.Clone()
	for _, in := range e.Inputs() {
		in.File, in.Name, in.Part = in.Label(), "", ""
	}
	return e
}

// Recall gives inputs that the picture of ours at path tells of the place where
// they can be read: the picture itself.
func Recall(path string, e inference.Extras) inference.Extras {
	e = e.Clone()
	for name, in := range e.Inputs() {
		in.Name, in.File, in.Part = in.Label(), path, name
	}
	return e
}

// Files are pictures that go in beside the words, as a setting has them.
type Files struct {
	names string // as the artist calls them
	key   string // identifies the files of these names
}

// String is their names, with what else is said of them.
func (f Files) String() string { return f.names }

// filesOf are inputs, and what is said of each beside its name.
func filesOf(said []string, inputs ...*inference.Input) any {
	var f Files
	var names []string
	for i, in := range inputs {
		name := in.Label()
		if said[i] != "" {
			name += " " + said[i]
		}
		names = append(names, name)
		if in.SHA256 != "" {
			f.key += in.SHA256 + said[i] + "\n"
		} else {
			f.key += in.File + in.Part + said[i] + "\n"
		}
	}
	f.names = strings.Join(names, ", ")
	return f
}

// input is a setting that is one picture. remove takes it out.
func input(s Setting, at func(*inference.Extras) **inference.Input, remove func(*Sketch)) Setting {
	s.Group = OfWords
	s.ingredients = func(r *Recipe) []Ingredient {
		in := *at(&r.Extras)
		if in == nil {
			return nil
		}
		i := Ingredient{Remove: remove}
		i.show(*in, r)
		return []Ingredient{i}
	}
	s.Value = func(k *Sketch) any {
		if in := *at(&k.Extras); in != nil {
			return filesOf([]string{""}, in)
		}
		return Files{}
	}
	s.Copy = func(to, from *Sketch) { *at(&to.Extras) = *at(&from.Extras) }
	s.Take = func(k *Sketch, p Picture) bool {
		return taken(p, func(e inference.Extras) { *at(&k.Extras) = *at(&e) })
	}
	return s
}

// fromPicture is the picture that detail is made of, and whether it is enlarged.
func fromPicture(s Setting) Setting {
	value, put, take, shown := s.Value, s.Copy, s.Take, s.ingredients
	s.ingredients = func(r *Recipe) []Ingredient {
		if r.Init != nil {
			return nil // which goes before it
		}
		return shown(r)
	}
	s.Value = func(k *Sketch) any {
		if k.From == nil || !k.Enlarge {
			return value(k)
		}
		return filesOf([]string{"× 2"}, k.From)
	}
	s.Copy = func(to, from *Sketch) { put(to, from); to.Enlarge = from.Enlarge }
	s.Take = func(k *Sketch, p Picture) bool {
		if !take(k, p) {
			return false
		}
		k.Enlarge = p.Own.Enlarge
		return true
	}
	return s
}

// ofInit is a setting of what was made from a picture, or enlarged.
func ofInit(s Setting) Setting {
	take := s.Take
	s.Applies = func(r *Recipe) bool { return r.Init != nil || r.Enlarge }
	s.Take = func(k *Sketch, p Picture) bool { return p.Own != nil && s.Applies(p.Own) && take(k, p) }
	return s
}

// taken gives put the inputs that a picture of ours tells of.
func taken(p Picture, put func(inference.Extras)) bool {
	if p.Own == nil || p.File == "" {
		return false
	}
	put(Recall(p.File, p.Own.Extras))
	return true
}

func referenceFiles(k *Sketch) any {
	var said []string
	var inputs []*inference.Input
	for i := range k.References {
		said = append(said, weightText(k.References[i].Weight))
		inputs = append(inputs, &k.References[i].Input)
	}
	return filesOf(said, inputs...)
}

func controlFile(k *Sketch) any {
	c := k.Control
	if c == nil {
		return Files{}
	}
	said := string(c.Kind)
	if c.Low != 0 || c.High != 0 {
		low, high := c.Thresholds()
		said += fmt.Sprintf(" %d–%d", low, high)
	}
	if w := weightText(c.Weight); w != "" {
		said += " " + w
	}
	if c.Model != "" {
		said += " " + filepath.Base(c.Model)
	}
	return filesOf([]string{said}, &c.Input)
}

// threshold is one of the thresholds of outlines. A picture tells of it as of
// its control; without one there is none.
func threshold(s Setting, usual int, of func(low, high *int) *int) Setting {
	at := func(r *Recipe) (v int, ok bool) {
		if r.Control == nil {
			return usual, false
		}
		low, high := r.Control.Thresholds()
		return *of(&low, &high), true
	}
	s.Group, s.Section = OfWords, InOutlines
	s.Applies = func(r *Recipe) bool {
		return r.Control != nil && r.Control.Kind == checkpoint.Canny && !r.Control.Mapped()
	}
	s.Number = &Number{Range: Range{Min: 10, Max: 600, Step: 10, Least: 1, Most: canny.Highest}, Lowest: 1, Whole: true, Usual: float64(usual)}
	s.Get = func(r *Recipe) float64 {
		v, _ := at(r)
		return float64(v)
	}
	s.Set = func(r *Recipe, v float64) {
		if _, ok := at(r); !ok {
			return
		}
		c := *r.Control
		low, high := c.Thresholds()
		*of(&low, &high) = int(v)
		c.SetThresholds(low, high)
		r.Control = &c
	}
	s.Value = func(k *Sketch) any {
		if v, ok := at(&k.Recipe); ok {
			return v
		}
		return nil
	}
	s.Copy = func(to, from *Sketch) {
		if v, ok := at(&from.Recipe); ok {
			s.Set(&to.Recipe, float64(v))
		}
	}
	s.Parse = func(k *Sketch, text string) error {
		v, err := s.parse(text)
		if err == nil {
			s.Set(&k.Recipe, v)
		}
		return err
	}
	return s
}

// weightText is a weight other than 1.
func weightText(w float64) string {
	if w == 1 {
		return ""
	}
	return fmt.Sprintf("× %g", w)
}
