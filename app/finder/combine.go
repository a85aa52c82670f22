package finder

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
)

// maxModels is how many are put together.
const maxModels = 12

// combine puts parts together to models: each Stage C with each Stage B that it
// fits, and what lies nearest of the rest. What is there twice is used once.
func combine(all []Part) []Model {
	models, parts := bundles(all)
	for _, c := range distinct(parts, checkpoint.KindPrior) {
		for _, b := range distinct(parts, checkpoint.KindDecoder) {
			if m, ok := together(parts, c, nearest(parts, b, c)); ok && len(models) < maxModels {
				models = append(models, m)
			}
		}
	}
	return models
}

// bundles are the models that ready-made graphs make, each folder of them one,
// and the parts that are of none.
func bundles(all []Part) (models []Model, rest []Part) {
	found := map[string]*Model{}
	var dirs []string
	for _, p := range all {
		if p.bundle == "" {
			rest = append(rest, p)
			continue
		}
		m := found[p.bundle]
		if m == nil {
			m = &Model{Title: filepath.Base(p.bundle) + " (ONNX)", Paths: []string{p.bundle}}
			if p.Program != "" {
				m.Title += ", " + p.Program
			}
			found[p.bundle], dirs = m, append(dirs, p.bundle)
		}
		m.add(p)
	}
	for _, dir := range dirs {
		if opens(found[dir].Paths) && len(models) < maxModels {
			models = append(models, *found[dir])
		}
	}
	return models, rest
}

// add takes a part into the model.
func (m *Model) add(p Part) {
	m.made, m.Parts, m.Bytes = append(m.made, p), append(m.Parts, p.Name), m.Bytes+p.Bytes
}

// Has reports whether a part is one of the model's, or looks like a copy of one.
func (m Model) Has(p Part) bool {
	return slices.ContainsFunc(m.made, func(q Part) bool { return alike(p, q) })
}

// opens reports whether paths make a model that makes pictures.
func opens(paths []string) bool {
	ck, err := checkpoint.Open(paths...)
	return err == nil && ck.Need(checkpoint.KindPrior, checkpoint.KindDecoder, checkpoint.KindVQ, checkpoint.KindText) == nil
}

// distinct are the parts of a kind that differ by more than where they lie.
func distinct(parts []Part, kind checkpoint.Kind) []Part {
	var out []Part
	for _, p := range parts {
		if p.Kind == kind && !slices.ContainsFunc(out, func(q Part) bool { return alike(p, q) }) {
			out = append(out, p)
		}
	}
	return out
}

// alike reports whether two parts look like copies of one.
func alike(a, b Part) bool {
	return a.Kind == b.Kind && a.Bytes == b.Bytes && a.Parameters == b.Parameters
}

// nearest is the copy of p that lies nearest to another part.
func nearest(parts []Part, p, to Part) Part {
	for _, q := range parts {
		if alike(p, q) && shared(q.Path, to.Path) > shared(p.Path, to.Path) {
			p = q
		}
	}
	return p
}

// shared counts the folders that two paths begin with.
func shared(a, b string) (n int) {
	x, y := strings.Split(filepath.Clean(a), string(filepath.Separator)), strings.Split(filepath.Clean(b), string(filepath.Separator))
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// together makes a model of a Stage C and a Stage B, if what they need is there.
func together(parts []Part, c, b Part) (m Model, ok bool) {
	chosen := []Part{c, b}
	for _, kind := range []checkpoint.Kind{checkpoint.KindVQ, checkpoint.KindText} {
		p, ok := choose(parts, kind, c, b)
		if !ok {
			return m, false
		}
		chosen = append(chosen, p)
	}
	text := chosen[3].Path
	chosen = append(chosen, beside(parts, c, b)...)
	for _, p := range chosen {
		if !slices.Contains(m.Paths, p.Path) {
			m.Paths = append(m.Paths, p.Path)
		}
		m.add(p)
	}
	if dir := tokenizerBeside(text); dir != "" {
		m.Paths = append(m.Paths, dir)
	}
	if !opens(m.Paths) {
		return m, false
	}
	m.Title = fmt.Sprintf("%s and %s", called(c), called(b))
	if c.Program != "" {
		m.Title += ", " + c.Program
	}
	return m, true
}

// beside are the parts that fit and that a picture can be made without: what reads
// pictures, a control network of each kind, and the previewer.
func beside(parts []Part, c, b Part) []Part {
	var out []Part
	near := func(p Part) int { return max(shared(p.Path, c.Path), shared(p.Path, b.Path)) }
	for _, p := range parts {
		if !accompanies(p, c) {
			continue
		}
		at := slices.IndexFunc(out, func(q Part) bool { return q.Name == p.Name })
		switch {
		case at < 0:
			out = append(out, p)
		case near(p) > near(out[at]):
			out[at] = p
		}
	}
	return out
}

// accompanies reports whether a part goes with a Stage C.
func accompanies(p, c Part) bool {
	unet := c.network.UNetConfig
	switch n := p.network; p.Kind {
	case checkpoint.KindVision:
		return reads(unet, p)
	case checkpoint.KindEncoder:
		return unet != nil && n.EncoderConfig != nil && n.EncoderConfig.Out == unet.InChannels
	case checkpoint.KindControl:
		return checkpoint.Controls(n, c.network) == nil
	case checkpoint.KindPreview:
		w := n.Weights["blocks.0.weight"]
		return unet != nil && len(w.Shape) > 1 && w.Shape[1] == int64(unet.InChannels)
	}
	return false
}

// choose is the part of a kind that fits and lies nearest to Stage C or B.
func choose(parts []Part, kind checkpoint.Kind, c, b Part) (best Part, ok bool) {
	near := func(p Part) int { return max(2*shared(p.Path, c.Path), 2*shared(p.Path, b.Path)) }
	if kind == checkpoint.KindText {
		near = func(p Part) int { return 2*shared(p.Path, c.Path) + min(shared(p.Path, b.Path), 1) }
	}
	for _, p := range parts {
		fits := p.Kind == kind && (kind != checkpoint.KindText || reads(c.network.UNetConfig, p))
		if fits && kind == checkpoint.KindVQ {
			vq, unet := p.network.VQConfig, b.network.UNetConfig
			fits = vq != nil && unet != nil && vq.LatentChannels == unet.OutChannels
		}
		if fits && (!ok || near(p) > near(best)) {
			best, ok = p, true
		}
	}
	return best, ok
}

// tokenizerBeside is the folder of a tokenizer beside a text encoder, "" if
// there is none: CLIP's own vocabulary is used then.
func tokenizerBeside(text string) string {
	dir := filepath.Join(filepath.Dir(text), "tokenizer")
	for _, name := range []string{"tokenizer.json", "vocab.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return dir
		}
	}
	return ""
}

// called is what a part is called: by its size where it is official.
func called(p Part) string {
	size := map[int64]string{3_589_103_632: "big", 1_030_785_040: "lite", 1_562_941_136: "big", 699_471_248: "lite"}[p.Parameters]
	names := map[checkpoint.Kind]string{checkpoint.KindPrior: "Stage C", checkpoint.KindDecoder: "Stage B"}
	base := filepath.Base(p.Path)
	return cmp.Or(strings.TrimSpace(size+" "+names[p.Kind]), base) + map[bool]string{true: " (" + base + ")"}[size == ""]
}
