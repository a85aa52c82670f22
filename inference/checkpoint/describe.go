package checkpoint

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// A Description is what `cascata models inspect` shows of a checkpoint. It
// marshals to JSON, and String renders it as text.
type Description struct {
	Networks  []NetworkDescription `json:"networks"`
	Missing   []string             `json:"missing,omitempty"` // networks a picture needs and the files lack
	Tokenizer []string             `json:"tokenizer"`         // files; empty: CLIP's vocabulary in the program
	Meta      Meta                 `json:"meta"`
	Refused   []Refusal            `json:"refused,omitempty"` // looked at and not used
}

// A NetworkDescription is one network of it.
type NetworkDescription struct {
	Kind       Kind            `json:"kind"`
	Form       string          `json:"form"`                 // "weights" or "onnx"
	Tensors    int             `json:"tensors,omitempty"`    // that the network uses
	Parameters int64           `json:"parameters,omitempty"` // numbers in them
	DTypes     map[DType]int64 `json:"dtypes,omitempty"`     // numbers of each type
	Bytes      int64           `json:"bytes"`                // of its tensors, or of its .onnx files
	Config     any             `json:"config,omitempty"`
	Files      []string        `json:"files"`
}

// Describe says what the checkpoint is made of. It reads no weights.
func (c *Checkpoint) Describe() Description {
	d := Description{Meta: c.Meta, Tokenizer: []string{}, Refused: c.Refused}
	for _, k := range []Kind{KindText, KindPrior, KindDecoder, KindVQ, KindPreview, KindEncoder, KindVision} {
		switch n := c.network(k); {
		case n != nil:
			d.Networks = append(d.Networks, n.describe())
		case !slices.Contains([]Kind{KindPreview, KindEncoder, KindVision}, k):
			d.Missing = append(d.Missing, string(k))
		}
	}
	for _, n := range c.Controls {
		d.Networks = append(d.Networks, n.describe())
	}
	for _, file := range []string{c.Tokenizer.JSON, c.Tokenizer.Vocab, c.Tokenizer.Merges, c.Tokenizer.Config} {
		if file != "" {
			d.Tokenizer = append(d.Tokenizer, file)
		}
	}
	return d
}

// Beside are the networks that read what goes in beside the words.
func (c *Checkpoint) Beside() []*Network {
	all := append([]*Network{c.Encoder, c.Vision}, c.Controls...)
	return slices.DeleteFunc(all, func(n *Network) bool { return n == nil })
}

// Label is the network's kind, and of a control network what it reads.
func (n *Network) Label() string {
	if n.ControlConfig != nil {
		return string(n.Kind) + " " + string(n.ControlConfig.Kind)
	}
	return string(n.Kind)
}

func (n *Network) describe() NetworkDescription {
	d := NetworkDescription{Kind: n.Kind, Form: "weights", Files: n.Files, Tensors: len(n.Weights)}
	switch {
	case n.TextConfig != nil:
		d.Config = n.TextConfig
	case n.UNetConfig != nil:
		d.Config = n.UNetConfig
	case n.VQConfig != nil:
		d.Config = n.VQConfig
	case n.EncoderConfig != nil:
		d.Config = n.EncoderConfig
	case n.VisionConfig != nil:
		d.Config = n.VisionConfig
	case n.ControlConfig != nil:
		d.Config = n.ControlConfig
	}
	if n.ONNX != "" {
		d.Form = "onnx"
		for _, f := range n.Files {
			if info, err := os.Stat(f); err == nil {
				d.Bytes += info.Size()
			}
		}
		return d
	}
	d.DTypes = map[DType]int64{}
	for _, w := range n.Weights {
		size := int64(2)
		if w.DType == F32 {
			size = 4
		}
		d.Parameters += w.Length / size
		d.DTypes[w.DType] += w.Length / size
		d.Bytes += w.Length
	}
	return d
}

// String renders the description for a terminal, a few lines a network.
func (d Description) String() string {
	var b strings.Builder
	if d.Meta.Title != "" {
		fmt.Fprintf(&b, "%s\n", d.Meta.Title)
	}
	if d.Meta.Licence != "" {
		fmt.Fprintf(&b, "licence: %s\n", d.Meta.Licence)
	}
	for _, n := range d.Networks {
		fmt.Fprintf(&b, "%-13s %s\n", n.Kind, n.summary())
		if s := shapeOf(n.Config); s != "" {
			fmt.Fprintf(&b, "%-13s %s\n", "", s)
		}
		for _, f := range n.Files {
			fmt.Fprintf(&b, "%-13s %s\n", "", f)
		}
	}
	if len(d.Tokenizer) == 0 {
		fmt.Fprintf(&b, "%-13s CLIP's vocabulary in the program\n", "tokenizer")
	}
	for i, f := range d.Tokenizer {
		fmt.Fprintf(&b, "%-13s %s\n", []string{"tokenizer", ""}[min(i, 1)], f)
	}
	for _, m := range d.Missing {
		fmt.Fprintf(&b, "%-13s missing; add %s\n", m, homes[Kind(m)])
	}
	for _, r := range d.Refused {
		fmt.Fprintln(&b, r)
	}
	if d.Meta.Width > 0 {
		fmt.Fprintf(&b, "%-13s %d x %d pixels\n", "native size", d.Meta.Width, d.Meta.Height)
	}
	return b.String()
}

func (n NetworkDescription) summary() string {
	if n.Form == "onnx" {
		return "ready-made ONNX graph, " + amount(n.Bytes, "B")
	}
	var types []string
	for _, t := range slices.Sorted(maps.Keys(n.DTypes)) {
		types = append(types, string(t))
	}
	return fmt.Sprintf("%s parameters in %d tensors, %s, %s", amount(n.Parameters, ""), n.Tensors, strings.Join(types, " and "), amount(n.Bytes, "B"))
}

// amount is n in three digits or so, by thousands: 3.59 G.
func amount(n int64, unit string) string {
	v, scale := float64(n), 0
	for v >= 1000 && scale < 4 {
		v, scale = v/1000, scale+1
	}
	if scale == 0 {
		return strings.TrimSpace(fmt.Sprintf("%d %s", n, unit))
	}
	return fmt.Sprintf("%.3g %c%s", v, "kMGT"[scale-1], unit)
}

// shapeOf is a configuration in one line.
func shapeOf(config any) string {
	switch c := config.(type) {
	case *TextConfig:
		return fmt.Sprintf("width %d, %d layers, %d heads, %s, pooled %d, vocabulary %d", c.HiddenSize, c.Layers, c.Heads, c.HiddenAct, c.ProjectionDim, c.VocabSize)
	case *UNetConfig:
		return fmt.Sprintf("widths %v, layers %v down and %v up, repeats %v and %v, heads %v, patch %d, conditioning %d",
			c.BlockOutChannels, c.DownLayers, c.UpLayers, c.DownRepeats, c.UpRepeats, c.NumAttentionHeads, c.PatchSize, c.ConditioningDim)
	case *VisionConfig:
		return fmt.Sprintf("width %d, %d layers, %d heads, %s, pictures of %d pixels in patches of %d, embedding %d", c.HiddenSize, c.Layers, c.Heads, c.HiddenAct, c.ImageSize, c.PatchSize, c.ProjectionDim)
	case *EncoderConfig:
		return fmt.Sprintf("latents of %d channels", c.Out)
	case *ControlConfig:
		return fmt.Sprintf("%s, %d channels, for a Stage C %d wide", c.Kind, c.Channels, c.Width)
	case *VQConfig:
		return fmt.Sprintf("width %d, %d levels, %d blocks, %d latent channels, scale %g", c.EmbedDim, c.Levels, c.BottleneckBlocks, c.LatentChannels, c.ScaleFactor)
	}
	return ""
}

// String is a line for a terminal.
func (r Refusal) String() string {
	return fmt.Sprintf("%-13s %s", "not used", OneLine(r.Path+": "+r.Cause+"; "+r.Next))
}
