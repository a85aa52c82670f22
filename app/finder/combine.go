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
func combine(parts []Part) []Model {
	var models []Model
	for _, c := range distinct(parts, checkpoint.KindPrior) {
		for _, b := range distinct(parts, checkpoint.KindDecoder) {
			if m, ok := together(parts, c, nearest(parts, b, c)); ok && len(models) < maxModels {
				models = append(models, m)
			}
		}
	}
	return models
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

// alike tells whether two parts look like copies of one.
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
	for _, p := range chosen {
		if !slices.Contains(m.Paths, p.Path) {
			m.Paths = append(m.Paths, p.Path)
		}
		m.Bytes += p.Bytes
	}
	if dir := tokenizerBeside(chosen[3].Path); dir != "" {
		m.Paths = append(m.Paths, dir)
	}
	ck, err := checkpoint.Open(m.Paths...)
	if err != nil || ck.Need(checkpoint.KindPrior, checkpoint.KindDecoder, checkpoint.KindVQ, checkpoint.KindText) != nil {
		return m, false
	}
	m.Title = fmt.Sprintf("%s and %s", called(c), called(b))
	if c.Program != "" {
		m.Title += ", " + c.Program
	}
	return m, true
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
