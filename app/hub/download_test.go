package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cascata/app/disk"
)

const (
	weights = "decoder/weights.bf16.safetensors"
	config  = "decoder/config.json"
)

func status(code int, headers ...string) fault {
	return func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, "<html>no</html>")
		return true
	}
}

func cutAt(n int) fault {
	return func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
		send(s, w, r, body, body, n)
		return true
	}
}

// wrong sends one wrong byte.
func wrong(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	bad := append([]byte{}, body...)
	bad[len(bad)-1] ^= 1
	send(s, w, r, body, bad, 0)
	return true
}

// whole200 ignores what part is asked for.
func whole200(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	r.Header.Del("Range")
	send(s, w, r, body, body, 0)
	return true
}

// otherPart answers with a part that begins elsewhere.
func otherPart(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	r.Header.Set("Range", "bytes=7-")
	send(s, w, r, body, body, 0)
	return true
}

// stalled sends some and then nothing.
func stalled(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body[:100])
	http.NewResponseController(w).Flush()
	<-r.Context().Done()
	return true
}

// mute takes the request and says nothing at all.
func mute(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	<-r.Context().Done()
	return true
}

func slow(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	for at := 0; at < len(body); at += 30_000 { // each within the stall time, all together beyond it
		w.Write(body[at:min(at+30_000, len(body))])
		http.NewResponseController(w).Flush()
		time.Sleep(25 * time.Millisecond)
	}
	return true
}

// longer announces and sends more than there is.
func longer(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+5))
	w.Write(append(append([]byte{}, body...), "12345"...))
	return true
}

// loop redirects to itself.
func loop(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
	http.Redirect(w, r, r.URL.String(), http.StatusFound)
	return true
}

func times(n int, f fault) []fault {
	var out []fault
	for range n {
		out = append(out, f)
	}
	return out
}

// TestFaults has every trouble that a server can make: the download ends whole, or says why.
func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		path   string
		faults []fault
		class  error  // nil: it ends whole
		says   string // part of the error
		asks   int    // requests for the file on its host; 0: not looked at
	}{
		"nothing":                     {"", nil, nil, "", 0},
		"cut once":                    {weights, times(1, cutAt(100_000)), nil, "", 2},
		"cut at the first byte":       {weights, times(3, cutAt(1)), nil, "", 4},
		"cut again and again":         {weights, times(30, cutAt(8000)), ErrNetwork, "was cut", 4},
		"cut often, with progress":    {weights, times(4, cutAt(70_000)), nil, "", 5},
		"wrong bytes once":            {weights, times(1, wrong), nil, "", 2},
		"wrong bytes for ever":        {weights, times(99, wrong), ErrCorrupt, "damaged twice", 4}, // twice at each of two listings
		"small file wrong":            {config, times(99, wrong), ErrCorrupt, "damaged twice", 0},
		"200 for a range":             {weights, []fault{cutAt(9000), whole200}, nil, "", 2},
		"another part":                {weights, []fault{cutAt(9000), otherPart}, nil, "", 3},
		"416 for a range":             {weights, []fault{cutAt(9000), status(416)}, nil, "", 3},
		"206 without Content-Range":   {weights, []fault{cutAt(9000), status(206)}, nil, "", 3},
		"206 with a lying length":     {weights, []fault{cutAt(9000), status(206, "Content-Range", "bytes 9000-999999999999999/9999999999999999")}, nil, "", 3},
		"longer than listed, once":    {weights, times(1, longer), nil, "", 2},
		"longer than listed":          {weights, times(99, longer), ErrNetwork, "not 300000", 4},
		"401":                         {"hub " + weights, times(99, status(401)), ErrAccess, "HF_TOKEN", 0},
		"403":                         {"hub " + weights, times(99, status(403)), ErrAccess, "in a browser", 0},
		"403, gated":                  {"hub " + weights, times(99, status(403, "X-Error-Code", "GatedRepo")), ErrAccess, "accept their terms", 0},
		"404":                         {"hub " + weights, times(99, status(404, "X-Error-Code", "EntryNotFound")), ErrMissing, "moved or removed", 0},
		"410":                         {"hub " + weights, times(99, status(410)), ErrMissing, "moved or removed", 0},
		"451":                         {"hub " + weights, times(99, status(451, "X-Error-Message", "not in your \u009b31m country")), ErrNetwork, "451", 0},
		"429 once":                    {"hub " + weights, times(1, status(429, "Retry-After", "1")), nil, "", 0},
		"429 by date":                 {"hub " + weights, times(1, status(429, "Retry-After", time.Now().UTC().Format(http.TimeFormat))), nil, "", 0},
		"429 for long":                {"hub " + weights, times(99, status(429, "Retry-After", "86400")), ErrNetwork, "wait 24h0m0s", 0},
		"429 for ever":                {"hub " + weights, times(99, status(429)), ErrNetwork, "429", 0},
		"a lying Retry-After":         {"hub " + weights, times(1, status(503, "Retry-After", "99999999999999999999999")), nil, "", 0},
		"500 once":                    {weights, times(1, status(500)), nil, "", 2},
		"503 for ever":                {weights, times(99, status(503)), ErrNetwork, "503", 4},
		"408 once":                    {weights, times(1, status(408)), nil, "", 2},
		"403 of the second host":      {weights, times(2, status(403)), nil, "", 3},
		"404 of the second host":      {weights, times(99, status(404)), ErrNetwork, "not taken any more", 4},
		"stalled once":                {weights, times(1, stalled), nil, "", 2},
		"stalled for ever":            {weights, times(99, stalled), ErrNetwork, "does not answer", 4},
		"mute once":                   {"hub " + config, times(1, mute), nil, "", 0},
		"mute for ever":               {"hub " + config, times(99, mute), ErrNetwork, "does not answer", 0},
		"slow":                        {weights, times(1, slow), nil, "", 1},
		"redirect to itself":          {"hub " + weights, times(99, loop), ErrNetwork, "in a circle", 0},
		"redirect to nowhere":         {"hub " + weights, times(99, status(302)), ErrNetwork, "to nowhere", 0},
		"redirect to a file":          {"hub " + weights, times(99, status(302, "Location", "file:///etc/passwd")), ErrNetwork, "to nowhere", 0},
		"the list: 500 once":          {"tree", times(1, status(500)), nil, "", 0},
		"the list is a page":          {"tree", times(99, status(200)), ErrNetwork, "cannot be used", 0},
		"the list: 401, no such repo": {"tree", times(99, status(401, "X-Error-Code", "RepoNotFound")), ErrMissing, "no such repository", 0},
		"the list: 404":               {"tree", times(99, status(404)), ErrMissing, "no such repository", 0},
		"the list: cut":               {"tree", times(1, cutAt(10)), nil, "", 0},
		"the list: cut in JSON": {"tree", times(1, func(s *site, w http.ResponseWriter, r *http.Request, _ []byte) bool {
			w.Header().Set("Content-Length", "99")
			w.Write([]byte(`[{"type"`))
			panic(http.ErrAbortHandler)
		}), nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.faults[tt.path] = tt.faults
			dir := t.TempDir()
			copies, err := get(t, s.hub(), all(dir))
			if tt.class == nil {
				if err != nil {
					t.Fatal(err)
				}
				s.check(t, dir, copies)
			} else if !errors.Is(err, tt.class) || !strings.Contains(err.Error(), tt.says) || strings.ContainsAny(err.Error(), "\x1b\u009b") {
				t.Fatalf("got %v, want %v that says %q", err, tt.class, tt.says)
			}
			s.unspoilt(t, dir)
			if n := len(s.hits("cdn", tt.path)); tt.asks > 0 && n != tt.asks {
				t.Errorf("the file was asked for %d times, want %d: %+v", n, tt.asks, s.hits("cdn", tt.path))
			}
			if tt.class == nil {
				return
			}
			// Once the server is well again, a second call makes it whole.
			s.mu.Lock()
			clear(s.faults)
			s.mu.Unlock()
			copies, err = get(t, s.hub(), all(dir))
			if err != nil {
				t.Fatalf("the second call: %v", err)
			}
			s.check(t, dir, copies)
		})
	}
}

// A connection that is cut at any byte goes on at that byte.
func TestResumeAtTheByte(t *testing.T) {
	s := newSite(t)
	s.repos[repo][weights] = noise(9, 2000)
	h := s.hub()
	h.Times.Wait = 0
	for cut := 1; cut < 2000; cut += 222 {
		s.mu.Lock()
		s.log, s.faults = nil, map[string][]fault{weights: {cutAt(cut)}}
		s.mu.Unlock()
		dir := t.TempDir()
		copies, err := get(t, h, all(dir))
		if err != nil {
			t.Fatal(err)
		}
		s.check(t, dir, copies)
		hits := s.hits("cdn", weights)
		if len(hits) != 2 || hits[1].span != fmt.Sprintf("bytes=%d-", cut) || hits[0].sent+hits[1].sent != 2000 {
			t.Fatalf("cut after %d bytes: %+v", cut, hits)
		}
	}
}

// A call that was stopped goes on where it ended, at the same commits, without asking
// for the lists again; what is whole is not asked for again.
func TestResumeInASecondCall(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	s.faults[weights] = times(99, cutAt(9000))
	h := s.hub()
	if _, err := get(t, h, all(dir)); !errors.Is(err, ErrNetwork) {
		t.Fatal(err)
	}
	had := 0
	for _, hit := range s.hits("cdn", weights) {
		had += hit.sent
	}
	done, total, ok := Unfinished(dir, "all")
	if !ok || total != 300_000+50_000+700_000+17+15 || done < int64(had) {
		t.Errorf("%d of %d, %v; %d came", done, total, ok, had)
	}
	s.forget()
	copies, err := get(t, h, all(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	if hits := s.hits("cdn", weights); len(hits) != 1 || hits[0].span != fmt.Sprintf("bytes=%d-", had) || hits[0].sent != 300_000-had {
		t.Errorf("after %d bytes: %+v", had, hits)
	}
	if n := len(s.hits("hub", "tree")); n != 0 {
		t.Errorf("the lists were asked for %d times", n)
	}
	if err := Forget(dir, "all"); err != nil {
		t.Error(err)
	}
	if names := Begun(dir); names != nil {
		t.Errorf("begun: %q", names)
	}
}

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
			t.Errorf("the other host was told %q", hit.auth)
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

// A file that changes between two parts is fetched as it is now, never mixed.
func TestFileChangesBetweenParts(t *testing.T) {
	for name, says := range map[string]bool{"and the server says so": true, "and the server does not": false} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			dir := t.TempDir()
			s.faults[weights] = []fault{func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
				defer func() {
					s.mu.Lock()
					defer s.mu.Unlock()
					s.repos[repo][weights] = noise(77, 300_000)
					if says {
						s.commit = strings.Repeat("b2", 20)
					}
				}()
				for found := []string{}; len(found) == 0; { // until the file that does not change is whole
					found, _ = filepath.Glob(filepath.Join(dir, "*", "*", "prior", "*.safetensors"))
				}
				send(s, w, r, body, body, 100_000)
				return true
			}}
			if !says { // it keeps the commit, and sends no hash either
				hide := func(s *site, w http.ResponseWriter, r *http.Request, body []byte) bool {
					http.Redirect(w, r, s.cdn.URL+r.URL.Path, http.StatusFound)
					return true
				}
				s.faults["hub "+weights] = times(3, hide)
			}
			copies, err := get(t, s.hub(), all(dir))
			if err != nil {
				t.Fatal(err)
			}
			s.check(t, dir, copies)
			// What did not change came once.
			n := 0
			for _, hit := range s.hits("cdn", "a name with") {
				n += hit.sent
			}
			if says && n != 700_000 {
				t.Errorf("%d bytes came of a file of 700000 that did not change", n)
			}
		})
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

// A whole file that was damaged afterwards is fetched again.
func TestRepair(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	copies, err := get(t, s.hub(), all(dir))
	if err == nil {
		err = Forget(dir, "all")
	}
	if err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(dir, copies[0].Folder(), filepath.FromSlash(weights))
	b := append([]byte{}, s.repos[repo][weights]...)
	b[100] ^= 1
	if err := os.WriteFile(spoilt, b, 0o644); err != nil {
		t.Fatal(err)
	}
	s.forget()
	if copies, err = get(t, s.hub(), all(dir)); err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	if hits := s.hits("cdn", ""); len(hits) != 1 {
		t.Errorf("fetched: %+v", hits)
	}
}

// What follows the bytes that surely were on the disk may be wrong after a
// power failure; it alone is fetched again.
func TestPowerFailure(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	job := Job{Name: "one", Dir: dir, Sources: []Source{{Repo: repo, Choose: func(files []File) (out []File, err error) {
		for _, f := range files {
			if f.Path == weights {
				out = append(out, f)
			}
		}
		return out, nil
	}}}}
	s.faults[weights] = []fault{cutAt(70_000), status(503, "Retry-After", "86400")}
	if _, err := get(t, s.hub(), job); !errors.Is(err, ErrNetwork) {
		t.Fatal(err)
	}
	part := partsIn(dir)
	if len(part) != 1 {
		t.Fatalf("parts: %q", part)
	}
	b, err := os.ReadFile(part[0])
	if err != nil || len(b) != 70_000 {
		t.Fatal(len(b), err)
	}
	if err := os.WriteFile(part[0], append(b, make([]byte, 50_000)...), 0o644); err != nil {
		t.Fatal(err)
	}
	s.forget()
	copies, err := get(t, s.hub(), job)
	if err != nil {
		t.Fatal(err)
	}
	hits := s.hits("cdn", weights)
	if len(hits) != 2 || hits[0].span != "bytes=120000-" || hits[1].span != "bytes=70000-" {
		t.Errorf("%+v", hits)
	}
	if got, err := os.ReadFile(filepath.Join(dir, copies[0].Path(copies[0].Files[0]))); err != nil || sum(got) != sum(s.repos[repo][weights]) {
		t.Errorf("it is not as on the server; %v", err)
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
		t.Error("no speed and time left were told")
	}
}
