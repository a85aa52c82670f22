package golden

import (
	"testing"

	"cascata/inference"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
	"cascata/inference/ort"
)

// What layers are multiplied with is summed up as the network runs, by the
// profile of a run: were it done at the end, memory would hold all of it.
func TestObservedAsItRuns(t *testing.T) {
	profiles := t.TempDir()
	rt := runtimeWith(t, ort.Options{Profile: profiles})
	g := open(t, "lite-bf16")
	m, err := graph.Build(g.checkpoint.Decoder, graph.Options{Observe: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(t.Context(), inference.Model{Name: "observed", Proto: m.Proto, Root: m.Root}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	in, out, n := map[string]*inference.Tensor{}, map[string]*inference.Tensor{}, int64(0)
	for _, c := range g.Networks {
		if c.Network != "decoder" || len(in) > 0 {
			continue
		}
		for input, tensor := range c.Inputs {
			in[input] = g.tensor(t, tensor)
		}
		r := in["timestep_ratio"]
		delete(in, "timestep_ratio")
		in["timestep_embedding"] = embed(r, g.checkpoint.Decoder.UNetConfig.TimestepRatioEmbeddingDim)
	}
	for _, o := range m.Observed {
		n += 2 * int64(o.Columns)
	}
	out["observed"], out["out_sample"] = inference.NewTensor(n), inference.NewTensor(in["sample"].Shape...)
	run(t, s, in, out)
	s.Close()
	products, first, last := 0, -1, 0 // by how many had run before the first and the last sum
	for _, op := range inferencetest.Operators(t, profiles) {
		switch op {
		case "Gemm":
			products++
		case "ReduceSum":
			last = products
			if first < 0 {
				first = products
			}
		}
	}
	if first < 0 || first > products/4 || last < products*3/4 {
		t.Errorf("sums are worked out from product %d to %d of %d", first, last, products)
	}
}
