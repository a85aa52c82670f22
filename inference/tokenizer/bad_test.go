package tokenizer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference/checkpoint"
)

// small is a tokenizer.json with the given model fields and the rest.
func small(model, rest string) string {
	return fmt.Sprintf(`{"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "<|startoftext|>": 3, "<|endoftext|>": 4}, "merges": ["a b"]%s}%s}`, model, rest)
}

func TestSmallOpens(t *testing.T) {
	dir := t.TempDir()
	for i, rest := range []string{
		``,
		`, "normalizer": null, "pre_tokenizer": null, "padding": {"nonsense": true}, "truncation": 7`,
		`, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "none", "type_id": 0}}], "pair": [], "special_tokens": {}}`,
		`, "normalizer": {"type": "Replace", "pattern": {"String": "x"}, "content": ""}`,
		`, "normalizer": {"type": "Sequence", "normalizers": []}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": []}`,
		`, "added_tokens": [{"id": 4, "content": "<|endoftext|>", "single_word": false, "lstrip": true, "rstrip": true, "normalized": false, "special": true}]`,
	} {
		tok, err := Open(checkpoint.TokenizerFiles{JSON: writeTest(t, dir, "tokenizer.json", small("", rest))}, nil, 8, 5)
		if err != nil {
			t.Errorf("%d: %v", i, err)
			continue
		}
		got, err := tok.Encode("ab")
		if err != nil || fmt.Sprint(got.IDs) != "[3 2 4 4 4 4 4 4]" {
			t.Errorf("%d: got %v, %v", i, got.IDs, err)
		}
		tok.Close()
	}
}

func TestBadJSON(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		name, json string
		want       error
	}{
		{"empty", ``, checkpoint.ErrBad},
		{"cut short", `{"version": "1.0", "model": {"vocab": {"a": 0`, checkpoint.ErrBad},
		{"not json", "\x00\x01\x02\x03 not json", checkpoint.ErrBad},
		{"null", `null`, checkpoint.ErrBad},
		{"a list", `[1, 2]`, checkpoint.ErrBad},
		{"nothing in it", `{}`, checkpoint.ErrBad},
		{"deep", strings.Repeat(`{"normalizer":`, 1<<20), checkpoint.ErrBad},
		{"deep sequence", small("", `, "normalizer": `+strings.Repeat(`{"type":"Sequence","normalizers":[`, 500)+strings.Repeat(`]}`, 500)), checkpoint.ErrUnsupported},
		{"wordpiece", `{"model": {"type": "WordPiece", "vocab": {"a": 0}}}`, checkpoint.ErrUnsupported},
		{"unigram", `{"model": {"type": "Unigram", "vocab": [["a", 0.1]]}}`, checkpoint.ErrBad},
		{"a config", `{"bos_token": "<|startoftext|>", "model_max_length": 77}`, checkpoint.ErrBad},
		{"no special tokens", `{"model": {"vocab": {"a": 0}, "merges": []}}`, checkpoint.ErrBad},
		{"negative id", `{"model": {"vocab": {"a": -1}, "merges": []}}`, checkpoint.ErrBad},
		{"huge id", `{"model": {"vocab": {"a": 4294967296}, "merges": []}}`, checkpoint.ErrBad},
		{"fractional id", `{"model": {"vocab": {"a": 0.5}, "merges": []}}`, checkpoint.ErrBad},
		{"merge of three", small(`, "merges": ["a b c"]`, ``), checkpoint.ErrBad},
		{"merge of nothing", small(`, "merges": [""]`, ``), checkpoint.ErrBad},
		{"merge pair of one", small(`, "merges": [["a"]]`, ``), checkpoint.ErrBad},
		{"merge of numbers", small(`, "merges": [[1, 2]]`, ``), checkpoint.ErrBad},
		{"merge of unknown", small(`, "merges": ["a z"]`, ``), checkpoint.ErrBad},
		{"merge result unknown", small(`, "merges": ["b a"]`, ``), checkpoint.ErrBad},
		{"unknown token missing", small(`, "unk_token": "[UNK]"`, ``), checkpoint.ErrBad},
		{"prefix", small(`, "continuing_subword_prefix": "###########"`, ``), checkpoint.ErrUnsupported},
		{"normalizer", small("", `, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}`), checkpoint.ErrUnsupported},
		{"normalizer without type", small("", `, "normalizer": {"lowercase": true}`), checkpoint.ErrUnsupported},
		{"pre-tokenizer", small("", `, "pre_tokenizer": {"type": "Metaspace"}`), checkpoint.ErrUnsupported},
		{"split manner", small("", `, "pre_tokenizer": {"type": "Split", "pattern": {"String": "a"}, "behavior": "Sideways"}`), checkpoint.ErrUnsupported},
		{"no pattern", small("", `, "pre_tokenizer": {"type": "Split", "behavior": "Removed"}`), checkpoint.ErrUnsupported},
		{"bad pattern", small("", `, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(["}, "behavior": "Removed"}`), checkpoint.ErrUnsupported},
		{"exponential pattern", small("", `, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Removed"}`), checkpoint.ErrUnsupported},
		{"long pattern", small("", `, "normalizer": {"type": "Replace", "pattern": {"Regex": "`+strings.Repeat("a", 1000)+`"}, "content": ""}`), checkpoint.ErrUnsupported},
		{"long replacement", small("", `, "normalizer": {"type": "Replace", "pattern": {"Regex": "a"}, "content": "`+strings.Repeat("b", 5000)+`"}`), checkpoint.ErrUnsupported},
		{"empty added token", small("", `, "added_tokens": [{"id": 5, "content": " "}]`), checkpoint.ErrBad},
		{"added token as text", small("", `, "added_tokens": ["x"]`), checkpoint.ErrBad},
		{"long entry", small(`, "vocab": {"`+strings.Repeat("a", 5000)+`": 0}`, ``), checkpoint.ErrBad},
		{"nul in types", small("", `, "normalizer": {"type": "\u0000"}`), checkpoint.ErrUnsupported},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tok, err := Open(checkpoint.TokenizerFiles{JSON: writeTest(t, dir, "tokenizer.json", tt.json)}, nil, 0, 0)
			if err == nil {
				tok.Close()
				t.Fatal("it opened")
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if s := err.Error(); len(s) > 400 || !strings.Contains(s, "tokenizer.json") {
				t.Errorf("got a message of %d bytes: %.400s", len(s), s)
			}
		})
	}
}

// A special token that is only declared must come out as declared.
func TestDeclaredIDs(t *testing.T) {
	dir := t.TempDir()
	config := writeTest(t, dir, "tokenizer_config.json", `{"pad_token": "<pad>"}`)
	open := func(id int) error {
		rest := fmt.Sprintf(`, "added_tokens": [{"id": %d, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}]`, id)
		tok, err := Open(checkpoint.TokenizerFiles{JSON: writeTest(t, dir, "tokenizer.json", small("", rest)), Config: config}, nil, 0, 0)
		if err == nil {
			tok.Close()
		}
		return err
	}
	if err := open(5); err != nil {
		t.Errorf("id 5: %v", err)
	}
	if err := open(77); !errors.Is(err, checkpoint.ErrBad) {
		t.Errorf("id 77: got %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	vocab := writeTest(t, dir, "vocab.json", `{"a": 0, "b": 1, "ab": 2, "<|startoftext|>": 3, "<|endoftext|>": 4}`)
	merges := writeTest(t, dir, "merges.txt", "#version: 0.2\na b\n")
	write := func(name, data string) string { return writeTest(t, t.TempDir(), name, data) }
	huge := write("huge.json", "")
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Fatal(err)
	}
	type files = checkpoint.TokenizerFiles
	for _, tt := range []struct {
		name  string
		files files
		want  error
	}{
		{"missing", files{JSON: filepath.Join(dir, "none.json")}, checkpoint.ErrMissing},
		{"through a file", files{JSON: filepath.Join(vocab, "tokenizer.json")}, checkpoint.ErrMissing},
		{"folder", files{JSON: dir}, checkpoint.ErrBad},
		{"huge", files{JSON: huge}, checkpoint.ErrBad},
		{"huge merges", files{Vocab: vocab, Merges: huge}, checkpoint.ErrBad},
		{"no merges", files{Vocab: vocab}, checkpoint.ErrMissing},
		{"no vocab", files{Merges: merges}, checkpoint.ErrMissing},
		{"empty vocab", files{Vocab: write("v", ""), Merges: merges}, checkpoint.ErrBad},
		{"vocab is a list", files{Vocab: write("v", `["a"]`), Merges: merges}, checkpoint.ErrBad},
		{"empty merges", files{Vocab: vocab, Merges: write("m", "")}, checkpoint.ErrBad},
		{"header alone", files{Vocab: vocab, Merges: write("m", "#version: 0.2\n")}, checkpoint.ErrBad},
		{"three symbols", files{Vocab: vocab, Merges: write("m", "#\na b c\n")}, checkpoint.ErrBad},
		{"unknown symbol", files{Vocab: vocab, Merges: write("m", "#\na b\nb c\n")}, checkpoint.ErrBad},
		{"binary merges", files{Vocab: vocab, Merges: write("m", "#\n\x00\xff \xfe\n")}, checkpoint.ErrBad},
		{"no special tokens", files{Vocab: write("v", `{"a": 0, "b": 1, "ab": 2}`), Merges: merges}, checkpoint.ErrBad},
		{"bad config", files{Vocab: vocab, Merges: merges, Config: write("c", `{"pad_token": 7}`)}, checkpoint.ErrBad},
		{"unknown pad", files{Vocab: vocab, Merges: merges, Config: write("c", `{"pad_token": "[PAD]"}`)}, checkpoint.ErrBad},
		{"missing config", files{Vocab: vocab, Merges: merges, Config: filepath.Join(dir, "none")}, checkpoint.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tok, err := Open(tt.files, nil, 0, 0)
			if err == nil {
				tok.Close()
				t.Fatal("it opened")
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	tok, err := Open(files{Vocab: vocab, Merges: merges}, nil, 0, 5)
	if err != nil {
		t.Fatalf("the sound ones: %v", err)
	}
	tok.Close()
	for name, zipped := range map[string][]byte{"none": nil, "not gzip": []byte("text"), "cut": {0x1f, 0x8b, 8, 0}} {
		if _, err := Open(files{}, zipped, 0, 0); !errors.Is(err, checkpoint.ErrBad) {
			t.Errorf("built in, %s: got %v", name, err)
		}
	}
}

func TestLinear(t *testing.T) {
	for expr, want := range map[string]bool{
		splitRegex: true, spacesRegex: true, `[\p{L}]+`: true, `a`: true, `a+`: true, ` ?a`: false,
		`(a+)+`: false, `a+b`: false, `a*`: false, `(a|b)+`: false, `a{1,9}`: false, `(?=a)`: false, `\1`: false, `(a+|b)c`: false,
		`ab+|cd+`: true, `(ab+)`: true, `^a`: false, `a+?`: true, `(`: false,
	} {
		if got := linear(expr); got != want {
			t.Errorf("linear(%q): got %t, want %t", expr, got, want)
		}
	}
}

// FuzzOpen opens damaged files and, where they open, encodes with them.
func FuzzOpen(f *testing.F) {
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(tiny, name))
		if err != nil {
			f.Fatal(err)
		}
		return data
	}
	full, vocab, merges, config := read("tokenizer.json"), read("vocab.json"), read("merges.txt"), read("tokenizer_config.json")
	f.Add(full, []byte(nil), []byte(nil), config, "a red circle")
	f.Add([]byte(nil), vocab, merges, config, "don't 123 猫 <|endoftext|>\x00")
	for _, rest := range []string{
		``,
		`, "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}]}`,
		`, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "'s|[\\p{L}]+|[^\\s]+"}, "behavior": "Isolated", "invert": false}`,
		`, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": false}`,
		`, "added_tokens": [{"id": 5, "content": "<pad>", "single_word": true, "lstrip": true, "rstrip": true, "normalized": true, "special": false}]`,
	} {
		f.Add([]byte(small(`, "unk_token": "a", "end_of_word_suffix": "b", "fuse_unk": true, "byte_fallback": true, "ignore_merges": true`, rest)),
			[]byte(nil), []byte(nil), []byte(nil), "ab b a")
	}
	f.Fuzz(func(t *testing.T, full, vocab, merges, config []byte, text string) {
		s := source{name: "fuzz"}
		switch {
		case len(full) > 0:
			s.json = full
		case len(vocab) > 0:
			s.vocab, s.merges = vocab, merges
		default:
			s.clip = merges
		}
		if len(config) > 0 {
			s.config = config
		}
		tok, err := open(s, 16, 0)
		if err != nil {
			if !errors.Is(err, checkpoint.ErrBad) && !errors.Is(err, checkpoint.ErrUnsupported) {
				t.Errorf("got %v", err)
			}
			return
		}
		defer tok.Close()
		got, err := tok.Encode(text)
		if err == nil && (len(got.IDs) != 16 || len(got.Mask) != 16) {
			t.Errorf("got %d ids, %d mask values", len(got.IDs), len(got.Mask))
		}
	})
}
