package golden

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/safetensors"
	"cascata/inference/sampler"
)

// A model whose last level of Stage C grows beyond what fp16 holds makes the
// right picture in fp16, since the level is scaled. Without the scaling the check
// after each step finds it, and the picture is the right one too: that stage
// alone is computed in fp32, once a note has said so.
func TestRangeOfHalf(t *testing.T) {
	rt := runtime(t)
	ck := grown(t, demoOr(t, "demo"))
	devices := []inference.Device{cpu}
	if card, _, err := rt.Pick(context.Background(), "webgpu"); err == nil && slices.Contains(card.Precisions, "fp16") {
		devices = append(devices, card.Device)
	}
	for _, d := range devices {
		t.Run(d.Provider, func(t *testing.T) { rangeOn(t, rt, d, ck) })
	}
}

func rangeOn(t *testing.T, rt inference.Runtime, d inference.Device, ck *checkpoint.Checkpoint) {
	near := 2.5 // levels; with Stages B and A alone in fp16, and so few steps, it is 1.7
	if d != cpu {
		near = 8 // WebGPU sums in fp16, and it is 3.4
	}
	want, notes := inPrecision(t, rt, cpu, ck, "fp32")
	if len(notes) > 0 {
		t.Errorf("in fp32: notes %v", notes)
	}
	scaled, notes := inPrecision(t, rt, d, ck, "fp16")
	off := farApart(want, scaled)
	if t.Logf("in fp16: %+v levels", off); len(notes) > 0 || off.mean > near {
		t.Errorf("in fp16: %+v levels, notes %v; want at most %v in the mean, and none", off, notes, near)
	}
	p := &plainly{Runtime: rt, prior: ck.Prior}
	plain, notes := inPrecision(t, p, d, ck, "fp16")
	if len(notes) != 1 || notes[0].Stage != inference.StageC || notes[0].Precision != "fp16" || notes[0].Instead != "fp32" {
		t.Errorf("without the scale: notes %+v, want one of Stage C", notes)
	}
	off = farApart(want, plain)
	if t.Logf("without the scale: %+v levels", off); off.mean > near {
		t.Errorf("without the scale: %+v levels; want at most %v in the mean", off, near)
	}
	if want := []string{"plain fp16", "as it is"}; !slices.Equal(p.loaded, want) {
		t.Errorf("Stage C was loaded %q, want %q", p.loaded, want)
	}
}

// grown is ck with its last level of Stage C adding so much to its stream that
// fp16 does not hold it, which the norms after it take out again.
func grown(t *testing.T, ck *checkpoint.Checkpoint) *checkpoint.Checkpoint {
	t.Helper()
	const by = 256
	file, err := safetensors.Open(ck.Prior.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	arrays := map[string]safetensors.Array{}
	for name, tensor := range file.Tensors {
		v, err := file.Floats(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "up_blocks.1.") && (strings.Contains(name, ".channelwise.4.") || strings.Contains(name, ".to_out.0.")) {
			for i := range v {
				v[i] *= by
			}
		}
		arrays[name] = safetensors.Array{Shape: tensor.Shape, Data: v}
	}
	path := filepath.Join(t.TempDir(), "prior.safetensors")
	if err := safetensors.Write(path, arrays, nil); err != nil {
		t.Fatal(err)
	}
	if file, err = safetensors.Open(path); err != nil {
		t.Fatal(err)
	}
	all, prior := *ck, *ck.Prior
	prior.Weights, prior.Files = maps.Clone(prior.Weights), []string{path}
	for name, w := range prior.Weights {
		at := file.Tensors[name]
		w.File, w.Offset, w.Length, w.DType = path, at.Offset, at.Length, checkpoint.F32
		prior.Weights[name] = w
	}
	all.Prior = &prior
	return &all
}

// plainly is a runtime that takes the scaling out of Stage C in fp16.
type plainly struct {
	inference.Runtime
	prior  *checkpoint.Network
	loaded []string // of Stage C
}

// Load implements inference.Runtime.
func (p *plainly) Load(ctx context.Context, m inference.Model, d inference.Device) (inference.Session, error) {
	half, err := graph.Build(p.prior, graph.Options{Precision: "fp16", Fused: d == cpu, Pack: d == cpu})
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.Equal(m.Proto, half.Proto):
		plain, err := graph.Build(p.prior, graph.Options{Precision: "fp16", Fused: d == cpu, Pack: d == cpu, Plain: true})
		if err != nil {
			return nil, err
		}
		m.Proto = plain.Proto
		p.loaded = append(p.loaded, "plain fp16")
	case m.Name == string(checkpoint.KindPrior):
		p.loaded = append(p.loaded, "as it is")
	}
	return p.Runtime.Load(ctx, m, d)
}

// inPrecision makes a small picture and says what was noted of the range.
func inPrecision(t *testing.T, rt inference.Runtime, d inference.Device, ck *checkpoint.Checkpoint, precision string) (*inference.Result, []inference.Note) {
	t.Helper()
	p, err := inference.New(rt, d, ck, openTokenizer, inference.Options{Keep: true, Precision: precision})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var notes []inference.Note
	results, err := p.Generate(context.Background(), []inference.Request{{
		Prompt: "a green tree at night, left", Preset: sampler.Official, Width: 256, Height: 256, Steps: 4, DecoderSteps: 2, Seed: 1, DecoderSeed: 2,
	}}, func(e inference.Event) {
		if e.Note.Kind == inference.NoteRange {
			notes = append(notes, e.Note)
		}
	})
	if err != nil {
		t.Fatalf("%s: %v", precision, err)
	}
	return results[0], notes
}

// difference is that of two pictures, in levels of 255.
type difference struct {
	mean float64
	most int
}

func farApart(a, b *inference.Result) (d difference) {
	for i, v := range a.Image.Pix {
		off := max(int(v), int(b.Image.Pix[i])) - min(int(v), int(b.Image.Pix[i]))
		d.mean += float64(off) / float64(len(a.Image.Pix))
		d.most = max(d.most, off)
	}
	return d
}
