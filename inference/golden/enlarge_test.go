package golden

import (
	"context"
	"encoding/json"
	"errors"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
	"cascata/inference/safetensors"
)

// enlargeCase is a case of golden/enlarge.
type enlargeCase struct {
	Name, File         string
	Strength, Guidance float64
	Steps, Native      int
	Seed               uint64
}

// Enlarged pictures are those of diffusers' encoder and the official networks
// and sampler, in one part and in several. Stage A's encoder computes what
// diffusers' does.
func TestEnlarge(t *testing.T) {
	dir := filepath.Join(testdata, "golden", "enlarge")
	text, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []enlargeCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	tensors, err := safetensors.Open(filepath.Join(dir, "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	rt := runtime(t)
	for _, c := range cases {
		ck := openSeeing(t, false)
		ck.Meta.Width, ck.Meta.Height = c.Native, c.Native
		p := enlarger(t, rt, ck)
		in := readInput(t, c.File)
		r := inference.Request{Steps: 1, DecoderSteps: c.Steps, DecoderGuidance: c.Guidance, DecoderSeed: c.Seed}
		r.From, r.Enlarge, r.Strength = &in, true, &c.Strength
		got := generate(t, p, r)[0]
		want := (&golden{tensors: tensors}).tensor(t, c.Name+".latent")
		if d, span := farthest(got.Decoded.F32, want.F32), spread(want.F32); d > 1e-3*span {
			t.Errorf("%s: the latent is %g away, of a range of %g", c.Name, d, span)
		}
		if d := levels(t, got.Image, filepath.Join(dir, c.Name+".png")); d > 1 {
			t.Errorf("%s: %d levels, allowed 1", c.Name, d)
		}
	}
}

// Stage A's encoder and decoder belong together: a drawing comes back.
func TestStageAEncoder(t *testing.T) {
	rt, ck := runtime(t), openDemo(t)
	in := readDrawing(t, "a")
	x := inference.NewTensor(1, 3, 256, 256)
	for i := range 256 * 256 {
		r, g, b, _ := in.Image.At(i%256, i/256).RGBA()
		x.F32[i], x.F32[65536+i], x.F32[2*65536+i] = float32(r>>8)/255, float32(g>>8)/255, float32(b>>8)/255
	}
	latent, back := inference.NewTensor(1, 4, 64, 64), inference.NewTensor(1, 3, 256, 256)
	for _, s := range []struct {
		n       *checkpoint.Network
		in, out map[string]*inference.Tensor
	}{
		{ck.VQ.Encode, map[string]*inference.Tensor{"image": x}, map[string]*inference.Tensor{"latent": latent}},
		{ck.VQ, map[string]*inference.Tensor{"sample": latent}, map[string]*inference.Tensor{"latent_sample": back}},
	} {
		m, err := graph.Build(s.n, graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		session, err := rt.Load(t.Context(), inference.Model{Name: string(s.n.Kind), Proto: m.Proto, Root: m.Root}, cpu)
		if err != nil {
			t.Fatal(err)
		}
		run(t, session, s.in, s.out)
		session.Close()
	}
	var sum float64
	for i, v := range x.F32 {
		sum += math.Abs(float64(min(max(back.F32[i], 0), 1) - v))
	}
	if off := 255 * sum / float64(len(x.F32)); off > 4 {
		t.Errorf("a drawing comes back %.1f of 255 away in the mean", off)
	}
}

func readDrawing(t *testing.T, name string) inference.Input {
	t.Helper()
	return inference.Input{File: name + ".png", Image: inferencetest.ReadPNG(t, filepath.Join(testdata, "golden", "demo", name+".png"))}
}

// The built-in model enlarges a drawing without a seam, keeps what it shows,
// and says how far it is.
func TestEnlargeDemo(t *testing.T) {
	p := enlarger(t, runtime(t), openDemo(t))
	in := readDrawing(t, "a")
	var parts, last int
	got := enlarge(t, p, in, func(e inference.Event) {
		if e.Stage != inference.StageB || e.Total == 0 {
			return
		}
		if e.N != last+1 || e.N > e.Total {
			t.Errorf("part %d of %d after part %d", e.N, e.Total, last)
		}
		if last, parts = e.N, e.Total; e.X0 != nil && e.Preview().Rect.Dx() != 128 {
			t.Error("a preview of another size")
		}
	})
	if last != parts || parts != 2*4 { // two steps, four parts
		t.Errorf("%d of %d parts were told, expected 8", last, parts)
	}
	if got.Rect != image.Rect(0, 0, 512, 512) {
		t.Fatalf("the picture has %v", got.Rect)
	}
	small := half(got)
	var off float64
	for i := range small.Pix {
		r := in.Image.At(i/4%256, i/1024)
		c := []uint32{}
		a, b, d, _ := r.RGBA()
		if c = append(c, a>>8, b>>8, d>>8); i%4 < 3 {
			off += math.Abs(float64(small.Pix[i]) - float64(c[i%4]))
		}
	}
	if off /= 3 * 256 * 256; off > 8 {
		t.Errorf("made small again it is %.1f of 255 from the drawing in the mean", off)
	}

	// The same in four pieces, each alone.
	pieces := image.NewRGBA(image.Rect(0, 0, 512, 512))
	for i := range 4 {
		at := image.Pt(i%2*128, i/2*128)
		part := image.NewRGBA(image.Rect(0, 0, 128, 128))
		draw.Draw(part, part.Rect, in.Image, at, draw.Src)
		draw.Draw(pieces, image.Rect(2*at.X, 2*at.Y, 2*at.X+256, 2*at.Y+256), enlarge(t, p, inference.Input{File: "part", Image: part}, nil), image.Point{}, draw.Src)
	}
	// Neither has a border where the other has one, so each is what the other
	// is measured by.
	whole, cut := seam(got, pieces, 208, 304), seam(pieces, got, 256)
	t.Logf("pixels jump %.2f times as far at the borders of parts as without; at those of pieces made alone %.2f times", whole, cut)
	if whole > 1.2 {
		t.Errorf("pixels jump %.2f times as far at the borders of parts as without", whole)
	}
	if cut < 2 {
		t.Errorf("a real seam is %.2f times as far, so that this test would see none", cut)
	}
}

// What cannot be enlarged is refused with a sentence, and odd sizes are exact.
func TestEnlargeRefuses(t *testing.T) {
	rt, ck := runtime(t), openDemo(t)
	p := enlarger(t, rt, ck)
	of := func(w, h int) inference.Request {
		r := inference.Request{Steps: 1, DecoderSteps: 4}
		r.From, r.Enlarge = &inference.Input{File: "picture.png", Image: image.NewGray(image.Rect(0, 0, w, h))}, true
		return r
	}
	draft := of(64, 64)
	draft.Draft = true
	none := of(64, 64)
	none.From = nil
	for name, r := range map[string]inference.Request{"small": of(8, 64), "large": of(4097, 64), "a draft": draft, "no picture": none} {
		if _, err := p.Generate(t.Context(), []inference.Request{r}, nil); !errors.Is(err, inference.ErrBadRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	odd := generate(t, p, of(67, 45))[0]
	if odd.Image.Rect != image.Rect(0, 0, 134, 90) {
		t.Errorf("of 67 by 45 pixels %v", odd.Image.Rect)
	}
	ck.VQ.Encode = nil
	if _, err := p.Generate(t.Context(), []inference.Request{of(64, 64)}, nil); !errors.Is(err, inference.ErrModelMissing) {
		t.Errorf("without Stage A's encoder: %v", err)
	}
}

func enlarger(t *testing.T, rt inference.Runtime, ck *checkpoint.Checkpoint) *inference.Pipeline {
	t.Helper()
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func enlarge(t *testing.T, p *inference.Pipeline, in inference.Input, event func(inference.Event)) *image.RGBA {
	t.Helper()
	r := inference.Request{Steps: 1, DecoderSteps: 8, DecoderSeed: 5}
	r.From, r.Enlarge = &in, true
	got, err := p.Generate(t.Context(), []inference.Request{r}, event)
	if err != nil {
		t.Fatal(err)
	}
	return got[0].Image
}

// seam is how far pixels jump across columns and rows, by how far they do in
// another picture, at the worst of some places.
func seam(p, other *image.RGBA, places ...int) (worst float64) {
	jump := func(p *image.RGBA, at int, down bool) (sum float64) {
		for k := range 512 {
			a, b := p.PixOffset(at-1, k), p.PixOffset(at, k)
			if down {
				a, b = p.PixOffset(k, at-1), p.PixOffset(k, at)
			}
			for c := range 3 {
				sum += math.Abs(float64(p.Pix[a+c]) - float64(p.Pix[b+c]))
			}
		}
		return sum
	}
	for _, at := range places {
		for _, down := range []bool{false, true} {
			worst = max(worst, jump(p, at, down)/jump(other, at, down))
		}
	}
	return worst
}

// half is a picture made half as wide and high by means.
func half(p *image.RGBA) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, p.Rect.Dx()/2, p.Rect.Dy()/2))
	for i := range out.Pix {
		x, y, c := i/4%out.Rect.Dx(), i/4/out.Rect.Dx(), i%4
		var sum int
		for k := range 4 {
			sum += int(p.Pix[p.PixOffset(2*x+k%2, 2*y+k/2)+c])
		}
		out.Pix[i] = uint8((sum + 2) / 4)
	}
	return out
}

// Enlarging stops between its parts.
func TestEnlargeCancelled(t *testing.T) {
	p := enlarger(t, runtime(t), openDemo(t))
	in := readDrawing(t, "a")
	r := inference.Request{Steps: 1, DecoderSteps: 8}
	r.From, r.Enlarge = &in, true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	parts := 0
	_, err := p.Generate(ctx, []inference.Request{r}, func(e inference.Event) {
		if e.Stage == inference.StageB && e.Total > 0 {
			parts++
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || parts != 1 {
		t.Errorf("%d parts were made, %v", parts, err)
	}
}
