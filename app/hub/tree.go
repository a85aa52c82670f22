package hub

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// A File is one file of a repository, as its list says. Of SHA256 and Blob one
// is set: large files are listed by their SHA-256, small ones by git's own hash.
type File struct {
	Path   string `json:"path"` // with slashes; lies inside the repository
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256,omitempty"`
	Blob   string `json:"blob,omitempty"` // SHA-1 of "blob SIZE\0" and the bytes
}

// hash is the one that is known, which also names the file in Hugging Face's cache.
func (f File) hash() string {
	if f.SHA256 != "" {
		return f.SHA256
	}
	return f.Blob
}

// Limits of a list.
const (
	maxPage  = 8 << 20 // bytes
	maxPages = 100
	maxFiles = 20000
	maxPath  = 512     // bytes
	maxSize  = 1 << 42 // bytes
)

// tree lists the files of a repository at a revision. what is called at pauses.
func (h *Hub) tree(ctx context.Context, repo, revision string, onRetry retryFunc) ([]File, error) {
	var all []File
	at := h.Endpoint + "/api/models/" + repo + "/tree/" + url.PathEscape(revision) + "?recursive=true"
	for page := 0; at != ""; page++ {
		if page == maxPages {
			return nil, &failure{ErrNetwork, repo, "its list of files has no end", "check HF_ENDPOINT", nil}
		}
		body, head, err := h.read(ctx, at, repo, onRetry)
		if err != nil {
			return nil, err
		}
		files, err := parseTree(body)
		if err == nil && len(all)+len(files) > maxFiles {
			err = fmt.Errorf("it has more than %d files", maxFiles)
		}
		if err != nil {
			return nil, &failure{ErrNetwork, repo, "its list of files cannot be used: " + clip(err.Error()), "check HF_ENDPOINT, or try again later", err}
		}
		all = append(all, files...)
		at = h.nextPage(at, head)
	}
	return all, nil
}

var linkNext = regexp.MustCompile(`<([^<>]+)>\s*;[^,]*\brel="?next"?`)

// nextPage is the address of a list's next page, "" if there is none. It is asked of
// the same host, whatever host is named: mirrors pass on the addresses of others.
func (h *Hub) nextPage(at string, head http.Header) string {
	m := linkNext.FindStringSubmatch(strings.Join(head.Values("Link"), ", "))
	base, err := url.Parse(at)
	if m == nil || err != nil {
		return ""
	}
	to, err := base.Parse(m[1])
	if err != nil {
		return ""
	}
	to.Scheme, to.Host, to.User = base.Scheme, base.Host, nil
	return to.String()
}

// read fetches a short answer, with retries.
func (h *Hub) read(ctx context.Context, address, what string, onRetry retryFunc) (body []byte, head http.Header, err error) {
	err = h.retry(ctx, what, onRetry, func() (bool, error) {
		a, err := h.ask(ctx, http.MethodGet, address, "")
		if err != nil {
			return false, err
		}
		defer a.Body.Close()
		if err := h.refused(a, what); err != nil {
			return false, err
		}
		body, err = io.ReadAll(io.LimitReader(a.Body, maxPage+1))
		if err == nil && a.ContentLength > int64(len(body)) {
			err = &passing{cause: "the connection was cut"}
		}
		head = a.Header
		return false, err
	})
	if err == nil && len(body) > maxPage {
		err = &failure{ErrNetwork, what, "the server's answer has no end", "check HF_ENDPOINT", nil}
	}
	return body, head, err
}

// parseTree reads one page of a list. Folders are left out.
func parseTree(body []byte) ([]File, error) {
	var list []struct {
		Type string `json:"type"`
		Path string `json:"path"`
		Size int64  `json:"size"`
		OID  string `json:"oid"`
		LFS  *struct {
			OID  string `json:"oid"`
			Size int64  `json:"size"`
		} `json:"lfs"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	var files []File
	for _, e := range list {
		if e.Type != "file" {
			continue
		}
		f := File{Path: e.Path, Size: e.Size, Blob: strings.ToLower(e.OID)}
		if len(f.Blob) == 64 { // as mirrors list large files
			f.Blob, f.SHA256 = "", f.Blob
		}
		if e.LFS != nil {
			f.Size, f.Blob, f.SHA256 = e.LFS.Size, "", strings.ToLower(strings.TrimPrefix(e.LFS.OID, "sha256:"))
		}
		if err := f.check(); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// check refuses what cannot be a file inside a repository.
func (f File) check() error {
	switch {
	case len(f.Path) > maxPath || !filepath.IsLocal(filepath.FromSlash(f.Path)) || path.Clean(f.Path) != f.Path || strings.ContainsAny(f.Path, "\\:\x00"):
		return fmt.Errorf("%q is no path inside it", clip(f.Path))
	case f.Size < 0 || f.Size > maxSize:
		return fmt.Errorf("%q has %d bytes", clip(f.Path), f.Size)
	case f.SHA256 != "" && f.Blob == "" && isHex(f.SHA256, 64), f.SHA256 == "" && isHex(f.Blob, 40):
		return nil
	}
	return fmt.Errorf("%q has no hash that could be checked", clip(f.Path))
}

func isHex(s string, n int) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == n && strings.ToLower(s) == s
}

// resolve is the address of a file.
func (h *Hub) resolve(repo, revision, file string) string {
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return h.Endpoint + "/" + repo + "/resolve/" + url.PathEscape(revision) + "/" + strings.Join(parts, "/")
}

// commit asks which commit a revision is now, by one file of it; "" if the server does
// not say.
func (h *Hub) commit(ctx context.Context, repo, revision, file string, onRetry retryFunc) (commit string, err error) {
	what := repo + " " + file
	err = h.retry(ctx, what, onRetry, func() (bool, error) {
		a, err := h.ask(ctx, http.MethodHead, h.resolve(repo, revision, file), "")
		if err != nil {
			return false, err
		}
		defer a.Body.Close()
		commit = strings.ToLower(a.first.Get("X-Repo-Commit"))
		switch a.StatusCode { // a server that answers GET alone
		case http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotFound:
			return false, nil
		}
		if a.StatusCode >= 300 && a.StatusCode < 400 {
			return false, nil
		}
		return false, h.refused(a, what)
	})
	if !isHex(commit, 40) {
		commit = ""
	}
	return commit, err
}

// repoName is what OWNER/NAME may look like.
var repoName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$`)
