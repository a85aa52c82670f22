package meta

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/HugoSmits86/nativewebp"
)

// alphabets are letters of many scripts.
var alphabets = [][]rune{
	[]rune("abcdefghijklmnopqrstuvwxyz"), []rune("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), []rune("0123456789"), []rune("àéîõüßøåñçšžł"), []rune("αβγδεζηθλμπσω"),
	[]rune("абвгдежзийклмнопрст"), []rune("山水画灯台夕暮花火森林海"), []rune("ひらがなカタカナー"), []rune("한국어풍차시냇물"), []rune("אבגדהוזחטיכל"), []rune("ابتثجحخدذرز"),
	[]rune("कखगघचछजझ"), []rune("กขคงจฉชซ"), []rune("🦊🏞🌊🎨🧿👩"), []rune("ạảấầẩẫậ"),
}

// marked are words as people type them into prompts, and such as a reader may
// stumble over.
var marked = []string{
	"(masterpiece:1.2)", "<lora:sea:0.7>", "{a|b}", "[[blurry]]", `"quoted"`, `'single'`, `C:\dir\new`, "a&b", "&amp;", "x<y>z", "50%", "__place__", "--ar", "a:b,", "Steps:", "Negative",
	"20,", "#1", "e=mc²", "„unten“", "—", "…", "]]>", "<!--", "//", "$5", "a\u200db", "1girl,", "BREAK", "AND", "key:value", "{\"a\":1}", "NaN", "null", "\\u0041", "%00", "http://x.org/?q=1&r=2",
}

func randomWord(rnd *rand.Rand) string {
	if rnd.IntN(4) == 0 {
		return marked[rnd.IntN(len(marked))]
	}
	letters := alphabets[rnd.IntN(len(alphabets))]
	word := make([]rune, 2+rnd.IntN(8))
	for k := range word {
		word[k] = letters[rnd.IntN(len(letters))]
	}
	return string(word)
}

func randomText(rnd *rand.Rand) string {
	var b strings.Builder
	for range 2 + rnd.IntN(14) {
		b.WriteString(randomWord(rnd))
		b.WriteString([]string{" ", " ", " ", "\n", ", ", "  "}[rnd.IntN(6)])
	}
	return strings.TrimSpace(b.String())
}

// textKeys are the keys that some program or standard gives a meaning, and others.
var textKeys = []string{
	paramsKey, "prompt", "workflow", "Comment", "Description", "Software", "Source", "Title", "Author", "Copyright", "Creation Time", OurKey, "invokeai_metadata",
	"sd-metadata", "Dream", "parameters-json", "smproj", "fooocus_scheme", "postprocessing", "negative_prompt", "seed", "generation_data", "Ключ", "k", xmpKey, "Raw profile type exif",
}

// A container puts a text into a picture file.
type container struct {
	name string
	make func(rnd *rand.Rand, text string) []byte
}

func containers(t testing.TB) []container {
	pixels := gradient(8, 6)
	var jpg, webp bytes.Buffer
	if err := jpeg.Encode(&jpg, pixels, nil); err != nil {
		t.Fatal(err)
	}
	if err := nativewebp.Encode(&webp, pixels, nil); err != nil {
		t.Fatal(err)
	}
	inPNG := func(c Chunk) []byte { return hugePNG(8, 6, c) }
	inJPEG := func(kind byte, magic string, data []byte) []byte {
		return insertSegments(jpg.Bytes(), segment(kind, magic, data))
	}
	inWebP := func(exif, xmp []byte) []byte {
		data, err := extendWebP(webp.Bytes(), 8, 6, exif, xmp)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	anyKey := func(rnd *rand.Rand) string { return textKeys[rnd.IntN(len(textKeys))] }
	return []container{
		{"tEXt", func(rnd *rand.Rand, text string) []byte {
			return inPNG(Chunk{"tEXt", []byte(anyKey(rnd) + "\x00" + text)})
		}},
		{"tEXt in Latin-1", func(rnd *rand.Rand, text string) []byte { return inPNG(TextChunk(anyKey(rnd), text)) }},
		{"zTXt", func(rnd *rand.Rand, text string) []byte {
			return inPNG(Chunk{"zTXt", append([]byte(anyKey(rnd)+"\x00\x00"), deflated(text)...)})
		}},
		{"iTXt", func(rnd *rand.Rand, text string) []byte { return inPNG(UnicodeChunk(anyKey(rnd), text)) }},
		{"iTXt, packed", func(rnd *rand.Rand, text string) []byte {
			return inPNG(Chunk{"iTXt", append([]byte(anyKey(rnd)+"\x00\x01\x00de\x00Schlüssel\x00"), deflated(text)...)})
		}},
		{"two of a key", func(rnd *rand.Rand, text string) []byte {
			key := anyKey(rnd)
			return hugePNG(8, 6, UnicodeChunk(key, "another one"), UnicodeChunk(key, text))
		}},
		{"eXIf", func(rnd *rand.Rand, text string) []byte { return inPNG(Chunk{"eXIf", randomEXIF(rnd, text)}) }},
		{"raw profile", func(rnd *rand.Rand, text string) []byte {
			block := append([]byte(exifMagic), randomEXIF(rnd, text)...)
			return inPNG(TextChunk(rawProfile+"exif", fmt.Sprintf("\nexif\n%8d\n%s\n", len(block), hex.EncodeToString(block))))
		}},
		{"hidden", func(rnd *rand.Rand, text string) []byte { return hiding(t, 120, 120, stealthPacked, text, 3) }},
		{"COM", func(_ *rand.Rand, text string) []byte { return inJPEG(0xfe, "", []byte(text)) }},
		{"EXIF of JPEG", func(rnd *rand.Rand, text string) []byte { return inJPEG(0xe1, exifMagic, randomEXIF(rnd, text)) }},
		{"EXIF of WebP", func(rnd *rand.Rand, text string) []byte { return inWebP(randomEXIF(rnd, text), nil) }},
		{"XMP of JPEG", func(rnd *rand.Rand, text string) []byte { return inJPEG(0xe1, xmpMagic, randomXMP(rnd, text)) }},
		{"XMP in two parts", func(rnd *rand.Rand, text string) []byte {
			packet := randomXMP(rnd, text)
			var parts [][]byte
			for at := 0; at < len(packet); at += 150 {
				head := binary.BigEndian.AppendUint32(bytes.Repeat([]byte("0"), 32), uint32(len(packet)))
				parts = append(parts, segment(0xe1, moreMagic, append(binary.BigEndian.AppendUint32(head, uint32(at)), packet[at:min(at+150, len(packet))]...)))
			}
			return insertSegments(jpg.Bytes(), parts...)
		}},
		{"XMP of WebP", func(rnd *rand.Rand, text string) []byte { return inWebP(nil, randomXMP(rnd, text)) }},
		{"XMP of PNG", func(rnd *rand.Rand, text string) []byte {
			return inPNG(UnicodeChunk(xmpKey, string(randomXMP(rnd, text))))
		}},
		{"IPTC", func(rnd *rand.Rand, text string) []byte {
			record := append([]byte{0x1c, 2, []byte{5, 25, 120, 200}[rnd.IntN(4)], byte(len(text) >> 8), byte(len(text))}, text...)
			block := binary.BigEndian.AppendUint32([]byte("8BIM\x04\x04\x00\x00"), uint32(len(record)))
			return inJPEG(0xed, photoshopMagic, append(block, record...))
		}},
		{"graph", func(rnd *rand.Rand, text string) []byte { return inPNG(UnicodeChunk("prompt", randomGraph(rnd, text))) }},
		{"editor's view", func(rnd *rand.Rand, text string) []byte {
			note := jsonText(map[string]any{"links": []int{}, "nodes": []any{map[string]any{"type": "Note", "title": "seen", "widgets_values": []string{text}}}})
			return hugePNG(8, 6, UnicodeChunk("prompt", randomGraph(rnd, "a mill")), UnicodeChunk("workflow", note))
		}},
		{"settings", func(rnd *rand.Rand, text string) []byte {
			text = strings.ReplaceAll(text, "\n", " ")
			quoted := jsonText(text)
			with := []string{text + "\nNegative prompt: fog\n%s", "a mill\nNegative prompt: " + text + "\n%s", "a mill\n%s, Hires prompt: " + quoted, "a mill\n%s\nTemplate: " + quoted}[rnd.IntN(4)]
			const line = "Steps: 19, Sampler: Euler a, Seed: 7"
			return inPNG(UnicodeChunk(paramsKey, strings.Replace(with, "%s", line, 1)))
		}},
		{"JSON of a program", func(rnd *rand.Rand, text string) []byte {
			field := []string{"prompt", "negative_prompt", "positive_prompt", "a note"}[rnd.IntN(4)]
			one := jsonText(map[string]any{field: text, "seed": 7, "num_inference_steps": 5, "guidance_scale": 2, "base_model": "x"})
			return inPNG(UnicodeChunk([]string{"invokeai_metadata", paramsKey, "Comment"}[rnd.IntN(3)], one))
		}},
	}
}

func jsonText(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v)
	return strings.TrimSpace(b.String())
}

func deflated(text string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

// randomEXIF is a block with a text in one of the tags, written one way.
func randomEXIF(rnd *rand.Rand, text string) []byte {
	tags := []uint16{0x010d, 0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x013c, 0x8298, 0x9286, 0x9286, 0x9286, 0x9286, 0x927c, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0xa420, 0xa430, 0xa434, 0xc123}
	tag, kind, value := tags[rnd.IntN(len(tags))], uint16(kindASCII), []byte(text+"\x00")
	var order binary.AppendByteOrder = binary.BigEndian
	magic := "MM\x00*"
	if rnd.IntN(2) == 0 {
		order, magic = binary.LittleEndian, "II*\x00"
	}
	switch {
	case tag >= 0x9c9b && tag <= 0x9c9f:
		kind, value = kindByte, append(utf16In(text, binary.LittleEndian), 0, 0)
	case tag == tagComment:
		kind = kindAny
		value = [][]byte{
			append([]byte("UNICODE\x00"), utf16In(text, order)...), append([]byte("UNICODE\x00"), utf16In("\ufeff"+text, binary.BigEndian)...),
			append([]byte("UNICODE\x00"), utf16In("\ufeff"+text, binary.LittleEndian)...), []byte("UNICODE\x00" + text), []byte("ASCII\x00\x00\x00" + text + "\x00"),
			[]byte("\x00\x00\x00\x00\x00\x00\x00\x00" + text), []byte(text + "\x00"),
		}[rnd.IntN(7)]
	case rnd.IntN(4) == 0:
		kind = kindUTF8
	}
	// One directory of one entry, in the second of two where it belongs there.
	entry := func(tag, kind uint16, n, at uint32) []byte {
		return order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(order.AppendUint16(nil, 1), tag), kind), n), at)
	}
	out := order.AppendUint32([]byte(magic), 8)
	if tag >= 0x9000 && tag < 0x9c00 {
		out = append(append(out, entry(tagExif, 4, 1, 26)...), 0, 0, 0, 0)
	}
	if len(value) <= 4 {
		at := append(entry(tag, kind, uint32(len(value)), 0)[:10], append(value, 0, 0, 0, 0)[:4]...)
		return append(append(out, at...), 0, 0, 0, 0)
	}
	out = append(append(out, entry(tag, kind, uint32(len(value)), uint32(len(out))+18)...), 0, 0, 0, 0)
	return append(out, value...)
}

func utf16In(text string, order binary.AppendByteOrder) (b []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// randomXMP is a packet with a text in one of the ways that it may say it.
func randomXMP(rnd *rand.Rand, text string) []byte {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(text))
	e := b.String()
	inside := []string{
		`<dc:description><rdf:Alt><rdf:li xml:lang="x-default">` + e + `</rdf:li></rdf:Alt></dc:description>`,
		`<dc:subject><rdf:Bag><rdf:li>first</rdf:li><rdf:li>` + e + `</rdf:li></rdf:Bag></dc:subject>`,
		`<exif:UserComment>` + e + `</exif:UserComment>`, `<photoshop:History>` + e + `</photoshop:History>`,
		`<x:y stEvt:action="saved" stEvt:changed="` + e + `"/>`, `<unknown>before<b/>` + e + `</unknown>`, e,
	}[rnd.IntN(7)]
	return []byte(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/">` + inside + `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`)
}

// randomGraph is ComfyUI's with a text in one of its nodes.
func randomGraph(rnd *rand.Rand, text string) string {
	values := []string{"a mill", "fog", "not used", "neither"}
	values[rnd.IntN(len(values))] = text
	return jsonText(map[string]any{
		"1": map[string]any{"class_type": "KSampler", "inputs": map[string]any{"seed": 7, "steps": 5, "cfg": 2, "positive": []any{"2", 0}, "negative": []any{"3", 0}, "latent_image": []any{"4", 0}}},
		"2": map[string]any{"class_type": "CLIPTextEncode", "inputs": map[string]any{"text": values[0]}},
		"3": map[string]any{"class_type": "CLIPTextEncode", "inputs": map[string]any{"text": values[1]}},
		"4": map[string]any{"class_type": "EmptyLatentImage", "inputs": map[string]any{"width": 8, "height": 6}},
		"5": map[string]any{"class_type": "SomeOtherNode", "inputs": map[string]any{"anything": values[2]}},
		"6": map[string]any{"class_type": "PreviewText", "inputs": map[string]any{"list": map[string]any{"__value__": []string{"x", values[3]}}}},
	})
}

// allSaid are the strings of a JSON text as they are read, a line each.
func allSaid(t *testing.T, text []byte) string {
	var o map[string]any
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var say func(v any)
	say = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key := range v {
				b.WriteString(key + "\n")
				say(v[key])
			}
		default:
			fmt.Fprintln(&b, v)
		}
	}
	say(o)
	return b.String()
}

// Whatever a picture says, wherever it says it, each word of it is told: 5,000
// texts in every container, and under every key.
func TestNoWordIsLost(t *testing.T) {
	rnd := rand.New(rand.NewPCG(12, 5000))
	all := containers(t)
	for n := range 5000 {
		c, text := all[n%len(all)], randomText(rnd)
		data := c.make(rnd, text)
		info, err := ReadFrom(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s, %q: %v", c.name, text, err)
		}
		var b bytes.Buffer
		if err := info.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		said := allSaid(t, b.Bytes())
		for _, word := range strings.Fields(text) {
			if !strings.Contains(said, word) {
				t.Errorf("%s: %q of %q is lost:\n%s", c.name, word, text, b.String())
				break
			}
		}
	}
}
