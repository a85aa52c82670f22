package checkpoint

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A finder gathers what the named paths offer.
type finder struct {
	options    options
	found      []candidate
	tokenizers []tokenizerFolder
	metas      []string
	refused    []refusal
}

// A refusal is a file or folder that was looked at and is not used.
type refusal struct {
	fault *fault
	kind  Kind // that its name says, or ""
}

// A candidate is a network that could be used.
type candidate struct {
	kind    Kind
	named   bool // by its own path, not found in a folder
	usable  bool // has weights at all
	lite    bool
	prior   bool // lies beside Stage C
	folder  bool // a component, not a single file
	variant string
	open    func() (*Network, error)
}

type tokenizerFolder struct {
	files        TokenizerFiles
	named, prior bool
}

// components are the folders of diffusers' three pipelines and of ONNX
// bundles. The combined pipeline has prior_prior and prior_text_encoder.
var components = []struct {
	name string
	kind Kind
}{
	{"prior_prior", KindPrior}, {"prior", KindPrior}, {"prior_lite", KindPrior},
	{"decoder", KindDecoder}, {"decoder_lite", KindDecoder},
	{"vqgan", KindVQ}, {"vae_decoder", KindVQ},
	{"prior_text_encoder", KindText}, {"text_encoder", KindText},
	{"prior_image_encoder", KindVision}, {"image_encoder", KindVision},
}

func (f *finder) offers() int { return len(f.found) + len(f.tokenizers) }

// add looks at one path that was named.
func (f *finder) add(path string) error {
	path = absolute(path)
	info, err := os.Stat(path)
	if err != nil {
		return pathFault(path, err)
	}
	if !info.IsDir() {
		return f.addFile(path)
	}
	dir, err := snapshot(path)
	if err != nil {
		return err
	}
	before := f.offers()
	if err := f.addFolder(dir); err != nil {
		return err
	}
	if f.offers() == before {
		return nothing([]string{path}, f.refused)
	}
	if meta := within(dir, MetaName); exists(meta) {
		f.metas = append(f.metas, meta)
	}
	return nil
}

// addFolder takes a model's folder, one component of it, or a folder with the
// two official repositories.
func (f *finder) addFolder(dir string) error {
	before := f.offers()
	if err := f.scanComponents(dir); err != nil {
		return err
	}
	if f.offers() == before {
		if err := f.addComponent(dir); err != nil || f.offers() > before {
			return err
		}
	}
	if f.scanFiles(dir); f.offers() == before {
		for _, sub := range f.repositories(dir) {
			if err := f.scanComponents(sub); err != nil {
				return err
			}
			f.scanFiles(sub)
			f.scanFiles(lookInto(sub).path("controlnet"))
		}
	}
	f.scanFiles(lookInto(dir).path("controlnet"))
	return nil
}

// scanComponents takes the components of a model's folder. A tokenizer that may not be
// looked at is an error: another vocabulary would take its place.
func (f *finder) scanComponents(dir string) error {
	hasPrior := false
	here := lookInto(dir)
	for _, c := range components {
		sub := here.path(c.name)
		if _, err := os.Stat(sub); err != nil && here.has(c.name) {
			f.refuse(sub, c.kind, pathFault(sub, err))
		}
		if !isFolder(sub) {
			continue
		}
		usable := onnxIn(sub) != "" || len(weightSets(sub)) > 0
		if !usable {
			f.refuse(sub, c.kind, otherWeights(sub))
		}
		if !usable && !exists(within(sub, "config.json")) {
			continue
		}
		hasPrior = hasPrior || c.kind == KindPrior
		f.offerFolder(sub, c.kind, candidate{usable: usable, prior: hasPrior}, "")
	}
	for _, name := range []string{"prior_tokenizer", "tokenizer"} {
		at := here.path(name)
		if f.offerTokenizer(at, tokenizerFolder{prior: hasPrior}) || !isFolder(at) {
			continue
		}
		if _, err := os.ReadDir(at); err != nil {
			return pathFault(at, err)
		}
	}
	return nil
}

// addComponent takes a folder that is one component itself.
func (f *finder) addComponent(dir string) error {
	f.offerTokenizer(dir, tokenizerFolder{named: true})
	usable := onnxIn(dir) != "" || len(weightSets(dir)) > 0
	if config := within(dir, "config.json"); exists(config) {
		b, err := readSmall(config, maxConfig)
		if err != nil {
			return err
		}
		kind, err := kindOf(b)
		if err != nil {
			return faultIn(config, err)
		}
		f.offerFolder(dir, kind, candidate{named: true, usable: usable}, "")
	} else if onnxIn(dir) != "" {
		return f.addONNX(onnxIn(dir))
	}
	return nil
}

// addONNX takes a ready-made graph, whose folder's name tells what it is.
func (f *finder) addONNX(path string) error {
	for _, c := range components {
		if strings.EqualFold(c.name, filepath.Base(filepath.Dir(path))) {
			f.offer(candidate{
				kind: c.kind, named: true, usable: true,
				open: func() (*Network, error) { return openONNX(path, c.kind) },
			})
			return nil
		}
	}
	return faultIn(path, &unsupported{
		"its folder's name does not tell which network it is",
		"put it in a folder named text_encoder, prior, decoder or vae_decoder",
	})
}

// scanFiles takes the single files of a folder. What cannot be used is refused, as
// is a folder that cannot be looked into; a damaged file whose name says what it
// should be stands for that network where no other does.
func (f *finder) scanFiles(dir string) {
	if !isFolder(dir) {
		return
	}
	entries, err := os.ReadDir(dir)
	f.refuse(dir, "", err)
	looked := 0
	for _, e := range entries {
		name := e.Name()
		base, ending := modelled(name)
		weights := slices.Contains(weightEndings, ending)
		if e.IsDir() || !weights && !slices.Contains(otherEndings, ending) || shardName.MatchString(base) || strings.HasSuffix(strings.ToLower(name), ".aria2") {
			continue
		}
		if looked++; looked > maxFiles {
			return
		}
		path := filepath.Join(dir, name)
		err := f.offerFile(path, false)
		if err != nil && !weights {
			err = refused(path)
		}
		kind, ok := guess(filepath.Join(dir, base))
		f.refuse(path, kind, err)
		if err != nil && ok && errors.Is(err, ErrBad) {
			f.offer(candidate{
				kind: kind, lite: isLite(path), variant: variantOf(path),
				open: func() (*Network, error) { return nil, err },
			})
		}
	}
}

// refuse keeps that the file or folder at path is not used, if err says so.
func (f *finder) refuse(path string, kind Kind, err error) {
	var why *fault
	if err != nil && errors.As(faultIn(path, err), &why) {
		f.refused = append(f.refused, refusal{why, kind})
	}
}

// addFile takes one file that was named. Weights are known by their first
// bytes, not by their ending.
func (f *finder) addFile(path string) error {
	_, ending := modelled(filepath.Base(path))
	switch {
	case ending == ".onnx":
		return f.addONNX(path)
	case slices.Contains(weightEndings, ending):
		return f.addTensors(path)
	case ending == ".json" || ending == ".txt":
		if f.offerTokenizer(filepath.Dir(path), tokenizerFolder{named: true}) {
			return nil
		}
	default:
		if f.addTensors(path) == nil {
			return nil
		}
		if slices.Contains(otherEndings, ending) {
			return refused(path)
		}
		if known := strange(path); known != nil {
			return known
		}
	}
	return faultIn(path, &unsupported{"it is no file of a model", "name .safetensors files or a model's folder"})
}

// addTensors takes a file that was named: as one of its folder's component, if
// a config.json lies beside it, or else as it is.
func (f *finder) addTensors(path string) error {
	dir, name := filepath.Split(path)
	if b, err := readSmall(within(dir, "config.json"), maxConfig); err == nil && fileName.MatchString(name) {
		if kind, err := kindOf(b); err == nil {
			f.offerFolder(dir, kind, candidate{named: true, usable: true}, name)
			return nil
		}
	}
	return f.offerFile(path, true)
}

// offerFile takes every network of a single file.
func (f *finder) offerFile(path string, named bool) error {
	file, err := openTensors(path)
	if err != nil {
		return err
	}
	all, err := tensorsOf(file)
	if err != nil {
		return err
	}
	ps := parts(all)
	if len(ps) == 0 {
		return faultIn(path, foreign(all))
	}
	for _, p := range ps {
		f.offer(candidate{
			kind: p.kind, named: named, usable: true, lite: isLite(path), variant: variantOf(path),
			prior: slices.ContainsFunc(ps, func(p part) bool { return p.kind == KindPrior }),
			open: func() (*Network, error) {
				file, err := openTensors(path) // again: many tables at once may be large
				if err != nil {
					return nil, err
				}
				return openPart(file, p)
			},
		})
	}
	return nil
}

// foreign says what tensors without a network of ours are of.
func foreign(all tensors) error {
	for name := range all {
		if strings.Contains(name, "lora_") || strings.Contains(name, ".hada_") || strings.Contains(name, ".lokr_") {
			return &unsupported{"it is a LoRA, a change to a model, and no model", "name the model that it was made for"}
		}
	}
	return &unsupported{"it holds no network of Stable Cascade", "name files of a Stable Cascade model"}
}

// offerFolder takes a component, and of its weights those in file if it says
// one.
func (f *finder) offerFolder(dir string, kind Kind, c candidate, file string) {
	c.kind, c.folder, c.lite = kind, true, isLite(dir)
	c.open = func() (*Network, error) { return openFolder(dir, kind, f.options.Variant, file) }
	f.offer(c)
}

func (f *finder) offer(c candidate) { f.found = append(f.found, c) }

// offerTokenizer takes a folder with a tokenizer and says whether it is one.
func (f *finder) offerTokenizer(dir string, t tokenizerFolder) bool {
	here := lookInto(dir)
	for name, to := range map[string]*string{
		"tokenizer.json": &t.files.JSON, "vocab.json": &t.files.Vocab, "merges.txt": &t.files.Merges,
		"tokenizer_config.json": &t.files.Config,
	} {
		if path := here.path(name); exists(path) {
			*to = path
		}
	}
	ok := t.files.JSON != "" || t.files.Vocab != "" && t.files.Merges != ""
	if ok {
		f.tokenizers = append(f.tokenizers, t)
	}
	return ok
}

// best is the candidate to use, nil if there is none.
func (f *finder) best(kind Kind) *candidate {
	var best *candidate
	for i := range f.found {
		if c := &f.found[i]; c.kind == kind && (best == nil || f.compare(c, best) < 0) {
			best = c
		}
	}
	return best
}

// compare orders two candidates for one network, the better first.
func (f *finder) compare(a, b *candidate) int {
	order := cmp.Or(first(a.named, b.named), first(a.usable, b.usable))
	if a.kind == KindText {
		order = cmp.Or(order, first(a.prior, b.prior))
	}
	return cmp.Or(order,
		first(a.lite == f.options.Lite, b.lite == f.options.Lite),
		first(a.folder, b.folder),
		cmp.Compare(rankVariant(a.variant, f.options.Variant), rankVariant(b.variant, f.options.Variant)))
}

// tokenizer is the one to use: named, beside Stage C, or any.
func (f *finder) tokenizer() TokenizerFiles {
	if len(f.tokenizers) == 0 {
		return TokenizerFiles{}
	}
	return slices.MinFunc(f.tokenizers, func(a, b tokenizerFolder) int {
		return cmp.Or(first(a.named, b.named), first(a.prior, b.prior))
	}).files
}

// first orders true before false.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

var lite = regexp.MustCompile(`(?i)(^|[^a-z])lite([^a-z]|$)`)

// isLite tells the small networks from the large ones by their names.
func isLite(path string) bool { return lite.MatchString(filepath.Base(path)) }
