package golden

import (
	"os"
	"path/filepath"
	"testing"

	"cascata/assets"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/lora"
	"cascata/inference/safetensors"
)

func openDemo(t testing.TB) *checkpoint.Checkpoint {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, assets.Demo()); err != nil {
		t.Fatal(err)
	}
	ck, err := checkpoint.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return ck
}

// The built-in model's encoder computes what PyTorch does, and of a picture of
// another shape a latent of that shape.
func TestDemoEncoder(t *testing.T) {
	rt, ck := runtime(t), openDemo(t)
	m, err := graph.Build(ck.Encoder, graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := rt.Load(t.Context(), inference.Model{Name: "encoder", Proto: m.Proto, Root: m.Root}, cpu)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := filepath.Join(testdata, "golden", "demo")
	codes, err := safetensors.Open(filepath.Join(dir, "codes.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, name := range []string{"a", "b"} {
		img := readPNG(t, filepath.Join(dir, name+".png"))
		x, got := inference.NewTensor(1, 3, 256, 256), inference.NewTensor(1, 16, 6, 6)
		for i := range 256 * 256 {
			r, g, b, _ := img.At(i%256, i/256).RGBA()
			x.F32[i], x.F32[65536+i], x.F32[2*65536+i] = float32(r>>8)/255, float32(g>>8)/255, float32(b>>8)/255
		}
		run(t, s, map[string]*inference.Tensor{"image": x}, map[string]*inference.Tensor{"latent": got})
		want, err := codes.Floats(name)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, name, got, &inference.Tensor{Shape: got.Shape, F32: want})

		r := inference.Request{Steps: 1, DecoderSteps: 1, Width: 384, Height: 256}
		r.From = &inference.Input{File: name, Image: img}
		if l := generate(t, p, r)[0].Latent; l.Shape[2] != 6 || l.Shape[3] != 9 {
			t.Errorf("%s: of 384 by 256 pixels a latent of shape %v", name, l.Shape)
		}
		r.Width = 256
		if d := farthest(generate(t, p, r)[0].Latent.F32, want); d > 1e-4*spread(want) {
			t.Errorf("%s: the pipeline's latent is %g away", name, d)
		}
	}
}

// The built-in model's own LoRA is its own: it warms pictures, and nothing else of
// what it is told is needed.
func TestDemoLoRA(t *testing.T) {
	rt, dir := runtime(t), t.TempDir()
	if err := os.CopyFS(dir, assets.Demo()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "loras", "evening-light.safetensors")
	if info, err := lora.Describe(path); err != nil || info.Name != "Evening light" || info.Layers[checkpoint.KindDecoder] != 1 || !info.Fits {
		t.Errorf("%+v, %v", info, err)
	}
	ck, err := checkpoint.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{Keep: true, Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	warmth := func(weight float64) float64 {
		r := inference.Request{Prompt: "a red house in a studio", Steps: 4, DecoderSteps: 4, Guidance: 1, Seed: 1, DecoderSeed: 1}
		if weight != 0 {
			r.LoRAs = []inference.LoRA{{Name: "evening", Weight: weight, Path: path}}
		}
		var red, blue float64
		for i, v := range generate(t, p, r)[0].Image.Pix {
			switch i % 4 {
			case 0:
				red += float64(v)
			case 2:
				blue += float64(v)
			}
		}
		return red / blue
	}
	if none, half, full := warmth(0), warmth(0.5), warmth(1); !(full > half+0.05 && half > none+0.05) {
		t.Errorf("red over blue is %.2f without it, %.2f with half of it and %.2f with all", none, half, full)
	}
}
