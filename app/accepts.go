package app

import (
	"slices"

	"cascata/inference/checkpoint"
)

// Takes is what a model takes beside the words.
type Takes struct {
	References Taking // pictures that the composition is to resemble
	Pictures   Taking // a picture to begin from, whole or in part, or to make detail of
	Enlarges   Taking // makes a picture twice as large
	Outlines   Taking // of a picture, that the composition is held to
	LoRAs      bool
}

// Lacks says whether an entry of the catalogue is what the model lacks for
// something.
func (t Takes) Lacks(entry string) bool {
	return entry != "" && (t.References.Get == entry || t.Pictures.Get == entry || t.Outlines.Get == entry)
}

// A Taking is one of these.
type Taking struct {
	Yes bool
	Get string // name in the catalogue of what the model lacks for it; "": nothing that can be had would do
}

// Possible says whether the model takes it, or could.
func (t Taking) Possible() bool { return t.Yes || t.Get != "" }

// takesOf is what a checkpoint takes.
func takesOf(ck *checkpoint.Checkpoint) Takes {
	if ck.Prior == nil {
		return Takes{}
	}
	official, big := officialPrior(ck.Prior.UNetConfig)
	taking := func(yes bool, get string, fits bool) Taking {
		if yes || !fits {
			get = ""
		}
		return Taking{yes, get}
	}
	edges := slices.ContainsFunc(ck.Controls, func(n *checkpoint.Network) bool {
		return n.ControlConfig.Kind == checkpoint.Canny && checkpoint.Controls(n, ck.Prior) == nil
	})
	return Takes{
		References: taking(ck.Vision != nil, "image-encoder", official),
		Pictures:   taking(ck.Encoder != nil, "effnet-encoder", official),
		Enlarges:   taking(ck.Encoder != nil && ck.VQ != nil && ck.VQ.Encode != nil, "effnet-encoder", official && ck.VQ != nil && ck.VQ.Encode != nil),
		Outlines:   taking(edges, "control-canny", big),
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

// officialPrior says whether a Stage C reads what the official encoders make,
// and whether it is the one that the official control networks steer.
func officialPrior(c *checkpoint.UNetConfig) (official, big bool) {
	official = c != nil && c.ClipTextPooledInChannels == officialText && c.ClipImageInChannels == officialImage
	return official, official && len(c.BlockOutChannels) > 0 && c.BlockOutChannels[len(c.BlockOutChannels)-1] == bigWidth
}
