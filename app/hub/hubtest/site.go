// Package hubtest is a server for tests that speaks as Hugging Face does. It
// listens where the test lets it, on this machine.
package hubtest

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A Site serves folders as repositories, all at one commit. It implements
// http.Handler. Its fields are set before the first request.
type Site struct {
	Repos map[string]map[string]string // by OWNER/NAME and path in it: the file that is served

	// Pace is how many bytes a second each connection gets; 0 is as fast as it goes.
	Pace atomic.Int64
	// Sent counts the bytes of files that were sent.
	Sent atomic.Int64
	// Asked counts the requests for files.
	Asked atomic.Int64
	// Cut ends the connection of each file after this many bytes, unless it is 0.
	Cut atomic.Int64
}

// commit is the one that all repositories are at.
const commit = "0123456789abcdef0123456789abcdef01234567"

// large is from how many bytes on a file is listed by its SHA-256.
const large = 10 << 10

// Official has a checkpoint in diffusers' layout as the two official
// repositories have theirs.
func Official(checkpoint string) (*Site, error) {
	s := &Site{Repos: map[string]map[string]string{"stabilityai/stable-cascade": {}, "stabilityai/stable-cascade-prior": {}}}
	for _, name := range []string{"prior", "prior_lite", "text_encoder", "tokenizer", "decoder", "decoder_lite", "vqgan"} {
		entries, err := os.ReadDir(filepath.Join(checkpoint, name))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		for _, e := range entries {
			path, file := name+"/"+e.Name(), filepath.Join(checkpoint, name, e.Name())
			if !strings.HasPrefix(name, "prior") {
				s.Repos["stabilityai/stable-cascade"][path] = file
			}
			if !strings.HasPrefix(name, "decoder") && name != "vqgan" {
				s.Repos["stabilityai/stable-cascade-prior"][path] = file
			}
		}
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"), "api/models/"), "/", 5)
	if len(parts) < 4 {
		http.NotFound(w, r)
		return
	}
	files, ok := s.Repos[parts[0]+"/"+parts[1]]
	switch {
	case !ok:
		w.Header().Set("X-Error-Code", "RepoNotFound")
		http.Error(w, "Repository not found", http.StatusUnauthorized)
	case parts[3] != "main" && parts[3] != commit:
		w.Header().Set("X-Error-Code", "RevisionNotFound")
		http.Error(w, "Invalid rev id", http.StatusNotFound)
	case parts[2] == "tree":
		s.tree(w, files)
	case len(parts) == 5 && parts[2] == "resolve" && files[parts[4]] != "":
		s.file(w, r, files[parts[4]])
	default:
		w.Header().Set("X-Error-Code", "EntryNotFound")
		http.Error(w, "Entry not found", http.StatusNotFound)
	}
}

func (s *Site) tree(w http.ResponseWriter, files map[string]string) {
	list := []map[string]any{}
	for path, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		e := map[string]any{"type": "file", "path": path, "size": len(b), "oid": blob(b)}
		if len(b) >= large {
			e["lfs"] = map[string]any{"oid": sum(b), "size": len(b), "pointerSize": 135}
		}
		list = append(list, e)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(list)
}

func (s *Site) file(w http.ResponseWriter, r *http.Request, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	etag := blob(b)
	if len(b) >= large {
		etag = sum(b)
		w.Header().Set("X-Linked-Etag", strconv.Quote(etag))
		w.Header().Set("X-Linked-Size", strconv.Itoa(len(b)))
	}
	w.Header().Set("Etag", strconv.Quote(etag))
	w.Header().Set("X-Repo-Commit", commit)
	if r.Method == http.MethodGet {
		s.Asked.Add(1)
	}
	http.ServeContent(&paced{ResponseWriter: w, s: s}, r, "", time.Time{}, bytes.NewReader(b))
}

// A paced writer keeps to the site's pace, and cuts where it says.
type paced struct {
	http.ResponseWriter
	s    *Site
	sent int64
}

// Write implements io.Writer.
func (p *paced) Write(b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		piece := b[n:min(n+4096, len(b))]
		if cut := p.s.Cut.Load(); cut > 0 && p.sent >= cut {
			panic(http.ErrAbortHandler)
		}
		var k int
		k, err = p.ResponseWriter.Write(piece)
		n, p.sent = n+k, p.sent+int64(k)
		p.s.Sent.Add(int64(k))
		if pace := p.s.Pace.Load(); pace > 0 {
			http.NewResponseController(p.ResponseWriter).Flush()
			time.Sleep(time.Duration(k) * time.Second / time.Duration(pace))
		}
	}
	return n, err
}

func sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func blob(b []byte) string {
	h := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(b)), b...))
	return hex.EncodeToString(h[:])
}
