package checkpoint

import (
	"fmt"
)

// A ControlKind is what a control network reads.
type ControlKind string

// The control networks of Stable Cascade.
const (
	Canny   ControlKind = "canny"   // edges
	Inpaint ControlKind = "inpaint" // a picture with a part missing
	Super   ControlKind = "sr"      // a smaller picture
)

// ControlBlocks are the residual blocks of Stage C, counted as they run, that a
// control network adds to, and controlDepth is how many there must be.
var ControlBlocks = [...]int{0, 4, 8, 12, 51, 55, 59, 63}

// controlDepth is how many residual blocks a Stage C has that can be controlled.
const controlDepth = 64

// A ControlConfig describes a control network: a backbone, and for each of
// ControlBlocks a projection onto Stage C's width.
type ControlConfig struct {
	Kind     ControlKind
	Channels int           // of what it reads
	Effnet   *EffnetConfig // the backbone of canny and inpaint
	Inner    [2]int        // widths of the backbone of sr
	Blocks   int           // residual blocks of the backbone of sr
	Embed    int           // channels the backbone gives
	Width    int           // of Stage C
}

// inferControl reads the configuration of a control network off its shapes.
func inferControl(t tensors) (*ControlConfig, error) {
	c := &ControlConfig{Embed: t.dim("projections.0.0.weight", 0), Width: t.dim("projections.0.2.weight", 0)}
	if t.has("backbone.0.0.weight") {
		var err error
		if c.Effnet, err = inferEffnet(t); err != nil {
			return nil, err
		}
		c.Channels = c.Effnet.Channels
		c.Kind = map[int]ControlKind{1: Canny, 4: Inpaint}[c.Channels]
	} else if t.has("backbone.0.weight") && t.has("backbone.2.weight") {
		c.Kind, c.Channels = Super, t.dim("backbone.0.weight", 1)
		c.Inner = [2]int{t.dim("backbone.0.weight", 0), t.dim("backbone.2.weight", 0)}
		for t.has(fmt.Sprintf("backbone.%d.blocks.0.weight", 3+c.Blocks)) && c.Blocks <= maxLayers {
			c.Blocks++
		}
	}
	var k checker
	if c.Kind == "" {
		k.unsupported("it is a control network of a kind that is not known: it reads %d channels", c.Channels)
	} else {
		k.in("the channels that the control network reads", c.Channels, 1, maxChannels)
		k.in("the width of the control network", c.Embed, 1, maxWidth)
		k.in("the width of Stage C in the control network", c.Width, 1, maxWidth)
	}
	if c.Kind == Super {
		k.in("the width of backbone.0", c.Inner[0], 1, 4*maxWidth)
		k.in("the width of backbone.2", c.Inner[1], 1, maxWidth)
		k.in("the blocks of the backbone", c.Blocks, 1, maxLayers)
	}
	return c, k.err
}

// weights lists the tensors of a control network.
func (c *ControlConfig) weights() wants {
	var w wants
	if c.Effnet != nil {
		w = c.Effnet.weights()
	} else {
		inner := c.Inner[1]
		w.layer("backbone.0", c.Inner[0], c.Channels, 1, 1)
		w.layer("backbone.2", inner, c.Inner[0], 1, 1)
		for i := range c.Blocks {
			for _, half := range []int{0, 3} {
				at := fmt.Sprintf("backbone.%d.blocks.", 3+i)
				w.layer(fmt.Sprint(at, half), inner)
				w.layer(fmt.Sprint(at, half+2), inner, inner, 3, 3)
			}
		}
		w.layer(fmt.Sprintf("backbone.%d", 3+c.Blocks), c.Embed, inner, 1, 1)
	}
	for i := range ControlBlocks {
		at := fmt.Sprintf("projections.%d.", i)
		w.add(at+"0.weight", c.Embed, c.Embed, 1, 1)
		w.add(at+"2.weight", c.Width, c.Embed, 1, 1)
	}
	return w
}

// OpenControl opens the control network in the file at path. Errors wrap
// ErrMissing, ErrBad or ErrUnsupported and name the file.
func OpenControl(path string) (*Network, error) {
	path = absolute(path)
	file, err := openTensors(path)
	if err != nil {
		return nil, err
	}
	all, err := tensorsOf(file)
	if err != nil {
		return nil, err
	}
	prefix, ok := prefixOf(all, KindControl)
	if !ok {
		return nil, faultIn(path, &unsupported{"it is no control network of Stable Cascade", "name canny.safetensors, inpainting.safetensors or super_resolution.safetensors"})
	}
	return openPart(file, part{KindControl, prefix})
}

// Controls says whether the control network n fits the Stage C prior, and if
// not why, as an error wrapping ErrUnsupported.
func Controls(n, prior *Network) error {
	c := prior.UNetConfig
	fail := func(format string, args ...any) error {
		return &fault{
			class: ErrUnsupported, path: n.Files[0], cause: fmt.Sprintf(format, args...),
			next: "use the large Stage C, or a control file that was made for this model",
		}
	}
	if c == nil {
		return fail("a ready-made Stage C graph takes no control network")
	}
	for _, width := range c.BlockOutChannels {
		if width != n.ControlConfig.Width {
			return fail("it was made for a Stage C %d wide, and this one is %d wide", n.ControlConfig.Width, width)
		}
	}
	if depth := c.resBlocks(); depth != controlDepth {
		return fail("it was made for a Stage C of %d residual blocks, and this one has %d", controlDepth, depth)
	}
	return nil
}

// resBlocks is how many residual blocks run in the network.
func (c *UNetConfig) resBlocks() int {
	n, levels := 0, len(c.BlockOutChannels)
	for i, types := range c.BlockTypes {
		up := levels - 1 - i
		layers := c.DownLayers[i]*c.DownRepeats[i] + c.UpLayers[up]*c.UpRepeats[up]
		for _, t := range types {
			if t == ResBlock {
				n += layers
			}
		}
	}
	return n
}
