package finder

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// loraNames are what programs call their folders for LoRAs, in lower case.
var loraNames = map[string]bool{"lora": true, "loras": true, "lycoris": true, "locon": true}

// Limits of a search for folders.
const (
	loraDepth   = 4 // below a place: Packages/ComfyUI/models/loras
	loraEntries = 20_000
)

// LoRAFolders are the folders for LoRAs in places that are there, each once.
func LoRAFolders(places []Place) (folders []string) {
	seen := map[string]bool{}
	entries := 0
	for _, p := range places {
		root, err := filepath.EvalSymlinks(p.Path)
		if err != nil {
			continue
		}
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if entries++; entries > loraEntries {
				return fs.SkipAll
			}
			if err != nil || !d.IsDir() {
				return nil
			}
			switch {
			case seen[path]:
				return fs.SkipDir
			case loraNames[strings.ToLower(filepath.Base(path))]:
				seen[path] = true
				folders = append(folders, path)
				return fs.SkipDir
			case strings.Count(path[len(root):], string(os.PathSeparator)) >= loraDepth:
				return fs.SkipDir
			}
			return nil
		})
	}
	return folders
}
