package checkpoint

import (
	"fmt"
)

// An EncoderConfig describes the network that turns a picture into a Stage C
// latent: an EfficientNet (effnet_encoder.safetensors), or else a chain of
// convolutions, as the built-in model has.
type EncoderConfig struct {
	Effnet *EffnetConfig
	Chain  []EncoderLayer // all but the last are followed by GELU and a batch norm
	Out    int            // channels of the latent
}

// An EncoderLayer is one convolution of a chain, blocks.0, blocks.3 and so on.
type EncoderLayer struct{ Out, Kernel, Stride, Padding int }

// Pixels is how wide a picture the encoder must be given to make a latent of
// so many cells.
func (c *EncoderConfig) Pixels(cells int) int {
	if c.Effnet != nil {
		return 32 * cells
	}
	for i := len(c.Chain) - 1; i >= 0; i-- {
		l := c.Chain[i]
		cells = (cells-1)*l.Stride + l.Kernel - 2*l.Padding
	}
	return cells
}

// inferEncoder reads the configuration of an encoder off its shapes.
func inferEncoder(t tensors) (*EncoderConfig, error) {
	if t.has("mapper.0.weight") {
		effnet, err := inferEffnet(t)
		if err != nil {
			return nil, err
		}
		return (&EncoderConfig{Effnet: effnet, Out: t.dim("mapper.0.weight", 0)}).checked()
	}
	c := &EncoderConfig{}
	layers := 1
	for layers < maxLayers && t.has(fmt.Sprintf("blocks.%d.weight", 3*layers)) {
		layers++
	}
	for i := range layers {
		name := fmt.Sprintf("blocks.%d.weight", 3*i)
		l := EncoderLayer{Out: t.dim(name, 0), Kernel: t.dim(name, 2), Stride: 1}
		switch {
		case i == 0:
			l.Stride = l.Kernel
		case l.Kernel == 4:
			l.Stride, l.Padding = 2, 1
		case i < layers-2:
			l.Padding = l.Kernel / 2
		}
		c.Chain, c.Out = append(c.Chain, l), l.Out
	}
	return c.checked()
}

func (c *EncoderConfig) checked() (*EncoderConfig, error) {
	var k checker
	k.in("the channels of the latent", c.Out, 1, maxChannels)
	for _, l := range c.Chain {
		k.in("the width of a layer", l.Out, 1, maxWidth)
		k.in("the kernel of a layer", l.Kernel, 1, maxKernel)
	}
	if c.Effnet != nil && c.Effnet.Channels != 3 {
		k.alien("it reads %d channels, not the 3 of a picture", c.Effnet.Channels)
	}
	return c, k.err
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
	in := 3
	for i, l := range c.Chain {
		w.layer(fmt.Sprintf("blocks.%d", 3*i), l.Out, in, l.Kernel, l.Kernel)
		if i < len(c.Chain)-1 {
			w.batchNorm(fmt.Sprintf("blocks.%d", 3*i+2), l.Out)
		}
		in = l.Out
	}
	return w
}
