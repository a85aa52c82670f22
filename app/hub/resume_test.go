package hub

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
