package checkpoint

import "fmt"

// A want is a tensor that a network cannot do without.
type want struct {
	name  string
	shape []int64
}

type wants []want

func (w *wants) add(name string, shape ...int) {
	s := make([]int64, len(shape))
	for i, d := range shape {
		s[i] = int64(d)
	}
	*w = append(*w, want{name, s})
}

// layer adds a weight of the given shape and a bias of its first dimension.
func (w *wants) layer(name string, shape ...int) {
	w.add(name+".weight", shape...)
	w.add(name+".bias", shape[0])
}

// weights lists the tensors of a StableCascadeUNet by diffusers' names.
func (c *UNetConfig) weights() wants {
	var w wants
	c0, cc, p2 := c.BlockOutChannels[0], c.ConditioningDim, c.PatchSize*c.PatchSize
	mapper := func(name string, in int) {
		if in > 0 {
			w.layer(name+".0", 4*c0, in, 1, 1)
			w.layer(name+".2", c0, 4*c0, 1, 1)
		}
	}
	mapper("effnet_mapper", c.EffnetInChannels)
	mapper("pixels_mapper", c.PixelMapperInChannels)
	w.layer("clip_txt_pooled_mapper", cc*c.ClipSeq, c.ClipTextPooledInChannels)
	if c.ClipTextInChannels > 0 {
		w.layer("clip_txt_mapper", cc, c.ClipTextInChannels)
	}
	if c.ClipImageInChannels > 0 {
		w.layer("clip_img_mapper", cc*c.ClipSeq, c.ClipImageInChannels)
	}
	w.layer("embedding.1", c0, c.InChannels*p2, 1, 1)
	w.layer("clf.1", c.OutChannels*p2, c0, 1, 1)

	n := len(c.BlockOutChannels)
	for i, width := range c.BlockOutChannels {
		if i > 0 {
			c.scalers(&w, i, n-1-i)
		}
		up := n - 1 - i
		c.blocks(&w, fmt.Sprintf("down_blocks.%d", i), i, c.DownLayers[i], 0)
		skip := width
		if up == 0 {
			skip = 0
		}
		c.blocks(&w, fmt.Sprintf("up_blocks.%d", up), i, c.UpLayers[up], skip)
		for m := range c.DownRepeats[i] - 1 {
			w.layer(fmt.Sprintf("down_repeat_mappers.%d.%d", i, m), width, width, 1, 1)
		}
		for m := range c.UpRepeats[up] - 1 {
			w.layer(fmt.Sprintf("up_repeat_mappers.%d.%d", up, m), width, width, 1, 1)
		}
	}
	return w
}

// scalers lists what leads from level i-1 down to i, and back at up index u.
func (c *UNetConfig) scalers(w *wants, i, u int) {
	above, below := c.BlockOutChannels[i-1], c.BlockOutChannels[i]
	if c.SwitchLevel != nil {
		w.layer(fmt.Sprintf("down_downscalers.%d.1.blocks.0", i), below, above, 1, 1)
		w.layer(fmt.Sprintf("up_upscalers.%d.1.blocks.1", u), above, below, 1, 1)
		return
	}
	w.layer(fmt.Sprintf("down_downscalers.%d.1", i), below, above, 2, 2)
	up := fmt.Sprintf("up_upscalers.%d.1", u)
	w.add(up+".weight", below, above, 2, 2) // transposed convolutions store [in, out]
	w.add(up+".bias", above)
}

// blocks lists layers times the blocks of a level. The first block of all, if
// it is a ResBlock, reads skip more channels.
func (c *UNetConfig) blocks(w *wants, prefix string, level, layers, skip int) {
	width := c.BlockOutChannels[level]
	for j := range layers * len(c.BlockTypes[level]) {
		at := fmt.Sprintf("%s.%d.", prefix, j)
		switch c.BlockTypes[level][j%len(c.BlockTypes[level])] {
		case ResBlock:
			extra := 0
			if j == 0 {
				extra = skip
			}
			w.layer(at+"depthwise", width, 1, c.KernelSize, c.KernelSize)
			w.layer(at+"channelwise.0", 4*width, width+extra)
			w.add(at+"channelwise.2.gamma", 1, 1, 1, 4*width)
			w.add(at+"channelwise.2.beta", 1, 1, 1, 4*width)
			w.layer(at+"channelwise.4", width, 4*width)
		case TimestepBlock:
			w.layer(at+"mapper", 2*width, c.TimestepRatioEmbeddingDim)
			for _, cond := range c.TimestepConditioningType {
				w.layer(at+"mapper_"+cond, 2*width, c.TimestepRatioEmbeddingDim)
			}
		case AttnBlock:
			for _, name := range []string{"to_q", "to_k", "to_v", "to_out.0"} {
				w.layer(at+"attention."+name, width, width)
			}
			w.layer(at+"kv_mapper.1", width, c.ConditioningDim)
		}
	}
}

// weights lists the tensors of the decoding half of a PaellaVQModel.
func (c *VQConfig) weights() wants {
	var w wants
	width := func(level int) int { return c.EmbedDim >> level }
	w.layer("up_blocks.0.0", c.EmbedDim, c.LatentChannels, 1, 1)
	at := 1
	for i := range c.Levels {
		blocks := 1
		if i == 0 {
			blocks = c.BottleneckBlocks
		}
		for range blocks {
			w.mixing(fmt.Sprintf("up_blocks.%d.", at), width(i))
			at++
		}
		if i < c.Levels-1 {
			p := fmt.Sprintf("up_blocks.%d", at)
			w.add(p+".weight", width(i), width(i+1), 4, 4) // a transposed convolution
			w.add(p+".bias", width(i+1))
			at++
		}
	}
	w.layer("out_block.0", c.OutChannels*c.UpDownScaleFactor*c.UpDownScaleFactor, width(c.Levels-1), 1, 1)
	return w
}

// encodeWeights lists the tensors of the other half.
func (c *VQConfig) encodeWeights() wants {
	var w wants
	width := func(level int) int { return c.EmbedDim >> (c.Levels - 1 - level) }
	w.layer("in_block.1", width(0), c.InChannels*c.UpDownScaleFactor*c.UpDownScaleFactor, 1, 1)
	at := 0
	for i := range c.Levels {
		if i > 0 {
			w.layer(fmt.Sprintf("down_blocks.%d", at), width(i), width(i-1), 4, 4)
			at++
		}
		w.mixing(fmt.Sprintf("down_blocks.%d.", at), width(i))
		at++
	}
	w.add(fmt.Sprintf("down_blocks.%d.0.weight", at), c.LatentChannels, c.EmbedDim, 1, 1)
	for _, name := range []string{"weight", "bias", "running_mean", "running_var"} {
		w.add(fmt.Sprintf("down_blocks.%d.1.%s", at, name), c.LatentChannels)
	}
	return w
}

// mixing lists the tensors of a MixingResidualBlock of a width.
func (w *wants) mixing(at string, width int) {
	w.layer(at+"depthwise.1", width, 1, 3, 3)
	w.layer(at+"channelwise.0", 4*width, width)
	w.layer(at+"channelwise.2", width, 4*width)
	w.add(at+"gammas", 6)
}

// encode finds Stage A's other half among all tensors of its file.
func (n *Network) encode(all tensors) {
	if n.VQConfig == nil || n.VQConfig.InChannels != 3 {
		return
	}
	if weights, err := pick(KindVQEncoder, all, n.VQConfig.encodeWeights()); err == nil {
		n.Encode = &Network{Kind: KindVQEncoder, Weights: weights, Files: n.Files, VQConfig: n.VQConfig}
	}
}

// weights lists the tensors of a CLIPTextModelWithProjection.
func (c *TextConfig) weights() wants {
	var w wants
	h := c.HiddenSize
	w.add("text_model.embeddings.token_embedding.weight", c.VocabSize, h)
	w.add("text_model.embeddings.position_embedding.weight", c.MaxPositions, h)
	norm := func(name string) {
		w.add(name+".weight", h)
		w.add(name+".bias", h)
	}
	for l := range c.Layers {
		w.clipLayer(fmt.Sprintf("text_model.encoder.layers.%d.", l), h, c.IntermediateSize)
	}
	norm("text_model.final_layer_norm")
	w.add("text_projection.weight", c.ProjectionDim, h)
	return w
}

// previewWeights lists the tensors of a previewer: three times a convolution
// and a doubling, each followed by a batch norm.
func previewWeights(in, hidden, out int) wants {
	var w wants
	half, quarter := hidden/2, hidden/4
	conv := func(i, to, from, k int) { w.layer(fmt.Sprintf("blocks.%d", i), to, from, k, k) }
	double := func(i, from, to int) { // a transposed convolution
		w.add(fmt.Sprintf("blocks.%d.weight", i), from, to, 2, 2)
		w.add(fmt.Sprintf("blocks.%d.bias", i), to)
	}
	norm := func(i, c int) {
		for _, name := range []string{"weight", "bias", "running_mean", "running_var"} {
			w.add(fmt.Sprintf("blocks.%d.%s", i, name), c)
		}
	}
	conv(0, hidden, in, 1)
	norm(2, hidden)
	conv(3, hidden, hidden, 3)
	norm(5, hidden)
	double(6, hidden, half)
	norm(8, half)
	conv(9, half, half, 3)
	norm(11, half)
	double(12, half, quarter)
	norm(14, quarter)
	conv(15, quarter, quarter, 3)
	norm(17, quarter)
	double(18, quarter, quarter)
	norm(20, quarter)
	conv(21, quarter, quarter, 3)
	norm(23, quarter)
	conv(24, out, quarter, 1)
	return w
}
