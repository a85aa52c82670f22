package hub

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUserEnv(t *testing.T) {
	home := t.TempDir()
	usual := filepath.Join(home, ".cache", "huggingface")
	token := func(path, text string) string {
		path = filepath.Join(home, path)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token(".cache/huggingface/token", "hf_file\n")
	elsewhere := token("elsewhere/token", "  hf_elsewhere\nmore\n")
	for name, tt := range map[string]struct {
		vars map[string]string
		want Env
	}{
		"nothing":      {nil, Env{"https://huggingface.co", "hf_file", filepath.Join(usual, "hub"), false}},
		"a mirror":     {map[string]string{"HF_ENDPOINT": "https://mirror.example/", "HF_HUB_OFFLINE": "1"}, Env{"https://mirror.example", "hf_file", filepath.Join(usual, "hub"), true}},
		"a token":      {map[string]string{"HF_TOKEN": " hf_x "}, Env{"https://huggingface.co", "hf_x", filepath.Join(usual, "hub"), false}},
		"an old token": {map[string]string{"HUGGING_FACE_HUB_TOKEN": "hf_y"}, Env{"https://huggingface.co", "hf_y", filepath.Join(usual, "hub"), false}},
		"a home":       {map[string]string{"HF_HOME": filepath.Dir(elsewhere)}, Env{"https://huggingface.co", "hf_elsewhere", filepath.Join(home, "elsewhere", "hub"), false}},
		"a cache":      {map[string]string{"HF_HUB_CACHE": "~/hub", "HF_TOKEN_PATH": elsewhere}, Env{"https://huggingface.co", "hf_elsewhere", filepath.Join(home, "hub"), false}},
		"XDG":          {map[string]string{"XDG_CACHE_HOME": "/c", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, Env{"https://huggingface.co", "", "/c/huggingface/hub", false}},
		"not a header": {map[string]string{"HF_TOKEN": "a\r\nX-Evil: 1", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "yes"}, Env{"https://huggingface.co", "", filepath.Join(usual, "hub"), false}},
	} {
		if got := UserEnv(func(k string) string { return tt.vars[k] }, home); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestBadEndpoint(t *testing.T) {
	for _, at := range []string{"", "huggingface.co", "ftp://x", "https://", "http://x?a=b", "http://[::1", strings.Repeat("x", 1e6)} {
		h := New(Env{Endpoint: at})
		h.Times = quick
		if _, err := get(t, h, all(t.TempDir())); err == nil || !strings.Contains(err.Error(), "HF_ENDPOINT") || len(err.Error()) > 1000 {
			t.Errorf("%.20q: %.200v", at, err)
		}
	}
}

func TestOffline(t *testing.T) {
	h := New(Env{Endpoint: "http://127.0.0.1:1", Offline: true})
	if _, err := get(t, h, all(t.TempDir())); err == nil || !strings.Contains(err.Error(), "HF_HUB_OFFLINE") {
		t.Error(err)
	}
	h.Offline, h.Times = false, quick
	if _, err := get(t, h, all(t.TempDir())); err == nil || !strings.Contains(err.Error(), "no connection to 127.0.0.1:1") {
		t.Error(err)
	}
}

// Whatever a list says, no file lies outside its repository's folder.
func FuzzTree(f *testing.F) {
	f.Add([]byte(`[{"type":"file","path":"a/b","size":3,"oid":"0123456789012345678901234567890123456789"}]`))
	f.Add([]byte(`[{"type":"file","path":"../../b","size":3,"oid":"0123456789012345678901234567890123456789"}]`))
	f.Add([]byte(`[{"type":"file","path":"b","size":-3,"lfs":{"oid":"sha256:00","size":9}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := parseTree(b)
		if err != nil {
			return
		}
		for _, x := range files {
			c := Copy{Repo: repo, Files: []File{x}}
			at := filepath.Join("/dir", c.Path(x))
			if !strings.HasPrefix(at, filepath.Join("/dir", "stabilityai--stable-cascade", "latest")+"/") || x.Size < 0 || len(x.hash()) < 40 {
				t.Errorf("%+v lies at %s", x, at)
			}
		}
	})
}

func TestTreeRefuses(t *testing.T) {
	const oid = `"oid":"0123456789012345678901234567890123456789"`
	for _, bad := range []string{
		`{}`, `[{"type":"file","path":"../x","size":1,` + oid + `}]`, `[{"type":"file","path":"/etc/x","size":1,` + oid + `}]`,
		`[{"type":"file","path":"a\\b","size":1,` + oid + `}]`, `[{"type":"file","path":"c:x","size":1,` + oid + `}]`, `[{"type":"file","path":"","size":1,` + oid + `}]`,
		`[{"type":"file","path":"a//b","size":1,` + oid + `}]`, `[{"type":"file","path":"x","size":-1,` + oid + `}]`, `[{"type":"file","path":"x","size":1e18,` + oid + `}]`,
		`[{"type":"file","path":"x","size":1,"oid":"zz"}]`, `[{"type":"file","path":"x","size":1,` + oid + `,"lfs":{"oid":"00","size":1}}]`,
		`[{"type":"file","path":"` + strings.Repeat("x", 600) + `","size":1,` + oid + `}]`,
	} {
		if files, err := parseTree([]byte(bad)); err == nil {
			t.Errorf("%s: %+v", bad, files)
		}
	}
}

// A damaged state counts as none.
func TestBadState(t *testing.T) {
	s := newSite(t)
	for _, bad := range []string{"", "{", "null", `{"version":1}`, `{"version":1,"repositories":[{"repo":"../x","files":[]}],"saved":{},"whole":{}}`,
		`{"version":1,"repositories":[{"repo":"stabilityai/stable-cascade","files":[{"path":"../../x","size":1,"blob":"` + strings.Repeat("0", 40) + `"}]},{}],"saved":{},"whole":{}}`} {
		dir := t.TempDir()
		if err := os.WriteFile(statePath(dir, "all"), []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		copies, err := get(t, s.hub(), all(dir))
		if err != nil {
			t.Fatalf("%s: %v", bad, err)
		}
		s.check(t, dir, copies)
	}
}
