package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cascata/app/disk"
)

const (
	weights = "decoder/weights.bf16.safetensors"
	config  = "decoder/config.json"
)

// The token goes to the hub alone, also when the other host is another port of
// the same machine.
func TestTokenStaysAtHome(t *testing.T) {
	s := newSite(t)
	s.token = "hf_secret"
	h := s.hub()
	dir := t.TempDir()
	if _, err := get(t, h, all(dir)); !errors.Is(err, ErrAccess) {
		t.Errorf("without a token: %v", err)
	}
	h.Token = "hf_wrong"
	if _, err := get(t, h, all(dir)); !errors.Is(err, ErrAccess) || strings.Contains(err.Error(), "hf_wrong") {
		t.Errorf("with a wrong token: %v", err)
	}
	h.Token = s.token
	copies, err := get(t, h, all(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	home, away := s.hits("hub", ""), s.hits("cdn", "")
	if len(away) < 3 || len(home) < 6 {
		t.Fatalf("%d and %d requests", len(home), len(away))
	}
	for _, hit := range away {
		if hit.auth != "" {
			t.Errorf("the other host was got %q", hit.auth)
		}
	}
}

// A signed address that has run out is asked for anew, not retried.
func TestSignedAddressRunsOut(t *testing.T) {
	s := newSite(t)
	s.faults[weights] = []fault{cutAt(100_000), status(403)}
	dir := t.TempDir()
	copies, err := get(t, s.hub(), all(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	home, away := s.hits("hub", weights), s.hits("cdn", weights)
	if len(home) != len(away) || len(away) != 3 || away[2].span != "bytes=100000-" {
		t.Errorf("hub %+v, other host %+v", home, away)
	}
}

// A repository that was renamed sends to its new name, with the token, and
// what names the file may stand in any of the answers.
func TestRenamed(t *testing.T) {
	s := newSite(t)
	s.token = "hf_secret"
	h := s.hub()
	h.Token = s.token
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if new := strings.Replace(r.URL.EscapedPath(), "/old/", "/stabilityai/", 1); new != r.URL.EscapedPath() {
			w.Header().Set("X-Repo-Commit", s.commit)
			http.Redirect(w, r, new+"?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
			return
		}
		s.serve(w, r, "hub")
	}))
	defer front.Close()
	h.Endpoint = front.URL
	job := all(t.TempDir())
	job.Sources = job.Sources[:1]
	job.Sources[0].Repo = "old/stable-cascade"
	copies, err := get(t, h, job)
	if err != nil || copies[0].Commit != s.commit || len(copies[0].Files) != 4 {
		t.Errorf("%+v, %v", copies, err)
	}
}

// A simple server answers no HEAD, lists the SHA-256 as any other hash, and says
// nothing of parts.
func TestSimpleServer(t *testing.T) {
	s := newSite(t)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		files := s.repos[repo]
		_, path, ok := strings.Cut(r.URL.Path, "/resolve/main/")
		switch {
		case r.Method == http.MethodHead:
			w.WriteHeader(http.StatusNotImplemented)
		case !ok:
			fmt.Fprintf(w, `[{"type":"file","path":%q,"size":300000,"oid":%q}]`, weights, sum(files[weights]))
		case r.Header.Get("Range") != "":
			w.WriteHeader(http.StatusPartialContent)
			w.Write(files[path])
		default:
			if !s.take(w, r, path, files[path]) {
				w.Write(files[path])
			}
		}
	}))
	defer front.Close()
	s.faults[weights] = times(1, cutAt(50_000))
	h := s.hub()
	h.Endpoint = front.URL
	job := all(t.TempDir())
	job.Sources = job.Sources[:1]
	copies, err := get(t, h, job)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(job.Dir, copies[0].Path(copies[0].Files[0]))); err != nil || sum(got) != sum(s.repos[repo][weights]) {
		t.Error(err)
	}
}

// A mirror may know no commits; the same names are then taken from the branch.
func TestMirrorWithoutCommits(t *testing.T) {
	s := newSite(t)
	s.commit = ""
	dir := t.TempDir()
	copies, err := get(t, s.hub(), all(dir))
	if err != nil || copies[0].Commit != "" {
		t.Fatal(copies, err)
	}
	s.check(t, dir, copies)
}

func TestNoRoom(t *testing.T) {
	s := newSite(t)
	h := s.hub()
	h.Free = func(string) (int64, error) { return 1_000_000, nil }
	dir := t.TempDir()
	_, err := get(t, h, all(dir))
	if !errors.Is(err, ErrSpace) || !errors.Is(err, disk.ErrWrite) || !strings.Contains(err.Error(), "1.05 MB") {
		t.Errorf("got %v", err)
	}
	if hits := s.hits("cdn", ""); len(hits) > 0 {
		t.Errorf("files were asked for all the same: %+v", hits)
	}
	if parts := partsIn(dir); parts != nil {
		t.Errorf("parts: %q", parts)
	}
}

// Files that Hugging Face's own programs have fetched are used where they lie,
// and a damaged one is not.
func TestCache(t *testing.T) {
	s := newSite(t)
	h := s.hub()
	h.Cache = t.TempDir()
	blobs := filepath.Join(h.Cache, "models--stabilityai--stable-cascade", "blobs")
	snapshot := filepath.Join(h.Cache, "models--stabilityai--stable-cascade-prior", "snapshots", "0123", "prior")
	for _, dir := range []string{blobs, snapshot} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	good, bad, plain := s.repos[repo][weights], s.repos[repo]["vqgan/weights.bf16.safetensors"], s.repos[prior]["prior/a name with %.safetensors"]
	damaged := append([]byte{}, bad...)
	damaged[5] ^= 1
	for path, b := range map[string][]byte{
		filepath.Join(blobs, sum(good)): good, filepath.Join(blobs, sum(bad)): damaged,
		filepath.Join(snapshot, "a name with %.safetensors"): plain, filepath.Join(blobs, blob(s.repos[repo][config])): s.repos[repo][config],
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	copies, err := get(t, h, all(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	if hits := s.hits("cdn", ""); len(hits) != 1 || !strings.Contains(hits[0].path, "vqgan") {
		t.Errorf("fetched: %+v", hits)
	}
	at, err := filepath.EvalSymlinks(filepath.Join(dir, copies[0].Folder(), filepath.FromSlash(weights)))
	if err != nil || at != filepath.Join(blobs, sum(good)) {
		t.Errorf("it lies at %s, %v", at, err)
	}
}

// Two downloads into one folder at once would write over one another.
func TestOneAtATime(t *testing.T) {
	s := newSite(t)
	s.pause.Store(int64(5 * time.Millisecond))
	dir := t.TempDir()
	ctx, cancel := context.WithCancelCause(context.Background())
	begun, ended := make(chan bool), make(chan error)
	go func() {
		first := true
		_, err := s.hub().Download(ctx, all(dir), func(p Progress) {
			if first && p.Done > 100_000 {
				first = false
				close(begun)
			}
		})
		ended <- err
	}()
	<-begun
	if _, err := get(t, s.hub(), all(dir)); !errors.Is(err, ErrBusy) || !errors.Is(err, disk.ErrWrite) {
		t.Errorf("a second one at once: %v", err)
	}
	if err := Discard(dir, "all", func(string) bool { return false }); !errors.Is(err, ErrBusy) {
		t.Errorf("discarded under it: %v", err)
	}
	why := errors.New("paused")
	cancel(why)
	if err := <-ended; err != why {
		t.Errorf("ended with %v", err)
	}
	if done, _, ok := Unfinished(dir, "all"); !ok || done < 100_000 {
		t.Errorf("%d, %v", done, ok)
	}
	if err := Discard(dir, "all", func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != ".lock" {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// Progress never goes back but for a part that is dropped, and ends at the whole.
func TestProgress(t *testing.T) {
	s := newSite(t)
	s.pause.Store(int64(time.Millisecond))
	var seen []Progress
	if _, err := s.hub().Download(context.Background(), all(t.TempDir()), func(p Progress) { seen = append(seen, p) }); err != nil {
		t.Fatal(err)
	}
	last := Progress{}
	fast := false
	for _, p := range seen {
		if p.Done < last.Done || p.Done > p.Total {
			t.Errorf("%+v after %+v", p, last)
		}
		fast = fast || p.Speed > 0 && p.Left > 0
		last = p
	}
	if last.Phase != Done || last.Done != last.Total || last.Files != 6 || last.Of != 6 || last.Total != 1_050_032 {
		t.Errorf("ended with %+v", last)
	}
	if !fast {
		t.Error("no speed and time left were reported")
	}
}
