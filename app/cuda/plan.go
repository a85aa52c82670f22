package cuda

import (
	"os"
	"path/filepath"
	"runtime"
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
// so is what an installation that was cut short has brought already. It reads the
// disk, and fetches nothing.
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

// has reports whether a part was unpacked.
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
		for _, nested := range []string{"lib", "bin", filepath.Join("bin", "x86_64")} { // the last two on Windows
			found, _ := filepath.Glob(filepath.Join(place, "nvidia", "*", nested))
			folders = append(folders, found...)
		}
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
	for _, pattern := range userPatterns(runtime.GOOS, getenv, home) {
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

// userPatterns are absolute patterns of folders. A variable that is not set gives none.
func userPatterns(system string, getenv func(string) string, home string) []string {
	var list []string
	under := func(root string, patterns ...string) {
		for _, p := range patterns {
			if root != "" {
				list = append(list, filepath.Join(root, p))
			}
		}
	}
	const site = "lib/python3*/site-packages"
	if system == "windows" {
		under(getenv("CUDA_PATH"), "bin/x64", "bin")
		under(getenv("ProgramFiles"), "NVIDIA GPU Computing Toolkit/CUDA/v13*/bin/x64", "NVIDIA/CUDNN/v9*/bin/13*", "NVIDIA/CUDNN/v9*/bin/13*/x64")
		under(getenv("LOCALAPPDATA"), "Programs/Python/Python3*/Lib/site-packages")
		under(getenv("APPDATA"), "Python/Python3*/site-packages")
		under(getenv("VIRTUAL_ENV"), "Lib/site-packages")
		under(getenv("CONDA_PREFIX"), "Library/bin", "Lib/site-packages")
		return list
	}
	under("/", "usr/local/cuda*/lib64", "usr/local/cuda*/targets/x86_64-linux/lib", "opt/cuda/lib64", "usr/lib/x86_64-linux-gnu", "usr/lib64")
	under(home, ".local/"+site)
	under(getenv("VIRTUAL_ENV"), site)
	under(getenv("CONDA_PREFIX"), "lib", site)
	return list
}
