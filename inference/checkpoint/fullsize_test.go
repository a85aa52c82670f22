package checkpoint

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The official networks: configurations, and the numbers of tensors and
// parameters, as their files have them.
func officialUNet(name string) *UNetConfig {
	cta, ct := []BlockType{ResBlock, TimestepBlock, AttnBlock}, []BlockType{ResBlock, TimestepBlock}
	c := &UNetConfig{
		InChannels: 16, OutChannels: 16, TimestepRatioEmbeddingDim: 64, PatchSize: 1, ConditioningDim: 2048,
		BlockOutChannels: []int{2048, 2048}, NumAttentionHeads: []int{32, 32}, DownLayers: []int{8, 24}, UpLayers: []int{24, 8},
		DownRepeats: []int{1, 1}, UpRepeats: []int{1, 1}, BlockTypes: [][]BlockType{cta, cta},
		ClipTextInChannels: 1280, ClipTextPooledInChannels: 1280, ClipImageInChannels: 768, ClipSeq: 4,
		KernelSize: 3, SelfAttn: []bool{true, true}, TimestepConditioningType: []string{"sca", "crp"}, SwitchLevel: []bool{false},
	}
	if name == "prior_lite" {
		c.ConditioningDim, c.BlockOutChannels, c.NumAttentionHeads = 1536, []int{1536, 1536}, []int{24, 24}
		c.DownLayers, c.UpLayers = []int{4, 12}, []int{12, 4}
	}
	if name == "prior" || name == "prior_lite" {
		return c
	}
	c = &UNetConfig{
		InChannels: 4, OutChannels: 4, TimestepRatioEmbeddingDim: 64, PatchSize: 2, ConditioningDim: 1280,
		BlockOutChannels: []int{320, 640, 1280, 1280}, NumAttentionHeads: []int{0, 0, 20, 20},
		DownLayers: []int{2, 6, 28, 6}, UpLayers: []int{6, 28, 6, 2},
		DownRepeats: []int{1, 1, 1, 1}, UpRepeats: []int{3, 3, 2, 2}, BlockTypes: [][]BlockType{ct, ct, cta, cta},
		ClipTextPooledInChannels: 1280, ClipSeq: 4, EffnetInChannels: 16, PixelMapperInChannels: 3,
		KernelSize: 3, SelfAttn: []bool{true, true, true, true}, TimestepConditioningType: []string{"sca"},
	}
	if name == "decoder_lite" {
		c.BlockOutChannels, c.NumAttentionHeads = []int{320, 576, 1152, 1152}, []int{0, 0, 18, 18}
		c.DownLayers, c.UpLayers, c.UpRepeats = []int{2, 4, 14, 4}, []int{4, 14, 4, 2}, []int{2, 2, 2, 2}
	}
	return c
}

func officialText() *TextConfig {
	return &TextConfig{
		VocabSize: 49408, HiddenSize: 1280, IntermediateSize: 5120, Layers: 32, Heads: 20, MaxPositions: 77,
		ProjectionDim: 1280, HiddenAct: "gelu", LayerNormEps: 1e-5, BOS: 49406, EOS: 49407,
	}
}

func officialVQ() *VQConfig {
	return &VQConfig{
		InChannels: 3, OutChannels: 3, UpDownScaleFactor: 2, Levels: 2, BottleneckBlocks: 12, EmbedDim: 384,
		LatentChannels: 4, ScaleFactor: 0.3764,
	}
}

func TestOfficialCounts(t *testing.T) {
	for _, tt := range []struct {
		name              string
		ws                wants
		tensors, original int
		parameters        int64
	}{
		{"prior", officialUNet("prior").weights(), 1550, 1294, 3_589_103_632},
		{"prior_lite", officialUNet("prior_lite").weights(), 782, 654, 1_030_785_040},
		{"decoder", officialUNet("decoder").weights(), 1726, 1454, 1_562_941_136},
		{"decoder_lite", officialUNet("decoder_lite").weights(), 970, 826, 699_471_248},
		{"text encoder", officialText().weights(), 517, 517, 694_659_840},
		{"stage a", officialVQ().weights(), 97, 97, 15_706_842},
		{"previewer", previewWeights(16, 512, 3), 50, 50, 3_983_755 - 8}, // less eight counters
	} {
		var parameters int64
		names, a := map[string]bool{}, arrays{}
		for _, w := range tt.ws {
			n := int64(1)
			for _, d := range w.shape {
				n *= d
			}
			parameters += n
			names[w.name] = true
			a[w.name] = array{shape: w.shape}
		}
		if len(names) != tt.tensors || len(tt.ws) != tt.tensors || parameters != tt.parameters {
			t.Errorf("%s: %d names, %d tensors, %d parameters; want %d and %d", tt.name, len(names), len(tt.ws), parameters, tt.tensors, tt.parameters)
		}
		if got := len(a.fused()); got != tt.original {
			t.Errorf("%s: %d tensors in the original form, want %d", tt.name, got, tt.original)
		}
	}
}

// sparse writes a safetensors file whose data is a hole.
func sparse(t *testing.T, path string, a arrays, d DType, size int64) {
	t.Helper()
	table, at := map[string]any{}, int64(0)
	for name, v := range a {
		n := size
		for _, d := range v.shape {
			n *= d
		}
		table[name] = map[string]any{"dtype": d, "shape": v.shape, "data_offsets": []int64{at, at + n}}
		at += n
	}
	header, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...))
	if err := os.Truncate(path, int64(8+len(header))+at); err != nil {
		t.Skip("no sparse files here: ", err)
	}
}

func shapes(ws wants) arrays {
	a := arrays{}
	for _, w := range ws {
		a[w.name] = array{shape: w.shape}
	}
	return a
}

// The configurations of the official files, big and lite, are read off names
// and shapes alone, from files of full size.
func TestOfficialSingleFiles(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []string{"", "_lite"} {
		b, c := filepath.Join(dir, "stage_b"+size+"_bf16.safetensors"), filepath.Join(dir, "stage_c"+size+"_bf16.safetensors")
		prior, decoder := officialUNet("prior"+size), officialUNet("decoder"+size)
		sparse(t, b, shapes(decoder.weights()).fused(), BF16, 2)
		sparse(t, c, shapes(prior.weights()).fused(), BF16, 2)
		a := filepath.Join(dir, "stage_a.safetensors")
		sparse(t, a, shapes(officialVQ().weights()), F32, 4)
		start := time.Now()
		ck, err := Open(b, a, c)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("opened in %v", time.Since(start))
		same(t, "prior"+size, ck.Prior.UNetConfig, prior)
		same(t, "decoder"+size, ck.Decoder.UNetConfig, decoder)
		same(t, "stage a", ck.VQ.VQConfig, officialVQ())
	}
}

func TestOfficialComfyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stable_cascade_stage_b.safetensors")
	text := shapes(officialText().weights()).prefixed(comfyText)
	delete(text, comfyText+"text_projection.weight")
	text[comfyProject] = array{shape: []int64{1280, 1280}}
	sparse(t, path, merge(text, shapes(officialVQ().weights()).prefixed(comfyVAE),
		shapes(officialUNet("decoder").weights()).fused().prefixed(comfyUNet)), F16, 2)
	ck, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "decoder", ck.Decoder.UNetConfig, officialUNet("decoder"))
	same(t, "text", ck.Text.TextConfig, officialText())
	if !ck.Text.Weights["text_projection.weight"].Transposed {
		t.Error("the projection is not marked as transposed")
	}
}
