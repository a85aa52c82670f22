package golden

import (
	"context"
	"slices"
	"testing"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// TestHalfOnWebGPU measures one prediction in fp16 on a graphics card, or on a
// driver that plays one and has shader-f16, such as Mesa's lavapipe; see
// scripts/lavapipe.sh.
func TestHalfOnWebGPU(t *testing.T) {
	rt := runtime(t)
	card, _, err := rt.Pick(context.Background(), "webgpu")
	if err != nil || !slices.Contains(card.Precisions, "fp16") {
		t.Skipf("there is no card that computes in fp16: %v", err)
	}
	for _, name := range []string{"demo", "lite-bf16", "comfy", "diffusers-a", "original"} {
		ref, ck := openReference(t, name), demoOr(t, name)
		for _, s := range []struct {
			name  string
			n     *checkpoint.Network
			torch map[string][]float64
		}{{"prior", ck.Prior, ref.Prior}, {"decoder", ck.Decoder, ref.Decoder}} {
			whole := ref.errorsOn(t, rt, card.Device, s.n, graph.Options{}, s.name)
			half := ref.errorsOn(t, rt, card.Device, s.n, graph.Options{Precision: "fp16"}, s.name)
			t.Logf("%-12s %-8s at t = %v: fp32 %.6f, fp16 %.4f; torch fp16 %.4f, bf16 %.4f", name, s.name, ref.Times, whole, half, s.torch["fp16"], s.torch["bf16"])
			for i, e := range half {
				if !(e <= s.torch["bf16"][i]) {
					t.Errorf("%s, %s: off by %.4f at t = %v, bfloat16 in torch by %.4f", name, s.name, e, ref.Times[i], s.torch["bf16"][i])
				}
			}
		}
	}
}
