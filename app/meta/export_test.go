package meta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cascata/app/disk"

	"golang.org/x/image/webp"
)

// Every sample keeps all it says in every format, and again on the way back.
func TestExportKeepsWhatPicturesSay(t *testing.T) {
	dir := t.TempDir()
	for name := range samples {
		src := filepath.Join("testdata", name)
		want, err := Read(src)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range [][]Format{{PNG}, {JPEG}, {WebP}, {JPEG, WebP, PNG}, {WebP, JPEG, JPEG, PNG}, {PNG, WebP, WebP}} {
			from := src
			for k, format := range way {
				dst := filepath.Join(dir, fmt.Sprintf("%d.%s", k, format))
				if err := Export(dst, from, ExportOptions{Format: format}); err != nil {
					t.Fatalf("%s as %v: %v", name, way, err)
				}
				from = dst
			}
			got, err := Read(from)
			if err != nil {
				t.Fatalf("%s as %v: %v", name, way, err)
			}
			got.File = want.File
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s as %v:\n got %s %v\nwant %s %v", name, way, asJSON(t, got), got.Unused, asJSON(t, want), want.Unused)
			}
		}
	}
}

// gradient is a picture with every kind of pixel.
func gradient(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	rnd := rand.New(rand.NewPCG(3, 4))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(255 * x / w), uint8(255 * y / h), uint8(rnd.UintN(256)), 255})
		}
	}
	return img
}

const ourRecipe = `{"version":1,"program":"Cascata 1","prompt":"a boat: \"red\", 海 <&> \u0001\uffff\ufffe","negative":"","steps":20,"guidance":4,"decoder_steps":10,"decoder_guidance":0,"seed":18446744073709551615,"decoder_seed":1,"width":40,"height":30,"model":"demo","parent":"p.png"}`

// ours is a picture file as this program writes them.
func ours(t *testing.T, img image.Image, recipe string) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	data, err := InsertChunks(b.Bytes(), []Chunk{
		TextChunk(paramsKey, "a boat\nNegative prompt: \nSteps: 20, CFG scale: 4, Seed: 5, Version: Cascata 1"),
		UnicodeChunk(OurKey, recipe), UnicodeChunk(xmpKey, XMP), {"laTC", []byte("latent")},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ours.png")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExportPixels(t *testing.T) {
	img := gradient(40, 30)
	src := ours(t, img, ourRecipe)
	want, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []Format{PNG, JPEG, WebP} {
		data, err := convert(src, ExportOptions{Format: format, Quality: 95, PrintWidthCM: 10})
		if err != nil {
			t.Fatal(err)
		}
		got, err := disk.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		var sum float64
		for y := range 30 {
			for x := range 40 {
				r, g, b, _ := got.At(x, y).RGBA()
				c := img.RGBAAt(x, y)
				sum += math.Abs(float64(r>>8)-float64(c.R)) + math.Abs(float64(g>>8)-float64(c.G)) + math.Abs(float64(b>>8)-float64(c.B))
			}
		}
		if mean := sum / (40 * 30 * 3); format != JPEG && mean > 0 || mean > 40 { // JPEG blurs the noise's colour
			t.Errorf("%s differs by %g on average", format, mean)
		}
		info, err := ReadFrom(bytes.NewReader(data))
		info.File = want.File
		if err != nil || !reflect.DeepEqual(info, want) {
			t.Errorf("%s: got %+v, want %+v, %v", format, info, want, err)
		}
		if !bytes.Contains(data, []byte("trainedAlgorithmicMedia")) {
			t.Errorf("%s: the mark is missing", format)
		}
	}
}

// A stripped picture holds no word of its recipe, and neither the mark nor the
// composition.
func TestExportStrips(t *testing.T) {
	files := []string{ours(t, gradient(40, 30), ourRecipe)}
	for name := range samples {
		files = append(files, filepath.Join("testdata", name))
	}
	for _, src := range files {
		for _, format := range []Format{PNG, JPEG, WebP} {
			data, err := convert(src, ExportOptions{Format: format, Strip: true, PrintWidthCM: 5})
			if err != nil {
				t.Fatal(err)
			}
			info, err := ReadFrom(bytes.NewReader(data))
			if err != nil || info.Program != Unknown || len(info.Unused) > 0 {
				t.Errorf("%s as %s: %+v, %v", src, format, info, err)
			}
			for _, word := range []string{"boat", "laTC", "latent", "cascata", "Cascata", "prompt", "xmp", "trained", "tEXt", "iTXt"} {
				if bytes.Contains(data, []byte(word)) {
					t.Errorf("%s as %s: it still says %q", src, format, word)
				}
			}
			if _, err := disk.Decode(bytes.NewReader(data)); err != nil {
				t.Errorf("%s as %s: %v", src, format, err)
			}
		}
	}
}

// 40 pixels in 10 cm are 10.16 dots an inch, or 400 a metre.
func TestPrintSize(t *testing.T) {
	src := ours(t, gradient(40, 30), ourRecipe)
	for _, strip := range []bool{false, true} {
		o := ExportOptions{Format: PNG, Strip: strip, PrintWidthCM: 10}
		data, err := convert(src, o)
		if err != nil {
			t.Fatal(err)
		}
		chunks, err := ReadChunks(bytes.NewReader(data), func(kind string) bool { return kind == "pHYs" })
		if err != nil || len(chunks) != 1 || !bytes.Equal(chunks[0].Data, []byte{0, 0, 1, 144, 0, 0, 1, 144, 1}) {
			t.Errorf("PNG: %v, %v", chunks, err)
		}
		o.Format = JPEG
		if data, err = convert(src, o); err != nil {
			t.Fatal(err)
		}
		if want := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x01\x00\x0a\x00\x0a\x00\x00"); !bytes.HasPrefix(data, want) {
			t.Errorf("JPEG: begins with %q", data[:len(want)])
		}
		o.Format = WebP
		if data, err = convert(src, o); err != nil {
			t.Fatal(err)
		}
		if rational := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 10160), 1000); !bytes.Contains(data, rational) {
			t.Error("WebP: the density is missing")
		}
	}
	for _, width := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := convert(src, ExportOptions{Format: PNG, PrintWidthCM: width}); err == nil {
			t.Errorf("a print of %g cm is made", width)
		}
	}
}

func TestExportToFile(t *testing.T) {
	src := ours(t, gradient(40, 30), ourRecipe)
	before, err := os.ReadFile(src)
	if err != nil {
		t.Fatal(err)
	}
	dst := filepath.Join(t.TempDir(), "b.png")
	if err := Export(dst, src, ExportOptions{Format: PNG}); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(dst); err != nil || !bytes.Equal(before, after) {
		t.Errorf("a PNG that stays one was changed, %v", err)
	}
	for _, o := range []ExportOptions{{Format: "gif"}, {Format: JPEG, Quality: 101}, {Format: JPEG, Quality: -1}} {
		if err := Export(dst, src, o); err == nil {
			t.Errorf("%+v is written", o)
		}
	}
	if err := Export(filepath.Join(dst, "c.png"), src, ExportOptions{Format: PNG}); err == nil {
		t.Error("written into a file")
	}
	left, err := os.ReadDir(filepath.Dir(dst))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// What a JPEG segment cannot hold: a workflow is left out, a recipe is refused.
func TestTooLongForJPEG(t *testing.T) {
	long := strings.Repeat("word ", 20_000)
	src := ours(t, gradient(8, 8), strings.Replace(ourRecipe, "a boat", long, 1))
	if _, err := convert(src, ExportOptions{Format: JPEG}); !errors.Is(err, errTooLong) {
		t.Errorf("got %v, want errTooLong", err)
	}
	for _, o := range []ExportOptions{{Format: JPEG, Strip: true}, {Format: WebP}, {Format: PNG}} {
		if _, err := convert(src, o); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	data, err := convert("testdata/comfyui.png", ExportOptions{Format: PNG})
	if err != nil {
		t.Fatal(err)
	}
	if data, err = InsertChunks(data, []Chunk{TextChunk("extra", long)}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err = convert(path, ExportOptions{Format: JPEG}); err != nil {
		t.Fatal(err)
	}
	if info, err := ReadFrom(bytes.NewReader(data)); err != nil || info.Program != ComfyUI || *info.Steps != 20 {
		t.Errorf("got %+v, %v", info, err)
	}
}

// What can be seen through stays so where the format allows, else it is white.
func TestTransparentPictures(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 20, 10))
	for x := range 20 {
		img.Set(x, 3, color.NRGBA{255, 0, 0, uint8(12 * x)})
	}
	src := ours(t, img, ourRecipe)
	data, err := convert(src, ExportOptions{Format: WebP})
	if err != nil {
		t.Fatal(err)
	}
	got, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for x := range 20 {
		if g, w := color.NRGBAModel.Convert(got.At(x, 3)).(color.NRGBA), img.NRGBAAt(x, 3); g.A != w.A {
			t.Errorf("pixel %d is %v, want %v", x, g, w)
		}
	}
	if data, err = convert(src, ExportOptions{Format: JPEG, Quality: 100}); err != nil {
		t.Fatal(err)
	}
	if got, err = jpeg.Decode(bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := got.At(10, 9).RGBA(); min(r, g, b) < 0xf000 {
		t.Errorf("behind the picture is %x %x %x, want white", r, g, b)
	}
}

// What is given away does not tell where models lie on this computer.
func TestExportHidesFolders(t *testing.T) {
	for model, want := range map[string]string{
		"/home/anna/stage_b.safetensors,/home/anna/stage_c.safetensors": "stage_b.safetensors,stage_c.safetensors", `C:\\Users\\anna\\cascade\\`: "cascade", "demo": "demo", "": "",
	} {
		src := ours(t, gradient(8, 8), strings.Replace(ourRecipe, `"model":"demo"`, `"model":"`+model+`"`, 1))
		for _, format := range []Format{PNG, JPEG, WebP} {
			data, err := convert(src, ExportOptions{Format: format})
			if err != nil {
				t.Fatal(err)
			}
			info, err := ReadFrom(bytes.NewReader(data))
			if err != nil || info.Model == nil && want != "" || info.Model != nil && *info.Model != want {
				t.Errorf("%q as %s: %+v, %v", model, format, info, err)
			}
			if bytes.Contains(data, []byte("anna")) || *info.Seed != 18446744073709551615 || *info.Prompt != "a boat: \"red\", 海 <&> \u0001\uffff\ufffe" {
				t.Errorf("%q as %s: %+v", model, format, info)
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"a1111.png", "comfyui-cascade.png", "a1111.jpg", "drawthings.webp"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Read(filepath.Join("testdata", name)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
