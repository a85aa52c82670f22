package recipe

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"cascata/app/meta"
	"cascata/inference"
)

func TestRecipeRoundTrip(t *testing.T) {
	eta := 0.5
	latent := inference.NewTensor(1, 16, 2, 3)
	for i := range latent.F32 {
		latent.F32[i] = float32(math.Sin(float64(i)))
	}
	for _, prompt := range []string{"", "a red boat", "lines\nof: text, with \"quotes\"", "日本の海 🌊", "café\tnoir", "Negative prompt: no\nSteps: 3, Seed: 4, Size: 1x1"} {
		m := Embedded{Recipe: Recipe{Model: "/models/x,y: z", Device: "auto", Request: inference.Request{
			Prompt: prompt, Negative: prompt, Steps: 7, Guidance: 2.5, DecoderSteps: 3, Seed: math.MaxUint64, DecoderSeed: 1, Tuning: inference.Tuning{Eta: &eta},
		}}, Parent: "p.png"}
		img := image.NewRGBA(image.Rect(0, 0, 5, 4))
		data, err := EncodePicture(img, m, latent)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := png.Decode(bytes.NewReader(data)); err != nil || got.Bounds() != img.Bounds() {
			t.Fatalf("%q: the picture cannot be read: %v", prompt, err)
		}
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadEmbedded(path)
		if err != nil {
			t.Fatal(err)
		}
		want := m
		want.Version, want.Program, want.Width, want.Height = 1, "Cascata "+Version, 5, 4
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", prompt, got, want)
		}
		l, err := PictureLatent(path)
		if err != nil || !reflect.DeepEqual(l.F32, latent.F32) || !reflect.DeepEqual(l.Shape, latent.Shape) {
			t.Errorf("%q: the composition came back as %v, %v", prompt, l, err)
		}
	}
}

// The text "parameters": what A1111, ComfyUI and StabilityMatrix need.
func TestParametersText(t *testing.T) {
	m := Embedded{Recipe: Recipe{Model: "a: b, c", Request: inference.Request{Prompt: "a fox", Steps: 20, Guidance: 4, DecoderSteps: 10, Seed: 5, DecoderSeed: 6, Width: 1024, Height: 768}}}
	want := "a fox\nNegative prompt: \nSteps: 20, Sampler: DDPM Wuerstchen, CFG scale: 4, Seed: 5, Size: 1024x768, Model: a_ b_ c, " +
		"Decoder steps: 10, Decoder CFG scale: 0, Decoder seed: 6, Preset: official, Version: Cascata " + Version
	if got := m.parameters(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDamagedPictures(t *testing.T) {
	img, err := EncodePicture(image.NewRGBA(image.Rect(0, 0, 2, 2)), Embedded{}, inference.NewTensor(1, 16, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(img)
	flipped[bytes.Index(img, []byte(meta.OurKey))+20] ^= 1
	huge := bytes.Clone(img)
	copy(huge[33:], []byte{0x7f, 0xff, 0xff, 0xff}) // the first chunk's length
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("not a picture at all"), "cut short": img[:60], "flipped bit": flipped, "huge length": huge,
	} {
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadEmbedded(path); !errors.Is(err, errNoRecipe) {
			t.Errorf("%s: %v, want errNoRecipe", name, err)
		}
	}
}

func FuzzReadMade(f *testing.F) {
	img, err := EncodePicture(image.NewRGBA(image.Rect(0, 0, 2, 2)), Embedded{Recipe: Recipe{Model: "m"}}, inference.NewTensor(1, 16, 1, 1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(img)
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := readEmbedded(bytes.NewReader(data)); err != nil && !errors.Is(err, errNoRecipe) {
			t.Errorf("%v, want errNoRecipe", err)
		}
		chunks, _ := meta.ReadChunks(bytes.NewReader(data), func(kind string) bool { return kind == latentKind })
		for _, c := range chunks {
			if l, err := UnpackLatent(c.Data); err == nil && int64(len(l.F32)) != l.Shape[0]*l.Shape[1]*l.Shape[2]*l.Shape[3] {
				t.Errorf("shape %v of %d numbers", l.Shape, len(l.F32))
			}
		}
	})
}

// A picture is of the family of the one that it was made from.
func TestPicturesTellWhatTheyAreMadeFrom(t *testing.T) {
	file := func(f string) *inference.Input { return &inference.Input{File: "/pictures/" + f} }
	reference := func(f string) inference.Reference { return inference.Reference{Input: *file(f), Weight: 1} }
	recalled := Recall("/pictures/second.png", inference.Extras{Init: file("first.png")})
	for name, tt := range map[string]struct {
		extras       inference.Extras
		parent, want string
	}{
		"words alone":           {inference.Extras{}, "", ""},
		"begun from":            {inference.Extras{Init: file("a.png"), References: []inference.Reference{reference("b.png")}}, "", "a.png"},
		"enlarged":              {inference.Extras{From: file("a.png"), Enlarge: true}, "", "a.png"},
		"varied":                {inference.Extras{References: []inference.Reference{reference("a.jpg")}}, "", "a.jpg"},
		"mixed":                 {inference.Extras{References: []inference.Reference{reference("a.png"), reference("b.png")}}, "", ""},
		"extended":              {inference.Extras{Init: &inference.Input{File: "/inputs/0123.png", Name: "a.png"}}, "", "a.png"},
		"pasted":                {inference.Extras{Init: &inference.Input{File: "/inputs/0123.png", Name: "pasted picture"}}, "", ""},
		"held to outlines":      {inference.Extras{Control: &inference.Control{Input: *file("a.png"), Kind: "canny"}}, "", ""},
		"developed":             {inference.Extras{Init: file("a.png")}, "draft.png", "draft.png"},
		"made again, by recall": {recalled, "", "first.png"},
	} {
		data, err := EncodePicture(image.NewRGBA(image.Rect(0, 0, 4, 4)), Embedded{Recipe: Recipe{Request: inference.Request{Extras: tt.extras}}, Parent: tt.parent}, nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.png")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, err := ReadEmbedded(path); err != nil || m.Parent != tt.want {
			t.Errorf("%s: the parent is %q, %v; want %q", name, m.Parent, err, tt.want)
		}
	}
}
