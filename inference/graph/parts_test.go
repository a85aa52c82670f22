package graph

import (
	"fmt"
	"testing"

	"cascata/inference/checkpoint"
)

// Each node that runs is in one part, and so is each large weight, also where the
// layers of a level run more than once.
func TestParts(t *testing.T) {
	for _, repeats := range []int{1, 2} {
		b, err := build(wideNetwork(t, repeats), Options{Pack: true})
		if err != nil {
			t.Fatal(err)
		}
		parts := b.parts(3 + repeats)
		if len(parts) < 3 || repeats == 1 && len(parts) != 4 {
			t.Errorf("%d parts", len(parts))
		}
		whole := newCutter(&b.Graph, b.passed)
		have := map[string]bool{} // values that can be taken
		for _, p := range b.Graph.Inputs {
			have[p.Name] = true
		}
		ran, held := map[string]int{}, map[string]int{}
		var most, all int64
		for _, p := range parts {
			own, size := map[string]bool{}, int64(0)
			for _, in := range p.Inputs {
				if !have[in.Name] {
					t.Errorf("no part before gives %s", in.Name)
				}
				own[in.Name] = true
			}
			for _, w := range p.Initializers {
				own[w.Name] = true
				if w.File != nil {
					held[w.Name]++
					size += w.File.Length
				}
			}
			for _, n := range p.Nodes {
				for _, v := range n.Inputs {
					if v != "" && !own[v] {
						t.Fatalf("%s takes %s, which the part has not", n.Name, v)
					}
				}
				for _, v := range n.Outputs {
					own[v] = true
				}
				ran[n.Name]++
			}
			for _, out := range p.Outputs {
				if !own[out.Name] || out.Type == 0 {
					t.Errorf("the part gives %s of type %d and has not made it", out.Name, out.Type)
				}
				have[out.Name] = true
			}
			most, all = max(most, size), all+size
		}
		for i, n := range b.Graph.Nodes {
			if ran[n.Name] == 0 || ran[n.Name] > 1 && !whole.again[i] {
				t.Errorf("%s is in %d parts", n.Name, ran[n.Name])
			}
		}
		for name, w := range whole.weights {
			if w.File != nil && (held[name] == 0 || held[name] > 1 && w.File.Length > smallWeight) {
				t.Errorf("%s, %d bytes, is in %d parts", name, w.File.Length, held[name])
			}
		}
		if !have["out_sample"] {
			t.Error("no part gives the result")
		}
		if repeats == 1 && most > all/3 {
			t.Errorf("the largest of four parts holds %d of %d bytes", most, all)
		}
	}
}

// wideNetwork is a Stage C with weights above smallWeight, whose bytes are in no
// file. The levels of its way up run so many times.
func wideNetwork(t *testing.T, repeats int) *checkpoint.Network {
	all := []checkpoint.BlockType{checkpoint.ResBlock, checkpoint.TimestepBlock, checkpoint.AttnBlock}
	const c, layers = 512, 4
	m := newMaker(t, checkpoint.KindPrior, checkpoint.BF16)
	m.bare = true
	m.net.UNetConfig = &checkpoint.UNetConfig{
		InChannels: 16, OutChannels: 16, TimestepRatioEmbeddingDim: 8, PatchSize: 1, ConditioningDim: 12,
		BlockOutChannels: []int{c, c}, NumAttentionHeads: []int{8, 8}, DownLayers: []int{layers, layers}, UpLayers: []int{layers, layers},
		DownRepeats: []int{1, 1}, UpRepeats: []int{repeats, repeats}, BlockTypes: [][]checkpoint.BlockType{all, all},
		ClipTextInChannels: 10, ClipTextPooledInChannels: 6, ClipImageInChannels: 5, ClipSeq: 4, KernelSize: 3,
		SelfAttn: []bool{true, true}, TimestepConditioningType: []string{"sca", "crp"}, SwitchLevel: []bool{false},
	}
	m.linear("clip_txt_pooled_mapper", 48, 6)
	m.linear("clip_txt_mapper", 12, 10)
	m.linear("clip_img_mapper", 48, 5)
	m.linear("embedding.1", c, 16, 1, 1)
	m.linear("down_downscalers.1.1.blocks.0", c, c, 1, 1)
	m.linear("up_upscalers.0.1.blocks.1", c, c, 1, 1)
	m.linear("clf.1", 16, c, 1, 1)
	for level := range 2 {
		if repeats > 1 {
			m.linear(fmt.Sprintf("up_repeat_mappers.%d.0", level), c, c, 1, 1)
		}
		for layer := range layers {
			m.blocksFrom(fmt.Sprintf("down_blocks.%d.", level), 3*layer, c, 12, false)
			m.blocksFrom(fmt.Sprintf("up_blocks.%d.", level), 3*layer, c, 12, level == 1 && layer == 0)
		}
	}
	return m.net
}
