package lora

import (
	"fmt"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
)

// A Use is a LoRA file and how strongly it acts: 1 is as it was trained, 0 not
// at all; it may be negative.
type Use struct {
	File   *File
	Weight float64
}

// A Set is LoRA files fitted to a checkpoint: what each adds to which weight.
type Set struct {
	plans map[*checkpoint.Network]*plan
	words []Word

	layers map[*checkpoint.Network]map[string]layer // by every name; filled in by find
}

// A plan is what changes in one network.
type plan struct {
	network *checkpoint.Network
	pieces  map[string][]piece // by the weight's diffusers name
	words   []Word
	key     string // identifies it
}

// A piece is the part of a change that one weight takes.
type piece struct {
	file   *File
	change *change
	weight float64
	row    int64 // the weight's first among the change's rows
	bias   bool  // it is what the change does to the bias
}

// A Word is a textual inversion in use: a prompt's trigger stands for N tokens
// with ids from First on.
type Word struct {
	Trigger  string
	First, N int64

	file   *File
	word   word
	weight float64
}

// Fit finds the weights of ck that the files change. Nothing but headers is
// read. It returns an error wrapping ErrBad that names the file and the layers
// or keys that cannot be used.
func Fit(ck *checkpoint.Checkpoint, uses []Use) (*Set, error) {
	s := &Set{plans: map[*checkpoint.Network]*plan{}, layers: map[*checkpoint.Network]map[string]layer{}}
	for _, u := range uses {
		if err := s.add(ck, u); err != nil {
			return nil, err
		}
	}
	for _, p := range s.plans {
		p.key = p.identity()
	}
	return s, nil
}

// Key identifies what changes in a network; "" is nothing.
func (s *Set) Key(n *checkpoint.Network) string {
	if s == nil || s.plans[n] == nil {
		return ""
	}
	return s.plans[n].key
}

// Words are the textual inversions in use.
func (s *Set) Words() []Word {
	if s == nil {
		return nil
	}
	return s.words
}

func (s *Set) add(ck *checkpoint.Checkpoint, u Use) error {
	f := u.File
	switch {
	case len(f.strange) > 0:
		return &fault{f.Path, "it has keys that no LoRA for Stable Cascade has, or of a kind that is not read: " + list(f.strange), forCascade, nil}
	case len(f.changes)+len(f.words) == 0:
		return &fault{f.Path, "it holds no LoRA", forCascade, nil}
	}
	unet := s.unet(f, ck)
	var lost, misfit []string
	for _, c := range f.changes {
		n := c.network(ck, unet)
		if n != nil && n.ONNX != "" {
			return &fault{f.Path, fmt.Sprintf("this model's %s is a ready-made ONNX graph, into which nothing can be merged", n.Kind), "use the model's safetensors files", nil}
		}
		l, ok := s.find(n, c)
		if !ok {
			lost = append(lost, c.name)
			continue
		}
		rows, cols, _, err := f.size(c)
		if err != nil {
			return &fault{f.Path, err.Error(), again, err}
		}
		if why := unfit(n, l, c, rows, cols); why != "" {
			misfit = append(misfit, why)
			continue
		}
		if u.Weight != 0 {
			s.take(n, l, f, c, u.Weight)
		}
	}
	switch {
	case len(misfit) > 0:
		return &fault{f.Path, fmt.Sprintf("it was made for a model of other widths: %s", list(misfit)), "choose a LoRA for this model", ErrWidths}
	case len(lost) > 0:
		return &fault{f.Path, fmt.Sprintf("%d of its %d layers are none of this model's: %s", len(lost), len(f.changes), list(lost)), forCascade, nil}
	}
	return s.addWords(ck, u)
}

const forCascade = "choose a LoRA that was made for Stable Cascade"

// list names a few of many things.
func list(names []string) string {
	const most = 4
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", clipped(names[:most]), len(names)-most)
	}
	return clipped(names)
}

func clipped(names []string) string {
	short := make([]string, len(names))
	for i, n := range names {
		n = checkpoint.OneLine(n)
		if len(n) > 160 {
			n = strings.ToValidUTF8(n[:160], "") + "..."
		}
		short[i] = strings.ToValidUTF8(n, "\ufffd")
	}
	return strings.Join(short, ", ")
}

// unet is the network that a file's layers mean where they do not say which of
// the two: the one that more of them fit.
func (s *Set) unet(f *File, ck *checkpoint.Checkpoint) *checkpoint.Network {
	count := func(n *checkpoint.Network) (fits int) {
		for _, c := range f.changes {
			l, ok := s.find(n, c)
			if !ok || c.scope != scopeUNet {
				continue
			}
			if rows, cols, _, err := f.size(c); err == nil && unfit(n, l, c, rows, cols) == "" {
				fits++
			}
		}
		return fits
	}
	if count(ck.Decoder) > count(ck.Prior) {
		return ck.Decoder
	}
	return ck.Prior
}

// network is the one that a change means; nil where the model has none.
func (c *change) network(ck *checkpoint.Checkpoint, unet *checkpoint.Network) *checkpoint.Network {
	switch c.scope {
	case scopeUNet:
		return unet
	case scopeDecoder:
		return ck.Decoder
	case scopeText, scopeTokens:
		return ck.Text
	}
	return ck.Prior
}

// find is the layer of n that c changes.
func (s *Set) find(n *checkpoint.Network, c *change) (layer, bool) {
	if n == nil {
		return nil, false
	}
	if c.scope == scopeTokens {
		_, ok := n.Weights[tokens]
		return layer{tokens}, ok
	}
	if s.layers[n] == nil {
		s.layers[n] = layersOf(n)
	}
	l, ok := s.layers[n][c.layer]
	return l, ok
}

// unfit says why a change of rows by cols does not fit a layer, "" if it does.
func unfit(n *checkpoint.Network, l layer, c *change, rows, cols int64) string {
	var have, in, biases int64
	for _, name := range l {
		r, cc := matrix(n.Weights[name].Shape)
		have, in = have+r, cc
		if b, ok := n.Weights[biasOf(name)]; ok {
			biases += b.Shape[0]
		}
	}
	switch {
	case c.scope == scopeTokens && cols != in, c.scope != scopeTokens && rows != 0 && (rows != have || cols != in):
		return fmt.Sprintf("%.120s changes a matrix of %d by %d, here it is %d by %d", c.name, rows, cols, have, in)
	case c.changesBias() && biases != have:
		return fmt.Sprintf("%.120s changes a bias that the layer does not have", c.name)
	}
	return ""
}

func biasOf(name string) string { return strings.TrimSuffix(name, ".weight") + ".bias" }

func (c *change) changesBias() bool {
	_, ok := c.parts[partBias]
	_, ok2 := c.parts[partDiffBias]
	return ok || ok2
}

// changesWeight reports whether a change is more than that of a bias.
func (c *change) changesWeight() bool {
	for p := range c.parts {
		if p != partDiffBias {
			return true
		}
	}
	return false
}

// take notes what each of a layer's weights takes of a change.
func (s *Set) take(n *checkpoint.Network, l layer, f *File, c *change, weight float64) {
	p := s.plan(n)
	row := int64(0)
	for _, name := range l {
		if c.changesWeight() {
			p.pieces[name] = append(p.pieces[name], piece{f, c, weight, row, false})
		}
		if c.changesBias() {
			p.pieces[biasOf(name)] = append(p.pieces[biasOf(name)], piece{f, c, weight, row, true})
		}
		row += n.Weights[name].Shape[0]
	}
}

func (s *Set) plan(n *checkpoint.Network) *plan {
	if s.plans[n] == nil {
		s.plans[n] = &plan{network: n, pieces: map[string][]piece{}}
	}
	return s.plans[n]
}

// addWords gives a file's textual inversions ids behind those of the text
// encoder.
func (s *Set) addWords(ck *checkpoint.Checkpoint, u Use) error {
	n := ck.Text
	for _, w := range u.File.words {
		if n == nil || n.TextConfig == nil {
			return &fault{u.File.Path, "it holds embeddings, and this model's text encoder is a ready-made ONNX graph, into which nothing can be merged", "use the model's safetensors files", nil}
		}
		first, width := int64(n.TextConfig.VocabSize), int64(n.TextConfig.HiddenSize)
		for _, other := range s.words {
			first += other.N
		}
		word := Word{Trigger: u.File.trigger(w), First: first, file: u.File, word: w, weight: u.Weight}
		if slices.ContainsFunc(s.words, func(o Word) bool { return o.Trigger == word.Trigger }) {
			return &fault{u.File.Path, fmt.Sprintf("its embeddings are called %q, like those of another file", word.Trigger), "rename one of the files", nil}
		}
		for _, key := range []string{w.key, w.out} {
			shape := u.File.tensors[key].Shape
			if key == "" && w.key != "" {
				continue
			}
			if len(shape) == 1 {
				shape = []int64{1, shape[0]}
			}
			if len(shape) != 2 || shape[1] != width || shape[0] < 1 || shape[0] > maxWordTokens || word.N != 0 && word.N != shape[0] {
				return &fault{u.File.Path, fmt.Sprintf("the embeddings of %q have shape %v; this model's are %d wide", word.Trigger, shape, width), "choose embeddings that were made for Stable Cascade", nil}
			}
			word.N = shape[0]
		}
		s.words = append(s.words, word)
		p := s.plan(n)
		p.words = append(p.words, word)
	}
	return nil
}

// maxWordTokens bounds how many tokens a word stands for: no prompt has more.
const maxWordTokens = 75
