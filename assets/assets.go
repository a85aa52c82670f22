// Package assets holds what is built into the program, as bytes.
package assets

import (
	"embed"
	"io/fs"
)

//go:embed all:demo
var demo embed.FS

// Demo is the built-in model, in diffusers layout.
func Demo() fs.FS {
	sub, err := fs.Sub(demo, "demo")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// CLIPVocabulary is OpenAI CLIP's byte-pair vocabulary, gzipped, for models
// that come without a tokenizer.
//
//go:embed tokenizer/bpe_simple_vocab_16e6.txt.gz
var CLIPVocabulary []byte

// Symbols is a font of the few signs that the window shows and neither the
// toolkit's fonts nor those of every system have. It has no letters.
//
//go:embed symbols/symbols.ttf
var Symbols []byte

// Icon is the program's icon, a square PNG.
//
//go:embed icon.png
var Icon []byte
