package golden

import (
	"slices"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// A network in parts gives the same bits as in one piece.
func TestNetworksInParts(t *testing.T) {
	rt := runtime(t)
	for _, name := range []string{"diffusers-a", "lite-bf16", "original"} {
		g := open(t, name)
		networks := map[string]*checkpoint.Network{"prior": g.checkpoint.Prior, "decoder": g.checkpoint.Decoder}
		for _, c := range g.Networks {
			n := networks[c.Network]
			if n == nil {
				continue
			}
			in := map[string]*inference.Tensor{}
			for input, tensor := range c.Inputs {
				in[input] = g.tensor(t, tensor)
			}
			if r := in["timestep_ratio"]; r != nil {
				delete(in, "timestep_ratio")
				in["timestep_embedding"] = embed(r, n.UNetConfig.TimestepRatioEmbeddingDim)
			}
			m, err := graph.Build(n, graph.Options{Fused: true, Pack: true, Parts: 3})
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Parts) < 2 {
				t.Errorf("%s %s: %d parts", name, c.Name, len(m.Parts))
			}
			var got [2]*inference.Tensor
			for i, parts := range [][][]byte{nil, m.Parts} {
				s, err := rt.Load(t.Context(), inference.Model{Name: string(n.Kind), Proto: m.Proto, Root: m.Root, Parts: parts}, cpu)
				if err != nil {
					t.Fatal(err)
				}
				got[i] = inference.NewTensor(g.tensor(t, c.Output).Shape...)
				run(t, s, in, map[string]*inference.Tensor{s.Outputs()[0].Name: got[i]})
				s.Close()
			}
			compare(t, name+" "+c.Name, got[1], g.tensor(t, c.Output))
			if !slices.Equal(got[0].F32, got[1].F32) {
				t.Errorf("%s %s: in parts it gives other numbers", name, c.Name)
			}
		}
	}
}
