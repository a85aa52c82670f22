// Package tokenizer turns prompts into CLIP token ids. It alone uses the
// tokenizers library, which sees only definitions that were checked here.
package tokenizer

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/daulet/tokenizers"

	"cascata/inference"
	"cascata/inference/checkpoint"
)

// A Tokenizer encodes text for one text encoder. It may be used by several
// goroutines at once.
type Tokenizer struct {
	mu  sync.RWMutex // held for writing by Close
	lib *tokenizers.Tokenizer

	name          string // what messages call it
	length, vocab int
	bos, eos, pad int64
}

var _ inference.Tokenizer = (*Tokenizer)(nil)

// defaultLength is the number of ids in a row where a model does not say.
const defaultLength = 77

// maxText bounds a prompt in bytes. No prompt that means something is near it.
const maxText = 1 << 16

// Open reads a checkpoint's tokenizer: tokenizer.json, or else vocab.json and
// merges.txt, or else clipVocab, CLIP's merge list compressed by gzip. length
// is the number of positions of the text encoder and vocab the number of its
// embeddings; 0 stands for defaultLength and for unknown. The caller must
// close the tokenizer.
//
// Errors wrap checkpoint.ErrMissing, ErrBad or ErrUnsupported.
func Open(files checkpoint.TokenizerFiles, clipVocab []byte, length, vocab int) (*Tokenizer, error) {
	s, err := read(files, clipVocab)
	if err != nil {
		return nil, err
	}
	return open(s, length, vocab)
}

func open(s source, length, vocab int) (*Tokenizer, error) {
	if length == 0 {
		length = defaultLength
	}
	if length < 2 || length > 1<<16 {
		return nil, fmt.Errorf("tokenizer: %w: the text encoder has %d positions; from 2 to %d are possible", checkpoint.ErrBad, length, 1<<16)
	}
	special, err := s.special()
	if err != nil {
		return nil, err
	}
	def, err := s.definition(special)
	if err != nil {
		return nil, err
	}
	t := &Tokenizer{name: "tokenizer " + s.name, length: length, vocab: vocab}
	for _, id := range []struct {
		role, token string
		to          *int64
	}{{"begin", special.BOS, &t.bos}, {"end", special.EOS, &t.eos}, {"padding", special.PAD, &t.pad}} {
		*id.to, err = def.id(id.token)
		if err == nil {
			err = t.check(*id.to, id.token)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s token: %w", t.name, id.role, err)
		}
	}
	if t.lib, err = def.build(); err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	if err := t.agrees(def, special); err != nil {
		t.Close()
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	return t, nil
}

// agrees makes sure that the library gives the special tokens the ids that
// the file declares: it numbers added tokens itself.
func (t *Tokenizer) agrees(def *definition, s special) error {
	for token, want := range map[string]int64{s.BOS: t.bos, s.EOS: t.eos, s.PAD: t.pad} {
		if !def.added(token) {
			continue
		}
		e, err := t.lib.EncodeWithOptionsErr(token, false)
		if err != nil || len(e.IDs) != 1 || int64(e.IDs[0]) != want {
			return fmt.Errorf("%w: %q is declared as id %d but does not come out as it; get the file again", checkpoint.ErrBad, token, want)
		}
	}
	return nil
}

// check refuses an id that the text encoder has no embedding for.
func (t *Tokenizer) check(id int64, token string) error {
	if t.vocab == 0 || id < int64(t.vocab) {
		return nil
	}
	return fmt.Errorf("%w: id %d of %q is beyond the text encoder's %d; use the tokenizer that belongs to this model", checkpoint.ErrBad, id, token, t.vocab)
}

// nul stands for a NUL byte on the way into the library, whose strings end at
// one; the definition's normaliser turns it back. The three code points are
// set aside by Unicode and never text.
const nul = "\ufdd0\ufdd1\ufdd2"

// Encode returns BOS, the ids of text, EOS and pads, as many as the text
// encoder has positions. What did not fit is in Cut. Invalid UTF-8 counts as
// U+FFFD.
func (t *Tokenizer) Encode(text string) (inference.Tokens, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.lib == nil {
		return inference.Tokens{}, fmt.Errorf("%s: the tokenizer is closed", t.name)
	}
	if len(text) > maxText {
		return inference.Tokens{}, fmt.Errorf("%w: the prompt is %d bytes long; shorten it to %d", inference.ErrBadRequest, len(text), maxText)
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", nul)
	e, err := t.lib.EncodeWithOptionsErr(text, false, tokenizers.WithReturnOffsets())
	if err != nil || len(e.Offsets) != len(e.IDs) {
		return inference.Tokens{}, fmt.Errorf("%s: %w: it cannot encode this prompt; get the file again", t.name, checkpoint.ErrBad)
	}
	return t.row(text, e)
}

// row frames and pads the ids of text.
func (t *Tokenizer) row(text string, e tokenizers.Encoding) (inference.Tokens, error) {
	keep := min(len(e.IDs), t.length-2)
	ids := make([]int64, 0, t.length)
	ids = append(ids, t.bos)
	for i, id := range e.IDs[:keep] {
		if err := t.check(int64(id), span(text, e.Offsets[i])); err != nil {
			return inference.Tokens{}, fmt.Errorf("%s: %w", t.name, err)
		}
		ids = append(ids, int64(id))
	}
	ids = append(ids, t.eos)

	tokens := inference.Tokens{IDs: ids, Mask: make([]int64, t.length)}
	for i := range ids {
		tokens.Mask[i] = 1
	}
	for len(tokens.IDs) < t.length {
		tokens.IDs = append(tokens.IDs, t.pad)
	}
	if keep < len(e.IDs) {
		tokens.Cut = span(text, tokenizers.Offset{e.Offsets[keep][0], uint(len(text))})
	}
	tokens.Starts = starts(text, e.Offsets)
	return tokens, nil
}

// starts are where tokens start in the text that was to be encoded, in which
// nul is one byte again.
func starts(text string, offsets []tokenizers.Offset) []int {
	out := make([]int, len(offsets))
	from, at := uint(0), 0 // in text and in what it stands for
	for i, o := range offsets {
		if o[0] > from {
			at += len(span(text, tokenizers.Offset{from, o[0]}))
			from = o[0]
		}
		out[i] = at
	}
	return out
}

// span is the part of text from one byte offset to another, whole characters.
func span(text string, o tokenizers.Offset) string {
	from, to := min(int(o[0]), len(text)), min(int(o[1]), len(text))
	for from > 0 && from < len(text) && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return strings.ReplaceAll(text[from:max(from, to)], nul, "\x00")
}

// Close frees the tokenizer. It may be called twice.
func (t *Tokenizer) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lib == nil {
		return nil
	}
	lib := t.lib
	t.lib = nil
	return lib.Close()
}

// tidy shortens a name from a file for a message.
func tidy(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(slices.Concat(r[:most], []rune("…")))
	}
	return s
}
