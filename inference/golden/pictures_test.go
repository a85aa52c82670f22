package golden

import (
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/inferencetest"
	"cascata/inference/safetensors"
)

// pictures are the cases of golden/pictures: what goes in beside words.
type pictures struct {
	Networks []struct {
		Name, Network   string
		Inputs, Outputs map[string]string
	}
	Pictures []inputCase
	tensors  *safetensors.File
}

type inputCase struct {
	pictureCase
	From, Init, Mask string
	Strength         *float64
	References       []struct {
		File   string
		Weight float64
	}
	Control *struct {
		Kind, File string
		Weight     float64
	}
}

var (
	pictureInputs     = filepath.Join(testdata, "golden", "pictures")
	pictureCheckpoint = filepath.Join(testdata, "checkpoints", "pictures")
)

func openPictures(t testing.TB) *pictures {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(pictureInputs, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	g := &pictures{}
	if err := json.Unmarshal(text, g); err != nil {
		t.Fatal(err)
	}
	if g.tensors, err = safetensors.Open(filepath.Join(pictureInputs, "golden.safetensors")); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *pictures) tensor(t testing.TB, name string) *inference.Tensor {
	return (&golden{tensors: g.tensors}).tensor(t, name)
}

// openSeeing opens diffusers-a with the networks for pictures, and the Stage C
// that a control network can steer if deep is set.
func openSeeing(t testing.TB, deep bool) *checkpoint.Checkpoint {
	t.Helper()
	paths := []string{
		filepath.Join(testdata, "checkpoints", "diffusers-a"),
		filepath.Join(pictureCheckpoint, "effnet_encoder.safetensors"), filepath.Join(pictureCheckpoint, "image_encoder"),
	}
	if deep {
		paths = append(paths, filepath.Join(pictureCheckpoint, "stage_c.safetensors"))
		for _, name := range []string{"canny", "inpainting", "super_resolution"} {
			paths = append(paths, filepath.Join(pictureCheckpoint, "controlnet", name+".safetensors"))
		}
	}
	ck, err := checkpoint.Open(paths...)
	if err != nil {
		t.Fatal(err)
	}
	return ck
}

func readInput(t testing.TB, name string) inference.Input {
	t.Helper()
	return inference.Input{File: name + ".png", Image: inferencetest.ReadPNG(t, filepath.Join(pictureInputs, name+".png"))}
}

func (c inputCase) request(t testing.TB) inference.Request {
	t.Helper()
	r := c.requests(t)[0]
	input := func(name string) *inference.Input {
		if name == "" {
			return nil
		}
		in := readInput(t, name)
		return &in
	}
	r.From, r.Init, r.Mask, r.Strength = input(c.From), input(c.Init), input(c.Mask), c.Strength
	for _, ref := range c.References {
		r.References = append(r.References, inference.Reference{Input: readInput(t, ref.File), Weight: ref.Weight})
	}
	if c.Control != nil {
		r.Control = &inference.Control{Input: readInput(t, c.Control.File), Kind: checkpoint.ControlKind(c.Control.Kind), Weight: c.Control.Weight}
	}
	return r
}

// check runs a case and says how far Stage C's latent and the picture are off.
func (g *pictures) check(t testing.TB, p *inference.Pipeline, c inputCase, r inference.Request) distance {
	t.Helper()
	got := generate(t, p, r)[0]
	prior := g.tensor(t, c.Prior)
	return distance{
		prior: farthest(got.Latent.F32, prior.F32), priorRange: spread(prior.F32),
		picture: levels(t, got.Image, filepath.Join(pictureInputs, c.pictureCase.Pictures[0])),
	}
}

func seeing(t testing.TB, rt inference.Runtime, deep bool, o inference.Options) *inference.Pipeline {
	t.Helper()
	p, err := inference.New(rt, cpu, openSeeing(t, deep), openTokenizer, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// The networks that read pictures compute what torchvision's and the official
// code's do.
func TestPictureNetworks(t *testing.T) {
	g, ck := openPictures(t), openSeeing(t, true)
	n := g.checkNetworks(t, runtime(t), cpu, ck, map[string]*checkpoint.Network{"encoder": ck.Encoder, "deep": ck.Prior})
	if n != len(g.Networks) {
		t.Errorf("%d of %d cases were compared", n, len(g.Networks))
	}
}

// checkNetworks compares the outputs of networks and of ck's control networks on d
// with those recorded, and returns how many cases it compared.
func (g *pictures) checkNetworks(t *testing.T, rt inference.Runtime, d inference.Device, ck *checkpoint.Checkpoint, networks map[string]*checkpoint.Network) (compared int) {
	t.Helper()
	for _, n := range ck.Controls {
		networks[strings.TrimSuffix(filepath.Base(n.Files[0]), ".safetensors")] = n
	}
	for _, c := range g.Networks {
		n := networks[c.Network]
		if n == nil {
			continue
		}
		compared++
		m, err := graph.Build(n, graph.Options{Control: c.Network == "deep"})
		if err != nil {
			t.Fatal(err)
		}
		s, err := rt.Load(t.Context(), inference.Model{Name: c.Name, Proto: m.Proto, Root: m.Root}, d)
		if err != nil {
			t.Fatal(err)
		}
		in, out := map[string]*inference.Tensor{}, map[string]*inference.Tensor{}
		for name, tensor := range c.Inputs {
			in[name] = g.tensor(t, tensor)
		}
		if r := in["timestep_ratio"]; r != nil {
			delete(in, "timestep_ratio")
			in["timestep_embedding"] = embed(r, ck.Prior.UNetConfig.TimestepRatioEmbeddingDim)
		}
		for name, tensor := range c.Outputs {
			out[name] = inference.NewTensor(g.tensor(t, tensor).Shape...)
		}
		run(t, s, in, out)
		for name, tensor := range c.Outputs {
			compare(t, c.Name+" "+name, out[name], g.tensor(t, tensor))
		}
		s.Close()
	}
	return compared
}

// Pictures from pictures are those of the reference implementations.
func TestPicturesFromPictures(t *testing.T) {
	rt, g := runtime(t), openPictures(t)
	for _, keep := range []bool{true, false} {
		plain, deep := seeing(t, rt, false, inference.Options{Keep: keep}), seeing(t, rt, true, inference.Options{Keep: keep, Serial: !keep})
		for _, c := range g.Pictures {
			p := plain
			if c.Control != nil {
				p = deep
			}
			if !keep && c.Name != "references" && c.Name != "mask" && c.Name != "sr" {
				continue
			}
			d := g.check(t, p, c, c.request(t))
			t.Logf("%s: %v", c.Name, d)
			if !d.ok() {
				t.Errorf("%s, keep %v: %v", c.Name, keep, d)
			}
		}
	}
}

// A fault is not hidden by the tolerances.
func TestPicturesFromPicturesCanFail(t *testing.T) {
	rt, g := runtime(t), openPictures(t)
	plain, deep := seeing(t, rt, false, inference.Options{Keep: true}), seeing(t, rt, true, inference.Options{Keep: true})
	shifted := func(in *inference.Input) {
		b := in.Image.Bounds()
		in.Image = in.Image.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(b.Min.X+3, b.Min.Y+1, b.Max.X, b.Max.Y))
	}
	for _, fault := range []struct {
		name, of string
		do       func(*inference.Request)
	}{
		{"another crop", "from", func(r *inference.Request) { shifted(r.From) }},
		{"another crop", "references", func(r *inference.Request) { shifted(&r.References[0].Input) }},
		{"weight 0.9 for 1", "references", func(r *inference.Request) { r.References[0].Weight = 0.9 }},
		{"no second reference", "references", func(r *inference.Request) { r.References = r.References[:1] }},
		{"another crop", "init", func(r *inference.Request) { shifted(r.Init) }},
		{"strength 0.65 for 0.6", "init", func(r *inference.Request) { *r.Strength = 0.65 }},
		{"no mask", "mask", func(r *inference.Request) { r.Mask = nil }},
		{"weight 0.9 for 1", "canny", func(r *inference.Request) { r.Control.Weight = 0.9 }},
		{"another crop", "canny", func(r *inference.Request) { shifted(&r.Control.Input) }},
		{"no control", "sr", func(r *inference.Request) { r.Control = nil }},
		{"another picture", "inpaint", func(r *inference.Request) { r.Control.Image = r.Mask.Image }},
	} {
		for _, c := range g.Pictures {
			if c.Name != fault.of {
				continue
			}
			p, r := plain, c.request(t)
			if c.Control != nil {
				p = deep
			}
			fault.do(&r)
			if d := g.check(t, p, c, r); d.ok() {
				t.Errorf("%s, %s: %v, and no test would notice", c.Name, fault.name, d)
			}
		}
	}
}
