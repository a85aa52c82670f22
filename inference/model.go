package inference

import (
	"fmt"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/sampler"
)

// geometry is how the model's latents relate to pixels.
func (p *Pipeline) geometry() sampler.Geometry { return GeometryOf(p.checkpoint) }

// priorChannels and decoderChannels are those of the latents.
func (p *Pipeline) priorChannels() int64 {
	if n := p.checkpoint.Prior; n != nil && n.UNetConfig != nil {
		return int64(n.UNetConfig.InChannels)
	}
	return 16
}

func (p *Pipeline) decoderChannels() int64 {
	if n := p.checkpoint.Decoder; n != nil && n.UNetConfig != nil {
		return int64(n.UNetConfig.InChannels)
	}
	return 4
}

// source is a stage's network in the checkpoint, or nil.
func (p *Pipeline) source(stage Stage) *checkpoint.Network {
	if stage == stageLatent && p.checkpoint.VQ != nil {
		return p.checkpoint.VQ.Encode
	}
	return map[Stage]*checkpoint.Network{
		StageText: p.checkpoint.Text, StageC: p.checkpoint.Prior, StageB: p.checkpoint.Decoder, StageA: p.checkpoint.VQ,
		stageVision: p.checkpoint.Vision, stageEncoder: p.checkpoint.Encoder,
	}[stage]
}

// modelOf is a checkpoint's network, ready to be loaded onto d. With
// o.Control, Stage C takes the maps of a control network.
func modelOf(src *checkpoint.Network, d Device, o graph.Options) (Model, error) {
	m := Model{Name: string(src.Kind), Path: src.ONNX}
	if src.Linked {
		var err error
		m.Path = ""
		m.Proto, m.Root, err = src.Relocated()
		return m, err
	}
	if m.Path != "" {
		return m, nil
	}
	cpu := d.Provider == "cpu"
	o.Fused, o.Pack, o.Lines = cpu, cpu, cpu
	g, err := graph.Build(src, o)
	if err != nil {
		return Model{}, err
	}
	m.Proto, m.Parts, m.Root = g.Proto, g.Parts, g.Root
	if o.Stream {
		m.Stream = streamFrom
	}
	return m, nil
}

// precision is what a network computes in.
type precision string

// choosePrecision: "auto" is fp32 on the CPU, which computes nothing faster,
// and elsewhere for weights stored in 16 bits what they are stored in, where the
// device can, or fp16. The CPU takes fp16 when told to, though it gains nothing
// by it. Stage A has no bf16: its small steps of brightness need fp16.
func (p *Pipeline) choosePrecision(n *checkpoint.Network) (precision, error) {
	want, works := p.options.Precision, p.options.Precisions
	if works == nil {
		works = []string{"fp32", "fp16", int8Name}
	}
	half := slices.Contains(works, "fp16")
	switch {
	case want == "" || want == "auto":
		if p.device.Provider == "cpu" || n.ONNX != "" || !stored16(n) {
			return fp32, nil
		}
		if slices.Contains(works, "bf16") && n.Kind != checkpoint.KindVQ && storedIn(n, checkpoint.BF16) {
			return bf16, nil
		}
		if !half {
			p.notes = []Note{{Kind: NotePrecision, Device: p.device, Precision: "fp16", Instead: "fp32"}}
			return fp32, nil
		}
		return fp16, nil
	case want == "fp16" && p.device.Provider == "cpu":
		p.notes = []Note{{Kind: NotePrecision, Device: p.device, Precision: "fp16", Instead: "fp16"}}
		return fp16, nil
	case want == int8Name && slices.Contains(works, want):
		return fp32, nil // see chooseFormat
	case want == "bf16" && half && slices.Contains(works, want) && n.Kind == checkpoint.KindVQ:
		return fp16, nil
	case slices.Contains(works, want):
		return precision(want), nil
	}
	return "", fmt.Errorf("%w: precision %q does not work on the %s; choose %s", ErrBadRequest, want, p.device.Label(),
		strings.Join(append([]string{"auto"}, works...), " or "))
}

// stored16 reports whether every weight takes 16 bits.
func stored16(n *checkpoint.Network) bool {
	return storedIn(n, checkpoint.F16, checkpoint.BF16)
}

// storedIn reports whether every weight is of one of types.
func storedIn(n *checkpoint.Network, types ...checkpoint.DType) bool {
	for _, w := range n.Weights {
		if !slices.Contains(types, w.DType) {
			return false
		}
	}
	return true
}
