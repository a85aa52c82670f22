package tokenizer

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"cascata/inference/checkpoint"
)

// The special tokens of CLIP.
const (
	startOfText = "<|startoftext|>"
	endOfText   = "<|endoftext|>"
)

const (
	endOfWord   = "</w>"
	clipMerges  = 49152 - 256 - 2 // those that CLIP uses of its list
	splitRegex  = `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`
	spacesRegex = `\s+`
)

// definition returns the source's definition, checked.
func (s source) definition(sp special) (*definition, error) {
	var d *definition
	var err error
	switch {
	case s.json != nil:
		d, err = parseDefinition(s.json)
	case s.vocab != nil:
		d, err = fromVocab(s.vocab, s.merges, sp)
	default:
		d, err = fromClip(s.clip)
	}
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return nil, fmt.Errorf("tokenizer %s: %w", s.name, err)
	}
	return d, nil
}

// fromVocab builds CLIP's tokenizer from vocab.json and merges.txt.
func fromVocab(vocab, merges []byte, sp special) (*definition, error) {
	var ids map[string]uint32
	if err := json.Unmarshal(vocab, &ids); err != nil {
		return nil, fmt.Errorf("%w: %w; get the file again", checkpoint.ErrBad, err)
	}
	list, err := parseMerges(merges)
	if err != nil {
		return nil, err
	}
	return clipDefinition(ids, list, sp), nil
}

// fromClip builds CLIP's tokenizer from its merge list alone: the vocabulary
// is the bytes, the bytes that end a word, every merge's result, and the two
// special tokens.
func fromClip(zipped []byte) (*definition, error) {
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", checkpoint.ErrBad, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxMerges))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", checkpoint.ErrBad, err)
	}
	list, err := parseMerges(text)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]uint32, 512+len(list)+2)
	add := func(token string) {
		if _, ok := ids[token]; !ok {
			ids[token] = uint32(len(ids))
		}
	}
	symbols := byteSymbols()
	for _, r := range symbols {
		add(string(r))
	}
	for _, r := range symbols {
		add(string(r) + endOfWord)
	}
	for _, m := range list {
		add(m[0] + m[1])
	}
	add(startOfText)
	add(endOfText)
	return clipDefinition(ids, list, special{startOfText, endOfText, endOfText, endOfText}), nil
}

// byteSymbols are the characters that stand for the 256 bytes, in the order
// of the vocabulary: printable bytes as themselves, then the others from
// U+0100 on.
func byteSymbols() []rune {
	var printable, others []rune
	for b := range rune(256) {
		if b >= 33 && b <= 126 || b >= 161 && b <= 172 || b >= 174 {
			printable = append(printable, b)
		} else {
			others = append(others, 256+rune(len(others)))
		}
	}
	return append(printable, others...)
}

// parseMerges reads a merges.txt: a header line, then a pair of symbols a line.
func parseMerges(data []byte) ([]merge, error) {
	var list []merge
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if n == 1 || line == "" {
			continue
		}
		if len(list) == clipMerges {
			break
		}
		a, b, ok := strings.Cut(line, " ")
		if !ok || a == "" || b == "" || strings.Contains(b, " ") {
			return nil, fmt.Errorf("%w: line %d of the merges is not two symbols; get the file again", checkpoint.ErrBad, n)
		}
		list = append(list, merge{a, b})
	}
	if list == nil {
		return nil, fmt.Errorf("%w: it has no merges; get the file again", checkpoint.ErrBad)
	}
	return list, nil
}

// clipDefinition is a CLIP tokenizer: NFC, runs of white space to one space,
// lower case; split into contractions, words, digits and the rest; bytes.
func clipDefinition(vocab map[string]uint32, merges []merge, sp special) *definition {
	suffix := endOfWord
	d := &definition{
		Normalizer: &component{Type: "Sequence", Normalizers: []component{
			{Type: "NFC"},
			{Type: "Replace", Pattern: &pattern{Regex: spacesRegex}, Content: " "},
			{Type: "Lowercase"},
		}},
		PreTokenizer: &component{Type: "Sequence", Pretokenizers: []component{
			{Type: "Split", Pattern: &pattern{Regex: splitRegex}, Behavior: "Removed", Invert: true},
			{Type: "ByteLevel"},
		}},
		Model: model{Suffix: &suffix, Vocab: vocab, Merges: merges},
	}
	if d.Model.has(sp.UNK) {
		d.Model.UnkToken = &sp.UNK
	}
	for _, token := range []string{sp.BOS, sp.EOS} {
		if id, ok := vocab[token]; ok {
			d.AddedTokens = append(d.AddedTokens, addedToken{ID: id, Content: token, Normalized: true, Special: true})
		}
	}
	return d
}
