package meta

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/disk"
)

func isNotPicture(err error) bool { return errors.Is(err, disk.ErrNotPicture) }

// hugePNG is a file that claims a size and holds no picture.
func hugePNG(w, h int, chunks ...Chunk) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	out := Chunk{"IHDR", append(head, 8, 2, 0, 0, 0)}.append([]byte(pngMagic))
	for _, c := range append(chunks, Chunk{"IEND", nil}) {
		out = c.append(out)
	}
	return out
}

// packed is n bytes of text that take about n/1000.
func packed(n int) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	block := []byte(strings.Repeat("a", 1<<16))
	for ; n > 0; n -= len(block) {
		z.Write(block[:min(n, len(block))])
	}
	z.Close()
	return b.Bytes()
}

// Text that unpacks to more than any recipe needs is not read.
func TestDecompressionBombs(t *testing.T) {
	for name, c := range map[string]Chunk{
		"zTXt": {"zTXt", append([]byte("prompt\x00\x00"), packed(100<<20)...)},
		"iTXt": {"iTXt", append([]byte("prompt\x00\x01\x00\x00\x00"), packed(100<<20)...)},
	} {
		info, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, c)))
		if err != nil || info.Program != Unknown || len(info.Unused) != 0 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	small := Chunk{"zTXt", append([]byte("prompt\x00\x00"), packed(1000)...)}
	if info, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, small))); err != nil || info.Unused["prompt"] != strings.Repeat("a", 1000) {
		t.Errorf("a small text: %+v, %v", info, err)
	}
}

// Many texts, each within bounds, are together not more than maxTotal; and a
// value without a place is kept whole.
func TestManyTexts(t *testing.T) {
	var chunks []Chunk
	for k := range 40 {
		chunks = append(chunks, Chunk{"zTXt", append([]byte{byte('A' + k), 0, 0}, packed(maxText-1)...)})
	}
	var found texts
	found.byKey = map[string]string{}
	if err := readPNG(bytes.NewReader(hugePNG(4, 4, chunks...)), &found); err != nil || found.total > maxTotal || found.total < maxTotal-maxText {
		t.Errorf("%d bytes of text are kept, %v", found.total, err)
	}
	info, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, chunks[:2]...)))
	if err != nil || len(info.Unused) != 2 || len(info.Unused["A"]) != maxText-1 {
		t.Errorf("%d values, the first of %d bytes, %v", len(info.Unused), len(info.Unused["A"]), err)
	}
}

// Nesting and cycles end.
func TestDeepGraphs(t *testing.T) {
	deep := `{"prompt":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "}"
	circle := `{"1":{"class_type":"KSampler","inputs":{"positive":["2",0],"negative":["2",1],"latent_image":["1",0],"model":["3",0],"seed":["4",0],"steps":["4",0]}},
		"2":{"class_type":"ConditioningCombine","inputs":{"a":["2",0],"b":["2",1],"c":["1",0]}},
		"3":{"class_type":"Loader","inputs":{"model":["3",0]}},"4":{"class_type":"Seed","inputs":{"value":["4",0]}}}`
	xmp := strings.Repeat("<a>", 100_000)
	var wide strings.Builder // every node is an end, and leads to all others but to no sampler
	for k := range maxNodes {
		fmt.Fprintf(&wide, `,"%d":{"class_type":"SaveImage","inputs":{"a":["%d",0],"b":["%d",0]}}`, k, (k+1)%maxNodes, k*7%maxNodes)
	}
	for _, c := range []Chunk{UnicodeChunk("prompt", "{"+wide.String()[1:]+"}"), UnicodeChunk("prompt", deep), UnicodeChunk("prompt", circle), UnicodeChunk(xmpKey, xmp), UnicodeChunk(paramsKey, deep), UnicodeChunk(OurKey, deep)} {
		if _, err := ReadFrom(bytes.NewReader(hugePNG(4, 4, c))); err != nil {
			t.Error(err)
		}
	}
}

// A file that claims more pixels than are coded anew is refused before it is
// decoded, also where a WebP file's two headers differ.
func TestHugePicturesAreNotDecoded(t *testing.T) {
	small, err := convert("testdata/plain.png", ExportOptions{Format: WebP})
	if err != nil {
		t.Fatal(err)
	}
	lying, err := extendWebP(small, 8, 6, nil, []byte("<x/>"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(lying, []byte("VP8L")) + 9 // behind the signature: width and height less one, 14 bits each
	binary.LittleEndian.PutUint32(lying[at:], 0x3fff|0x3fff<<14)
	wide := bytes.Clone(lying)
	binary.LittleEndian.PutUint32(wide[at:], 8191|8192<<14)
	for name, data := range map[string][]byte{"all of it": lying, "a row too many": wide, "a PNG": hugePNG(8192, 8193)} {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := convert(path, ExportOptions{Format: JPEG}); !isNotPicture(err) || !strings.Contains(err.Error(), "too many") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
