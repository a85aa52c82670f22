package tokenizer

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// testdata/README.md says how the golden files were made.
type golden struct {
	Length        int
	BOS, EOS, PAD int64
	Cases         []struct {
		Text string
		IDs  []int64
		Cut  int
	}
}

const (
	clipGzip = "../../assets/tokenizer/bpe_simple_vocab_16e6.txt.gz"
	tiny     = "testdata/tiny"
)

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	var g golden
	if err := json.Unmarshal(readTest(t, filepath.Join("testdata", name)), &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) != 300 {
		t.Fatalf("%s: got %d cases, want 300", name, len(g.Cases))
	}
	return g
}

func readTest(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// clip is CLIP's vocabulary in every form.
func clip(t testing.TB) (zipped []byte, d *definition) {
	t.Helper()
	zipped = readTest(t, clipGzip)
	d, err := fromClip(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return zipped, d
}

// writeVocab writes vocab.json and merges.txt.
func writeVocab(t *testing.T, d *definition) checkpoint.TokenizerFiles {
	t.Helper()
	vocab, err := json.Marshal(d.Model.Vocab)
	if err != nil {
		t.Fatal(err)
	}
	var merges strings.Builder
	merges.WriteString("#version: 0.2\n")
	for _, m := range d.Model.Merges {
		merges.WriteString(m[0] + " " + m[1] + "\n")
	}
	return checkpoint.TokenizerFiles{
		Vocab:  writeTest(t, t.TempDir(), "vocab.json", string(vocab)),
		Merges: writeTest(t, t.TempDir(), "merges.txt", merges.String()),
	}
}

// writeJSON writes a tokenizer.json as files have it: merges as "a b", with
// sections for padding, truncation and special tokens.
func writeJSON(t *testing.T, d *definition) checkpoint.TokenizerFiles {
	t.Helper()
	merges := make([]string, len(d.Model.Merges))
	for i, m := range d.Model.Merges {
		merges[i] = m[0] + " " + m[1]
	}
	bos, _ := d.id(startOfText)
	eos, _ := d.id(endOfText)
	data, err := json.Marshal(map[string]any{
		"version":        "1.0",
		"truncation":     map[string]any{"direction": "Left", "max_length": 9, "strategy": "LongestFirst", "stride": 0},
		"padding":        map[string]any{"strategy": map[string]any{"Fixed": 20}, "direction": "Left", "pad_to_multiple_of": nil, "pad_id": 0, "pad_type_id": 0, "pad_token": "!"},
		"added_tokens":   d.AddedTokens,
		"normalizer":     d.Normalizer,
		"pre_tokenizer":  d.PreTokenizer,
		"post_processor": map[string]any{"type": "RobertaProcessing", "sep": []any{endOfText, eos}, "cls": []any{startOfText, bos}, "trim_offsets": false, "add_prefix_space": false},
		"decoder":        map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
		"model": map[string]any{
			"type": "BPE", "dropout": nil, "unk_token": endOfText, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>",
			"fuse_unk": false, "byte_fallback": false, "vocab": d.Model.Vocab, "merges": merges,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint.TokenizerFiles{JSON: writeTest(t, t.TempDir(), "tokenizer.json", string(data))}
}

func writeTest(t *testing.T, dir, name, data string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func openTest(t testing.TB, files checkpoint.TokenizerFiles, zipped []byte, vocab int) *Tokenizer {
	t.Helper()
	tok, err := Open(files, zipped, 0, vocab)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tok.Close() })
	return tok
}

func TestEqualsTransformers(t *testing.T) {
	zipped, d := clip(t)
	in := func(dir, name string) string { return filepath.Join(dir, name) }
	for _, tt := range []struct {
		name, golden string
		files        checkpoint.TokenizerFiles
		vocab        int
	}{
		{"built in", "clip.json", checkpoint.TokenizerFiles{}, 49408},
		{"vocab and merges", "clip.json", writeVocab(t, d), 49408},
		{"tokenizer.json", "clip.json", writeJSON(t, d), 49408},
		{"tiny vocab and merges", "tiny.json", checkpoint.TokenizerFiles{
			Vocab: in(tiny, "vocab.json"), Merges: in(tiny, "merges.txt"), Config: in(tiny, "tokenizer_config.json")}, 589},
		{"tiny tokenizer.json", "tiny.json", checkpoint.TokenizerFiles{
			JSON: in(tiny, "tokenizer.json"), Config: in(tiny, "tokenizer_config.json")}, 589},
		{"tiny, no config", "tiny.json", checkpoint.TokenizerFiles{JSON: in(tiny, "tokenizer.json")}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tok := openTest(t, tt.files, zipped, tt.vocab)
			g := readGolden(t, tt.golden)
			if tok.length != g.Length || tok.bos != g.BOS || tok.eos != g.EOS || tok.pad != g.PAD {
				t.Fatalf("got length %d, ids %d %d %d, want %d, %d %d %d", tok.length, tok.bos, tok.eos, tok.pad, g.Length, g.BOS, g.EOS, g.PAD)
			}
			for _, c := range g.Cases {
				got, err := tok.Encode(c.Text)
				if err != nil {
					t.Errorf("%q: %v", c.Text, err)
					continue
				}
				ids, mask := slices.Clone(c.IDs), slices.Repeat([]int64{1}, len(c.IDs))
				for len(ids) < g.Length {
					ids, mask = append(ids, g.PAD), append(mask, 0)
				}
				if !slices.Equal(got.IDs, ids) {
					t.Errorf("%q: got ids %v, want %v", c.Text, got.IDs[:min(len(c.IDs)+2, g.Length)], c.IDs)
				}
				if !slices.Equal(got.Mask, mask) {
					t.Errorf("%q: got mask %v, want %d ones", c.Text, got.Mask, len(c.IDs))
				}
				if (got.Cut != "") != (c.Cut > 0) {
					t.Errorf("%q: got cut %q, want %d tokens of it", c.Text, got.Cut, c.Cut)
				}
				if want := len(c.IDs) - 2 + c.Cut; len(got.Starts) != want || !slices.IsSorted(got.Starts) {
					t.Errorf("%q: got starts %v, want %d in order", c.Text, got.Starts, want)
				}
			}
		})
	}
}

func TestCut(t *testing.T) {
	zipped, _ := clip(t)
	tok := openTest(t, checkpoint.TokenizerFiles{}, zipped, 0)
	word75 := strings.TrimSpace(strings.Repeat("word ", 75))
	for _, tt := range []struct{ text, want string }{
		{word75, ""},
		{word75 + "   ", ""},
		{word75 + "\tTail End!", "Tail End!"},
		{word75 + " caf\u0065\u0301 a\x00b", "caf\u0065\u0301 a\x00b"},
		{word75 + " İSTANBUL", "İSTANBUL"},
		{word75 + " 猫と犬", "猫と犬"},
		{word75 + "<|endoftext|>x", "<|endoftext|>x"},
		{strings.Repeat("7", 80), "77777"},
		// A character whose bytes fall on both sides belongs to the cut.
		{strings.TrimSpace(strings.Repeat("word ", 74)) + " 𓀀", "𓀀"},
		{word75 + " \xff\xfe!", "\ufffd!"},
	} {
		got, err := tok.Encode(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		if got.Cut != tt.want {
			t.Errorf("%q: got cut %q, want %q", tt.text, got.Cut, tt.want)
		}
		valid := strings.ToValidUTF8(tt.text, "\ufffd")
		if tt.want != "" && valid[got.Starts[75]:] != tt.want {
			t.Errorf("%q: the token that is cut starts at %d, want %q", tt.text, got.Starts[75], tt.want)
		}
		if got.IDs[76] != 49407 || got.Mask[76] != 1 && tt.want != "" {
			t.Errorf("%q: the row does not end with EOS: %v", tt.text, got.IDs)
		}
	}
}

func TestEncodeEmpty(t *testing.T) {
	zipped, _ := clip(t)
	tok := openTest(t, checkpoint.TokenizerFiles{}, zipped, 0)
	got, err := tok.Encode("")
	if err != nil {
		t.Fatal(err)
	}
	want := append([]int64{49406}, slices.Repeat([]int64{49407}, 76)...)
	if !slices.Equal(got.IDs, want) || got.Mask[1] != 1 || got.Mask[2] != 0 || got.Cut != "" {
		t.Errorf("got %+v", got)
	}
}

func TestLength(t *testing.T) {
	zipped, _ := clip(t)
	tok, err := Open(checkpoint.TokenizerFiles{}, zipped, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tok.Close()
	got, err := tok.Encode("a photo of a cat")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.IDs, []int64{49406, 320, 1125, 539, 49407}) || got.Cut != "a cat" {
		t.Errorf("got %+v", got)
	}
	for _, bad := range []int{1, -1, 1 << 20} {
		if _, err := Open(checkpoint.TokenizerFiles{}, zipped, bad, 0); !errors.Is(err, checkpoint.ErrBad) {
			t.Errorf("length %d: got %v", bad, err)
		}
	}
}

func TestPadToken(t *testing.T) {
	dir := t.TempDir()
	files := checkpoint.TokenizerFiles{JSON: writeTest(t, dir, "tokenizer.json", string(readTest(t, tiny+"/tokenizer.json")))}
	pad := func() int64 { return openTest(t, files, nil, 0).pad }

	if got := pad(); got != 588 {
		t.Errorf("no config: got pad %d, want 588", got)
	}
	writeTest(t, dir, "special_tokens_map.json", `{"pad_token": {"content": "a", "lstrip": false}, "bos_token": null}`)
	if got := pad(); got != 64 {
		t.Errorf("special_tokens_map.json: got pad %d, want 64", got)
	}
	files.Config = writeTest(t, dir, "tokenizer_config.json", `{"pad_token": "!", "model_max_length": 1e30}`)
	if got := pad(); got != 0 {
		t.Errorf("tokenizer_config.json: got pad %d, want 0", got)
	}
}

// Ids beyond the text encoder's embedding are refused: those every row has at
// once, others when a prompt uses them.
func TestBeyondEmbedding(t *testing.T) {
	zipped, _ := clip(t)
	if _, err := Open(checkpoint.TokenizerFiles{}, zipped, 0, 1000); !errors.Is(err, checkpoint.ErrBad) || !strings.Contains(err.Error(), "beyond the text encoder's 1000") {
		t.Errorf("got %v", err)
	}
	_, d := clip(t)
	d.Model.Vocab["extra</w>"] = 50000
	openTest(t, writeJSON(t, d), nil, 49408) // unused, it does no harm
	d.Model.Vocab["cat</w>"], d.Model.Vocab["dog</w>"] = 60000, 1929
	tok := openTest(t, writeJSON(t, d), nil, 49408)
	if _, err := tok.Encode("a dog"); err != nil {
		t.Error(err)
	}
	if _, err := tok.Encode("a CAT"); !errors.Is(err, checkpoint.ErrBad) || !strings.Contains(err.Error(), `id 60000 of "CAT"`) {
		t.Errorf("got %v", err)
	}
}

func TestEncodeLimits(t *testing.T) {
	zipped, _ := clip(t)
	tok := openTest(t, checkpoint.TokenizerFiles{}, zipped, 0)
	if _, err := tok.Encode(strings.Repeat("a", maxText+1)); !errors.Is(err, inference.ErrBadRequest) {
		t.Errorf("got %v", err)
	}
	for _, s := range []string{strings.Repeat("a", maxText), strings.Repeat("a ", maxText/2), strings.Repeat("\u0301", maxText/2)} {
		got, err := tok.Encode(s)
		if err != nil || len(got.IDs) != 77 || got.Cut == "" {
			t.Errorf("%q...: got %d ids, %v", s[:8], len(got.IDs), err)
		}
	}
}

func TestClose(t *testing.T) {
	zipped, _ := clip(t)
	tok := openTest(t, checkpoint.TokenizerFiles{}, zipped, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				tok.Encode("a photo of a cat, highly detailed")
			}
		})
	}
	if err := tok.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := tok.Close(); err != nil {
		t.Error(err)
	}
	if _, err := tok.Encode("cat"); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkOpenClip(b *testing.B) {
	zipped := readTest(b, clipGzip)
	for b.Loop() {
		tok, err := Open(checkpoint.TokenizerFiles{}, zipped, 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		tok.Close()
	}
}

func BenchmarkEncode(b *testing.B) {
	tok := openTest(b, checkpoint.TokenizerFiles{}, readTest(b, clipGzip), 0)
	for b.Loop() {
		if _, err := tok.Encode("a highly detailed oil painting of a red fox under an old oak tree beside a slow river"); err != nil {
			b.Fatal(err)
		}
	}
}
