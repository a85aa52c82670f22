package hub

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// whole reports whether a file is there, and if not takes it from where this
// computer has it already: from Hugging Face's cache, where it stays, or from
// another commit of the same repository. What is at its place and is not it
// is removed.
func (d *download) whole(ctx context.Context, it *item) (bool, error) {
	if d.state.isWhole(it) {
		return true, nil
	}
	ok, err := it.isAt(ctx, it.path)
	if err != nil {
		return false, err
	}
	if !ok {
		os.Remove(it.path)
		if ok, err = d.take(ctx, it); err != nil {
			return false, err
		}
	}
	if ok {
		d.state.setWhole(it)
	}
	return ok, nil
}

// take looks for a file elsewhere on this computer.
func (d *download) take(ctx context.Context, it *item) (bool, error) {
	repo, _, _ := strings.Cut(it.what, " ")
	for _, place := range []struct {
		paths []string
		link  func(from, to string) error
	}{
		{cached(d.hub.Cache, repo, it.File), linkTo},
		{otherCommits(d.job.Dir, repo, it), os.Link},
	} {
		for _, from := range place.paths {
			ok, err := it.isAt(ctx, from)
			if err != nil {
				return false, err
			}
			if ok && os.MkdirAll(filepath.Dir(it.path), 0o755) == nil && place.link(from, it.path) == nil {
				return true, nil
			}
		}
	}
	return false, nil
}

// linkTo makes a symbolic link, or where those need rights that the user has
// not, as on Windows, a second name of the same file.
func linkTo(from, to string) error {
	if err := os.Symlink(from, to); err == nil {
		return nil
	}
	return os.Link(from, to)
}

// cached are the places where Hugging Face's own programs may have put a file:
// under its hash, or on Windows in the folders of revisions.
func cached(cache, repo string, f File) []string {
	if cache == "" {
		return nil
	}
	dir := filepath.Join(cache, "models--"+strings.ReplaceAll(repo, "/", "--"))
	places := []string{filepath.Join(dir, "blobs", f.hash())}
	for _, revision := range subfolders(filepath.Join(dir, "snapshots")) {
		places = append(places, filepath.Join(revision, filepath.FromSlash(f.Path)))
	}
	return real(places)
}

// otherCommits are the places where a file of another commit lies.
func otherCommits(dir, repo string, it *item) []string {
	var places []string
	for _, commit := range subfolders(filepath.Join(dir, strings.ReplaceAll(repo, "/", "--"))) {
		if p := filepath.Join(commit, filepath.FromSlash(it.Path)); p != it.path {
			places = append(places, p)
		}
	}
	return real(places)
}

// maxSubfolders is how many are looked into.
const maxSubfolders = 64

func subfolders(dir string) []string {
	var out []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.IsDir() && len(out) < maxSubfolders {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out
}

// real follows links, and leaves out what is not there and what comes twice.
func real(paths []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range paths {
		if at, err := filepath.EvalSymlinks(p); err == nil && !seen[at] {
			seen[at] = true
			out = append(out, at)
		}
	}
	return out
}
