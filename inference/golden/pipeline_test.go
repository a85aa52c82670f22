package golden

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
)

func newPipeline(t testing.TB, rt inference.Runtime, name string, o inference.Options) *inference.Pipeline {
	t.Helper()
	p, err := inference.New(rt, cpu, openCheckpoint(t, name), openTokenizer, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

var small = inference.Request{
	Prompt: "a red circle", Negative: "blue", Width: 128, Height: 128,
	Steps: 3, Guidance: 3, DecoderSteps: 2, DecoderGuidance: 1.5, Seed: 5, DecoderSeed: 6,
}

func generate(t testing.TB, p *inference.Pipeline, rs ...inference.Request) []*inference.Result {
	t.Helper()
	results, err := p.Generate(context.Background(), rs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// The same seed gives the same bytes: twice, alone or among others, with
// stages kept loaded or not. Another seed gives another picture.
func TestSameSeedSameBytes(t *testing.T) {
	rt := runtime(t)
	kept := newPipeline(t, rt, "diffusers-a", inference.Options{Keep: true})
	freed := newPipeline(t, rt, "diffusers-a", inference.Options{})
	other := small
	other.Seed, other.DecoderSeed = 7, 8
	detail := small
	detail.DecoderSeed = 8
	alone := generate(t, kept, small)[0]
	batch := generate(t, freed, other, small, detail)
	for what, r := range map[string]*inference.Result{"again": generate(t, kept, small)[0], "in a batch": batch[1]} {
		if !bytes.Equal(r.Image.Pix, alone.Image.Pix) {
			t.Errorf("%s: another picture from the same seed", what)
		}
	}
	if bytes.Equal(batch[0].Image.Pix, alone.Image.Pix) {
		t.Error("the same picture from another seed")
	}
	if farthest(batch[2].Latent.F32, alone.Latent.F32) != 0 || bytes.Equal(batch[2].Image.Pix, alone.Image.Pix) {
		t.Error("a new decoder seed must change the detail and keep the composition")
	}
}

// A draft's latent, developed, is the picture that was drafted.
func TestDevelopDraft(t *testing.T) {
	p := newPipeline(t, runtime(t), "diffusers-a", inference.Options{Keep: true})
	draft := small
	draft.Draft = true
	d := generate(t, p, draft)[0]
	if d.Image != nil || d.Latent == nil || d.Preview == nil {
		t.Fatalf("a draft must have a latent and a preview, no picture: %+v", d)
	}
	develop := small
	develop.Latent = d.Latent
	if got, want := generate(t, p, develop)[0], generate(t, p, small)[0]; !bytes.Equal(got.Image.Pix, want.Image.Pix) {
		t.Error("developing a draft gives another picture")
	}
}

// Every step of both loops is reported, in order, with a preview.
func TestEvents(t *testing.T) {
	p := newPipeline(t, runtime(t), "diffusers-a", inference.Options{Keep: true})
	var got []string
	_, err := p.Generate(context.Background(), []inference.Request{small}, func(e inference.Event) {
		switch {
		case e.Loaded:
			got = append(got, "load "+string(e.Stage))
		case e.Result != nil:
			got = append(got, "picture")
		case e.Total > 0:
			got = append(got, string(e.Stage)+" "+strconv.Itoa(e.N)+"/"+strconv.Itoa(e.Total))
			if e.Stage != inference.StageA && e.Preview() == nil {
				t.Errorf("%s %d: no preview", e.Stage, e.N)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "load text, load prior, prior 1/3, prior 2/3, prior 3/3, load decoder, decoder 1/2, decoder 2/2, load picture, picture 1/1, picture"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("events\n%s\nwant\n%s", s, want)
	}
}

func TestWrongRequests(t *testing.T) {
	p := newPipeline(t, runtime(t), "diffusers-a", inference.Options{Keep: true})
	for name, change := range map[string]func(*inference.Request){
		"steps":    func(r *inference.Request) { r.Steps = 0 },
		"many":     func(r *inference.Request) { r.DecoderSteps = 1 << 30 },
		"width":    func(r *inference.Request) { r.Width = 130 },
		"huge":     func(r *inference.Request) { r.Height = 1 << 40 },
		"negative": func(r *inference.Request) { r.Height = -64 },
		"guidance": func(r *inference.Request) { r.Guidance = 1e9 },
		"preset":   func(r *inference.Request) { r.Preset = "none" },
		"latent":   func(r *inference.Request) { r.Latent = inference.NewTensor(1, 3, 2, 2) },
	} {
		r := small
		change(&r)
		_, err := p.Generate(context.Background(), []inference.Request{r}, nil)
		if !errors.Is(err, inference.ErrBadRequest) {
			t.Errorf("%s: %v, want ErrBadRequest", name, err)
		}
	}
}

// Cancelling leaves a pipeline that works, and memory where it was.
func TestCancelledRunsLeakNothing(t *testing.T) {
	p := newPipeline(t, runtime(t), "diffusers-a", inference.Options{Keep: true})
	want := generate(t, p, small)[0]
	cancelAt := func(n int) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := p.Generate(ctx, []inference.Request{small}, func(e inference.Event) {
			if n--; n <= 0 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled: %v", err)
		}
	}
	for k := range 30 {
		cancelAt(1 + k%5)
	}
	before := inferencetest.Resident(t)
	for k := range 200 {
		cancelAt(1 + k%5)
	}
	grown := inferencetest.Resident(t) - before
	t.Logf("200 cancelled runs: memory grew by %d KiB from %d KiB", grown>>10, before>>10)
	if grown > 24<<20 {
		t.Errorf("memory grew by %d KiB", grown>>10)
	}
	if got := generate(t, p, small)[0]; !bytes.Equal(got.Image.Pix, want.Image.Pix) {
		t.Error("after cancelled runs the picture is another")
	}
}

// Cancelling from outside acts inside a step, too.
func TestCancelInsideAStep(t *testing.T) {
	p := newPipeline(t, runtime(t), "diffusers-a", inference.Options{Keep: true})
	r := small
	r.Width, r.Height = 2048, 2048 // steps of seconds
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var at time.Time
	_, err := p.Generate(ctx, []inference.Request{r}, func(e inference.Event) {
		if e.Stage == inference.StageB && e.Loaded {
			time.AfterFunc(300*time.Millisecond, func() { at = time.Now(); cancel() })
		}
		if e.Stage == inference.StageB && e.N > 1 {
			t.Errorf("step %d ended, nothing was cancelled inside one", e.N)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	t.Logf("cancelled %v after it was asked for", time.Since(at))
}

// The ONNX bundle, exported by torch from diffusers-a, makes its pictures.
func TestBundle(t *testing.T) {
	rt := runtime(t)
	g := open(t, "bundle")
	p := newPipeline(t, rt, "bundle", inference.Options{Keep: true})
	for _, c := range g.Pictures {
		d := g.check(t, p, c)
		t.Logf("%s: %v", c.Name, d)
		if d.picture > pictureTolerance {
			t.Errorf("%s: %d levels, allowed %d", c.Name, d.picture, pictureTolerance)
		}
	}
}

// A bundle whose weights are links to another place makes the same picture.
func TestBundleOfLinks(t *testing.T) {
	rt := runtime(t)
	src := openCheckpoint(t, "diffusers-a")
	dir, disk := t.TempDir(), t.TempDir()
	for _, n := range []*checkpoint.Network{src.Text, src.Prior, src.Decoder, src.VQ} {
		if _, err := graph.Export(n, graph.Options{Export: true}, dir); err != nil {
			t.Fatal(err)
		}
	}
	bundle := func() []byte {
		ck, err := checkpoint.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		ck.Tokenizer, ck.Meta = src.Tokenizer, src.Meta
		p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if len(ck.Prior.Files) != 2 {
			t.Errorf("the files of stage c: %q", ck.Prior.Files)
		}
		return generate(t, p, small)[0].Image.Pix
	}
	want := bundle()
	for i, name := range []string{"text_encoder", "prior", "decoder", "vae_decoder"} {
		data := filepath.Join(dir, name, "model.onnx_data")
		away := filepath.Join(disk, "blob"+strconv.Itoa(i))
		if err := os.Rename(data, away); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(away, data); err != nil {
			t.Skip(err)
		}
	}
	if got := bundle(); !bytes.Equal(got, want) {
		t.Error("weights behind links give another picture")
	}
}

// All the ways in which the same files come lead to the same checkpoint.
func TestLayoutsMakeTheSamePicture(t *testing.T) {
	rt := runtime(t)
	want := generate(t, newPipeline(t, rt, "diffusers-a", inference.Options{}), small)[0]
	src, err := filepath.Abs(filepath.Join(testdata, "checkpoints", "diffusers-a"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for from, to := range map[string]string{
		"prior": "p/prior", "decoder": "d/decoder", "vqgan": "d/vqgan", "text_encoder": "p/text_encoder", "tokenizer": "p/tokenizer",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(to)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(src, from), filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	ck, err := checkpoint.Open(filepath.Join(dir, "d"), filepath.Join(dir, "p"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := inference.New(rt, cpu, ck, openTokenizer, inference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got := generate(t, p, small)[0]; !bytes.Equal(got.Image.Pix, want.Image.Pix) {
		t.Error("two repositories give another picture than one folder")
	}
}
