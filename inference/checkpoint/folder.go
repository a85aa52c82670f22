package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cascata/inference/safetensors"
)

// openFolder opens one component of a diffusers folder: config.json and
// weights, whole or in shards, of the variant or in the file that is wanted.
func openFolder(dir string, kind Kind, variant, file string) (*Network, error) {
	if path := onnxIn(dir); path != "" && len(weightSets(dir)) == 0 {
		return openONNX(path, kind)
	}
	config := within(dir, "config.json")
	b, err := readSmall(config, maxConfig)
	if err != nil {
		return nil, err
	}
	n := &Network{Kind: kind}
	ws, err := n.configure(b)
	if err != nil {
		return nil, faultIn(config, err)
	}
	sets := weightSets(dir)
	if len(sets) == 0 {
		return nil, noWeights(dir)
	}
	set := sets[chooseVariant(sets, variant)]
	if i := slices.IndexFunc(sets, func(s weightSet) bool { return s.name == file }); i >= 0 {
		set = sets[i]
	}
	all, files, err := set.open(dir)
	if err != nil {
		return nil, err
	}
	if all, err = bare(all, kind); err == nil {
		all, err = rename(all)
	}
	if err != nil {
		return nil, faultIn(dir, err)
	}
	if n.Weights, err = pick(n.Kind, all, ws); err != nil {
		return nil, faultIn(dir, err)
	}
	n.Files = append(files, absolute(config))
	n.encode(all)
	return n, nil
}

// configure sets n's configuration from config.json and returns what weights
// it needs.
func (n *Network) configure(b []byte) (ws wants, err error) {
	switch n.Kind {
	case KindText:
		if n.TextConfig, err = parseText(b); err == nil {
			ws = n.TextConfig.weights()
		}
	case KindVQ:
		if n.VQConfig, err = parseVQ(b); err == nil {
			ws = n.VQConfig.weights()
		}
	case KindVision:
		if n.VisionConfig, err = parseVision(b); err == nil {
			ws = n.VisionConfig.weights()
		}
	default:
		if n.UNetConfig, err = parseUNet(b); err == nil {
			ws, err = n.UNetConfig.weights(), n.UNetConfig.suits(n.Kind)
		}
	}
	return ws, err
}

// suits refuses a Stage B where Stage C is wanted, and the reverse.
func (c *UNetConfig) suits(kind Kind) error {
	switch {
	case kind == KindPrior && (c.ClipTextInChannels == 0 || c.ClipImageInChannels == 0):
		return &unsupported{"it is not a stage c: it reads no text or no image embedding", "use the folder prior of a Stable Cascade model"}
	case kind == KindDecoder && c.EffnetInChannels == 0:
		return &unsupported{"it is not a stage b: it reads no stage c latent", "use the folder decoder of a Stable Cascade model"}
	case c.InChannels != c.OutChannels:
		return &unsupported{fmt.Sprintf("it turns %d channels into %d", c.InChannels, c.OutChannels), "use a Stable Cascade model"}
	}
	return nil
}

func noWeights(dir string) error {
	if f := otherWeights(dir); f != nil {
		return f
	}
	return &fault{class: ErrMissing, path: dir, cause: "the folder holds no .safetensors weights", next: "download it again, with all its files"}
}

// otherWeights says why the weights in a folder without .safetensors files are
// not used, or why the folder cannot be looked into; nil if there are none.
func otherWeights(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return pathFault(dir, err)
	}
	for _, e := range entries {
		_, ending := modelled(e.Name())
		if slices.Contains(otherEndings, ending) || slices.Contains(weightEndings, ending) && isPart(e.Name()) {
			return refused(filepath.Join(dir, e.Name()))
		}
	}
	return nil
}

// refused says why a file of a model's kind is not used: what it is by its
// first bytes, or else by its name.
func refused(path string) error {
	if f := strange(path); f != nil {
		return f
	}
	_, ending := modelled(filepath.Base(path))
	if slices.Contains(pickleEndings, ending) {
		return faultIn(path, &unsupported{"weights in pickle files are not read, because such files can run programs", instead})
	}
	return faultIn(path, &unsupported{"weights in " + ending + " files are not read", instead})
}

// A weightSet is one choice of weights in a folder: a file, or an index that
// names shards.
type weightSet struct {
	name    string
	variant string // "", "bf16", "fp16", ...
	index   bool
}

var (
	fileName  = regexp.MustCompile(`(?i)^[^.]+(?:\.([^.]+))?\.(?:safetensors|sft)$`)
	indexName = regexp.MustCompile(`(?i)^[^.]+(?:\.([^.]+))?\.safetensors\.index(?:\.([^.]+))?\.json$`)
	shardName = regexp.MustCompile(`(?i)-\d{5}-of-\d{5}(\.[^.]+)?\.safetensors$`)
)

// weightSets lists a folder's choices, single files before indexes.
func weightSets(dir string) []weightSet {
	entries, _ := os.ReadDir(dir)
	var files, indexes []weightSet
	for _, e := range entries {
		name := e.Name()
		if m := indexName.FindStringSubmatch(name); m != nil {
			indexes = append(indexes, weightSet{name, strings.ToLower(m[1] + m[2]), true})
		} else if m := fileName.FindStringSubmatch(name); m != nil && !shardName.MatchString(name) {
			files = append(files, weightSet{name, strings.ToLower(m[1]), false})
		}
	}
	return append(files, indexes...)
}

// chooseVariant picks the wanted variant if it is there, else what diffusers
// loads by default: the one without a name, then bf16, then fp16.
func chooseVariant(sets []weightSet, want string) int {
	best := 0
	for i, s := range sets {
		if rankVariant(s.variant, want) < rankVariant(sets[best].variant, want) {
			best = i
		}
	}
	return best
}

func rankVariant(variant, want string) int {
	if variant == want {
		return 0
	}
	if i := slices.Index([]string{"", "bf16", "fp16"}, variant); i >= 0 {
		return 1 + i
	}
	return 4
}

// open reads the tables of all files of the set.
func (s weightSet) open(dir string) (all map[string]Weight, files []string, err error) {
	path := filepath.Join(dir, s.name)
	if !s.index {
		f, err := openTensors(path)
		if err != nil {
			return nil, nil, err
		}
		return weightsOf(f), []string{f.Path}, nil
	}
	shards, owner, err := readIndex(path)
	if err != nil {
		return nil, nil, err
	}
	all = make(map[string]Weight)
	for _, shard := range shards {
		f, err := openTensors(within(dir, shard))
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f.Path)
		for name, w := range weightsOf(f) {
			if owner[name] == shard {
				all[name] = w
			}
		}
	}
	return all, append(files, absolute(path)), nil
}

// readIndex reads which shard holds each tensor. The shards lie beside it.
func readIndex(path string) (shards []string, owner map[string]string, err error) {
	b, err := readSmall(path, maxIndex)
	if err != nil {
		return nil, nil, err
	}
	shards, owner, err = parseIndex(b)
	if err != nil {
		return nil, nil, faultIn(path, err)
	}
	return shards, owner, nil
}

func parseIndex(b []byte) (shards []string, owner map[string]string, err error) {
	var index struct {
		Map map[string]string `json:"weight_map"`
	}
	if err := decode(b, &index); err != nil {
		return nil, nil, err
	}
	if len(index.Map) == 0 {
		return nil, nil, errors.New("its weight_map is empty")
	}
	seen := make(map[string]bool)
	for _, shard := range index.Map {
		if seen[shard] {
			continue
		}
		if !filepath.IsLocal(shard) || filepath.Base(shard) != shard || !strings.HasSuffix(strings.ToLower(shard), ".safetensors") {
			return nil, nil, fmt.Errorf("it names %q, which is no .safetensors file beside it", clip(shard))
		}
		if len(seen) == maxShards {
			return nil, nil, fmt.Errorf("it names more than %d files", maxShards)
		}
		seen[shard] = true
		shards = append(shards, shard)
	}
	slices.Sort(shards)
	return shards, index.Map, nil
}

// openTensors reads the table of a safetensors file, symlinks resolved.
func openTensors(path string) (*safetensors.File, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, pathFault(path, err)
	}
	if mark := unfinished(path); mark != "" {
		return nil, strange(path)
	}
	f, err := safetensors.Open(absolute(real))
	if err != nil {
		if known := strange(real); known != nil {
			known.path = path
			return nil, known
		}
		return nil, faultIn(path, err)
	}
	return f, nil
}

func weightsOf(f *safetensors.File) map[string]Weight {
	all := make(map[string]Weight, len(f.Tensors))
	for name, t := range f.Tensors {
		all[name] = Weight{File: f.Path, Offset: t.Offset, Length: t.Length, DType: DType(t.DType), Shape: t.Shape}
	}
	return all
}
