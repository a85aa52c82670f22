package catalogue

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"cascata/app/hub"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// decoderRepo is what the official repository with Stage B has, by path and size.
const decoderRepo = `.gitattributes 1519
LICENSE 10000
README.md 9000
comfyui_checkpoints/stable_cascade_stage_b.safetensors 4550000000
comfyui_checkpoints/stable_cascade_stage_c.safetensors 9220000000
controlnet/canny.safetensors 218000000
controlnet/inpainting.safetensors 218000000
controlnet/super_resolution.safetensors 814000000
decoder/config.json 1300
decoder/diffusion_pytorch_model.bf16.safetensors 3126000000
decoder/diffusion_pytorch_model.safetensors 6252000000
decoder_lite/config.json 1300
decoder_lite/diffusion_pytorch_model.bf16.safetensors 1399000000
decoder_lite/diffusion_pytorch_model.safetensors 2798000000
effnet_encoder.safetensors 81500000
figures/collage_1.jpg 900000
model_index.json 600
previewer.safetensors 16000000
scheduler/scheduler_config.json 200
stage_a.safetensors 73700000
stage_b_lite_bf16.safetensors 1400000000
text_encoder/config.json 700
text_encoder/model.bf16.safetensors 1390000000
text_encoder/model.safetensors 1390000000
tokenizer/merges.txt 525000
tokenizer/special_tokens_map.json 600
tokenizer/tokenizer.json 2220000
tokenizer/tokenizer_config.json 700
tokenizer/vocab.json 1060000
vqgan/config.json 700
vqgan/diffusion_pytorch_model.bf16.safetensors 36800000
vqgan/diffusion_pytorch_model.safetensors 73600000`

const priorRepo = `README.md 9000
feature_extractor/preprocessor_config.json 500
image_encoder/config.json 600
image_encoder/model.bf16.safetensors 608000000
image_encoder/model.safetensors 1220000000
model_index.json 600
prior/config.json 1300
prior/diffusion_pytorch_model.bf16.safetensors 7178000000
prior/diffusion_pytorch_model.safetensors 14356000000
prior_lite/config.json 1300
prior_lite/diffusion_pytorch_model.bf16.safetensors 2062000000
prior_lite/diffusion_pytorch_model.safetensors 4123000000
text_encoder/config.json 700
text_encoder/model.bf16.safetensors 1390000000
text_encoder/model.safetensors 2780000000
tokenizer/merges.txt 525000
tokenizer/tokenizer_config.json 700
tokenizer/vocab.json 1060000`

func listing(t *testing.T, text string) (files []hub.File) {
	for line := range strings.Lines(text) {
		var f hub.File
		if _, err := fmt.Sscanf(line, "%s %d", &f.Path, &f.Size); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// Each entry takes what it needs of the official repositories, and nothing twice.
func TestChoose(t *testing.T) {
	repos := map[string][]hub.File{repoDecoder: listing(t, decoderRepo), repoPrior: listing(t, priorRepo)}
	for name, want := range map[string]string{
		"stable-cascade":      "prior/config.json prior/diffusion_pytorch_model.bf16.safetensors text_encoder/config.json text_encoder/model.bf16.safetensors tokenizer/merges.txt tokenizer/tokenizer_config.json tokenizer/vocab.json decoder/config.json decoder/diffusion_pytorch_model.bf16.safetensors vqgan/config.json vqgan/diffusion_pytorch_model.bf16.safetensors",
		"stable-cascade-lite": "prior_lite/config.json prior_lite/diffusion_pytorch_model.bf16.safetensors text_encoder/config.json text_encoder/model.bf16.safetensors tokenizer/merges.txt tokenizer/tokenizer_config.json tokenizer/vocab.json decoder_lite/config.json decoder_lite/diffusion_pytorch_model.bf16.safetensors vqgan/config.json vqgan/diffusion_pytorch_model.bf16.safetensors",
		"image-encoder":       "image_encoder/config.json image_encoder/model.bf16.safetensors feature_extractor/preprocessor_config.json",
		"control-canny":       "controlnet/canny.safetensors",
	} {
		e, ok := Find(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		var got []string
		for _, s := range e.sources() {
			files, err := s.Choose(repos[s.Repo])
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, f := range files {
				got = append(got, f.Path)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s takes %q", name, got)
		}
	}
	for _, e := range entries() {
		total := int64(0)
		for _, s := range e.sources() {
			files, err := s.Choose(repos[s.Repo])
			if err != nil {
				t.Errorf("%s: %v", e.Name, err)
			}
			for _, f := range files {
				total += f.Size
			}
		}
		if ratio := float64(e.Bytes) / float64(total); ratio < 0.99 || ratio > 1.01 {
			t.Errorf("%s says %d bytes, and takes %d", e.Name, e.Bytes, total)
		}
		if e.Licence == nil || e.Title == "" || e.About == "" || e.Kind == "" {
			t.Errorf("%+v is not described", e)
		}
	}
}

// Where there are no bf16 files, those without a variant are taken; a repository
// that lacks a part is refused.
func TestChooseElse(t *testing.T) {
	shards := listing(t, "prior/config.json 9\nprior/x.bf16-00001-of-00002.safetensors 9\nprior/x.bf16-00002-of-00002.safetensors 9\nprior/x.safetensors.index.bf16.json 9\nprior/x.safetensors 9\nprior/x.fp16.safetensors 9\nprior/sub/y.safetensors 9")
	if got := choosePart(shards, "prior"); len(got) != 4 || slices.ContainsFunc(got, func(f hub.File) bool { return f.Path == "prior/x.safetensors" }) {
		t.Errorf("shards: %+v", got)
	}
	plain := listing(t, "prior/config.json 9\nprior/x.fp16.safetensors 9\nprior/x.safetensors 9")
	if got := choosePart(plain, "prior"); len(got) != 2 || got[1].Path != "prior/x.safetensors" {
		t.Errorf("plain: %+v", got)
	}
	if _, err := (want{repoPrior, []string{"prior", "text_encoder"}}).choose(plain); err == nil || !strings.Contains(err.Error(), "text_encoder") {
		t.Errorf("without a text encoder: %v", err)
	}
}

// A lite network needs less than a big one, fewer bits less than more, and what
// fits is what some plan can do.
func TestNeeds(t *testing.T) {
	big, _ := Find("stable-cascade")
	lite, _ := Find("stable-cascade-lite")
	for precision, n := range lite.Needs() {
		if least := lite.Scale.Prior; n < least || n >= big.Needs()[precision] {
			t.Errorf("%s: lite needs %d, big %d", precision, n, big.Needs()[precision])
		}
	}
	needs := big.Needs()
	if needs["fp32"] < 4*bigPrior || needs["fp32"] <= needs["fp16"] || needs["fp16"] <= needs["int8"] || needs["int8"] < bigPrior {
		t.Errorf("big: %v", needs)
	}
	if big.Fits(100e6) || lite.Fits(100e6) || !lite.Fits(6e9) || !big.Fits(0) || !big.Fits(32e9) {
		t.Error("what fits")
	}
	if extra, _ := Find("previewer"); extra.Needs() != nil || !extra.Fits(1) {
		t.Error("an extra")
	}
}

// README.md's table says what cascata models list does.
func TestNeedsAreTold(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"stable-cascade", "stable-cascade-big-lite", "stable-cascade-lite-big", "stable-cascade-lite"} {
		e, ok := Find(name)
		_, row, there := strings.Cut(string(data), "\n| `"+name+"` |")
		row, _, _ = strings.Cut(row, "\n")
		want := fmt.Sprintf("| %.1f GB | %.1f GB |", float64(e.Bytes)/1e9, float64(e.Needs()["fp32"])/1e9)
		if !ok || !there || !strings.HasSuffix(row, want) {
			t.Errorf("%s: the row %q does not end with %q", name, row, want)
		}
	}
}

// The official networks' shape is as it is read off their configurations, and what
// each entry needs is what Shape.Needs says of it.
func TestShape(t *testing.T) {
	attn, plain := []checkpoint.BlockType{checkpoint.AttnBlock}, []checkpoint.BlockType{checkpoint.ResBlock}
	for name, c := range map[string]struct {
		width, heads, headsB int
		widthsB              []int
	}{
		"stable-cascade":          {2048, 32, 20, []int{320, 640, 1280, 1280}},
		"stable-cascade-comfyui":  {2048, 32, 20, []int{320, 640, 1280, 1280}},
		"stable-cascade-big-lite": {2048, 32, 18, []int{320, 576, 1152, 1152}},
		"stable-cascade-lite-big": {1536, 24, 20, []int{320, 640, 1280, 1280}},
		"stable-cascade-lite":     {1536, 24, 18, []int{320, 576, 1152, 1152}},
	} {
		ck := &checkpoint.Checkpoint{
			Prior: &checkpoint.Network{Kind: checkpoint.KindPrior, UNetConfig: &checkpoint.UNetConfig{
				BlockOutChannels: []int{c.width, c.width}, NumAttentionHeads: []int{c.heads, c.heads}, BlockTypes: [][]checkpoint.BlockType{attn, attn}, PatchSize: 1, SwitchLevel: []bool{false}}},
			Decoder: &checkpoint.Network{Kind: checkpoint.KindDecoder, UNetConfig: &checkpoint.UNetConfig{
				BlockOutChannels: c.widthsB, NumAttentionHeads: []int{0, 0, c.headsB, c.headsB}, BlockTypes: [][]checkpoint.BlockType{plain, plain, attn, attn}, PatchSize: 2}},
			VQ: &checkpoint.Network{Kind: checkpoint.KindVQ, VQConfig: &checkpoint.VQConfig{UpDownScaleFactor: 2, Levels: 2, EmbedDim: 384}},
		}
		e, ok := Find(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		want, got := inference.ShapeOf(ck), e.shape()
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
		for _, stage := range []inference.Stage{inference.StageC, inference.StageB, inference.StageA} {
			if g, w := got[stage], want[stage]; !near(g.PerPixel, w.PerPixel) || !near(g.Logits, w.Logits) {
				t.Errorf("%s, %s: %+v, want %+v", name, stage, g, w)
			}
		}
		if got[inference.StageC].Parameters != e.Scale.Prior || got[inference.StageB].Parameters != e.Scale.Decoder {
			t.Errorf("%s: %+v, want %+v", name, got, e.Scale)
		}
		for precision, provider := range map[string]string{"fp32": "cpu", "int8": "cpu", "fp16": "webgpu"} {
			if n := got.Needs(precision, provider, 1024, 1024, inference.Plan{}).Total; e.Needs()[precision] != n {
				t.Errorf("%s in %s: %d, want %d", name, precision, e.Needs()[precision], n)
			}
		}
	}
}
