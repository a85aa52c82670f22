package golden

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/quant"
	"cascata/inference/safetensors"
	"cascata/inference/sampler"
)

// A reference is what torch's own reduced precisions do to one prediction; see
// testdata/make/precision.py.
type reference struct {
	Times          []float64
	Prior, Decoder map[string][]float64
	tensors        *safetensors.File
}

func openReference(t *testing.T, name string) (r reference) {
	t.Helper()
	base := filepath.Join(testdata, "golden", "precision", name)
	if filepath.IsAbs(name) {
		base = filepath.Join(name, "precision")
	}
	text, err := os.ReadFile(base + ".json")
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err == nil {
		r.tensors, err = safetensors.Open(base + ".safetensors")
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r reference) tensor(t *testing.T, name string) *inference.Tensor {
	t.Helper()
	v, err := r.tensors.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return &inference.Tensor{Shape: r.tensors.Tensors[name].Shape, F32: v}
}

// errors are those of one prediction by a network at each time, on the processor.
func (r reference) errors(t *testing.T, rt inference.Runtime, n *checkpoint.Network, o graph.Options, stage string) []float64 {
	t.Helper()
	o.Fused = true
	return r.errorsOn(t, rt, cpu, n, o, stage)
}

// errorsOn is errors on a device.
func (r reference) errorsOn(t *testing.T, rt inference.Runtime, d inference.Device, n *checkpoint.Network, o graph.Options, stage string) (list []float64) {
	t.Helper()
	m, err := graph.Build(n, o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(context.Background(), inference.Model{Name: stage, Proto: m.Proto, Root: m.Root}, d)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, at := range r.Times {
		in := map[string]*inference.Tensor{
			"sample":           r.tensor(t, fmt.Sprintf("%s.%d.sample", stage, i)),
			"clip_text_pooled": r.tensor(t, "clip_text_pooled"),
		}
		batch := in["sample"].Shape[0]
		for _, p := range s.Inputs() {
			switch p.Name {
			case "clip_text", "effnet":
				in[p.Name] = r.tensor(t, p.Name)
			case "clip_img":
				in[p.Name] = inference.NewTensor(batch, 1, p.Shape[2])
			case "timestep_embedding":
				ratio := inference.NewTensor(batch)
				for i := range ratio.F32 {
					ratio.F32[i] = float32(at)
				}
				in[p.Name] = embed(ratio, int(p.Shape[1]))
			}
		}
		want := r.tensor(t, fmt.Sprintf("%s.%d.output", stage, i))
		got := inference.NewTensor(want.Shape...)
		run(t, s, in, map[string]*inference.Tensor{"out_sample": got})
		var off, all float64
		for k, v := range want.F32 {
			d := float64(got.F32[k] - v)
			off, all = off+d*d, all+float64(v)*float64(v)
		}
		list = append(list, math.Sqrt(off/all))
	}
	return list
}

// TestEightBitsAreNoWorseThanBfloat16 measures one prediction in every precision
// the processor has; with PRECISION=all on every model, with PRECISION=FOLDER, an absolute path, on the checkpoint there, whose
// references precision.py wrote beside it. The prompt that the eight bits are made with is none of those that are
// measured. A processor that is not quick at products of bytes makes them by the kernels that are exact there.
func TestEightBitsAreNoWorseThanBfloat16(t *testing.T) {
	if _, ok := quant.Products(); !ok {
		t.Setenv("CASCATA_FAST", "any")
	}
	products, _ := quant.Products()
	t.Logf("products of bytes are %s", products)
	rt := runtime(t)
	models := []string{"demo", "lite-bf16", "comfy"}
	switch which := os.Getenv("PRECISION"); which {
	case "":
	case "all":
		models = append(models, "diffusers-a", "original")
	default:
		models = []string{which}
	}
	for _, name := range models {
		t.Run(name, func(t *testing.T) {
			ref := openReference(t, name)
			ck := demoOr(t, name)
			for _, kind := range []string{"fp16", "fast", "int8"} {
				folder := t.TempDir()
				if kind != "fp16" {
					prepare(t, rt, ck, kind, folder)
				}
				for stage, n := range map[string]*checkpoint.Network{"prior": ck.Prior, "decoder": ck.Decoder} {
					o, bound := graph.Options{}, ref.Prior["bf16"]
					if stage == "decoder" {
						bound = ref.Decoder["bf16"]
					}
					if kind == "fp16" {
						o.Precision = graph.Precision(kind)
					} else {
						n = inEightBits(t, n, kind, folder)
					}
					got := ref.errors(t, rt, n, o, stage)
					t.Logf("%-8s %-5s %.4f; bfloat16 in torch %.4f", stage, kind, got, bound)
					for i, e := range got {
						if !(e <= bound[i]) {
							t.Errorf("%s in %s is off by %.4f at t = %v, bfloat16 by %.4f", stage, kind, e, ref.Times[i], bound[i])
						}
					}
				}
			}
		})
	}
}

func demoOr(t *testing.T, name string) *checkpoint.Checkpoint {
	t.Helper()
	path := filepath.Join("..", "..", "assets", "demo")
	switch {
	case filepath.IsAbs(name):
		path = name
	case name != "demo":
		return openCheckpoint(t, name)
	}
	ck, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return ck
}

// prepare makes a small picture, for which the eight bits are made.
func prepare(t *testing.T, rt inference.Runtime, ck *checkpoint.Checkpoint, kind, folder string) {
	t.Helper()
	o := inference.Options{Cache: folder, Fast: kind == "fast", Keep: true}
	if kind == "int8" {
		o.Precision = kind
	}
	p, err := inference.New(rt, cpu, ck, openTokenizer, o)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	generate(t, p, inference.Request{
		Prompt: "a green tree at night, left", Preset: sampler.Official, Width: 256, Height: 256,
		Steps: 2, Guidance: 2, DecoderSteps: 1, Seed: 1,
	})
}

func inEightBits(t *testing.T, n *checkpoint.Network, kind, folder string) *checkpoint.Network {
	t.Helper()
	f := quant.Blocks
	if kind == "fast" {
		f, _ = quant.Products()
	}
	c, ok := quant.Recall(n, f, folder)
	if !ok {
		t.Fatalf("nothing was chosen for %s", n.Kind)
	}
	t.Logf("%s: %+v", n.Kind, c)
	if c.Off {
		return n
	}
	q, err := quant.Open(context.Background(), n, c, folder)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
