package app

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"cascata/app/disk"
	"cascata/app/finder"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
)

// maxLoRAs bounds how many LoRA files are listed.
const maxLoRAs = 500

// maxLookedInto bounds how many files are looked into for that.
const maxLookedInto = 5000

// listLoRAs are the LoRAs for Stable Cascade in folders and those below them, by
// what is in the files, each file once. A folder that is not there has none. It
// waits for the disk.
func listLoRAs(folders ...string) (found []lora.Info) {
	seen := map[string]bool{}
	for _, dir := range folders {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(path), loraEnding) {
				return nil
			}
			real, err := filepath.EvalSymlinks(path)
			if err != nil || seen[real] {
				return nil
			}
			if seen[real] = true; len(seen) > maxLookedInto || len(found) >= maxLoRAs {
				return fs.SkipAll
			}
			if info, err := lora.Describe(path); err == nil && info.Fits {
				found = append(found, info)
			}
			return nil
		})
	}
	return found
}

// ListLoRAs are those on this computer: in the artist's folder, those of the
// built-in model if it is to have one, and in the folders of other programs. It
// waits for the disk.
func (e *Engine) ListLoRAs(builtIn bool) []lora.Info {
	folders := e.loraFolders(builtIn)
	if s := e.models.Shelf; s != nil && s.Hub != nil {
		folders = append(folders, finder.LoRAFolders(UserPlaces(e.models))...)
	}
	return listLoRAs(folders...)
}

// IsLoRA reports whether a file is a LoRA, for whatever model. It reads its header.
func IsLoRA(path string) bool {
	if !strings.EqualFold(filepath.Ext(path), ".safetensors") {
		return false
	}
	_, err := lora.Describe(path)
	return err == nil
}

// LoRA fills in where a LoRA's file lies and what its hash is, and says what the
// file tells of it. Errors wrap inference.ErrBadLoRA or lora.ErrBad. It waits for
// the disk, not for pictures.
func (e *Engine) LoRA(l inference.LoRA) (inference.LoRA, lora.Info, error) {
	found, err := e.findLoRAs([]inference.LoRA{l})
	if err != nil {
		return l, lora.Info{}, err
	}
	info, err := lora.Describe(found[0].Path)
	if err == nil && !info.Fits {
		err = fmt.Errorf("%w: %s: its layers are not those of Stable Cascade; choose a LoRA that was made for it", inference.ErrBadLoRA, info.Name)
	}
	return found[0], info, err
}

// FitLoRAs says why LoRAs cannot change the model of a setup, nil if they can, by what the
// files' headers tell. Errors wrap inference.ErrBadLoRA, or are those of Models.Open. It
// waits for the disk, not for pictures.
func (e *Engine) FitLoRAs(s recipe.Setup, loras ...inference.LoRA) error {
	if len(loras) == 0 {
		return nil
	}
	ck, err := e.models.Open(s.Model)
	if err != nil {
		return err
	}
	found, err := e.findLoRAs(loras)
	if err != nil {
		return err
	}
	_, err = inference.FitLoRAs(ck, found)
	return err
}

// findLoRAs fills in where LoRA files lie and what their hashes are. A recipe
// knows a file by its hash: it is looked for among the files that were used
// before, then in the folders for LoRAs, where a name without a folder is looked
// for too. Errors wrap inference.ErrBadLoRA.
func (e *Engine) findLoRAs(loras []inference.LoRA) ([]inference.LoRA, error) {
	out := make([]inference.LoRA, len(loras))
	for i, l := range loras {
		switch {
		case l.Path == "":
			var ok bool
			if l.Path, ok = e.findLoRA(l); !ok {
				return nil, fmt.Errorf("%w: %s is not on this computer, or no longer where it was; put it into %s", inference.ErrBadLoRA, l.Name, e.LoRAs)
			}
		case !exists(l.Path) && filepath.Base(l.Path) == l.Path:
			l.Path = e.namedLoRA(l.Path)
			l.Name = filepath.Base(l.Path)
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

// loraFolders are the artist's folder for LoRAs and, if asked for, that of the
// built-in model.
func (e *Engine) loraFolders(builtIn bool) []string {
	var list []string
	if e.LoRAs != "" {
		list = append(list, e.LoRAs)
	}
	if e.models.Demo == nil || !builtIn {
		return list
	}
	if demo, err := e.models.resolve(recipe.Demo); err == nil {
		list = append(list, filepath.Join(demo[0], "loras"))
	}
	return list
}

// namedLoRA is the file of a name, with or without its ending, in the folders
// for LoRAs; else the name.
func (e *Engine) namedLoRA(name string) string {
	for _, folder := range e.loraFolders(true) {
		for _, ending := range []string{"", loraEnding} {
			if path := filepath.Join(folder, name+ending); exists(path) && !disk.IsDir(path) {
				return path
			}
		}
	}
	return name
}

const loraEnding = ".safetensors"

func (e *Engine) findLoRA(l inference.LoRA) (path string, ok bool) {
	if e.Hashes == nil || l.SHA256 == "" {
		return "", false
	}
	if path, ok = e.Hashes.Find(l.SHA256); ok {
		return path, ok
	}
	for _, folder := range e.loraFolders(true) {
		filepath.WalkDir(folder, func(at string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || !strings.EqualFold(filepath.Ext(at), loraEnding) {
				return nil
			}
			if sum, known := e.Hashes.ofFile(at); known && sum == l.SHA256 {
				path, ok = at, true
				return fs.SkipAll
			}
			return nil
		})
		if ok {
			break
		}
	}
	return path, ok
}
