package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cascata/app/meta"
	"cascata/inference"
	"cascata/inference/sampler"
)

// Ten thousand recipes with anything in them come back as they were, and the
// three programs that read A1111's text find prompts and settings in it.
func TestRandomRecipes(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 500
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for k := range n {
		want := randomMade(rnd)
		data, err := EncodePicture(img, want, nil)
		if err != nil {
			t.Fatal(err)
		}
		want.Version, want.Program, want.Width, want.Height = 1, "Cascata "+Version, 3, 2
		got, err := readEmbedded(bytes.NewReader(data))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("recipe %d: got %+v\nwant %+v, %v", k, got, want, err)
		}
		checkInfo(t, data, want)
		text := textOf(t, data)
		for name, read := range map[string]func(string) (foreign, error){"A1111": asA1111, "ComfyUI": asComfyUI, "StabilityMatrix": asStabilityMatrix} {
			f, err := read(text)
			if err != nil {
				t.Fatalf("recipe %d: %s: %v\n%q", k, name, err, text)
			}
			wanted := foreign{prompt: apart(want.Prompt), negative: apart(want.Negative), settings: f.settings}
			wanted = f.rules(wanted)
			if f.prompt != wanted.prompt || f.negative != wanted.negative {
				t.Fatalf("recipe %d: %s reads\n%q\n%q, want\n%q\n%q", k, name, f.prompt, f.negative, wanted.prompt, wanted.negative)
			}
			for key, value := range map[string]string{
				"steps": strconv.Itoa(want.Steps), "cfg scale": strconv.FormatFloat(want.Guidance, 'g', -1, 64), "seed": strconv.FormatUint(want.Seed, 10),
				"size": "3x2", "decoder steps": strconv.Itoa(want.DecoderSteps), "decoder seed": strconv.FormatUint(want.DecoderSeed, 10),
				"version": "Cascata " + Version, "sampler": "DDPM Wuerstchen",
			} {
				if f.settings[key] != value {
					t.Fatalf("recipe %d: %s reads %s as %q, want %q\n%q", k, name, key, f.settings[key], value, text)
				}
			}
			if f.settings["model"] == "" {
				t.Fatalf("recipe %d: %s reads no model\n%q", k, name, text)
			}
		}
	}
}

// apart is how a prompt's own "Negative prompt:" stands in the text.
func apart(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "Negative prompt:", "Negative prompt :")
}

func randomMade(rnd *rand.Rand) Embedded {
	optional := func() *float64 {
		if rnd.IntN(3) > 0 {
			return nil
		}
		v := rnd.Float64()
		return &v
	}
	m := Embedded{
		Recipe: Recipe{
			Request: inference.Request{
				Prompt: randomText(rnd), Negative: randomText(rnd), Preset: []sampler.Preset{"", sampler.Official, "comfy", "diffusers"}[rnd.IntN(4)],
				Steps: 1 + rnd.IntN(1000), Guidance: math.Round(rnd.Float64()*1e4) / 100, DecoderSteps: 1 + rnd.IntN(1000), DecoderGuidance: rnd.Float64() * 100,
				Seed: rnd.Uint64() >> rnd.IntN(64), DecoderSeed: rnd.Uint64(),
				Tuning: inference.Tuning{Shift: optional(), DecoderShift: optional(), Rescale: optional(), Eta: optional()},
			},
			Model: randomText(rnd), Device: "auto", Precision: "auto",
		},
		Parent: randomText(rnd),
	}
	if rnd.IntN(2) == 0 {
		m.Used = Used{Device: "cuda:0", Precision: "bf16", Files: map[string]string{randomText(rnd): "00ff"}}
	}
	return m
}

// awkward are pieces that readers of text stumble over.
var awkward = []string{
	"a red boat", "\n", "\n\n", "\r\n", ", ", ": ", "Steps: 3", "\nSteps: 9, Sampler: x, CFG scale: 1", "Negative prompt:", "\nNegative prompt: ", "negative prompt:",
	`"`, `\`, `\n`, "'", "{", "}", "[", "]", "(", ")", "<lora:x:1>", "(word:1.3)", "\t", "\x00", "\x01", "\x1f", "\x7f", "\u0085", "\u00a0", "é", "日本の海", "🌊", "👩‍🚀",
	"مرحبا", "\u2028", "\u202e", "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "e\u0301", "<", ">", "&", "]]>", "%", "Seed: 1, Size: 1x1", "Version: 1", "=", "/home/a/models/x.safetensors", "C:\\x",
}

func randomText(rnd *rand.Rand) string {
	var b strings.Builder
	for range rnd.IntN(8) {
		if rnd.IntN(3) > 0 {
			b.WriteString(awkward[rnd.IntN(len(awkward))])
			continue
		}
		r := rune(rnd.IntN(unicode.MaxRune + 1))
		if rnd.IntN(2) == 0 {
			r = rune(rnd.IntN(0x250))
		}
		if utf8.ValidRune(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// checkInfo compares what package meta reads with a recipe, from the PNG file
// and from what is exported of it.
func checkInfo(t *testing.T, data []byte, want Embedded) {
	t.Helper()
	info, err := meta.ReadFrom(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var whole Embedded
	if err := json.Unmarshal(info.Recipe, &whole); err != nil || !reflect.DeepEqual(whole, want) {
		t.Fatalf("the whole recipe came back as %+v, %v", whole, err)
	}
	if info.Program != meta.Cascata || *info.Prompt != want.Prompt || *info.Negative != want.Negative || *info.Seed != want.Seed || *info.DecoderSeed != want.DecoderSeed ||
		*info.Steps != want.Steps || *info.Guidance != want.Guidance || *info.DecoderSteps != want.DecoderSteps || *info.DecoderGuidance != want.DecoderGuidance {
		t.Fatalf("got %+v, want %+v", info, want)
	}
}

func textOf(t *testing.T, data []byte) string {
	t.Helper()
	chunks, err := meta.ReadChunks(bytes.NewReader(data), func(kind string) bool { return kind == "tEXt" || kind == "iTXt" })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		if key, text, _ := c.Text(); key == paramsKey {
			return text
		}
	}
	t.Fatal("there is no text")
	return ""
}

// foreign is what another program reads. Keys of settings are in lower case.
// rules are how it changes a prompt.
type foreign struct {
	prompt, negative string
	settings         map[string]string
	rules            func(foreign) foreign
}

var (
	a1111Field = regexp.MustCompile(`\s*([\p{L}\p{N}_][\p{L}\p{N}_ \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)`)
	comfyField = regexp.MustCompile(`\s*([^:]+:\s*([^"{][^\n\r\x{2028}\x{2029}]*?|"[^\n\r\x{2028}\x{2029}]*?"|\{[^\n\r\x{2028}\x{2029}]*?\}))\s*(,|$)`)
)

// asA1111 reads the text as A1111 does, which is written in Python.
func asA1111(text string) (foreign, error) {
	strip := func(s string) string {
		return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
	}
	join := func(lines []string) string {
		all := ""
		for _, l := range lines {
			if l = strip(l); all != "" {
				l = "\n" + l
			}
			all += l
		}
		return all
	}
	f := foreign{settings: map[string]string{}, rules: func(f foreign) foreign {
		f.prompt, f.negative = join(strings.Split(f.prompt, "\n")), join(strings.Split(f.negative, "\n"))
		return f
	}}
	lines := strings.Split(strip(text), "\n")
	last := lines[len(lines)-1]
	found := a1111Field.FindAllStringSubmatch(last, -1)
	if len(found) < 3 {
		return f, fmt.Errorf("%d settings", len(found))
	}
	for _, m := range found {
		if m[2] == "" {
			return f, fmt.Errorf("%s is empty", m[1]) // A1111 takes its first letter
		}
		f.settings[strings.ToLower(m[1])] = m[2]
	}
	var parts [2]string
	at := 0
	for _, line := range lines[:len(lines)-1] {
		line = strip(line)
		if strings.HasPrefix(line, "Negative prompt:") {
			at, line = 1, strip(line[16:])
		}
		if parts[at] != "" {
			line = "\n" + line
		}
		parts[at] += line
	}
	f.prompt, f.negative = parts[0], parts[1]
	return f, nil
}

// asComfyUI follows its front end: JavaScript.
func asComfyUI(text string) (foreign, error) {
	trim := func(s string) string {
		return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != 0x85 || r == 0xfeff })
	}
	f := foreign{settings: map[string]string{}, rules: func(f foreign) foreign {
		f.prompt, f.negative = trim(f.prompt), trim(f.negative)
		return f
	}}
	p := strings.LastIndex(text, "\nSteps:")
	if p < 0 {
		return f, fmt.Errorf("no settings")
	}
	line := strings.Split(text[p:], "\n")[1]
	for _, m := range comfyField.FindAllString(line, -1) {
		s := strings.Split(m, ":")
		f.settings[strings.ToLower(trim(s[0]))] = trim(strings.TrimSuffix(s[1], ","))
	}
	p2 := strings.LastIndex(text[:min(p+len("\nNegative prompt:"), len(text))], "\nNegative prompt:")
	if p2 < 0 {
		return f, fmt.Errorf("no negative prompt")
	}
	f.prompt, f.negative = trim(text[:p2]), trim(text[min(p2+18, p):p])
	return f, nil
}

// asStabilityMatrix follows its rules: C#.
func asStabilityMatrix(text string) (foreign, error) {
	f := foreign{settings: map[string]string{}, rules: func(f foreign) foreign {
		f.prompt, f.negative = strings.TrimSpace(f.prompt), strings.TrimSpace(f.negative)
		return f
	}}
	lines := strings.Split(text, "\n")
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "Steps:") {
		return f, fmt.Errorf("the last line is %q", last)
	}
	joined := strings.TrimSpace(strings.Join(lines[:len(lines)-1], "\n"))
	if strings.HasSuffix(joined, "Negative prompt:") {
		joined += " "
	}
	prompt, negative, _ := strings.Cut(joined, "Negative prompt: ")
	f.prompt, f.negative = strings.TrimSpace(prompt), strings.TrimSpace(negative)
	// Fields end at a comma outside of quotes and brackets; a key ends at the first colon.
	depth, quoted, key, value := 0, false, "", ""
	haveKey := false
	flush := func() {
		if _, old := f.settings[strings.ToLower(strings.TrimSpace(key))]; haveKey && !old {
			f.settings[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
		key, value, haveKey = "", "", false
	}
	for _, r := range last {
		free := depth == 0 && !quoted
		switch {
		case r == '"':
			quoted = !quoted
		case strings.ContainsRune("[{(<", r):
			depth++
		case strings.ContainsRune("]})>", r):
			depth = max(depth-1, 0)
		case r == ':' && free && !haveKey:
			haveKey = true
			continue
		case r == ',' && free:
			flush()
			continue
		}
		if haveKey {
			value += string(r)
		} else {
			key += string(r)
		}
	}
	flush()
	for _, number := range []string{"steps", "seed", "cfg scale"} {
		if _, err := strconv.ParseFloat(f.settings[number], 64); err != nil {
			return f, err
		}
	}
	return f, nil
}
