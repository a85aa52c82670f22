package golden

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
	"cascata/inference/safetensors"
)

const loras = testdata + "/loras"

// A loraCase is one picture of testdata/loras: any of the lists of LoRAs makes it.
type loraCase struct {
	Name, Checkpoint, Prompt, Negative string
	Steps                              int
	Guidance                           float64
	DecoderSteps                       int `json:"decoder_steps"`
	Width, Height                      int
	Seed                               uint64
	LoRAs                              [][]struct {
		File   string
		Weight float64
	}
}

func loraCases(t testing.TB) []loraCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(loras, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []loraCase
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func (c loraCase) request(alternative int) inference.Request {
	r := inference.Request{
		Prompt: c.Prompt, Negative: c.Negative, Preset: "diffusers", Width: c.Width, Height: c.Height,
		Steps: c.Steps, Guidance: c.Guidance, DecoderSteps: c.DecoderSteps, Seed: c.Seed, DecoderSeed: c.Seed,
	}
	for _, l := range c.LoRAs[alternative] {
		r.LoRAs = append(r.LoRAs, inference.LoRA{Name: l.File, Weight: l.Weight, Path: filepath.Join(loras, l.File)})
	}
	return r
}

// away compares a result with the golden one, which has every fourth number
// each way of Stage B's latent and every other pixel of every other row.
func (c loraCase) away(t testing.TB, golden *safetensors.File, r *inference.Result) (d distance) {
	t.Helper()
	prior, err := golden.Floats(c.Name + ".prior")
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := golden.Floats(c.Name + ".decoder")
	if err != nil {
		t.Fatal(err)
	}
	d.prior, d.priorRange = farthest(r.Latent.F32, prior), spread(prior)
	var some []float32
	for i, v := range r.Decoded.F32 {
		if w := c.Width / 4; i%4 == 0 && i/w%4 == 0 {
			some = append(some, v)
		}
	}
	d.decoder, d.decoderRange = farthest(some, decoder), spread(decoder)
	data, err := os.ReadFile(filepath.Join(loras, c.Name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for y := range c.Height / 2 {
		for x := range c.Width / 2 {
			red, green, blue, _ := img.At(x, y).RGBA()
			i := r.Image.PixOffset(2*x, 2*y)
			for k, want := range []uint32{red >> 8, green >> 8, blue >> 8} {
				d.picture = max(d.picture, abs(int(r.Image.Pix[i+k])-int(want)))
			}
		}
	}
	return d
}

// ok is stricter than distance.ok where the weights are not bfloat16, so that
// it notices small changes of small layers.
func (c loraCase) ok(d distance) bool {
	return d.ok() && (c.Checkpoint == "original" || d.prior <= max(4e-4, 2e-5*d.priorRange))
}

func abs(n int) int { return max(n, -n) }

// loraPipelines opens each checkpoint once.
func loraPipelines(t testing.TB) func(name string) *inference.Pipeline {
	rt, cache := runtime(t), t.TempDir()
	open := map[string]*inference.Pipeline{}
	return func(name string) *inference.Pipeline {
		if open[name] == nil {
			open[name] = newPipeline(t, rt, name, inference.Options{Keep: true, Cache: cache})
		}
		return open[name]
	}
}

// Every format gives the picture of weights that were merged by hand, and the
// golden latents tell weights near one another apart.
func TestLoRAs(t *testing.T) {
	golden, err := safetensors.Open(filepath.Join(loras, "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	pipeline := loraPipelines(t)
	for _, c := range loraCases(t) {
		p := pipeline(c.Checkpoint)
		for i, l := range c.LoRAs {
			d := c.away(t, golden, generate(t, p, c.request(i))[0])
			t.Logf("%s %v: %v", c.Name, l, d)
			if !c.ok(d) {
				t.Errorf("%s %v: %v", c.Name, l, d)
			}
		}
		if len(c.LoRAs[0]) == 0 {
			continue
		}
		r := c.request(0)
		r.LoRAs[0].Weight *= 0.9
		if d := c.away(t, golden, generate(t, p, r)[0]); c.ok(d) {
			t.Errorf("%s: with 0.9 of the weight it is the same: %v", c.Name, d)
		}
	}
}

// A LoRA taken off again leaves the first picture, byte for byte, in a pipeline
// that keeps its networks and in one that does not; the side files are made once.
func TestLoRAOffAgain(t *testing.T) {
	rt := runtime(t)
	c := loraCases(t)[1]
	for _, keep := range []bool{true, false} {
		cache := t.TempDir()
		p := newPipeline(t, rt, c.Checkpoint, inference.Options{Keep: keep, Cache: cache})
		with, without := c.request(0), c.request(0)
		without.LoRAs = nil
		first := generate(t, p, without)[0].Image.Pix
		on := generate(t, p, with)[0].Image.Pix
		made := sideFiles(t, cache)
		results := generate(t, p, with, without, with)
		if bytes.Equal(first, on) || !bytes.Equal(first, results[1].Image.Pix) || !bytes.Equal(on, results[2].Image.Pix) {
			t.Error("on and off again gives another picture")
		}
		if again := sideFiles(t, cache); len(again) != 2 || !again[0].ModTime().Equal(made[0].ModTime()) {
			t.Errorf("side files %v, then %v", made, again)
		}
	}
}

func sideFiles(t testing.TB, cache string) []os.FileInfo {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(cache, "lora", "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	var list []os.FileInfo
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, info)
	}
	return list
}

// A second picture with the same LoRA loads nothing.
func TestLoRAStaysLoaded(t *testing.T) {
	c := loraCases(t)[1]
	p := loraPipelines(t)(c.Checkpoint)
	generate(t, p, c.request(0))
	loads := 0
	_, err := p.Generate(context.Background(), []inference.Request{c.request(0)}, func(e inference.Event) {
		if e.Loaded {
			loads++
		}
	})
	if err != nil || loads != 0 {
		t.Errorf("%d networks loaded again (%v)", loads, err)
	}
}

// The golden latents notice one layer that is left out, and an alpha that is not
// as it was stored.
func TestLoRAFaults(t *testing.T) {
	golden, err := safetensors.Open(filepath.Join(loras, "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	c := loraCases(t)[1]
	p := loraPipelines(t)(c.Checkpoint)
	r := c.request(0)
	for _, layer := range []string{
		"lora_prior_unet_down_blocks_0_0_depthwise", "lora_prior_unet_up_blocks_0_2_attention_attn_to_v", "lora_prior_unet_embedding_1",
		"lora_prior_te_text_model_encoder_layers_0_self_attn_q_proj", "lora_prior_te_text_projection",
	} {
		for fault, change := range map[string]func(map[string]safetensors.Array){
			"left out": func(all map[string]safetensors.Array) {
				for _, part := range []string{".lora_down.weight", ".lora_up.weight", ".alpha"} {
					delete(all, layer+part)
				}
			},
			"alpha": func(all map[string]safetensors.Array) { all[layer+".alpha"].Data[0] *= 1.1 },
		} {
			r.LoRAs[0].Path = changed(t, filepath.Join(loras, "onetrainer.safetensors"), layer, change)
			if d := c.away(t, golden, generate(t, p, r)[0]); c.ok(d) {
				t.Errorf("%s %s is not noticed: %v", layer, fault, d)
			}
		}
	}
}

// changed writes a LoRA file with a change, which must have the layer.
func changed(t testing.TB, path, layer string, change func(map[string]safetensors.Array)) string {
	t.Helper()
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := f.Tensors[layer+".lora_up.weight"]; !ok {
		t.Fatalf("%s has no layer %s", path, layer)
	}
	all := map[string]safetensors.Array{}
	for name, tensor := range f.Tensors {
		v, err := f.Floats(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = safetensors.Array{Shape: tensor.Shape, Data: v}
	}
	change(all)
	to := filepath.Join(t.TempDir(), "changed.safetensors")
	if err := safetensors.Write(to, all, nil); err != nil {
		t.Fatal(err)
	}
	return to
}
