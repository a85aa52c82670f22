package golden

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// TestHalfOnWebGPU measures one prediction in fp16 on a graphics card, or on a
// driver that plays one and has shader-f16, such as Mesa's lavapipe; see
// scripts/lavapipe.sh.
func TestHalfOnWebGPU(t *testing.T) {
	rt, card := halfCard(t)
	for _, name := range []string{"demo", "lite-bf16", "comfy", "diffusers-a", "original"} {
		halfOn(t, rt, card, name, openReference(t, name), demoOr(t, name))
	}
}

// TestHalfOfFullSize is that of a large checkpoint: HALF is the folder, by its whole
// path, to which testdata/make/precision.py wrote what torch makes of it, HALF_MODEL its paths, as --model has them.
func TestHalfOfFullSize(t *testing.T) {
	folder := os.Getenv("HALF")
	if folder == "" {
		t.Skip("HALF names no folder")
	}
	ck, err := checkpoint.Open(strings.Split(os.Getenv("HALF_MODEL"), ",")...)
	if err != nil {
		t.Fatal(err)
	}
	rt, card := halfCard(t)
	halfOn(t, rt, card, "full", openReference(t, folder), ck)
}

// halfCard is the card that computes in fp16; without one the test is skipped.
func halfCard(t *testing.T) (inference.Runtime, inference.Device) {
	t.Helper()
	rt := runtime(t)
	card, _, err := rt.Pick(context.Background(), "webgpu")
	if err != nil || !slices.Contains(card.Precisions, "fp16") {
		t.Skipf("there is no card that computes in fp16: %v", err)
	}
	return rt, card.Device
}

// halfOn holds that fp16 on a card is no further off than bfloat16 in torch.
func halfOn(t *testing.T, rt inference.Runtime, card inference.Device, name string, ref reference, ck *checkpoint.Checkpoint) {
	t.Helper()
	for _, s := range []struct {
		name  string
		n     *checkpoint.Network
		torch map[string][]float64
	}{{"prior", ck.Prior, ref.Prior}, {"decoder", ck.Decoder, ref.Decoder}} {
		var whole []float64 // of a large one it would take as long again, and 5 GB more
		if name != "full" {
			whole = ref.errorsOn(t, rt, card, s.n, graph.Options{}, s.name)
		}
		half := ref.errorsOn(t, rt, card, s.n, graph.Options{Precision: "fp16"}, s.name)
		t.Logf("%-12s %-8s at t = %v: fp32 %.6f, fp16 %.4f; torch fp16 %.4f, bf16 %.4f", name, s.name, ref.Times, whole, half, s.torch["fp16"], s.torch["bf16"])
		for i, e := range half {
			if !(e <= s.torch["bf16"][i]) {
				t.Errorf("%s, %s: off by %.4f at t = %v, bfloat16 in torch by %.4f", name, s.name, e, ref.Times[i], s.torch["bf16"][i])
			}
		}
	}
}
