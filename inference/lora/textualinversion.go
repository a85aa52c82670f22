package lora

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A word is a textual inversion: embeddings that stand in a prompt where its
// trigger does.
type word struct {
	trigger string // "": the file's name
	key     string // of the embeddings, [n, c]
	out     string // of what is added to the text encoder's output there, [n, c]; "": nothing
}

// bundled is OneTrainer's way to put embeddings into a LoRA file.
var bundled = regexp.MustCompile(`^bundle_emb\.(.+)\.(clip_g|clip_g_out)$`)

// wordOf tells a textual inversion by its key. One that is output alone is put
// together with its other half later.
func wordOf(key string) (word, bool) {
	switch key {
	case "clip_g":
		return word{key: key}, true
	case "clip_g_out":
		return word{out: key}, true
	}
	m := bundled.FindStringSubmatch(key)
	switch {
	case m == nil:
		return word{}, false
	case m[2] == "clip_g":
		return word{trigger: m[1], key: key}, true
	}
	return word{trigger: m[1], out: key}, true
}

// addWord takes w up, or puts it together with its other half.
func (f *File) addWord(w word) {
	for i := range f.words {
		if f.words[i].trigger == w.trigger {
			f.words[i].key += w.key
			f.words[i].out += w.out
			return
		}
	}
	f.words = append(f.words, w)
}

// triggers are the words that stand for a file's embeddings in a prompt.
func (f *File) triggers() []string {
	var list []string
	for _, w := range f.words {
		list = append(list, f.trigger(w))
	}
	return list
}

func (f *File) trigger(w word) string {
	if w.trigger != "" {
		return w.trigger
	}
	name := filepath.Base(f.Path)
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// appendWords adds the rows of textual inversions behind the vocabulary.
func (m *merger) appendWords(v []float32) ([]float32, error) {
	for _, w := range m.words {
		rows, err := w.numbers(w.word.key)
		if err != nil {
			return nil, err
		}
		v = append(v, rows...)
	}
	return v, nil
}

// Output is what is added to the text encoder's hidden states where the word's
// tokens are, [N, c]; nil: nothing. Errors wrap ErrBad.
func (w Word) Output() ([]float32, error) {
	if w.word.out == "" {
		return nil, nil
	}
	return w.numbers(w.word.out)
}

// numbers reads rows of a word, times its weight.
func (w Word) numbers(key string) ([]float32, error) {
	from, err := os.Open(w.file.Path)
	if err != nil {
		return nil, unreadable(w.file.Path, err)
	}
	defer from.Close()
	r := &reader{File: w.file, from: from}
	v := r.numbers(&change{parts: map[part]string{partRows: key}}, partRows)
	if r.err != nil {
		return nil, &fault{w.file.Path, r.err.Error(), again, r.err}
	}
	for i := range v {
		v[i] *= float32(w.weight)
	}
	return v, nil
}
