package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cascata/inference/checkpoint"
)

// Bounds of the files in bytes. CLIP's are 2.2 MB, 0.9 MB and 0.5 MB.
const (
	maxJSON   = 16 << 20
	maxMerges = 16 << 20
	maxConfig = 4 << 20
)

// source is the contents of a tokenizer's files; nil for those it has not.
type source struct {
	name string // the file that leads, for messages

	json, vocab, merges []byte
	clip                []byte // gzip
	config, specialMap  []byte
}

func read(files checkpoint.TokenizerFiles, clip []byte) (source, error) {
	s := source{}
	var err error
	get := func(to *[]byte, path string, limit int64) {
		if err == nil && path != "" {
			*to, err = readFile(path, limit)
		}
	}
	switch {
	case files.JSON != "":
		s.name = files.JSON
		get(&s.json, files.JSON, maxJSON)
	case files.Vocab != "" && files.Merges != "":
		s.name = files.Vocab
		get(&s.vocab, files.Vocab, maxJSON)
		get(&s.merges, files.Merges, maxMerges)
	case files.Vocab != "":
		return s, fmt.Errorf("tokenizer %s: %w: merges.txt is missing; put it beside, or tokenizer.json", files.Vocab, checkpoint.ErrMissing)
	case files.Merges != "":
		return s, fmt.Errorf("tokenizer %s: %w: vocab.json is missing; put it beside, or tokenizer.json", files.Merges, checkpoint.ErrMissing)
	default:
		s.name = "built-in CLIP vocabulary"
		s.clip = clip
	}
	get(&s.config, files.Config, maxConfig)
	if err == nil && s.clip == nil {
		s.specialMap, err = readFile(filepath.Join(filepath.Dir(s.name), "special_tokens_map.json"), maxConfig)
		if errors.Is(err, checkpoint.ErrMissing) {
			err = nil
		}
	}
	return s, err
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("tokenizer %s: %w; put the file back", path, checkpoint.ErrMissing)
	case err != nil:
		return nil, fmt.Errorf("tokenizer: %w: %w", checkpoint.ErrMissing, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("tokenizer %s: %w: it is not a file; name the file itself", path, checkpoint.ErrBad)
	case info.Size() > limit:
		return nil, fmt.Errorf("tokenizer %s: %w: it has %d bytes, a tokenizer has at most %d; get the file again", path, checkpoint.ErrBad, info.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w: %w; make it readable", checkpoint.ErrMissing, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("tokenizer: %w: %w", checkpoint.ErrBad, err)
	}
	return data, nil
}

// special are the texts of the special tokens.
type special struct{ BOS, EOS, PAD, UNK string }

// special reads them from tokenizer_config.json, then from
// special_tokens_map.json; CLIP's own stand where neither says.
func (s source) special() (special, error) {
	type tokens struct {
		BOS tokenName `json:"bos_token"`
		EOS tokenName `json:"eos_token"`
		PAD tokenName `json:"pad_token"`
		UNK tokenName `json:"unk_token"`
	}
	var config, list tokens
	for _, f := range []struct {
		name string
		data []byte
		to   *tokens
	}{{"tokenizer_config.json", s.config, &config}, {"special_tokens_map.json", s.specialMap, &list}} {
		if f.data == nil {
			continue
		}
		if err := json.Unmarshal(f.data, f.to); err != nil {
			return special{}, fmt.Errorf("%s beside %s: %w: %w; get the file again", f.name, s.name, checkpoint.ErrBad, err)
		}
	}
	first := func(names ...tokenName) string {
		for _, n := range names {
			if n != "" {
				return string(n)
			}
		}
		return ""
	}
	return special{
		BOS: first(config.BOS, list.BOS, startOfText),
		EOS: first(config.EOS, list.EOS, endOfText),
		PAD: first(config.PAD, list.PAD, endOfText),
		UNK: first(config.UNK, list.UNK, endOfText),
	}, nil
}

// tokenName is a token written as a string or as an object with its content.
type tokenName string

func (n *tokenName) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var o struct{ Content string }
		err := json.Unmarshal(data, &o)
		*n = tokenName(o.Content)
		return err
	}
	var s *string
	err := json.Unmarshal(data, &s)
	if s != nil {
		*n = tokenName(*s)
	}
	return err
}
