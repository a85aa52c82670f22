package app

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"cascata/inference"
)

// findLoRAs fills in where LoRA files lie and what their hashes are. A recipe
// knows a file by its hash: it is looked for among the files that were used
// before, then in the folder for LoRAs. Errors wrap inference.ErrBadLoRA.
func (e *Engine) findLoRAs(loras []inference.LoRA) ([]inference.LoRA, error) {
	out := make([]inference.LoRA, len(loras))
	for i, l := range loras {
		if l.Path == "" {
			var ok bool
			if l.Path, ok = e.findLoRA(l); !ok {
				return nil, fmt.Errorf("%w: %s is not on this computer, or no longer where it was; put it into %s", inference.ErrBadLoRA, l.Name, e.LoRAs)
			}
		}
		if path, err := filepath.Abs(l.Path); err == nil {
			l.Path = path // by which its hash is remembered
		}
		if l.SHA256 == "" && e.Hashes != nil {
			l.SHA256, _ = e.Hashes.ofFile(l.Path)
		}
		out[i] = l
	}
	return out, nil
}

func (e *Engine) findLoRA(l inference.LoRA) (path string, ok bool) {
	if e.Hashes == nil || l.SHA256 == "" {
		return "", false
	}
	if path, ok = e.Hashes.Find(l.SHA256); ok || e.LoRAs == "" {
		return path, ok
	}
	filepath.WalkDir(e.LoRAs, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.EqualFold(filepath.Ext(at), ".safetensors") {
			return nil
		}
		if sum, known := e.Hashes.ofFile(at); known && sum == l.SHA256 {
			path, ok = at, true
			return fs.SkipAll
		}
		return nil
	})
	return path, ok
}
