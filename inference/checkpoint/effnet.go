package checkpoint

import (
	"fmt"
)

// An EffnetConfig describes an EfficientNetV2 of the shape of torchvision's efficientnet_v2_s: a convolution, six
// groups of blocks that halve the picture by EffnetStrides, and a 1x1 convolution.
type EffnetConfig struct {
	Channels int // of the picture it reads
	Stem     int // of the first convolution
	Groups   [][]EffnetBlock
	Head     int // channels it gives
}

// An EffnetBlock is one block of it: fused, a 3x3 convolution to Wide and, unless Wide is 0, a 1x1 one to Out; or else
// a 1x1 convolution to Wide, a depthwise 3x3 one, a gate over Squeeze channels and a 1x1 one to Out.
type EffnetBlock struct {
	In, Wide, Out int
	Squeeze       int // 0: fused
}

// EffnetStrides are those of the first block of each group.
var EffnetStrides = [...]int{1, 2, 2, 2, 1, 2}

// inferEffnet reads the configuration of an EfficientNet off its shapes.
func inferEffnet(t tensors) (*EffnetConfig, error) {
	c := &EffnetConfig{Channels: t.dim("backbone.0.0.weight", 1), Stem: t.dim("backbone.0.0.weight", 0), Head: t.dim("backbone.7.0.weight", 0)}
	for g := range EffnetStrides {
		n := t.count(fmt.Sprintf("backbone.%d.", g+1), ".block.0.0.weight", maxLayers+1)
		var group []EffnetBlock
		for l := range n {
			at := fmt.Sprintf("backbone.%d.%d.block.", g+1, l)
			b := EffnetBlock{In: t.dim(at+"0.0.weight", 1), Out: t.dim(at+"0.0.weight", 0)}
			switch {
			case t.has(at + "3.0.weight"):
				b.Wide, b.Squeeze, b.Out = b.Out, t.dim(at+"2.fc1.weight", 0), t.dim(at+"3.0.weight", 0)
			case t.has(at + "1.0.weight"):
				b.Wide, b.Out = b.Out, t.dim(at+"1.0.weight", 0)
			}
			group = append(group, b)
		}
		c.Groups = append(c.Groups, group)
	}
	return c, c.check()
}

func (c *EffnetConfig) check() error {
	var k checker
	k.in("the channels that the encoder reads", c.Channels, 1, maxChannels)
	k.in("the width of backbone.0", c.Stem, 1, maxWidth)
	k.in("the width of backbone.7", c.Head, 1, maxWidth)
	for g, group := range c.Groups {
		k.in(fmt.Sprintf("the number of blocks of backbone.%d", g+1), len(group), 1, maxLayers)
		for _, b := range group {
			k.in("the width of a block", b.In, 1, maxWidth)
			k.in("the width of a block", b.Out, 1, maxWidth)
			k.in("the width of a block", b.Wide, 0, maxWidth)
			k.in("the width of a gate", b.Squeeze, 0, maxWidth)
		}
	}
	return k.err
}

// weights lists the tensors of the EfficientNet.
func (c *EffnetConfig) weights() wants {
	var w wants
	w.convNorm("backbone.0", c.Stem, c.Channels, 3)
	from := c.Stem
	for g, group := range c.Groups {
		for l, b := range group {
			at := fmt.Sprintf("backbone.%d.%d.block.", g+1, l)
			switch {
			case b.Squeeze > 0:
				w.convNorm(at+"0", b.Wide, from, 1)
				w.convNorm(at+"1", b.Wide, 1, 3)
				w.layer(at+"2.fc1", b.Squeeze, b.Wide, 1, 1)
				w.layer(at+"2.fc2", b.Wide, b.Squeeze, 1, 1)
				w.convNorm(at+"3", b.Out, b.Wide, 1)
			case b.Wide > 0:
				w.convNorm(at+"0", b.Wide, from, 3)
				w.convNorm(at+"1", b.Out, b.Wide, 1)
			default:
				w.convNorm(at+"0", b.Out, from, 3)
			}
			from = b.Out
		}
	}
	w.convNorm("backbone.7", c.Head, from, 1)
	return w
}

// convNorm adds a convolution without bias, named name.0, and the batch norm
// after it, name.1.
func (w *wants) convNorm(name string, out, in, kernel int) {
	w.add(name+".0.weight", out, in, kernel, kernel)
	w.batchNorm(name+".1", out)
}

func (w *wants) batchNorm(name string, c int) {
	for _, part := range []string{"weight", "bias", "running_mean", "running_var"} {
		w.add(name+"."+part, c)
	}
}
