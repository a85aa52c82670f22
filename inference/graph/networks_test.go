package graph

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference/checkpoint"
)

// A maker makes up the weights of a network: their bytes are a running count,
// so that one read from a wrong place is told from the right one.
type maker struct {
	net   *checkpoint.Network
	file  string
	data  []byte
	dtype checkpoint.DType
	bare  bool // no bytes are made up
}

func newMaker(t *testing.T, kind checkpoint.Kind, dtype checkpoint.DType) *maker {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "weights", "all.safetensors")
	return &maker{
		net:  &checkpoint.Network{Kind: kind, Weights: map[string]checkpoint.Weight{}, Files: []string{file}},
		file: file, data: make([]byte, 16), dtype: dtype,
	}
}

func (m *maker) add(name string, shape ...int64) {
	size := map[checkpoint.DType]int64{checkpoint.F32: 4}[m.dtype]
	if size == 0 {
		size = 2
	}
	n := product(shape) * size
	m.net.Weights[name] = checkpoint.Weight{
		File: m.file, Offset: int64(len(m.data)), Length: n, DType: m.dtype, Shape: shape,
	}
	if m.bare {
		return
	}
	for range n {
		m.data = append(m.data, byte(len(m.data)%251))
	}
}

func (m *maker) linear(name string, out, in int64, rest ...int64) {
	m.add(name+".weight", append([]int64{out, in}, rest...)...)
	m.add(name+".bias", out)
}

// done writes the file.
func (m *maker) done(t *testing.T) *checkpoint.Network {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(m.file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.file, m.data, 0o666); err != nil {
		t.Fatal(err)
	}
	return m.net
}

func textNetwork(t *testing.T) *checkpoint.Network {
	m := newMaker(t, checkpoint.KindText, checkpoint.F32)
	m.net.TextConfig = &checkpoint.TextConfig{
		VocabSize: 50, HiddenSize: 8, IntermediateSize: 16, Layers: 2, Heads: 2, MaxPositions: 10,
		ProjectionDim: 6, HiddenAct: "gelu", LayerNormEps: 1e-5, BOS: 48, EOS: 49,
	}
	m.add("text_model.embeddings.token_embedding.weight", 50, 8)
	m.add("text_model.embeddings.position_embedding.weight", 10, 8)
	for _, l := range []string{"text_model.encoder.layers.0.", "text_model.encoder.layers.1."} {
		for _, p := range []string{"q_proj", "k_proj", "v_proj", "out_proj"} {
			m.linear(l+"self_attn."+p, 8, 8)
		}
		m.linear(l+"mlp.fc1", 16, 8)
		m.linear(l+"mlp.fc2", 8, 16)
		for _, n := range []string{"layer_norm1", "layer_norm2"} {
			m.add(l+n+".weight", 8)
			m.add(l+n+".bias", 8)
		}
	}
	m.add("text_model.final_layer_norm.weight", 8)
	m.add("text_model.final_layer_norm.bias", 8)
	m.add("text_projection.weight", 6, 8)
	return m.done(t)
}

// priorNetwork is a Stage C of two levels, (1, 1) and (1, 1) layers.
func priorNetwork(t *testing.T, dtype checkpoint.DType) *checkpoint.Network {
	all := []checkpoint.BlockType{checkpoint.ResBlock, checkpoint.TimestepBlock, checkpoint.AttnBlock}
	m := newMaker(t, checkpoint.KindPrior, dtype)
	m.net.UNetConfig = &checkpoint.UNetConfig{
		InChannels: 16, OutChannels: 16, TimestepRatioEmbeddingDim: 8, PatchSize: 1, ConditioningDim: 12,
		BlockOutChannels: []int{8, 16}, NumAttentionHeads: []int{2, 4}, DownLayers: []int{1, 1}, UpLayers: []int{1, 1},
		DownRepeats: []int{1, 1}, UpRepeats: []int{1, 1}, BlockTypes: [][]checkpoint.BlockType{all, all},
		ClipTextInChannels: 10, ClipTextPooledInChannels: 6, ClipImageInChannels: 5, ClipSeq: 4, KernelSize: 3,
		SelfAttn: []bool{true, true}, TimestepConditioningType: []string{"sca", "crp"}, SwitchLevel: []bool{false},
	}
	m.linear("clip_txt_pooled_mapper", 48, 6)
	m.linear("clip_txt_mapper", 12, 10)
	m.linear("clip_img_mapper", 48, 5)
	m.linear("embedding.1", 8, 16, 1, 1)
	m.linear("down_downscalers.1.1.blocks.0", 16, 8, 1, 1)
	m.linear("up_upscalers.0.1.blocks.1", 8, 16, 1, 1)
	m.linear("clf.1", 16, 8, 1, 1)
	for level, c := range map[string]int64{"down_blocks.0.": 8, "down_blocks.1.": 16, "up_blocks.0.": 16, "up_blocks.1.": 8} {
		m.blocks(level, c, 12, level == "up_blocks.1.")
	}
	return m.done(t)
}

func (m *maker) blocks(level string, c, cc int64, skip bool) { m.blocksFrom(level, 0, c, cc, skip) }

// blocksFrom adds one layer of a level: its blocks from number i on.
func (m *maker) blocksFrom(level string, i int, c, cc int64, skip bool) {
	residual, time, attention := fmt.Sprint(level, i), fmt.Sprint(level, i+1), fmt.Sprint(level, i+2)
	in := c
	if skip {
		in = 2 * c
	}
	m.add(residual+".depthwise.weight", c, 1, 3, 3)
	m.add(residual+".depthwise.bias", c)
	m.linear(residual+".channelwise.0", 4*c, in)
	m.add(residual+".channelwise.2.gamma", 1, 1, 1, 4*c)
	m.add(residual+".channelwise.2.beta", 1, 1, 1, 4*c)
	m.linear(residual+".channelwise.4", c, 4*c)
	m.linear(time+".mapper", 2*c, 8)
	m.linear(time+".mapper_sca", 2*c, 8)
	m.linear(time+".mapper_crp", 2*c, 8)
	for _, p := range []string{"to_q", "to_k", "to_v", "to_out.0"} {
		m.linear(attention+".attention."+p, c, c)
	}
	m.linear(attention+".kv_mapper.1", c, cc)
}

func vqNetwork(t *testing.T) *checkpoint.Network {
	m := newMaker(t, checkpoint.KindVQ, checkpoint.F16)
	m.net.VQConfig = &checkpoint.VQConfig{
		InChannels: 3, OutChannels: 3, UpDownScaleFactor: 2, Levels: 2, BottleneckBlocks: 2, EmbedDim: 8, LatentChannels: 4,
	}
	m.linear("up_blocks.0.0", 8, 4, 1, 1)
	for name, c := range map[string]int64{"up_blocks.1.": 8, "up_blocks.2.": 8, "up_blocks.4.": 4} {
		m.add(name+"depthwise.1.weight", c, 1, 3, 3)
		m.add(name+"depthwise.1.bias", c)
		m.linear(name+"channelwise.0", 4*c, c)
		m.linear(name+"channelwise.2", c, 4*c)
		m.add(name+"gammas", 6)
	}
	m.add("up_blocks.3.weight", 8, 4, 4, 4)
	m.add("up_blocks.3.bias", 4)
	m.linear("out_block.0", 12, 4, 1, 1)
	return m.done(t)
}
