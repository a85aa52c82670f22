package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cascata/inference/inferencetest"
)

// A folder that may not be looked into is named with that reason, and is neither missing
// nor empty.
func TestUnreadableFolders(t *testing.T) {
	const models = "../testdata/checkpoints/"
	for name, tt := range map[string]struct {
		model, folder string
		class         error
	}{
		"a stage":               {"diffusers-a", "prior", ErrMissing},
		"the text encoder":      {"diffusers-a", "text_encoder", ErrMissing},
		"the tokenizer":         {"diffusers-a", "tokenizer", ErrBad},
		"a stage of a bundle":   {"bundle", "decoder", ErrMissing},
		"a model":               {"diffusers-a", "", ErrBad},
		"a folder of files":     {"comfy", "", ErrBad},
		"a repository":          {"diffusers-a", "stable-cascade", ErrBad},
		"revisions in a cache":  {"diffusers-a", "snapshots", ErrBad},
		"one revision in there": {"diffusers-a", "snapshots/abc", ErrBad},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "model")
			to := dir
			if base := filepath.Base(tt.folder); base == "stable-cascade" || base == "abc" {
				to = filepath.Join(dir, tt.folder)
			} else if base == "snapshots" {
				to = filepath.Join(dir, tt.folder, "abc")
			}
			if err := os.CopyFS(to, os.DirFS(models+tt.model)); err != nil {
				t.Fatal(err)
			}
			folder := filepath.Join(dir, tt.folder)
			inferencetest.Unreadable(t, folder, func() {
				ck, err := Open(dir)
				if err == nil {
					err = ck.Need(KindText, KindPrior, KindDecoder, KindVQ)
				}
				if !errors.Is(err, tt.class) || !strings.Contains(err.Error(), filepath.Base(folder)) || !strings.HasSuffix(err.Error(), "it may not be read; change its permissions") {
					t.Errorf("got %v, want that %s may not be read", err, folder)
				}
			})
		})
	}
}
