package checkpoint

import "testing"

// What names and shapes can tell is read off them.
func TestInferUNet(t *testing.T) {
	for _, tt := range []struct {
		name   string
		kind   Kind
		change func(c *UNetConfig)
	}{
		{"stage c", KindPrior, func(c *UNetConfig) {}},
		{"wide kernels", KindPrior, func(c *UNetConfig) { c.KernelSize = 5 }},
		{"strided convolutions", KindPrior, func(c *UNetConfig) { c.SwitchLevel = nil }},
		{"one conditioning", KindPrior, func(c *UNetConfig) { c.TimestepConditioningType = []string{"crp"} }},
		{"no conditionings", KindPrior, func(c *UNetConfig) { c.TimestepConditioningType = nil }},
		{"a patch of 2", KindPrior, func(c *UNetConfig) { c.PatchSize = 2 }},
		{"a level empty on its way down", KindPrior, func(c *UNetConfig) { c.DownLayers = []int{0, 2} }},
		{"a level empty on its way up", KindPrior, func(c *UNetConfig) { c.UpLayers = []int{0, 1} }},
		{"blocks in another order", KindPrior, func(c *UNetConfig) {
			c.BlockTypes = [][]BlockType{{TimestepBlock, ResBlock, ResBlock}, {AttnBlock, TimestepBlock}}
			c.NumAttentionHeads[0] = 0
		}},
		{"other clip tokens", KindPrior, func(c *UNetConfig) { c.ClipSeq = 3 }},
		{"stage b", KindDecoder, func(c *UNetConfig) {}},
		{"no pixels", KindDecoder, func(c *UNetConfig) { c.PixelMapperInChannels = 0 }},
		{"no attention", KindDecoder, func(c *UNetConfig) {
			c.BlockTypes[2], c.NumAttentionHeads[2] = []BlockType{ResBlock, TimestepBlock}, 0
		}},
		{"one level", KindDecoder, func(c *UNetConfig) {
			c.BlockOutChannels, c.NumAttentionHeads, c.BlockTypes, c.SelfAttn = []int{64}, []int{1}, c.BlockTypes[2:], c.SelfAttn[2:]
			c.DownLayers, c.UpLayers, c.DownRepeats, c.UpRepeats = []int{2}, []int{3}, []int{2}, []int{3}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newModel()
			c := m.prior
			if tt.kind == KindDecoder {
				c = m.decoder
			}
			tt.change(c)
			all := tensors{}
			for name, a := range shapes(c.weights()).fused() {
				all[name] = Weight{Shape: a.shape, DType: F16, Length: 3 << 20}
			}
			named, err := rename(all)
			if err != nil {
				t.Fatal(err)
			}
			got, err := inferUNet(named, tt.kind)
			if err != nil {
				t.Fatal(err)
			}
			same(t, tt.name, got, c)
		})
	}
}

func TestInferVQ(t *testing.T) {
	for _, c := range []*VQConfig{
		{InChannels: 3, OutChannels: 3, UpDownScaleFactor: 4, Levels: 1, BottleneckBlocks: 0, EmbedDim: 8, LatentChannels: 6, ScaleFactor: paellaScale},
		{InChannels: 3, OutChannels: 3, UpDownScaleFactor: 1, Levels: 4, BottleneckBlocks: 3, EmbedDim: 25, LatentChannels: 4, ScaleFactor: paellaScale},
		{InChannels: 3, OutChannels: 3, UpDownScaleFactor: 2, Levels: 3, BottleneckBlocks: 0, EmbedDim: 16, LatentChannels: 4, ScaleFactor: paellaScale},
	} {
		all := tensors{}
		for _, w := range c.weights() {
			all[w.name] = Weight{Shape: w.shape}
		}
		got, err := inferVQ(all)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "stage a", got, c)
	}
}

// Configurations from before transformers 4.31 say that the end of text is 2;
// transformers then pools at the highest id.
func TestOldEndOfText(t *testing.T) {
	c, err := parseText([]byte(`{"vocab_size":100,"bos_token_id":0,"eos_token_id":2}`))
	if err != nil || c.BOS != 98 || c.EOS != 99 {
		t.Errorf("got %+v, %v", c, err)
	}
}
