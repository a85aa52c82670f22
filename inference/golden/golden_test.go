// Package golden holds only tests: they take whole checkpoints through the
// real runtime and compare every stage with what the reference
// implementations computed (inference/testdata).
package golden

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"cascata/assets"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/inferencetest"
	"cascata/inference/ort"
	"cascata/inference/safetensors"
	"cascata/inference/sampler"
	"cascata/inference/tokenizer"
)

// What may differ: networks' outputs by a share of their range; latents, which
// sampling amplifies, absolutely or by a share of a large range; pictures by
// levels of 255.
const (
	networkTolerance = 1e-4
	latentTolerance  = 1e-3
	latentShare      = 2e-4
	pictureTolerance = 1
)

const testdata = "../testdata"

// cases are what golden/NAME/cases.json holds; see testdata/README.md.
type cases struct {
	Text []struct {
		Prompt         string
		IDs, Mask      []int64
		Hidden, Pooled string
	}
	Networks []struct {
		Name, Network string
		Inputs        map[string]string
		Output        string
	}
	Pictures []pictureCase
}

type pictureCase struct {
	Name, Preset, Prompt, Negative string
	Steps                          int
	Guidance                       float64
	DecoderSteps                   int     `json:"decoder_steps"`
	DecoderGuidance                float64 `json:"decoder_guidance"`
	Width, Height, Count           int
	Seeds                          []string
	DecoderSeeds                   []string `json:"decoder_seeds"`
	Prior, Decoder                 string
	Pictures                       []string
}

// golden is one checkpoint with its cases.
type golden struct {
	cases
	name       string
	dir        string
	tensors    *safetensors.File
	checkpoint *checkpoint.Checkpoint
}

// names of the checkpoints that have golden data.
var names = []string{"diffusers-a", "lite-bf16", "original", "comfy"}

func open(t testing.TB, name string) *golden {
	t.Helper()
	g := &golden{name: name, dir: filepath.Join(testdata, "golden", name)}
	text, err := os.ReadFile(filepath.Join(g.dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g.cases); err != nil {
		t.Fatal(err)
	}
	if g.tensors, err = safetensors.Open(filepath.Join(g.dir, "golden.safetensors")); err != nil {
		t.Fatal(err)
	}
	g.checkpoint = openCheckpoint(t, name)
	return g
}

func openCheckpoint(t testing.TB, name string) *checkpoint.Checkpoint {
	t.Helper()
	paths := []string{filepath.Join(testdata, "checkpoints", name)}
	if name == "comfy" {
		var err error
		if paths, err = filepath.Glob(filepath.Join(paths[0], "*.safetensors")); err != nil {
			t.Fatal(err)
		}
	}
	ck, err := checkpoint.Open(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return ck
}

// tensor reads a golden tensor.
func (g *golden) tensor(t testing.TB, name string) *inference.Tensor {
	t.Helper()
	v, err := g.tensors.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return &inference.Tensor{Shape: g.tensors.Tensors[name].Shape, F32: v}
}

// runtime opens ONNX Runtime, which these tests cannot do without.
func runtime(t testing.TB) *ort.Runtime { return runtimeWith(t, ort.Options{}) }

func runtimeWith(t testing.TB, o ort.Options) *ort.Runtime {
	t.Helper()
	path, err := ort.Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	rt, err := ort.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rt.Close() })
	return rt
}

func openTokenizer(files checkpoint.TokenizerFiles, length, vocab int) (inference.Tokenizer, error) {
	return tokenizer.Open(files, assets.CLIPVocabulary, length, vocab)
}

var cpu = inference.Device{Provider: "cpu"}

// requests are one picture each.
func (c pictureCase) requests(t testing.TB) []inference.Request {
	t.Helper()
	preset, err := sampler.ParsePreset(c.Preset)
	if err != nil {
		t.Fatal(err)
	}
	var rs []inference.Request
	for k, s := range c.Seeds {
		r := inference.Request{
			Prompt: c.Prompt, Negative: c.Negative, Preset: preset, Width: c.Width, Height: c.Height,
			Steps: c.Steps, Guidance: c.Guidance, DecoderSteps: c.DecoderSteps, DecoderGuidance: c.DecoderGuidance,
			Seed: seed(t, s),
		}
		if c.DecoderSeeds != nil {
			r.DecoderSeed = seed(t, c.DecoderSeeds[k])
		}
		rs = append(rs, r)
	}
	return rs
}

func seed(t testing.TB, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// check runs a case through a pipeline and says how far its latents and
// pictures are from the golden ones.
func (g *golden) check(t testing.TB, p *inference.Pipeline, c pictureCase) (d distance) {
	t.Helper()
	results, err := p.Generate(context.Background(), c.requests(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	prior, decoder := g.tensor(t, c.Prior), g.tensor(t, c.Decoder)
	d.priorRange, d.decoderRange = spread(prior.F32), spread(decoder.F32)
	for k, r := range results {
		n, m := len(r.Latent.F32), len(r.Decoded.F32)
		d.prior = max(d.prior, farthest(r.Latent.F32, prior.F32[k*n:(k+1)*n]))
		d.decoder = max(d.decoder, farthest(r.Decoded.F32, decoder.F32[k*m:(k+1)*m]))
		d.picture = max(d.picture, levels(t, r.Image, filepath.Join(g.dir, c.Pictures[k])))
	}
	return d
}

// A distance is the largest difference in each result of a case.
type distance struct {
	prior, decoder           float64
	priorRange, decoderRange float64 // of the golden latents
	picture                  int     // levels of 255
}

func (d distance) String() string {
	return fmt.Sprintf("prior %.1e of %.2g, decoder %.1e of %.2g, picture %d/255", d.prior, d.priorRange, d.decoder, d.decoderRange, d.picture)
}

func (d distance) ok() bool {
	return d.prior <= max(latentTolerance, latentShare*d.priorRange) &&
		d.decoder <= max(latentTolerance, latentShare*d.decoderRange) && d.picture <= pictureTolerance
}

// farthest is the largest difference, infinite for different lengths or NaN.
func farthest(got, want []float32) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	var far float64
	for i := range got {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		far = max(far, d)
	}
	return far
}

// spread is the range of a tensor's numbers.
func spread(v []float32) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		lo, hi = min(lo, float64(x)), max(hi, float64(x))
	}
	return hi - lo
}

// levels is the largest difference between a picture and a file, in levels.
func levels(t testing.TB, got *image.RGBA, file string) int {
	t.Helper()
	img := inferencetest.ReadPNG(t, file)
	if img.Bounds() != got.Bounds() {
		t.Errorf("%s: size %v, want %v", file, got.Bounds(), img.Bounds())
		return 255
	}
	want := image.NewRGBA(img.Bounds())
	draw.Draw(want, want.Bounds(), img, image.Point{}, draw.Src)
	far := 0
	for i := range want.Pix {
		d := int(want.Pix[i]) - int(got.Pix[i])
		far = max(far, d, -d)
	}
	return far
}
