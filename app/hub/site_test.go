package hub

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A site is a server with Hugging Face's protocol on this machine, and a second
// host beside it that serves the large files, as there. Its faults are chosen by the test.
type site struct {
	*httptest.Server
	cdn *httptest.Server

	pause atomic.Int64 // nanoseconds after every 16 KB

	mu     sync.Mutex // guards the fields below
	repos  map[string]map[string][]byte
	commit string
	token  string // that is needed; "" none
	log    []*hit
	faults map[string][]fault // by path, taken one after the other
	signed int                // counts signed addresses; only the newest is good
}

// A hit is one request and what it got.
type hit struct {
	method, host, path, span, auth string
	status, sent                   int
}

// A fault answers in place of the site, or does something and lets it answer.
type fault func(s *site, w http.ResponseWriter, r *http.Request, body []byte) (answered bool)

// lfs is from how many bytes on a file is large, and lies on the second host.
const lfs = 1000

const (
	repo  = "stabilityai/stable-cascade"
	prior = "stabilityai/stable-cascade-prior"
)

func newSite(t testing.TB) *site {
	s := &site{commit: strings.Repeat("a1", 20), faults: map[string][]fault{}, repos: map[string]map[string][]byte{
		repo: {
			"decoder/config.json": []byte(`{"decoder": true}`), "decoder/weights.bf16.safetensors": noise(1, 300_000),
			"vqgan/weights.bf16.safetensors": noise(2, 50_000), "README.md": noise(3, 5000), "empty": {},
		},
		prior: {"prior/config.json": []byte(`{"prior": true}`), "prior/a name with %.safetensors": noise(4, 700_000)},
	}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, "hub") }))
	s.cdn = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, "cdn") }))
	t.Cleanup(s.Close)
	t.Cleanup(s.cdn.Close)
	return s
}

func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	r.Read(b)
	return b
}

// A counter notes what is sent.
type counter struct {
	http.ResponseWriter
	s   *site
	hit *hit
}

func (c *counter) WriteHeader(status int) {
	c.s.mu.Lock()
	c.hit.status = status
	c.s.mu.Unlock()
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.s.mu.Lock()
	c.hit.sent += n
	c.s.mu.Unlock()
	return n, err
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (s *site) serve(w http.ResponseWriter, r *http.Request, host string) {
	s.mu.Lock()
	mine := &hit{method: r.Method, host: host, path: r.URL.Path, span: r.Header.Get("Range"), auth: r.Header.Get("Authorization"), status: 200}
	s.log = append(s.log, mine)
	w = &counter{w, s, mine}
	s.mu.Unlock()
	switch {
	case host == "cdn":
		s.second(w, r)
	case s.token != "" && r.Header.Get("Authorization") != "Bearer "+s.token:
		w.Header().Set("X-Error-Code", "GatedRepo")
		w.WriteHeader(401)
	case strings.HasPrefix(r.URL.Path, "/api/models/"):
		s.tree(w, r)
	default:
		s.resolve(w, r)
	}
}

// take runs the next fault of a path, if there is one.
func (s *site) take(w http.ResponseWriter, r *http.Request, path string, body []byte) bool {
	s.mu.Lock()
	var f fault
	if list := s.faults[path]; len(list) > 0 {
		f, s.faults[path] = list[0], list[1:]
	}
	s.mu.Unlock()
	return f != nil && f(s, w, r, body)
}

// find splits OWNER/NAME/WORD/REVISION/REST.
func (s *site) find(path, word string) (files map[string][]byte, revision, rest string) {
	p := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 5)
	if len(p) < 4 || p[2] != word {
		return nil, "", ""
	}
	if len(p) == 5 {
		rest = p[4]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.repos[p[0]+"/"+p[1]], p[3], rest
}

func (s *site) tree(w http.ResponseWriter, r *http.Request) {
	files, revision, _ := s.find(strings.TrimPrefix(r.URL.Path, "/api/models"), "tree")
	if s.take(w, r, "tree", nil) || s.refuse(w, files, revision) {
		return
	}
	var list []map[string]any
	list = append(list, map[string]any{"type": "directory", "path": "decoder", "size": 0, "oid": strings.Repeat("0", 40)})
	for _, path := range slices.Sorted(keys(files)) {
		b := files[path]
		e := map[string]any{"type": "file", "path": path, "size": len(b), "oid": blob(b)}
		if len(b) >= lfs {
			e["lfs"] = map[string]any{"oid": sum(b), "size": len(b), "pointerSize": 135}
		}
		list = append(list, e)
	}
	if half := len(list) / 2; r.URL.Query().Get("cursor") == "" { // two pages
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?recursive=true&cursor=2>; rel="next"`, s.URL, r.URL.Path))
		list = list[:half]
	} else {
		list = list[half:]
	}
	json.NewEncoder(w).Encode(list)
}

func keys(m map[string][]byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (s *site) refuse(w http.ResponseWriter, files map[string][]byte, revision string) bool {
	s.mu.Lock()
	commit := s.commit
	s.mu.Unlock()
	switch {
	case files == nil:
		w.Header().Set("X-Error-Code", "RepoNotFound")
		w.WriteHeader(401)
	case revision != "main" && revision != commit:
		w.Header().Set("X-Error-Code", "RevisionNotFound")
		w.WriteHeader(404)
	default:
		return false
	}
	return true
}

// resolve answers small files and sends to the second host for large ones.
func (s *site) resolve(w http.ResponseWriter, r *http.Request) {
	files, revision, path := s.find(r.URL.Path, "resolve")
	body, ok := files[path]
	if s.take(w, r, "hub "+path, body) || s.refuse(w, files, revision) {
		return
	}
	if !ok {
		w.Header().Set("X-Error-Code", "EntryNotFound")
		w.WriteHeader(404)
		return
	}
	w.Header().Set("X-Repo-Commit", s.commit)
	if len(body) < lfs {
		w.Header().Set("Etag", strconv.Quote(blob(body)))
		s.bytes(w, r, path, body)
		return
	}
	s.mu.Lock()
	s.signed++
	n := s.signed
	s.mu.Unlock()
	w.Header().Set("X-Linked-Etag", strconv.Quote(sum(body)))
	w.Header().Set("X-Linked-Size", strconv.Itoa(len(body)))
	http.Redirect(w, r, fmt.Sprintf("%s%s?signature=%d", s.cdn.URL, strings.ReplaceAll(r.URL.EscapedPath(), "+", "%2B"), n), http.StatusFound)
}

func (s *site) second(w http.ResponseWriter, r *http.Request) {
	files, _, path := s.find(r.URL.Path, "resolve")
	s.bytes(w, r, path, files[path])
}

// bytes answers with a file or the part of it that is asked for.
func (s *site) bytes(w http.ResponseWriter, r *http.Request, path string, body []byte) {
	if r.Method == http.MethodGet && s.take(w, r, path, body) {
		return
	}
	send(s, w, r, body, body, 0)
}

// send answers with shown in place of body, and cuts the connection after cut
// bytes, unless that is 0.
func send(s *site, w http.ResponseWriter, r *http.Request, body, shown []byte, cut int) {
	at := 0
	if n, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &at); n == 1 && err == nil {
		if at >= len(body) {
			w.WriteHeader(416)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", at, len(body)-1, len(body)))
		w.Header().Set("Content-Length", strconv.Itoa(len(body)-at))
		w.WriteHeader(206)
	} else {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	if r.Method == http.MethodHead {
		return
	}
	shown = shown[at:]
	if cut > 0 {
		shown = shown[:min(cut, len(shown))]
	}
	for len(shown) > 0 {
		n := min(len(shown), 16<<10)
		if _, err := w.Write(shown[:n]); err != nil {
			return
		}
		http.NewResponseController(w).Flush()
		shown = shown[n:]
		time.Sleep(time.Duration(s.pause.Load()))
	}
	if cut > 0 {
		panic(http.ErrAbortHandler)
	}
}

func sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func blob(b []byte) string {
	h := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(b)), b...))
	return hex.EncodeToString(h[:])
}

// forget drops the log, and the faults that were not taken.
func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log, s.faults = nil, map[string][]fault{}
}

// hits are the requests for a path, on one host.
func (s *site) hits(host, part string) []hit {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []hit
	for _, h := range s.log {
		if h.host == host && strings.Contains(h.path, part) {
			out = append(out, *h)
		}
	}
	return out
}

// quick are times for a server that is near.
var quick = Times{
	Connect: 2 * time.Second, Stall: 150 * time.Millisecond, Tries: 4, Wait: time.Millisecond, Longest: 2 * time.Second,
	Save: 10 * time.Millisecond, Report: 5 * time.Millisecond,
}

func (s *site) hub() *Hub {
	h := New(Env{Endpoint: s.URL})
	h.Times = quick
	return h
}

// all is a job for everything the site has, but its read me.
func all(dir string) Job {
	choose := func(files []File) (out []File, err error) {
		for _, f := range files {
			if f.Path != "README.md" {
				out = append(out, f)
			}
		}
		return out, nil
	}
	return Job{Name: "all", Dir: dir, Sources: []Source{{Repo: repo, Choose: choose}, {Repo: prior, Choose: choose}}}
}

// check compares what lies in a folder with what the site has.
func (s *site) check(t *testing.T, dir string, copies []Copy) {
	t.Helper()
	n := 0
	for _, c := range copies {
		for _, f := range c.Files {
			got, err := os.ReadFile(filepath.Join(dir, c.Path(f)))
			if err != nil || string(got) != string(s.repos[c.Repo][f.Path]) {
				t.Errorf("%s: %d bytes that are not those of the server; %v", f.Path, len(got), err)
			}
			n++
		}
	}
	if n != 6 {
		t.Errorf("%d files, want 6: %+v", n, copies)
	}
	if parts := partsIn(dir); parts != nil {
		t.Errorf("parts are left: %q", parts)
	}
}

func partsIn(dir string) (parts []string) {
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if strings.HasSuffix(path, partEnding) {
			parts = append(parts, path)
		}
		return nil
	})
	return parts
}

// unspoilt says that nothing under its own name differs from the server's.
func (s *site) unspoilt(t *testing.T, dir string) {
	t.Helper()
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, partEnding) || strings.HasSuffix(path, ".json") && filepath.Dir(path) == dir || e.Name() == ".lock" {
			return nil
		}
		got, _ := os.ReadFile(path)
		for _, files := range s.repos {
			for name, want := range files {
				if filepath.Base(name) == filepath.Base(path) && string(got) == string(want) {
					return nil
				}
			}
		}
		t.Errorf("%s is not as on the server", path)
		return nil
	})
}

func get(t *testing.T, h *Hub, job Job) ([]Copy, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return h.Download(ctx, job, nil)
}
