package golden

import (
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// A network whose weights are streamed gives what the reference gives.
func TestStreamedNetworks(t *testing.T) {
	rt := runtime(t)
	g := open(t, "lite-bf16")
	networks := map[string]*checkpoint.Network{"prior": g.checkpoint.Prior, "decoder": g.checkpoint.Decoder}
	for _, c := range g.Networks {
		n := networks[c.Network]
		if n == nil {
			continue
		}
		m, err := graph.Build(n, graph.Options{Stream: true})
		if err != nil {
			t.Fatal(err)
		}
		s, err := rt.Load(t.Context(), inference.Model{Name: string(n.Kind), Proto: m.Proto, Root: m.Root, Stream: 64}, cpu)
		if err != nil {
			t.Fatal(err)
		}
		in := map[string]*inference.Tensor{}
		for input, tensor := range c.Inputs {
			in[input] = g.tensor(t, tensor)
		}
		r := in["timestep_ratio"]
		delete(in, "timestep_ratio")
		in["timestep_embedding"] = embed(r, n.UNetConfig.TimestepRatioEmbeddingDim)
		want := g.tensor(t, c.Output)
		got := inference.NewTensor(want.Shape...)
		run(t, s, in, map[string]*inference.Tensor{s.Outputs()[0].Name: got})
		compare(t, c.Name, got, want)
		s.Close()
	}
}

// A picture painted in tiles is the whole one's within a 255th.
func TestTiledPictures(t *testing.T) {
	p := newPipeline(t, runtime(t), "lite-bf16", inference.Options{})
	request := inference.Request{Prompt: "a red boat at sea", Width: 2048, Height: 1536, Steps: 1, DecoderSteps: 1, Guidance: 1, Seed: 3}
	picture := func(plan inference.Plan) []uint8 {
		p.Arrange(plan)
		results, err := p.Generate(t.Context(), []inference.Request{request}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return results[0].Image.Pix
	}
	whole := picture(inference.Plan{})
	most := 0
	for i, v := range picture(inference.Plan{Tile: 64}) {
		most = max(most, int(v)-int(whole[i]), int(whole[i])-int(v))
	}
	if t.Logf("largest difference %d of 255", most); most > 1 {
		t.Error("tiles show")
	}
}
