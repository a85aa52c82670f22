package golden

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/preview"
	"cascata/inference/safetensors"
)

// The previewer draws what the official one does, also while the pipeline is
// at work, and ends with it.
func TestPreviewer(t *testing.T) {
	rt := runtime(t)
	g := open(t, "comfy")
	p := newPipeline(t, rt, "comfy", inference.Options{Keep: true})
	v := p.Previewer()
	if v == nil {
		t.Fatal("the checkpoint's previewer was not found")
	}
	draw := func() {
		n := 0
		for _, c := range g.Networks {
			if c.Network != "previewer" {
				continue
			}
			in, out := g.tensor(t, c.Inputs["sample"]), g.tensor(t, c.Output)
			h, w := int(in.Shape[2]), int(in.Shape[3])
			for b := range int(in.Shape[0]) { // Render takes them one by one
				n++
				got, err := v.Render(context.Background(), in.F32[b*16*h*w:(b+1)*16*h*w], w, h)
				if err != nil {
					t.Error(err)
					return
				}
				want := preview.Picture(out.F32[b*3*64*h*w:(b+1)*3*64*h*w], 8*w, 8*h)
				if d := apart(got, want); d > 1 {
					t.Errorf("%s %d: %d levels apart", c.Name, b, d)
				}
			}
		}
		if n != 3 {
			t.Errorf("drew %d pictures", n)
		}
	}
	draw()
	alone := generate(t, p, small)[0]
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 20 {
			draw()
		}
	}()
	beside := generate(t, p, small)[0]
	<-done
	if farthest(beside.Decoded.F32, alone.Decoded.F32) != 0 {
		t.Error("previews change the picture")
	}

	for name, bad := range map[string][3]int{"short": {16*9 - 1, 3, 3}, "no width": {16 * 9, 0, 3}, "negative": {16 * 9, -3, -3}} {
		if _, err := v.Render(context.Background(), make([]float32, bad[0]), bad[1], bad[2]); !errors.Is(err, inference.ErrBadRequest) {
			t.Errorf("%s: got %v, want ErrBadRequest", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Render(ctx, make([]float32, 16*9), 3, 3); err != context.Canceled {
		t.Errorf("cancelled: got %v", err)
	}
	p.Close()
	if _, err := v.Render(context.Background(), make([]float32, 16*9), 3, 3); err != context.Canceled {
		t.Errorf("after Close: got %v", err)
	}
}

// apart is the largest difference of two pictures of one size, in levels.
func apart(a, b *image.RGBA) int {
	if a.Rect != b.Rect {
		return 256
	}
	far := 0
	for i := range a.Pix {
		far = max(far, int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	return far
}

// A previewer is found beside a model's folders and by its own name, and there
// is none where a model has none.
func TestPreviewerIsFound(t *testing.T) {
	if ck := openCheckpoint(t, "diffusers-a"); ck.Preview != nil {
		t.Error("diffusers-a has a previewer")
	}
	rt := runtime(t)
	if v := newPipeline(t, rt, "diffusers-a", inference.Options{}).Previewer(); v != nil {
		t.Error("a pipeline has a previewer that its model lacks")
	}
	beside, apart := t.TempDir(), t.TempDir()
	src, err := filepath.Abs(filepath.Join(testdata, "checkpoints", "diffusers-a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"prior", "decoder", "vqgan", "text_encoder", "tokenizer"} {
		if err := os.Symlink(filepath.Join(src, name), filepath.Join(beside, name)); err != nil {
			t.Fatal(err)
		}
	}
	writePreviewer(t, filepath.Join(beside, "previewer.safetensors"))
	writePreviewer(t, filepath.Join(apart, "previewer.safetensors"))
	for name, paths := range map[string][]string{
		"beside": {beside}, "named": {src, filepath.Join(apart, "previewer.safetensors")},
	} {
		ck, err := checkpoint.Open(paths...)
		if err != nil {
			t.Fatal(err)
		}
		p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Previewer() == nil {
			t.Errorf("%s: the previewer was not found", name)
		} else if _, err := p.Previewer().Render(context.Background(), make([]float32, 16*4), 2, 2); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		p.Close()
	}
}

// writePreviewer writes comfy's previewer as a file of its own.
func writePreviewer(t *testing.T, path string) {
	t.Helper()
	const prefix = "vae.previewer."
	file, err := safetensors.Open(filepath.Join(testdata, "checkpoints", "comfy", "stable_cascade_stage_c.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	tensors := map[string]safetensors.Array{}
	for name, tensor := range file.Tensors {
		if short, ok := strings.CutPrefix(name, prefix); ok && tensor.DType == "F16" {
			v, err := file.Floats(name)
			if err != nil {
				t.Fatal(err)
			}
			tensors[short] = safetensors.Array{Shape: tensor.Shape, Data: v}
		}
	}
	if err := safetensors.Write(path, tensors, nil); err != nil {
		t.Fatal(err)
	}
}
