package golden

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"testing"

	"cascata/assets"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
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
		img := inferencetest.ReadPNG(t, filepath.Join(dir, name+".png"))
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
	if none, once, twice := warmth(0), warmth(1), warmth(2); !(twice > once+0.05 && once > none+0.05) {
		t.Errorf("red over blue is %.2f without it, %.2f with it and %.2f with it twice", none, once, twice)
	}
}

// With the left half of a drawing repainted, every pixel of the right half stays
// what it was.
func TestDemoRepaint(t *testing.T) {
	p := enlarger(t, runtime(t), openDemo(t))
	in := readDrawing(t, "a")
	mask := image.NewGray(in.Image.Bounds())
	draw.Draw(mask, image.Rect(0, 0, 128, 256), image.White, image.Point{}, draw.Src)
	r := inference.Request{Prompt: "a blue tree in snow", Steps: 4, DecoderSteps: 4, Guidance: 1.5, Seed: 1, DecoderSeed: 1}
	r.Init, r.Mask = &in, &inference.Input{File: "mask.png", Image: mask}
	got := generate(t, p, r)[0].Image
	var changed float64
	for i := range 256 * 256 {
		x, y := i%256, i/256
		was, is := color.RGBAModel.Convert(in.Image.At(x, y)), got.RGBAAt(x, y)
		if x >= 128 && was != is {
			t.Fatalf("pixel %d, %d of what stays was %v and is %v", x, y, was, is)
		}
		if x < 128 && was != is {
			changed++
		}
	}
	if changed < 128*256/2 {
		t.Errorf("%.0f pixels of the other half are new", changed)
	}
}

// The further a drawing is noised, the less is left of it.
func TestDemoStrength(t *testing.T) {
	p := enlarger(t, runtime(t), openDemo(t))
	in := readDrawing(t, "a")
	var last float64
	for _, strength := range []float64{0.2, 0.5, 0.8} {
		r := inference.Request{Prompt: "a blue tree in snow", Steps: 10, DecoderSteps: 4, Guidance: 1.5, Seed: 1, DecoderSeed: 1}
		r.Init, r.Strength = &in, &strength
		got, off := generate(t, p, r)[0].Image, 0.0
		for i := range 256 * 256 {
			was, is := color.RGBAModel.Convert(in.Image.At(i%256, i/256)).(color.RGBA), got.RGBAAt(i%256, i/256)
			off += math.Abs(float64(was.R)-float64(is.R)) + math.Abs(float64(was.G)-float64(is.G)) + math.Abs(float64(was.B)-float64(is.B))
		}
		off /= 3 * 256 * 256
		t.Logf("strength %g: %.1f of 255 from the drawing in the mean", strength, off)
		if off < last+1 {
			t.Errorf("strength %g: %.1f of 255 from the drawing, and %.1f with less of it", strength, off, last)
		}
		last = off
	}
}
