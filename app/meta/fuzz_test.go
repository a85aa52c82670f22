package meta

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var programs = []string{Cascata, A1111, ComfyUI, InvokeAI, Fooocus, DrawThings, StabilityMatrix, SwarmUI, NovelAI, EasyDiffusion, Unknown}

// checkRead reads bytes as a file twice and checks what every caller relies on.
func checkRead(t *testing.T, data []byte) {
	info, err := ReadFrom(bytes.NewReader(data))
	if err != nil {
		if !isNotPicture(err) {
			t.Errorf("%v, want ErrNotPicture", err)
		}
		return
	}
	again, err := ReadFrom(bytes.NewReader(data))
	if err != nil || !reflect.DeepEqual(info, again) {
		t.Errorf("read once as %+v and once as %+v, %v", info, again, err)
	}
	if info.FileWidth < 1 || info.FileHeight < 1 || info.FileWidth > maxSide || info.FileHeight > maxSide || info.Width == nil || info.Height == nil {
		t.Errorf("%d by %d pixels", info.FileWidth, info.FileHeight)
	}
	checkInfo(t, info)
}

func checkInfo(t *testing.T, info Info) {
	if !slices.Contains(programs, info.Program) {
		t.Errorf("program %q", info.Program)
	}
	for _, s := range []*string{info.Prompt, info.Negative, info.Model, info.Preset, info.Parent} {
		if s != nil && (!utf8.ValidString(*s) || len(*s) > maxText) {
			t.Errorf("text %q", *s)
		}
	}
	for _, n := range []*int{info.Steps, info.DecoderSteps} {
		if n != nil && info.Recipe == nil && (*n < 0 || *n > 1e6) {
			t.Errorf("%d steps", *n)
		}
	}
	for _, f := range []*float64{info.Guidance, info.DecoderGuidance} {
		if f != nil && (math.IsNaN(*f) || math.IsInf(*f, 0)) {
			t.Errorf("guidance %g", *f)
		}
	}
	if len(info.Unused) > maxKeys {
		t.Errorf("%d values without a place", len(info.Unused))
	}
	for key, value := range info.Unused {
		if len(key) > maxKey+20 || len(value) > 2*maxText {
			t.Errorf("a value of %d bytes under %q", len(value), key)
		}
	}
	if _, err := json.Marshal(info); err != nil {
		t.Error(err)
	}
}

func addSamples(f *testing.F, pattern string) {
	files, err := filepath.Glob("testdata/" + pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no samples %s, %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzPNG mends the sums of chunks, so that what is inside is reached.
func FuzzPNG(f *testing.F) {
	addSamples(f, "*.png")
	f.Add(hiding(f, 24, 24, stealthPlain, "a moth", 3))
	f.Add(hiding(f, 24, 24, colourPacked, `{"Software":"NovelAI"}`, 0, 1, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkRead(t, data)
		data = bytes.Clone(data)
		for at := len(pngMagic); at+12 <= len(data); {
			n := uint64(binary.BigEndian.Uint32(data[at:]))
			if n+12 > uint64(len(data)-at) {
				break
			}
			whole := Chunk{string(data[at+4 : at+8]), data[at+8 : at+8+int(n)]}.append(nil)
			at += copy(data[at:], whole)
		}
		checkRead(t, data)
	})
}

func FuzzJPEG(f *testing.F) {
	addSamples(f, "*.jpg")
	f.Fuzz(checkRead)
}

func FuzzWebP(f *testing.F) {
	addSamples(f, "*.webp")
	f.Fuzz(checkRead)
}

func FuzzEXIF(f *testing.F) {
	f.Add(exif("Steps: 1, Seed: 2, Size: 3x4", 300))
	for _, name := range []string{"fooocus.jpg", "a1111-little.jpg", "comfyui.webp"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		at := max(bytes.Index(data, []byte("MM\x00*")), bytes.Index(data, []byte("II*\x00")))
		if at < 0 {
			f.Fatalf("%s holds no EXIF", name)
		}
		f.Add(data[at:])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		readEXIF(data, found)
		checkInfo(t, found.info())
	})
}

func FuzzXMP(f *testing.F) {
	f.Add(XMP)
	packet, err := xmpWith(map[string]string{OurKey: ourRecipe, "prompt": "{}"}, true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packet)
	f.Add(sampleText(f, "drawthings.png", xmpKey))
	f.Fuzz(func(t *testing.T, packet string) {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		readXMP(packet, found)
		if found.total > maxTotal {
			t.Errorf("%d bytes of text are kept", found.total)
		}
		checkInfo(t, found.info())
	})
}

func sampleText(f *testing.F, file, key string) string {
	r, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		f.Fatal(err)
	}
	defer r.Close()
	found, err := readTexts(r)
	if err != nil || found.byKey[key] == "" {
		f.Fatalf("%s has no %s, %v", file, key, err)
	}
	return found.byKey[key]
}

// fuzzText fuzzes one reader with what a file says under one key.
func fuzzText(f *testing.F, key string, also map[string]string, seeds ...string) {
	for _, file := range seeds {
		f.Add(sampleText(f, file, key))
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		for k, v := range also {
			found.add(k, v)
		}
		found.add(key, text)
		info := found.info()
		if !reflect.DeepEqual(info, found.info()) {
			t.Error("read differently a second time")
		}
		checkInfo(t, info)
	})
}

func FuzzA1111(f *testing.F) {
	fuzzText(f, paramsKey, nil, "a1111.png", "a1111-unicode.png", "a1111-no-negative.png", "words.png")
}

func FuzzComfyUI(f *testing.F) {
	fuzzText(f, "prompt", nil, "comfyui.png", "comfyui-cascade.png", "comfyui-custom.png", "comfyui-two-passes.png")
}

// FuzzWorkflow fuzzes the editor's view beside a graph.
func FuzzWorkflow(f *testing.F) {
	f.Add(`{"nodes":[{"type":"Note","title":"a note","widgets_values":["words",{"a":["b"]}]}],"links":[],"groups":[{"title":"group"}],"extra":{"info":{"author":"x"}}}`)
	fuzzText(f, "workflow", map[string]string{"prompt": sampleText(f, "comfyui.png", "prompt")}, "comfyui.png")
}

func FuzzIPTC(f *testing.F) {
	f.Add([]byte("8BIM\x04\x04\x00\x00\x00\x00\x00\x0a\x1c\x02\x78\x00\x05a mill"))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		readPhotoshop(data, found)
		readIPTC(data, found)
		checkInfo(t, found.info())
	})
}

// FuzzComment checks that what this program writes is read as it was.
func FuzzComment(f *testing.F) {
	f.Add("a mill")
	f.Add("水車 🦊\n\u2000")
	f.Fuzz(func(t *testing.T, text string) {
		found := &texts{byKey: map[string]string{}, width: 1, height: 1}
		text = strings.Trim(plainUTF8(text), "\x00")
		if _, _, named := namedJSON(text); named || strings.ContainsRune(text, 0) {
			return
		}
		readEXIF(exif(text, 0), found)
		if got := found.byKey[paramsKey]; got != text {
			t.Errorf("%q is read as %q", text, got)
		}
	})
}

func FuzzInvokeAI(f *testing.F)  { fuzzText(f, "invokeai_metadata", nil, "invokeai.png") }
func FuzzInvokeAI2(f *testing.F) { fuzzText(f, "sd-metadata", nil, "invokeai-2.png") }
func FuzzInvokeAI1(f *testing.F) { fuzzText(f, "Dream", nil, "invokeai-1.png") }

func FuzzFooocus(f *testing.F) {
	fuzzText(f, paramsKey, map[string]string{"fooocus_scheme": "fooocus"}, "fooocus.png", "swarmui.png")
}

func FuzzFooocusA1111(f *testing.F) {
	fuzzText(f, paramsKey, map[string]string{"fooocus_scheme": "a1111"}, "fooocus-a1111.png")
}

func FuzzDrawThings(f *testing.F) { fuzzText(f, "xmp:UserComment", nil, "drawthings.png") }

func FuzzStabilityMatrix(f *testing.F) {
	fuzzText(f, "parameters-json", nil, "stabilitymatrix.png")
}

func FuzzSwarmUI(f *testing.F) { fuzzText(f, paramsKey, nil, "swarmui.png") }

func FuzzNovelAI(f *testing.F) {
	fuzzText(f, "Comment", map[string]string{"Software": "NovelAI", "Description": "a moth"}, "novelai.png", "novelai-1.png")
}

func FuzzOurs(f *testing.F) {
	f.Add(ourRecipe)
	fuzzText(f, OurKey, nil)
}
