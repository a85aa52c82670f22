package checkpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pathFault explains why a path cannot be looked at.
func pathFault(path string, err error) error {
	if _, e := os.Lstat(path); e == nil && errors.Is(err, fs.ErrNotExist) {
		return &fault{ErrMissing, path, "it is a link to a file that is not there", "finish the download", err}
	}
	return faultIn(path, err)
}

// snapshot turns a repository's folder in Hugging Face's cache into the folder
// of its files: the revision that refs/main names, else the latest one. Other
// folders are returned as they are.
func snapshot(dir string) (string, error) {
	snapshots := filepath.Join(dir, "snapshots")
	if !isFolder(snapshots) {
		return dir, nil
	}
	if b, err := readSmall(filepath.Join(dir, "refs", "main"), 256); err == nil {
		rev := strings.TrimSpace(string(b))
		if at := filepath.Join(snapshots, rev); filepath.IsLocal(rev) && isFolder(at) {
			return at, nil
		}
	}
	var latest fs.FileInfo
	entries, err := os.ReadDir(snapshots)
	if err != nil {
		return "", pathFault(snapshots, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.IsDir() && (latest == nil || info.ModTime().After(latest.ModTime())) {
			latest = info
		}
	}
	if latest == nil {
		return "", &fault{class: ErrMissing, path: dir, cause: "the cache holds no revision of this model", next: again}
	}
	return filepath.Join(snapshots, latest.Name()), nil
}

// repositories finds the two official repositories side by side in a folder,
// as they are or in Hugging Face's cache.
func (f *finder) repositories(dir string) []string {
	var out []string
	here := lookInto(dir)
	for _, name := range []string{
		"stable-cascade-prior", "stable-cascade",
		"models--stabilityai--stable-cascade-prior", "models--stabilityai--stable-cascade",
	} {
		if sub := here.path(name); isFolder(sub) {
			at, err := snapshot(sub)
			if err != nil {
				f.refuse(sub, "", err)
				continue
			}
			out = append(out, at)
		}
	}
	return out
}

// namesIn lists what in a folder ends with one of endings, in capitals or
// small letters, in order.
func namesIn(dir string, endings ...string) []string {
	var out []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name()))) {
			out = append(out, e.Name())
		}
	}
	return out
}

// A listing has the names in one folder, for looking them up in capitals or
// small letters.
type listing struct {
	dir   string
	names map[string]string // by their small letters
}

func lookInto(dir string) listing {
	l := listing{dir, map[string]string{}}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		l.names[strings.ToLower(e.Name())] = e.Name()
	}
	return l
}

func (l listing) has(name string) bool { return l.names[strings.ToLower(name)] != "" }

// path is that of name, as it is written there if it is.
func (l listing) path(name string) string {
	exact := filepath.Join(l.dir, name)
	if _, err := os.Lstat(exact); err == nil {
		return exact
	}
	if other, ok := l.names[strings.ToLower(name)]; ok {
		return filepath.Join(l.dir, other)
	}
	return exact
}

// within is the path of name in dir, in capitals or small letters.
func within(dir, name string) string {
	if path := filepath.Join(dir, name); exists(path) {
		return path
	}
	return lookInto(dir).path(name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// absolute is path from the root, as far as the system can tell.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
