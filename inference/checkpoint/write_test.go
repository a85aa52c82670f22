package checkpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An array is a tensor of a made-up checkpoint. Its values are small whole
// numbers, the same in F32, F16 and BF16.
type array struct {
	shape []int64
	data  []float32
}

type arrays map[string]array

// fill makes an array for every tensor a network needs.
func fill(ws wants) arrays {
	out := arrays{}
	for _, w := range ws {
		n := 1
		for _, d := range w.shape {
			n *= int(d)
		}
		h := fnv.New32()
		h.Write([]byte(w.name))
		x, data := h.Sum32(), make([]float32, n)
		for i := range data {
			x = x*1664525 + 1013904223
			data[i] = float32(int(x>>24) - 128)
		}
		out[w.name] = array{w.shape, data}
	}
	return out
}

// fused gives a UNet the original code's names.
func (a arrays) fused() arrays {
	out := arrays{}
	for name, v := range a {
		block, rest, ok := strings.Cut(name, ".attention.")
		switch {
		case strings.HasPrefix(name, "clip_txt_pooled_mapper.") && a["clip_txt_mapper.weight"].shape == nil:
			out["clip_mapper."+strings.TrimPrefix(name, "clip_txt_pooled_mapper.")] = v
		case !ok:
			out[name] = v
		case strings.HasPrefix(rest, "to_out.0."):
			out[block+".attention.attn.out_proj."+strings.TrimPrefix(rest, "to_out.0.")] = v
		case strings.HasPrefix(rest, "to_q."):
			suffix := strings.TrimPrefix(rest, "to_q.")
			k, w := a[block+".attention.to_k."+suffix], a[block+".attention.to_v."+suffix]
			shape := slices.Clone(v.shape)
			shape[0] *= 3
			out[block+".attention.attn.in_proj_"+suffix] = array{shape, slices.Concat(v.data, k.data, w.data)}
		}
	}
	return out
}

// split gives a UNet the names with which ComfyUI saves it.
func (a arrays) split() arrays {
	out := arrays{}
	for name, v := range a {
		name = strings.Replace(name, ".attention.to_out.0.", ".attention.attn.out_proj.", 1)
		out[strings.Replace(name, ".attention.to_", ".attention.attn.to_", 1)] = v
	}
	return out
}

func (a arrays) prefixed(p string) arrays {
	out := arrays{}
	for name, v := range a {
		out[p+name] = v
	}
	return out
}

// comfyTextOf gives a text encoder the names it has in ComfyUI's files.
func (a arrays) comfyTextOf() arrays {
	out := a.prefixed(comfyText)
	p := a["text_projection.weight"]
	rows, cols := int(p.shape[0]), int(p.shape[1])
	t := array{[]int64{p.shape[1], p.shape[0]}, make([]float32, len(p.data))}
	for i := range rows {
		for j := range cols {
			t.data[j*rows+i] = p.data[i*cols+j]
		}
	}
	delete(out, comfyText+"text_projection.weight")
	out[comfyProject] = t
	return out
}

func merge(parts ...arrays) arrays {
	out := arrays{}
	for _, p := range parts {
		maps.Copy(out, p)
	}
	return out
}

// bytes is a as a safetensors file.
func (a arrays) bytes(d DType) []byte {
	table := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	var data []byte
	for _, name := range slices.Sorted(maps.Keys(a)) {
		start := len(data)
		for _, v := range a[name].data {
			switch d {
			case F32:
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
			case BF16:
				data = binary.LittleEndian.AppendUint16(data, uint16(math.Float32bits(v)>>16))
			case F16:
				data = binary.LittleEndian.AppendUint16(data, narrow(v))
			}
		}
		table[name] = map[string]any{"dtype": d, "shape": a[name].shape, "data_offsets": []int{start, len(data)}}
	}
	header, _ := json.Marshal(table)
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), data...)
}

// narrow is a whole number of at most 11 bits as a half.
func narrow(v float32) uint16 {
	if v == 0 {
		return 0
	}
	b := math.Float32bits(v)
	return uint16(b>>16&0x8000) | uint16((b>>23&255-112)<<10) | uint16(b>>13&1023)
}

func put(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	os.Remove(path) // it may be a link
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A model is a small made-up Stable Cascade.
type model struct {
	text                              *TextConfig
	prior, decoder                    *UNetConfig
	vq                                *VQConfig
	textW, priorW, decoderW, vqW, pvW arrays
}

func newModel() *model {
	cta, ct := []BlockType{ResBlock, TimestepBlock, AttnBlock}, []BlockType{ResBlock, TimestepBlock}
	m := &model{
		text: &TextConfig{
			VocabSize: 90, HiddenSize: 64, IntermediateSize: 96, Layers: 2, Heads: 1, MaxPositions: 77,
			ProjectionDim: 32, HiddenAct: "gelu", LayerNormEps: 1e-5, BOS: 88, EOS: 89,
		},
		prior: &UNetConfig{
			InChannels: 16, OutChannels: 16, TimestepRatioEmbeddingDim: 64, PatchSize: 1, ConditioningDim: 24,
			BlockOutChannels: []int{64, 128}, NumAttentionHeads: []int{1, 2}, DownLayers: []int{1, 2}, UpLayers: []int{2, 1},
			DownRepeats: []int{1, 1}, UpRepeats: []int{1, 1}, BlockTypes: [][]BlockType{cta, cta},
			ClipTextInChannels: 64, ClipTextPooledInChannels: 32, ClipImageInChannels: 20, ClipSeq: 4,
			KernelSize: 3, SelfAttn: []bool{true, true}, TimestepConditioningType: []string{"sca", "crp"},
			SwitchLevel: []bool{false},
		},
		decoder: &UNetConfig{
			InChannels: 4, OutChannels: 4, TimestepRatioEmbeddingDim: 32, PatchSize: 2, ConditioningDim: 16,
			BlockOutChannels: []int{16, 24, 64}, NumAttentionHeads: []int{0, 0, 1}, DownLayers: []int{1, 2, 1}, UpLayers: []int{2, 1, 1},
			DownRepeats: []int{1, 2, 1}, UpRepeats: []int{3, 2, 2}, BlockTypes: [][]BlockType{ct, ct, cta},
			ClipTextPooledInChannels: 32, ClipSeq: 4, EffnetInChannels: 16, PixelMapperInChannels: 3,
			KernelSize: 3, SelfAttn: []bool{true, true, true}, TimestepConditioningType: []string{"sca"},
		},
		vq: &VQConfig{
			InChannels: 3, OutChannels: 3, UpDownScaleFactor: 2, Levels: 2, BottleneckBlocks: 2, EmbedDim: 8,
			LatentChannels: 4, ScaleFactor: paellaScale,
		},
	}
	m.textW, m.priorW, m.decoderW = fill(m.text.weights()), fill(m.prior.weights()), fill(m.decoder.weights())
	m.vqW, m.pvW = fill(m.vq.weights()), fill(previewWeights(16, 16, 3))
	return m
}

func (m *model) textJSON() []byte {
	return object("architectures", []string{"CLIPTextModelWithProjection"}, "model_type", "clip_text_model",
		"vocab_size", m.text.VocabSize, "hidden_size", m.text.HiddenSize, "intermediate_size", m.text.IntermediateSize,
		"num_hidden_layers", m.text.Layers, "num_attention_heads", m.text.Heads, "max_position_embeddings", m.text.MaxPositions,
		"projection_dim", m.text.ProjectionDim, "hidden_act", m.text.HiddenAct, "layer_norm_eps", m.text.LayerNormEps,
		"bos_token_id", m.text.BOS, "eos_token_id", m.text.EOS, "pad_token_id", 1, "torch_dtype", "float32")
}

func (m *model) vqJSON() []byte {
	return object("_class_name", "PaellaVQModel", "in_channels", 3, "out_channels", 3, "up_down_scale_factor", 2,
		"levels", m.vq.Levels, "bottleneck_blocks", m.vq.BottleneckBlocks, "embed_dim", m.vq.EmbedDim,
		"latent_channels", m.vq.LatentChannels, "num_vq_embeddings", 16, "scale_factor", m.vq.ScaleFactor)
}

func unetJSONOf(c *UNetConfig) []byte {
	null := func(n int) any {
		if n == 0 {
			return nil
		}
		return n
	}
	var levels any
	if c.SwitchLevel != nil {
		levels = c.SwitchLevel
	}
	return object("_class_name", "StableCascadeUNet", "_diffusers_version", "0.35.2", "in_channels", c.InChannels,
		"out_channels", c.OutChannels, "timestep_ratio_embedding_dim", c.TimestepRatioEmbeddingDim, "patch_size", c.PatchSize,
		"conditioning_dim", c.ConditioningDim, "block_out_channels", c.BlockOutChannels,
		"num_attention_heads", c.NumAttentionHeads, "down_num_layers_per_block", c.DownLayers,
		"up_num_layers_per_block", c.UpLayers, "down_blocks_repeat_mappers", c.DownRepeats,
		"up_blocks_repeat_mappers", c.UpRepeats, "block_types_per_layer", c.BlockTypes,
		"clip_text_in_channels", null(c.ClipTextInChannels), "clip_text_pooled_in_channels", c.ClipTextPooledInChannels,
		"clip_image_in_channels", null(c.ClipImageInChannels), "clip_seq", c.ClipSeq,
		"effnet_in_channels", null(c.EffnetInChannels), "pixel_mapper_in_channels", null(c.PixelMapperInChannels),
		"kernel_size", c.KernelSize, "dropout", []float64{0, 0.1}, "self_attn", true,
		"timestep_conditioning_type", c.TimestepConditioningType, "switch_level", levels)
}

// object is a JSON object of names and values in turn.
func object(pairs ...any) []byte {
	var b bytes.Buffer
	for i := 0; i < len(pairs); i += 2 {
		v, err := json.Marshal(pairs[i+1])
		if err != nil {
			panic(err)
		}
		sep := ","
		if i == 0 {
			sep = "{"
		}
		fmt.Fprintf(&b, "%s%q:%s", sep, pairs[i], v)
	}
	return append(b.Bytes(), '}')
}

// component writes one folder of a diffusers model.
func component(t testing.TB, dir string, config []byte, file string, a arrays, d DType) {
	put(t, filepath.Join(dir, "config.json"), config)
	put(t, filepath.Join(dir, file), a.bytes(d))
}

const unetFile = "diffusion_pytorch_model.safetensors"

// diffusers writes m as one merged folder.
func (m *model) diffusers(t testing.TB, dir string, d DType) string {
	component(t, filepath.Join(dir, "prior"), unetJSONOf(m.prior), unetFile, m.priorW, d)
	component(t, filepath.Join(dir, "decoder"), unetJSONOf(m.decoder), unetFile, m.decoderW, d)
	component(t, filepath.Join(dir, "vqgan"), m.vqJSON(), unetFile, m.vqW, d)
	component(t, filepath.Join(dir, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, d)
	tokenizerIn(t, filepath.Join(dir, "tokenizer"))
	return dir
}

func tokenizerIn(t testing.TB, dir string) {
	for _, name := range []string{"tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"} {
		put(t, filepath.Join(dir, name), []byte("{}"))
	}
}

// check demands that every network of c has m's configuration, and that every
// weight reads as m's numbers.
func (m *model) check(t *testing.T, c *Checkpoint) {
	t.Helper()
	if err := c.Need(KindText, KindPrior, KindDecoder, KindVQ); err != nil {
		t.Fatal(err)
	}
	same(t, "text", c.Text.TextConfig, m.text)
	same(t, "prior", c.Prior.UNetConfig, m.prior)
	same(t, "decoder", c.Decoder.UNetConfig, m.decoder)
	same(t, "vq", c.VQ.VQConfig, m.vq)
	for _, n := range []struct {
		net  *Network
		want arrays
	}{{c.Text, m.textW}, {c.Prior, m.priorW}, {c.Decoder, m.decoderW}, {c.VQ, m.vqW}, {c.Preview, m.pvW}} {
		if n.net == nil {
			continue
		}
		if len(n.net.Weights) != len(n.want) {
			t.Errorf("%s has %d weights, want %d", n.net.Kind, len(n.net.Weights), len(n.want))
		}
		for name, want := range n.want {
			w := n.net.Weights[name]
			got, err := w.Floats()
			if err != nil || !slices.Equal(got, want.data) || !slices.Equal(w.Shape, want.shape) {
				t.Errorf("%s: %s is wrong (%v, %v)", n.net.Kind, name, w, err)
			}
			if !filepath.IsAbs(w.File) {
				t.Errorf("%s is not absolute", w.File)
			}
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}
