package checkpoint

import (
	"fmt"
)

// An EncoderConfig describes the network that turns a picture into a Stage C
// latent: an EfficientNet (effnet_encoder.safetensors), or else one that says
// what it sees, as the built-in model has. One of the two is set.
type EncoderConfig struct {
	Effnet *EffnetConfig
	Scene  *SceneConfig
	Out    int // channels of the latent
}

// A SceneConfig describes an encoder that says in a few numbers what a whole
// picture shows, from which fixed matrices write the latent down; its first
// three channels are the picture, blurred. See inference/demo/encoder.py.
type SceneConfig struct {
	Layers  []EncoderLayer // convolutions, all but the last followed by GELU
	Groups  []int          // how many numbers each of SceneGroups has
	Lengths int            // numbers that are used as they are
	Cells   int            // of the latent, each way
	Means   int            // of the picture over 8 by 8 pixels, each way
}

// SceneGroups are what a softmax chooses from, in the order of the numbers.
var SceneGroups = []string{"things", "colours", "settings", "sides"}

// ScenePatch is how many pixels each mean is over, each way.
const ScenePatch = 8

// An EncoderLayer is one convolution, blocks.0, blocks.1 and so on.
type EncoderLayer struct{ Out, Kernel, Stride, Padding int }

// Pixels is how wide a picture the encoder must be given to make a latent of
// this many cells. One that speaks takes one size, whatever the cells.
func (c *EncoderConfig) Pixels(cells int) int {
	if c.Scene != nil {
		return ScenePatch * c.Scene.Means
	}
	return 32 * cells
}

// inferEncoder reads the configuration of an encoder off its shapes.
func inferEncoder(t tensors) (*EncoderConfig, error) {
	c := &EncoderConfig{}
	var k checker
	if t.has("mapper.0.weight") {
		effnet, err := inferEffnet(t)
		if err != nil {
			return nil, err
		}
		c.Effnet, c.Out = effnet, t.dim("mapper.0.weight", 0)
		if effnet.Channels != 3 {
			k.unsupported("it reads %d channels, not the 3 of a picture", effnet.Channels)
		}
	} else {
		c.Scene = inferScene(t, &k)
		if cells := c.Scene.Cells; k.err == nil {
			c.Out = t.dim("bias", 0)/(cells*cells) + 3
		}
	}
	k.in("the channels of the latent", c.Out, 1, maxChannels)
	return c, k.err
}

// inferScene reads that of an encoder that speaks.
func inferScene(t tensors, k *checker) *SceneConfig {
	c := &SceneConfig{Cells: t.dim("blur", 0), Means: t.dim("blur", 1), Lengths: t.dim("lengths.weight", 1)}
	k.in("the cells of the latent", c.Cells, 1, maxChannels)
	k.in("the means of a picture", c.Means, 1, maxChannels)
	k.in("the lengths that are said", c.Lengths, 1, maxChannels)
	for _, name := range SceneGroups {
		n := t.dim(name+".weight", 1)
		k.in("the "+name+" that are said", n, 1, maxChannels)
		c.Groups = append(c.Groups, n)
	}
	for i := 0; i < maxLayers && t.has(fmt.Sprintf("blocks.%d.weight", i)); i++ {
		name := fmt.Sprintf("blocks.%d.weight", i)
		l := EncoderLayer{Out: t.dim(name, 0), Kernel: t.dim(name, 2), Stride: 1}
		switch {
		case i == 0:
			l.Stride = l.Kernel
		case l.Kernel == 4:
			l.Stride, l.Padding = 2, 1
		case l.Kernel == 3:
			l.Padding = 1
		}
		k.in("the width of a layer", l.Out, 1, maxWidth)
		k.in("the kernel of a layer", l.Kernel, 1, maxKernel)
		c.Layers = append(c.Layers, l)
	}
	return c
}

// weights lists the tensors of the encoder.
func (c *EncoderConfig) weights() wants {
	if c.Effnet != nil {
		w := c.Effnet.weights()
		w.add("mapper.0.weight", c.Out, c.Effnet.Head, 1, 1)
		w.add("mapper.1.running_mean", c.Out)
		w.add("mapper.1.running_var", c.Out)
		return w
	}
	var w wants
	s, in := c.Scene, 3
	for i, l := range s.Layers {
		w.layer(fmt.Sprintf("blocks.%d", i), l.Out, in, l.Kernel, l.Kernel)
		in = l.Out
	}
	written := (c.Out - 3) * s.Cells * s.Cells
	for i, name := range SceneGroups {
		w.add(name+".weight", written, s.Groups[i])
	}
	w.add("lengths.weight", written, s.Lengths)
	w.add("bias", written)
	w.add("blur", s.Cells, s.Means)
	return w
}
