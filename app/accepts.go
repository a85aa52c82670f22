package app

import (
	"slices"

	"cascata/inference/checkpoint"
)

// Accepts is what a model accepts as input beside the prompt.
type Accepts struct {
	References Support // pictures that the composition is to resemble
	Pictures   Support // a picture to begin from, whole or in part, or to make detail of
	Enlarges   Support // makes a picture twice as large
	Outlines   Support // of a picture, that the composition is held to
	LoRAs      bool
}

// Lacks reports whether an entry of the catalogue is what the model lacks for
// something.
func (a Accepts) Lacks(entry string) bool {
	return entry != "" && (a.References.Get == entry || a.Pictures.Get == entry || a.Outlines.Get == entry)
}

// A Support says whether a model accepts one kind of input.
type Support struct {
	Yes bool
	Get string // name in the catalogue of what the model lacks for it; "": nothing that can be had would do
}

// Possible reports whether the model accepts it, or could.
func (s Support) Possible() bool { return s.Yes || s.Get != "" }

// acceptsOf is what a checkpoint accepts.
func acceptsOf(ck *checkpoint.Checkpoint) Accepts {
	if ck.Prior == nil {
		return Accepts{}
	}
	official, big := officialPrior(ck.Prior.UNetConfig)
	support := func(yes bool, get string, fits bool) Support {
		if yes || !fits {
			get = ""
		}
		return Support{yes, get}
	}
	edges := slices.ContainsFunc(ck.Controls, func(n *checkpoint.Network) bool {
		return n.ControlConfig.Kind == checkpoint.Canny && checkpoint.Controls(n, ck.Prior) == nil
	})
	return Accepts{
		References: support(ck.Vision != nil, "image-encoder", official),
		Pictures:   support(ck.Encoder != nil, "effnet-encoder", official),
		Enlarges:   support(ck.Encoder != nil && ck.VQ != nil && ck.VQ.Encode != nil, "effnet-encoder", official && ck.VQ != nil && ck.VQ.Encode != nil),
		Outlines:   support(edges, "control-canny", big),
		LoRAs:      ck.Prior.ONNX == "",
	}
}

// The widths of Stable Cascade's Stage C: of the text and the picture that it
// reads, and of the one that the control networks steer.
const (
	officialText  = 1280
	officialImage = 768
	bigWidth      = 2048
)

// officialPrior reports whether a Stage C reads what the official encoders make,
// and whether it is the one that the official control networks steer.
func officialPrior(c *checkpoint.UNetConfig) (official, big bool) {
	official = c != nil && c.ClipTextPooledInChannels == officialText && c.ClipImageInChannels == officialImage
	return official, official && len(c.BlockOutChannels) > 0 && c.BlockOutChannels[len(c.BlockOutChannels)-1] == bigWidth
}
