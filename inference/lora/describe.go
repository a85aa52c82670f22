package lora

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
)

// An Info is what a LoRA file's header tells of it, without a model.
type Info struct {
	Path  string `json:"path"` // absolute, symlinks resolved
	Name  string `json:"name"` // as its metadata has it, else that of the file without its ending
	Bytes int64  `json:"bytes"`

	Rank     int                     `json:"rank,omitempty"` // the smallest of its layers; 0: it has none
	MostRank int                     `json:"most_rank,omitempty"`
	Layers   map[checkpoint.Kind]int `json:"layers"`             // how many it changes of each network
	Triggers []string                `json:"triggers,omitempty"` // words that call for it: its embeddings', then what its metadata names

	// Fits says that its layers have the names of Stable Cascade's. Whether
	// they have a model's widths, Fit finds out.
	Fits bool `json:"fits"`
	// Unread are keys that cannot be used.
	Unread []string `json:"unread,omitempty"`
}

// String implements fmt.Stringer: a line for each thing there is to tell.
func (i Info) String() string {
	var b strings.Builder
	line := func(what, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-9s %s\n", what, checkpoint.OneLine(value))
		}
	}
	line("LoRA", i.Name)
	line("file", fmt.Sprintf("%s, %d bytes", i.Path, i.Bytes))
	switch {
	case i.Rank > 0 && i.Rank == i.MostRank:
		line("rank", fmt.Sprint(i.Rank))
	case i.Rank > 0:
		line("rank", fmt.Sprintf("%d to %d", i.Rank, i.MostRank))
	}
	for _, kind := range slices.Sorted(maps.Keys(i.Layers)) {
		line("changes", fmt.Sprintf("%d layers of %s", i.Layers[kind], kind))
	}
	line("words", strings.Join(i.Triggers, ", "))
	if !i.Fits {
		line("warning", "its layers are not those of Stable Cascade")
	}
	line("unread", list(i.Unread))
	return b.String()
}

// Describe reads the header of the file at path. It returns an error wrapping
// ErrBad for a file that is not safetensors or holds no LoRA at all.
func Describe(path string) (Info, error) {
	f, err := Open(path)
	if err != nil {
		return Info{}, err
	}
	if len(f.changes)+len(f.words) == 0 {
		return Info{}, &fault{path, "it holds no LoRA", forCascade, nil}
	}
	i := Info{
		Path: f.Path, Name: checkpoint.OneLine(f.Metadata["ss_output_name"]), Bytes: f.Size, Layers: map[checkpoint.Kind]int{},
		Triggers: append(f.triggers(), triggersIn(f.Metadata)...), Fits: true, Unread: f.strange,
	}
	if title := checkpoint.OneLine(f.Metadata["modelspec.title"]); title != "" {
		i.Name = title
	}
	if i.Name == "" {
		name := filepath.Base(f.Path)
		i.Name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	for _, c := range f.changes {
		i.count(f, c)
	}
	return i, nil
}

// count takes a change into account.
func (i *Info) count(f *File, c *change) {
	kind := checkpoint.KindPrior
	switch c.scope {
	case scopeDecoder:
		kind = checkpoint.KindDecoder
	case scopeText, scopeTokens:
		kind = checkpoint.KindText
	}
	i.Layers[kind]++
	if c.scope != scopeTokens && c.scope != scopeList && !cascadeLayer.MatchString(c.layer) {
		i.Fits = false
	}
	if _, _, rank, err := f.size(c); err == nil && rank > 0 {
		if i.Rank == 0 || int(rank) < i.Rank {
			i.Rank = int(rank)
		}
		i.MostRank = max(i.MostRank, int(rank))
	}
}

// cascadeLayer matches the flattened names of layers that Stable Cascade's
// networks have.
var cascadeLayer = regexp.MustCompile(`^((down|up)_blocks_[0-9]+_[0-9]+_(attention|kv_mapper|channelwise|depthwise|mapper).*|(down|up)_(downscalers|upscalers|repeat_mappers)_.*|` +
	`(clip_txt_mapper|clip_txt_pooled_mapper|clip_img_mapper|clip_mapper|embedding_1|clf_1|effnet_mapper_[02]|pixels_mapper_[02])|` +
	`text_model_encoder_layers_[0-9]+_(self_attn|mlp)_.*|text_projection)$`)

const (
	maxTriggers   = 5
	maxTagsLength = 4 << 20 // bytes of ss_tag_frequency
)

// triggersIn are the words that a file's makers name, else the tags that most of
// its training pictures had.
func triggersIn(metadata map[string]string) []string {
	if phrase := strings.TrimSpace(metadata["modelspec.trigger_phrase"]); phrase != "" {
		return []string{clipped([]string{phrase})}
	}
	text := metadata["ss_tag_frequency"]
	var sets map[string]map[string]float64
	if len(text) > maxTagsLength || json.Unmarshal([]byte(text), &sets) != nil {
		return nil
	}
	count := map[string]float64{}
	for _, tags := range sets {
		for tag, n := range tags {
			count[strings.TrimSpace(tag)] += n
		}
	}
	delete(count, "")
	tags := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	tags = tags[:min(len(tags), maxTriggers)]
	for i := range tags {
		tags[i] = clipped(tags[i : i+1])
	}
	return tags
}
