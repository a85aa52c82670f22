package inference

import (
	"testing"

	"cascata/inference/checkpoint"
)

// What a network is computed in, by what it is stored in and what the device does.
func TestChoosePrecision(t *testing.T) {
	cuda, webgpu := Device{Provider: "cuda"}, Device{Provider: "webgpu"}
	older, newer := []string{"fp32", "fp16"}, []string{"fp32", "fp16", "bf16"}
	for _, tt := range []struct {
		device Device
		works  []string
		want   string
		kind   checkpoint.Kind
		stored checkpoint.DType
		use    precision // "": refused
	}{
		{cuda, newer, "auto", checkpoint.KindPrior, checkpoint.BF16, bf16},
		{cuda, newer, "auto", checkpoint.KindVQ, checkpoint.BF16, fp16},
		{cuda, newer, "auto", checkpoint.KindPrior, checkpoint.F16, fp16},
		{cuda, newer, "auto", checkpoint.KindPrior, checkpoint.F32, fp32},
		{cuda, older, "auto", checkpoint.KindPrior, checkpoint.BF16, fp16},
		{cuda, newer, "bf16", checkpoint.KindPrior, checkpoint.F32, bf16},
		{cuda, newer, "bf16", checkpoint.KindVQ, checkpoint.F32, fp16},
		{cuda, older, "bf16", checkpoint.KindPrior, checkpoint.BF16, ""},
		{webgpu, older, "bf16", checkpoint.KindVQ, checkpoint.BF16, ""},
		{webgpu, older, "auto", checkpoint.KindPrior, checkpoint.BF16, fp16},
		{webgpu, nil, "bf16", checkpoint.KindPrior, checkpoint.BF16, ""},
		{Device{Provider: "cpu"}, newer, "auto", checkpoint.KindPrior, checkpoint.BF16, fp32},
	} {
		p := &Pipeline{device: tt.device, options: Options{Precision: tt.want, Precisions: tt.works}}
		n := &checkpoint.Network{Kind: tt.kind, Weights: map[string]checkpoint.Weight{"w": {DType: tt.stored}}}
		got, err := p.choosePrecision(n)
		if got != tt.use || (err != nil) != (tt.use == "") {
			t.Errorf("%+v: got %q, %v", tt, got, err)
		}
	}
}
