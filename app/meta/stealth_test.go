package meta

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"image"
	"image/png"
	"testing"
)

// hiding is a PNG file of w by h pixels with a text in some channels.
func hiding(t testing.TB, w, h int, mark, text string, channels ...int) []byte {
	t.Helper()
	data := []byte(text)
	if mark[len(mark)-4:] == "comp" {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(data)
		z.Close()
		data = b.Bytes()
	}
	data = append(binary.BigEndian.AppendUint32([]byte(mark), uint32(8*len(data))), data...)
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for k := range img.Pix {
		img.Pix[k] = byte(k*k/7) &^ 1
		if k%4 == 3 {
			img.Pix[k] = 254
			if len(channels) == 3 {
				img.Pix[k] = 255
			}
		}
	}
	for n := range 8 * len(data) {
		pixel := n / len(channels)
		img.Pix[pixel%h*img.Stride+pixel/h*4+channels[n%len(channels)]] |= data[n/8] >> (7 - n%8) & 1
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHiddenTexts(t *testing.T) {
	const novel = `{"Description": "a moth, 花火", "Software": "NovelAI", "Source": "NovelAI Diffusion V9", "Comment": "{\"prompt\": \"a moth, 花火\", \"steps\": 28, \"scale\": 5.5, \"seed\": 7, \"uc\": \"lowres\", \"width\": 832, \"height\": 1216}"}`
	const text = "a moth\nNegative prompt: fog\nSteps: 19, Sampler: Euler a, CFG scale: 5.5, Seed: 7, Size: 640x448"
	const fromNovel = `{"program":"novelai","prompt":"a moth, 花火","negative":"lowres","seed":7,"steps":28,"guidance":5.5,"width":832,"height":1216,"model":"NovelAI Diffusion V9"}`
	const fromText = `{"program":"a1111","prompt":"a moth","negative":"fog","seed":7,"steps":19,"guidance":5.5,"width":640,"height":448,"unused":{"Sampler":"Euler a"}}`
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"alpha, packed":      {hiding(t, 128, 100, stealthPacked, novel, 3), fromNovel},
		"alpha, low picture": {hiding(t, 900, 11, stealthPacked, novel, 3), fromNovel},
		"alpha, plain":       {hiding(t, 128, 128, stealthPlain, text, 3), fromText},
		"colours, packed":    {hiding(t, 64, 64, colourPacked, novel, 0, 1, 2), fromNovel},
		"colours, plain":     {hiding(t, 64, 64, colourPlain, text, 0, 1, 2), fromText},
		"wrong channel":      {hiding(t, 128, 128, stealthPlain, text, 2), ""},
	} {
		info, err := ReadFrom(bytes.NewReader(c.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		info.File = ""
		if got := asJSON(t, info); c.want != "" && got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		} else if c.want == "" && info.Prompt != nil {
			t.Errorf("%s: %s", name, got)
		}
	}
}
