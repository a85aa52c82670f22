//go:build headless

package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

const (
	pictureInputs = "inference/testdata/golden/pictures/"
	pictureParts  = "inference/testdata/checkpoints/pictures/"

	// seeing is a model with the networks that read pictures, and steered one
	// whose Stage C can be controlled.
	seeing  = tiny + "," + pictureParts + "effnet_encoder.safetensors," + pictureParts + "image_encoder"
	steered = seeing + "," + pictureParts + "stage_c.safetensors"
)

// input copies a picture into a folder.
func input(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(pictureInputs + name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	write(t, path, data)
	return path
}

// A picture made of pictures is made again from itself alone, to the last bit.
func TestRecallFromThePictureAlone(t *testing.T) {
	rt := app.NewEngine(app.Models{}, native{log: slog.New(slog.DiscardHandler)}, slog.New(slog.DiscardHandler))
	defer rt.Close()
	var last recipe.Recipe
	for name, args := range map[string]func(in func(string) string) []string{
		"mood": func(in func(string) string) []string {
			return []string{"--model", seeing, "--image", in("wide.png") + "=0.5", "--image", in("tall.png")}
		},
		"mixed": func(in func(string) string) []string {
			return []string{"--model", seeing, "--mix", "a blue square at night=0.5", "--prompt-weight", "2", "--image", in("tall.png")}
		},
		"from": func(in func(string) string) []string {
			return []string{"--model", seeing, "--from-image", in("wide.png")}
		},
		"enlarged": func(in func(string) string) []string {
			return []string{"--model", seeing, "--enlarge", in("small.png")}
		},
		"repainted": func(in func(string) string) []string {
			return []string{"--model", seeing, "--init", in("scene.png"), "--mask", in("mask.png"), "--strength", "0.7"}
		},
		"resized": func(in func(string) string) []string {
			return []string{"--model", seeing, "--init", in("small.png"), "--mask", in("hole.png"), "--image", in("square.png")}
		},
		"steered": func(in func(string) string) []string {
			return []string{"--model", steered, "--init", in("wide.png"), "--control", "canny:" + in("scene.png") + "=0.8",
				"--control-model", pictureParts + "controlnet/canny.safetensors", "--canny", "20,60"}
		},
		"filled": func(in func(string) string) []string {
			return []string{"--model", steered, "--control", "inpaint:" + in("small.png"), "--mask", in("hole.png"),
				"--control-model", pictureParts + "controlnet/inpainting.safetensors"}
		},
		"larger": func(in func(string) string) []string {
			return []string{"--model", steered, "--control", "sr:" + in("scene.png"), "--control-model", pictureParts + "controlnet/super_resolution.safetensors"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, home := t.TempDir(), t.TempDir()
			file := filepath.Join(home, "made.png")
			in := func(name string) string { return input(t, dir, name) }
			all := append([]string{"generate", "--device", "cpu", "--out", file, "--prompt", "a red circle", "--seed", "4",
				"--steps", "4", "--decoder-steps", "2"}, args(in)...)
			if name != "enlarged" {
				all = append(all, "--width", "128", "--height", "128")
			}
			ran := runIn(t, home, all...)
			if ran.exit != 0 {
				t.Fatalf("%+v", ran)
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			m, err := recipe.ReadEmbedded(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range m.Inputs() {
				if in.SHA256 == "" || in.File != filepath.Base(in.File) {
					t.Errorf("the picture tells of %q with the hash %q", in.File, in.SHA256)
				}
			}
			r := m.Recipe
			r.Extras = recipe.Recall(file, r.Extras)
			if err := r.ReadInputs(); err != nil {
				t.Fatal(err)
			}
			results, err := rt.Generate(t.Context(), []recipe.Recipe{r}, func(inference.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			if last = r; !rt.Loaded(r) {
				t.Error("the next picture waits for loading")
			}
			was, err := disk.ReadPicture(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(was.Pix, results[0].Image.Pix) {
				t.Error("another picture")
			}
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d bytes", info.Size())
		})
	}
	other := last
	other.Precision = "int8"
	if rt.Loaded(other) {
		t.Error("what another precision needs is loaded")
	}
	if rt.Release(); rt.Loaded(last) {
		t.Error("loaded, though it was freed")
	}
}

// encoded is a picture file.
func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sized is a PNG file that says it has so many pixels, and has none.
func sized(w, h uint32) []byte {
	head := append([]byte("IHDR"), 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0)
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

// Wrong pictures and wrong combinations are refused with a sentence, and
// nothing is left behind.
func TestWrongInputs(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		write(t, path, data)
		return path
	}
	scene, wide, mask := input(t, dir, "scene.png"), input(t, dir, "wide.png"), input(t, dir, "mask.png")
	whole, err := os.ReadFile(scene)
	if err != nil {
		t.Fatal(err)
	}
	dot := image.NewGray(image.Rect(0, 0, 1, 1))
	canny, inpainting := pictureParts+"controlnet/canny.safetensors", pictureParts+"controlnet/inpainting.safetensors"
	network, encoder := read(t, canny), read(t, pictureParts+"effnet_encoder.safetensors")
	for name, path := range map[string]string{
		"absent": filepath.Join(dir, "none.png"), "a folder": dir, "empty": file("empty.png", nil), "text": file("text.png", []byte("a picture of a boat")),
		"half": file("half.png", whole[:len(whole)/2]), "a head": file("head.png", whole[:20]),
		"1x1":       file("dot.png", encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, dot) })),
		"gif":       file("a.gif", encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, dot, nil) })),
		"panorama":  file("panorama.png", sized(60000, 6000)),
		"no pixels": file("none0.png", sized(0, 10)),
		"enormous":  file("enormous.png", sized(1<<31-1, 1<<31-1)),
		"a model":   canny,
	} {
		t.Run(name, func(t *testing.T) {
			for _, flag := range []string{"--image", "--from-image", "--init", "--enlarge"} {
				refused(t, 2, "--model", seeing, flag, path, "--prompt", "x")
			}
			refused(t, 2, "--model", seeing, "--init", scene, "--mask", path, "--prompt", "x")
			refused(t, 2, "--model", steered, "--control", "canny:"+path, "--control-model", canny, "--prompt", "x")
		})
	}
	for name, tt := range map[string]struct {
		exit int
		args string
	}{
		"mask of another size":         {2, "--model " + seeing + " --init " + wide + " --mask " + mask},
		"mask alone":                   {2, "--model " + seeing + " --mask " + mask},
		"mask of a reference":          {2, "--model " + seeing + " --image " + wide + " --mask " + mask},
		"strength alone":               {2, "--model " + seeing + " --strength 0.5"},
		"strength above 1":             {2, "--model " + seeing + " --init " + scene + " --strength 1.5"},
		"strength NaN":                 {2, "--model " + seeing + " --init " + scene + " --strength NaN"},
		"enlarged to a size":           {2, "--model " + seeing + " --enlarge " + scene + " --width 256"},
		"enlarged by all":              {2, "--model " + seeing + " --enlarge " + scene + " --strength 1.01"},
		"enlarged as a draft":          {2, "--model " + seeing + " --enlarge " + scene + " --draft"},
		"enlarged, its latent kept":    {2, "--model " + seeing + " --enlarge " + scene + " --save-latent " + dir + "/l.safetensors"},
		"enlarged without an encoder":  {3, "--model " + tiny + " --enlarge " + scene},
		"enlarged and begun from":      {2, "--model " + seeing + " --enlarge " + scene + " --init " + scene},
		"two starts":                   {2, "--model " + seeing + " --init " + scene + " --from-image " + scene},
		"weight too large":             {2, "--model " + seeing + " --image " + scene + "=1e9"},
		"weight NaN":                   {2, "--model " + seeing + " --image " + scene + "=NaN"},
		"control without kind":         {2, "--model " + steered + " --control " + scene},
		"control of no kind":           {2, "--model " + steered + " --control depth:" + scene},
		"control without network":      {2, "--model " + steered + " --control canny:" + scene},
		"control of another kind":      {2, "--model " + steered + " --control canny:" + scene + " --control-model " + inpainting},
		"control for another width":    {3, "--model " + seeing + " --control canny:" + scene + " --control-model " + canny},
		"control network alone":        {2, "--model " + steered + " --control-model " + canny},
		"control network absent":       {3, "--model " + steered + " --control canny:" + scene + " --control-model " + dir + "/none.safetensors"},
		"control network is a picture": {3, "--model " + steered + " --control canny:" + scene + " --control-model " + scene},
		"control network is another":   {3, "--model " + steered + " --control canny:" + scene + " --control-model " + pictureParts + "stage_c.safetensors"},
		"control network is half":      {3, "--model " + steered + " --control canny:" + scene + " --control-model " + file("half.safetensors", network[:len(network)/2])},
		"encoder is half":              {3, "--model " + tiny + "," + file("encoder.safetensors", encoder[:len(encoder)/2]) + " --init " + scene},
		"control for the built-in":     {3, "--control canny:" + scene + " --control-model " + canny},
		"thresholds without a picture": {2, "--model " + steered + " --canny 50,90"},
		"thresholds of another kind":   {2, "--model " + steered + " --control sr:" + scene + " --canny 50,90"},
		"one threshold":                {2, "--model " + steered + " --control canny:" + scene + " --canny 50"},
		"threshold of nothing":         {2, "--model " + steered + " --control canny:" + scene + " --canny 0,200"},
		"threshold beyond all":         {2, "--model " + steered + " --control canny:" + scene + " --canny 100,2041"},
		"inpaint without mask":         {2, "--model " + steered + " --control inpaint:" + scene + " --control-model " + inpainting},
		"inpaint, mask of another":     {2, "--model " + steered + " --control inpaint:" + wide + " --control-model " + inpainting + " --mask " + mask},
		"sr without encoder":           {3, "--model " + tiny + "," + pictureParts + "stage_c.safetensors --control sr:" + scene + " --control-model " + pictureParts + "controlnet/super_resolution.safetensors"},
		"no image encoder":             {3, "--model " + tiny + " --image " + scene},
		"no encoder":                   {3, "--model " + tiny + " --from-image " + scene},
		"no encoder to start":          {3, "--model " + tiny + " --init " + scene},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, tt.exit, append(strings.Fields(tt.args), "--prompt", "x")...)
		})
	}
}

// Outlines are found by the thresholds that are given; the usual ones leave no
// byte of a picture other than it was before they could be given.
func TestThresholds(t *testing.T) {
	dir := t.TempDir()
	scene := input(t, dir, "scene.png")
	made := func(name string, args ...string) (string, []byte) {
		file := filepath.Join(dir, name)
		all := append([]string{"generate", "--device", "cpu", "--out", file, "--prompt", "x", "--seed", "4", "--steps", "2", "--decoder-steps", "1", "--width", "128", "--height", "128",
			"--model", steered, "--control", "canny:" + scene, "--control-model", pictureParts + "controlnet/canny.safetensors"}, args...)
		if ran := runIn(t, t.TempDir(), all...); ran.exit != 0 {
			t.Fatalf("%+v", ran)
		}
		return file, read(t, file)
	}
	_, plain := made("plain.png")
	if _, said := made("said.png", "--canny", "100,200"); !bytes.Equal(plain, said) {
		t.Error("the usual thresholds make another file")
	}
	file, other := made("other.png", "--canny", "10,20")
	m, err := recipe.ReadEmbedded(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(plain, other) || m.Control.Low != 10 || m.Control.High != 20 {
		t.Errorf("other thresholds are told as %+v", m.Control)
	}
}

// Pictures of other kinds than eight bits RGB go in.
func TestOtherPicturesGoIn(t *testing.T) {
	dir := t.TempDir()
	size := image.Rect(0, 0, 40, 24)
	deep := image.NewNRGBA64(size)
	draw.Draw(deep, size, image.NewUniform(color.NRGBA64{0x1234, 0xffff, 0x8000, 0x9000}), image.Point{}, draw.Src)
	cmyk, err := os.ReadFile("app/disk/testdata/cmyk.jpg")
	if err != nil {
		t.Fatal(err)
	}
	palette := image.NewPaletted(size, color.Palette{color.Black, color.White, color.Transparent})
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"deep.png":    func(b *bytes.Buffer) error { return png.Encode(b, deep) },
		"palette.png": func(b *bytes.Buffer) error { return png.Encode(b, palette) },
		"gray.png":    func(b *bytes.Buffer) error { return png.Encode(b, image.NewGray16(size)) },
		"narrow.png":  func(b *bytes.Buffer) error { return png.Encode(b, image.NewGray(image.Rect(0, 0, 20000, 9))) },
		"a.jpg":       func(b *bytes.Buffer) error { return jpeg.Encode(b, deep, nil) },
		"cmyk.jpg":    func(b *bytes.Buffer) error { b.Write(cmyk); return nil },
	} {
		path := filepath.Join(dir, name)
		write(t, path, encoded(t, encode))
		ran := runIn(t, t.TempDir(), "generate", "--device", "cpu", "--out", filepath.Join(t.TempDir(), "a.png"), "--model", seeing, "--image", path, "--init", path, "--draft",
			"--width", "128", "--height", "128", "--steps", "2")
		if ran.exit != 0 {
			t.Errorf("%s: %+v", name, ran)
		}
	}
}
