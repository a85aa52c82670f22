package checkpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	entries, _ := os.ReadDir(snapshots)
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
func repositories(dir string) []string {
	var out []string
	for _, name := range []string{
		"stable-cascade-prior", "stable-cascade",
		"models--stabilityai--stable-cascade-prior", "models--stabilityai--stable-cascade",
	} {
		if sub := filepath.Join(dir, name); isFolder(sub) {
			if at, err := snapshot(sub); err == nil {
				out = append(out, at)
			}
		}
	}
	return out
}

// namesIn lists what in a folder ends with suffix, in order.
func namesIn(dir, suffix string) []string {
	var out []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			out = append(out, e.Name())
		}
	}
	return out
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
