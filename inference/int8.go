package inference

import (
	"cascata/inference/checkpoint"
	"cascata/inference/quant"
)

// int8Name is the precision that keeps matrices in eight bits where they lie
// and multiplies them as float32.
const int8Name = "int8"

// Fast is how pictures and devices call the precision of Options.Fast.
const Fast = "fast"

// FastRefusal says why Fast cannot be had on a device in a precision, if so.
func FastRefusal(d Device, precision string) (n Note, refused bool) {
	n = Note{Kind: NoteFast, Device: d, Precision: precision}
	if d.Provider != "cpu" {
		n.Fast = FastElsewhere
	} else if _, ok := quant.Products(); !ok {
		n.Fast = FastAbsent
	} else if precision != "" && precision != "auto" && precision != string(fp32) {
		n.Fast = FastOther
	}
	return n, n.Fast != ""
}

// chooseFormat decides which form a stage's matrices take: eight bits in
// Stages C and B, where that is wanted.
func (p *Pipeline) chooseFormat(stage Stage, n *checkpoint.Network) {
	small := p.options.Precision == int8Name
	switch {
	case stage != StageC && stage != StageB:
	case n.ONNX != "" && small:
		p.notes = []Note{{Kind: NotePrecision, Device: p.device, Precision: int8Name, Instead: string(fp32)}}
	case n.ONNX != "" && p.options.Fast:
		p.notes = []Note{{Kind: NoteFast, Device: p.device, Fast: FastGraph}}
	case small:
		p.formats[stage] = quant.Blocks
	case p.options.Fast:
		p.formats[stage], _ = quant.Products()
	}
}

// precisionName is what pictures say they were computed in.
func (p *Pipeline) precisionName() string {
	switch p.formats[StageC] {
	case "":
		return string(p.precision[StageC])
	case quant.Blocks:
		return int8Name
	}
	return Fast
}
