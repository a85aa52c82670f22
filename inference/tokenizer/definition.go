package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/daulet/tokenizers"

	"cascata/inference/checkpoint"
)

// definition is the part of a tokenizer.json that decides about ids. Padding,
// truncation, post-processor and decoder are left out: rows are framed here.
//
// The library ends the whole program when some fields do not fit together, so
// a definition is written again from these types after check, and nothing else
// of a file reaches it.
type definition struct {
	AddedTokens  []addedToken `json:"added_tokens"`
	Normalizer   *component   `json:"normalizer"`
	PreTokenizer *component   `json:"pre_tokenizer"`
	Model        model        `json:"model"`
}

type addedToken struct {
	ID         uint32 `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// model is a byte pair encoding.
type model struct {
	Type         string            `json:"type"`
	UnkToken     *string           `json:"unk_token"`
	Prefix       *string           `json:"continuing_subword_prefix"`
	Suffix       *string           `json:"end_of_word_suffix"`
	FuseUnk      bool              `json:"fuse_unk"`
	ByteFallback bool              `json:"byte_fallback"`
	IgnoreMerges bool              `json:"ignore_merges"`
	Vocab        map[string]uint32 `json:"vocab"`
	Merges       []merge           `json:"merges"`
}

// merge joins two symbols. Files write ["a", "b"] or "a b".
type merge [2]string

func (m *merge) UnmarshalJSON(data []byte) error {
	var pair []string
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		pair = strings.Split(s, " ")
	} else if err := json.Unmarshal(data, &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[0] == "" || pair[1] == "" {
		return fmt.Errorf("merge %q does not join two symbols", tidy(string(data)))
	}
	*m = merge(pair)
	return nil
}

// Bounds of a definition.
const (
	maxVocab = 1 << 20
	maxAdded = 1 << 12
	maxToken = 1 << 10 // bytes
)

// parseDefinition reads a tokenizer.json.
func parseDefinition(data []byte) (*definition, error) {
	var d definition
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%w: %w; get the file again", checkpoint.ErrBad, err)
	}
	return &d, nil
}

// check refuses what is not a CLIP tokenizer or does not fit together.
func (d *definition) check() error {
	m := &d.Model
	bad := func(format string, a ...any) error {
		return fmt.Errorf("%w: %s; get the file again", checkpoint.ErrBad, fmt.Sprintf(format, a...))
	}
	switch {
	case m.Type != "" && m.Type != "BPE":
		return fmt.Errorf("%w: its model is %q; a CLIP tokenizer (BPE) is needed", checkpoint.ErrUnsupported, tidy(m.Type))
	case m.Prefix != nil && *m.Prefix != "":
		return fmt.Errorf("%w: its pieces carry the prefix %q; a CLIP tokenizer has none", checkpoint.ErrUnsupported, tidy(*m.Prefix))
	case len(m.Vocab) == 0:
		return bad("it has no vocabulary")
	case len(m.Vocab) > maxVocab || len(m.Merges) > maxVocab:
		return bad("it has %d entries and %d merges, more than %d", len(m.Vocab), len(m.Merges), maxVocab)
	case len(d.AddedTokens) > maxAdded:
		return bad("it has %d added tokens, more than %d", len(d.AddedTokens), maxAdded)
	}
	if m.UnkToken != nil && !m.has(*m.UnkToken) {
		return bad("its unknown token %q is not in its vocabulary", tidy(*m.UnkToken))
	}
	if m.Suffix != nil && len(*m.Suffix) > maxToken {
		return bad("its end of word is %d bytes long", len(*m.Suffix))
	}
	for token := range m.Vocab {
		if len(token) > maxToken {
			return bad("an entry of its vocabulary is %d bytes long", len(token))
		}
	}
	for i, g := range m.Merges {
		for _, symbol := range []string{g[0], g[1], g[0] + g[1]} {
			if !m.has(symbol) {
				return bad("merge %d (%q) needs %q, which its vocabulary lacks", i+1, tidy(g[0]+" "+g[1]), tidy(symbol))
			}
		}
	}
	for _, a := range d.AddedTokens {
		if strings.TrimSpace(a.Content) == "" || len(a.Content) > maxToken {
			return bad("an added token is empty or longer than %d bytes", maxToken)
		}
	}
	if err := d.Normalizer.check(normalizers, 0); err != nil {
		return err
	}
	return d.PreTokenizer.check(preTokenizers, 0)
}

func (m *model) has(token string) bool {
	_, ok := m.Vocab[token]
	return ok
}

func (d *definition) added(token string) bool {
	return slices.ContainsFunc(d.AddedTokens, func(a addedToken) bool { return a.Content == token })
}

// id returns a token's id. The vocabulary wins over the added tokens.
func (d *definition) id(token string) (int64, error) {
	if id, ok := d.Model.Vocab[token]; ok {
		return int64(id), nil
	}
	for _, a := range d.AddedTokens {
		if a.Content == token {
			return int64(a.ID), nil
		}
	}
	return 0, fmt.Errorf("%w: its vocabulary lacks %q; get the file again", checkpoint.ErrBad, tidy(token))
}

// build hands the definition to the library, with a normaliser in front that
// turns nul into a NUL byte.
func (d *definition) build() (*tokenizers.Tokenizer, error) {
	out := *d
	out.Model.Type = "BPE"
	out.Model.Merges = append([]merge{}, d.Model.Merges...) // never null
	out.AddedTokens = append([]addedToken{}, d.AddedTokens...)
	out.Normalizer = &component{Type: "Sequence", Normalizers: []component{
		{Type: "Replace", Pattern: &pattern{String: nul}, Content: "\x00"},
	}}
	if d.Normalizer != nil {
		out.Normalizer.Normalizers = append(out.Normalizer.Normalizers, *d.Normalizer)
	}
	data, err := json.Marshal(struct {
		Version string `json:"version"`
		*definition
	}{"1.0", &out})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", checkpoint.ErrBad, err)
	}
	lib, err := tokenizers.FromBytes(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; get the file again", checkpoint.ErrBad, err)
	}
	return lib, nil
}
