package cuda

import (
	"os"
	"path/filepath"
	"strings"
)

// A Plan is what is to be fetched, and what is there already.
type Plan struct {
	Set   Set
	Fetch []Part
	Found map[string]string // libraries of this computer that are used where they lie: name to path
}

// Bytes is how much the plan fetches.
func (p Plan) Bytes() (n int64) {
	for _, part := range p.Fetch {
		n += part.Bytes
	}
	return n
}

// Plan says what an installation would fetch. NVIDIA's libraries in places, each
// a folder with them or one like Python's site-packages, are used where they lie;
// so is what an installation that was cut short has brought already.
func (s Store) Plan(set Set, places []string) Plan {
	p := Plan{Set: set, Found: map[string]string{}}
	if !s.has(set.Provider) {
		p.Fetch = append(p.Fetch, set.Provider)
	}
	for _, part := range set.Parts {
		if s.has(part) {
			continue
		}
		if found := findAll(part, places); found != nil {
			for name, path := range found {
				p.Found[name] = path
			}
			continue
		}
		p.Fetch = append(p.Fetch, part)
	}
	return p
}

// has tells whether a part was unpacked.
func (s Store) has(p Part) bool {
	for _, name := range p.Libraries {
		if !isFile(filepath.Join(s.folder(p), name)) {
			return false
		}
	}
	return true
}

// folder is where a part's libraries go. It appears with all of them in it.
func (s Store) folder(p Part) string { return filepath.Join(s.Dir, p.Name+"-"+p.Version) }

// findAll finds every library of a part in one place, or nothing.
func findAll(p Part, places []string) map[string]string {
	for _, place := range places {
		folders := []string{place}
		nested, _ := filepath.Glob(filepath.Join(place, "nvidia", "*", "lib"))
		folders = append(folders, nested...)
		for _, folder := range folders {
			found := map[string]string{}
			for _, name := range p.Libraries {
				if path := filepath.Join(folder, name); isFile(path) {
					found[name] = path
				}
			}
			if len(found) == len(p.Libraries) {
				return found
			}
		}
	}
	return nil
}

// UserPlaces are the folders of this computer where NVIDIA's libraries usually
// lie: what getenv names, the system's, and those of Python's packages.
func UserPlaces(getenv func(string) string, home string) []string {
	list := filepath.SplitList(getenv("LD_LIBRARY_PATH"))
	for _, pattern := range []string{
		"/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/x86_64-linux/lib", "/opt/cuda/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib64",
		filepath.Join(home, ".local/lib/python3*/site-packages"),
		filepath.Join(getenv("VIRTUAL_ENV"), "lib/python3*/site-packages"),
		filepath.Join(getenv("CONDA_PREFIX"), "lib"), filepath.Join(getenv("CONDA_PREFIX"), "lib/python3*/site-packages"),
	} {
		if !filepath.IsAbs(pattern) || strings.HasPrefix(pattern, "/lib") {
			continue
		}
		found, _ := filepath.Glob(pattern)
		list = append(list, found...)
	}
	var folders []string
	for _, f := range list {
		if info, err := os.Stat(f); err == nil && info.IsDir() && filepath.IsAbs(f) {
			folders = append(folders, f)
		}
	}
	return folders
}
