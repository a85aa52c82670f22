package hub

import (
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Env is what the environment says of Hugging Face, as its own programs read it.
type Env struct {
	Endpoint string // address of the server, without a slash at its end
	Token    string // "" is none
	Cache    string // folder of what its own programs have fetched; need not be there
	Offline  bool   // no network is to be used
}

// official is the server where HF_ENDPOINT names no other.
const official = "https://huggingface.co"

// maxToken bounds a token, bytes.
const maxToken = 4096

// UserEnv reads HF_ENDPOINT, HF_TOKEN or the token's file, HF_HOME, HF_HUB_CACHE
// and HF_HUB_OFFLINE. getenv is os.Getenv, home the user's folder.
func UserEnv(getenv func(string) string, home string) Env {
	first := func(names ...string) string {
		for _, n := range names {
			if v := strings.TrimSpace(getenv(n)); v != "" {
				return v
			}
		}
		return ""
	}
	or := func(v, otherwise string) string {
		if v != "" {
			return expand(v, home)
		}
		return otherwise
	}
	hf := or(first("HF_HOME"), filepath.Join(or(first("XDG_CACHE_HOME"), filepath.Join(home, ".cache")), "huggingface"))
	e := Env{
		Endpoint: strings.TrimRight(or(first("HF_ENDPOINT"), official), "/"),
		Cache:    or(first("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"), filepath.Join(hf, "hub")),
		Token:    clean(first("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")),
		Offline:  truth(first("HF_HUB_OFFLINE")),
	}
	if e.Token == "" && !truth(first("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
		e.Token = readToken(or(first("HF_TOKEN_PATH"), filepath.Join(hf, "token")))
	}
	return e
}

// expand puts the user's folder in place of a leading ~.
func expand(path, home string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		return filepath.Join(home, rest)
	}
	return path
}

func truth(s string) bool {
	switch strings.ToUpper(s) {
	case "1", "ON", "YES", "TRUE":
		return true
	}
	return false
}

// readToken reads the first line of the file that `hf auth login` writes, "" if
// there is none.
func readToken(path string) string {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxToken))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return clean(line)
}

// clean refuses what cannot stand in a header.
func clean(token string) string {
	token = strings.TrimSpace(token)
	for _, r := range token {
		if r <= ' ' || r > '~' {
			return ""
		}
	}
	if len(token) > maxToken {
		return ""
	}
	return token
}

// address parses the endpoint.
func (e Env) address() (*url.URL, error) {
	u, err := url.Parse(e.Endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, &failure{ErrNetwork, "HF_ENDPOINT", "it is no address of a server: " + clip(e.Endpoint), "write it as https://host, or leave it out", nil}
	}
	return u, nil
}

// host is the server's name for a message.
func (e Env) host() string {
	if u, err := url.Parse(e.Endpoint); err == nil && u.Host != "" {
		return u.Host
	}
	return clip(e.Endpoint)
}
