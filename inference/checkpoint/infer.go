package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// tensors are all tensors of a network by diffusers' names.
type tensors map[string]Weight

func (t tensors) has(name string) bool {
	_, ok := t[name]
	return ok
}

// dim is one dimension of a tensor, 0 if there is none.
func (t tensors) dim(name string, i int) int {
	w := t[name]
	if i >= len(w.Shape) || w.Shape[i] > math.MaxInt32 {
		return 0
	}
	return int(w.Shape[i])
}

// count is how many of prefix0suffix, prefix1suffix, ... follow one another.
func (t tensors) count(prefix, suffix string, limit int) int {
	for i := range limit {
		if !t.has(prefix + strconv.Itoa(i) + suffix) {
			return i
		}
	}
	return limit
}

// headSize is that of every official network; no tensor tells it.
const headSize = 64

// inferText reads the configuration of a CLIP text encoder off its shapes.
// The activation is that of ViT-bigG, on which all of Stable Cascade rests.
func inferText(t tensors) (*TextConfig, error) {
	const layer = "text_model.encoder.layers."
	c := &TextConfig{
		VocabSize:        t.dim("text_model.embeddings.token_embedding.weight", 0),
		HiddenSize:       t.dim("text_model.embeddings.token_embedding.weight", 1),
		MaxPositions:     t.dim("text_model.embeddings.position_embedding.weight", 0),
		IntermediateSize: t.dim(layer+"0.mlp.fc1.weight", 0),
		Layers:           t.count(layer, ".mlp.fc1.weight", maxLayers+1),
		ProjectionDim:    t.dim("text_projection.weight", 0),
		HiddenAct:        "gelu",
		LayerNormEps:     1e-5,
	}
	var err error
	if c.Heads, err = headsOf(c.HiddenSize); err != nil {
		return nil, err
	}
	c.BOS, c.EOS = c.VocabSize-2, c.VocabSize-1
	return c, c.check()
}

// inferVQ reads the configuration of Stage A off its shapes. Its scale is not
// among them and is the class's default.
func inferVQ(t tensors) (*VQConfig, error) {
	c := &VQConfig{
		InChannels: 3, OutChannels: 3, Levels: 1, ScaleFactor: paellaScale,
		EmbedDim:       t.dim("up_blocks.0.0.weight", 0),
		LatentChannels: t.dim("up_blocks.0.0.weight", 1),
	}
	for at := 1; at <= 2*maxLayers; at++ {
		p := fmt.Sprintf("up_blocks.%d.", at)
		switch {
		case t.has(p + "gammas"):
			if c.Levels == 1 {
				c.BottleneckBlocks++
			}
			continue
		case t.has(p + "weight"):
			c.Levels++
			continue
		}
		break
	}
	var ok bool
	if c.UpDownScaleFactor, ok = root(t.dim("out_block.0.weight", 0), c.OutChannels); !ok {
		return nil, fmt.Errorf("out_block.0.weight of shape %v does not make pictures", t["out_block.0.weight"].Shape)
	}
	return c, c.check()
}

// inferPreview lists what weights a previewer of these widths needs.
func inferPreview(t tensors) (wants, error) {
	hidden, in := t.dim("blocks.0.weight", 0), t.dim("blocks.0.weight", 1)
	var k checker
	k.in("the width of a previewer", hidden, 4, maxWidth)
	k.in("the channels of a previewer", in, 1, maxChannels)
	if hidden%4 != 0 {
		k.fail("a previewer is %d wide, which does not halve twice", hidden)
	}
	if k.err != nil {
		return nil, k.err
	}
	return previewWeights(in, hidden, 3), nil
}

// root solves n = channels * p * p.
func root(n, channels int) (p int, ok bool) {
	for p = 1; p <= maxPatch; p++ {
		if channels*p*p == n {
			return p, true
		}
	}
	return 0, false
}

// headsOf is how many heads share a width: one for every 64 channels, at
// least one.
func headsOf(width int) (int, error) {
	if width > headSize && width%headSize != 0 {
		return 0, &unsupported{
			fmt.Sprintf("a width of %d is no multiple of %d, so the attention heads cannot be told", width, headSize),
			"use the model's diffusers folder, whose config.json says them",
		}
	}
	return max(1, width/headSize), nil
}

// errNoBlocks is for files whose names do not add up to a network.
var errNoBlocks = errors.New("its blocks are incomplete")

// splitBlock reads "down_blocks.1.17.depthwise.weight" as down, 1, 17 and the
// rest.
func splitBlock(name string) (down bool, level, at int, rest string, ok bool) {
	p := strings.SplitN(name, ".", 4)
	if len(p) != 4 || p[0] != "down_blocks" && p[0] != "up_blocks" {
		return
	}
	level, err1 := strconv.Atoi(p[1])
	at, err2 := strconv.Atoi(p[2])
	ok = err1 == nil && err2 == nil && level >= 0 && level < maxLevels && at >= 0 && at < maxBlocks
	return p[0] == "down_blocks", level, at, p[3], ok
}
