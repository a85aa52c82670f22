// Package catalogue is the list of models that can be had, and the shelf of
// those that are here: downloaded by us, or others' files that were pointed at.
// Begin with Shelf.
package catalogue

import (
	"fmt"
	"path"
	"strings"

	"cascata/app/hub"
)

// An Entry is something that can be downloaded.
type Entry struct {
	Name    string // as --model takes it once it is here
	Title   string
	About   string // what it is, a sentence in English
	Kind    Kind
	Licence *Licence
	Bytes   int64 // of its files, as last read
	Scale   Scale // how large its networks are, for what memory it needs

	wants []want
}

// Kind says what an entry is for.
type Kind string

// The kinds.
const (
	Whole Kind = "model" // makes pictures by itself
	Extra Kind = "extra" // goes beside a model
)

// Scale is how many numbers the two large networks have.
type Scale struct{ Prior, Decoder int64 }

// A want is what an entry takes of one repository.
type want struct {
	repo  string
	parts []string // folders of components, or files
}

// The official repositories.
const (
	repoDecoder = "stabilityai/stable-cascade"
	repoPrior   = "stabilityai/stable-cascade-prior"
)

// Numbers in the official networks.
const (
	bigPrior, litePrior     = 3_589_103_632, 1_030_785_040
	bigDecoder, liteDecoder = 1_562_941_136, 699_471_248
)

// entries are all that can be downloaded, the models first.
func entries() []Entry {
	list := []Entry{
		combination("stable-cascade", "Stable Cascade", "prior", "decoder"),
		combination("stable-cascade-lite", "Stable Cascade lite", "prior_lite", "decoder_lite"),
		combination("stable-cascade-big-lite", "Stable Cascade, big composition, lite detail", "prior", "decoder_lite"),
		combination("stable-cascade-lite-big", "Stable Cascade, lite composition, big detail", "prior_lite", "decoder"),
		{
			Name: "stable-cascade-comfyui", Title: "Stable Cascade, ComfyUI's files", Kind: Whole, Bytes: 13_770_000_000, Scale: Scale{bigPrior, bigDecoder},
			About: "The same big networks in the two combined files that ComfyUI uses, 16-bit.",
			wants: []want{{repoDecoder, []string{"comfyui_checkpoints/stable_cascade_stage_b.safetensors", "comfyui_checkpoints/stable_cascade_stage_c.safetensors"}}},
		},
		extra("previewer", "Previewer", "Shows the composition in better colours while it forms.", 16_000_000, repoDecoder, "previewer.safetensors"),
		extra("effnet-encoder", "Picture encoder (EfficientNet)", "Turns a picture into a composition, to begin from it or to change parts of it.", 81_500_000, repoDecoder, "effnet_encoder.safetensors"),
		extra("image-encoder", "Image encoder (CLIP)", "Lets a picture stand beside the words as a reference.", 608_000_000, repoPrior, "image_encoder", "feature_extractor"),
		extra("control-canny", "Control: outlines", "Holds the composition to the outlines of a picture.", 218_000_000, repoDecoder, "controlnet/canny.safetensors"),
		extra("control-inpainting", "Control: repainting", "Repaints a part of a picture so that it fits the rest.", 218_000_000, repoDecoder, "controlnet/inpainting.safetensors"),
		extra("control-super-resolution", "Control: enlarging", "Makes a larger picture of a small one.", 814_000_000, repoDecoder, "controlnet/super_resolution.safetensors"),
	}
	for i := range list {
		list[i].Licence = &nonCommercial
	}
	return list
}

// Find is the entry of a name, false if there is none.
func Find(name string) (Entry, bool) {
	for _, e := range entries() {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// combination is one of the four ways to put the networks together.
func combination(name, title, prior, decoder string) Entry {
	e := Entry{Name: name, Title: title, Kind: Whole, Bytes: 1_390_000_000 + 36_800_000 + 2_000_000}
	says := map[bool]string{true: "lite", false: "big"}
	e.About = fmt.Sprintf("The official files, bf16: %s composition (Stage C), %s detail (Stage B).", says[prior == "prior_lite"], says[decoder == "decoder_lite"])
	e.Scale = Scale{bigPrior, bigDecoder}
	if prior == "prior_lite" {
		e.Scale.Prior = litePrior
	}
	if decoder == "decoder_lite" {
		e.Scale.Decoder = liteDecoder
	}
	e.Bytes += 2 * (e.Scale.Prior + e.Scale.Decoder)
	e.wants = []want{
		{repoPrior, []string{prior, "text_encoder", "tokenizer"}},
		{repoDecoder, []string{decoder, "vqgan"}},
	}
	return e
}

func extra(name, title, about string, bytes int64, repo string, parts ...string) Entry {
	return Entry{Name: name, Title: title, About: about, Kind: Extra, Bytes: bytes, wants: []want{{repo, parts}}}
}

// sources are what the hub is asked for.
func (e Entry) sources() []hub.Source {
	var list []hub.Source
	for _, w := range e.wants {
		list = append(list, hub.Source{Repo: w.repo, Choose: w.choose})
	}
	return list
}

// choose takes the files of all parts.
func (w want) choose(all []hub.File) (files []hub.File, err error) {
	for _, part := range w.parts {
		found := choosePart(all, part)
		if found == nil {
			return nil, fmt.Errorf("it has no %s", part)
		}
		files = append(files, found...)
	}
	return files, nil
}

// choosePart takes a file, or of a component's folder its small files and its weights
// in bf16, whole or in shards, else those of no variant.
func choosePart(all []hub.File, part string) (files []hub.File) {
	var weights []hub.File
	for _, f := range all {
		switch {
		case f.Path == part:
			return []hub.File{f}
		case path.Dir(f.Path) != part:
		case strings.HasSuffix(f.Path, ".safetensors"), strings.HasSuffix(f.Path, ".safetensors.index.json"), strings.HasSuffix(f.Path, ".safetensors.index.bf16.json"):
			weights = append(weights, f)
		case smallFile(f):
			files = append(files, f)
		}
	}
	if weights == nil {
		return files // a tokenizer
	}
	for _, bf16 := range []bool{true, false} {
		var set []hub.File
		for _, f := range weights {
			name := path.Base(f.Path)
			plain := !strings.Contains(strings.TrimSuffix(strings.TrimSuffix(name, ".safetensors"), ".safetensors.index.json"), ".")
			if bf16 == strings.Contains(name, "bf16") && (bf16 || plain) {
				set = append(set, f)
			}
		}
		if set != nil {
			return append(files, set...)
		}
	}
	return nil
}

// smallFile tells what beside the weights belongs to a component: its
// configuration and the texts of a tokenizer.
func smallFile(f hub.File) bool {
	ext := path.Ext(f.Path)
	return (ext == ".json" || ext == ".txt") && f.Size <= maxSmall
}

// maxSmall bounds those, bytes.
const maxSmall = 64 << 20
