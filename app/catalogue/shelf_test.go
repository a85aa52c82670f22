package catalogue

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/app/disk"
	"cascata/app/hub"
	"cascata/app/hub/hubtest"
	"cascata/inference/checkpoint"
)

const tiny = "../../inference/testdata/checkpoints/"

// newShelf has an empty shelf and a server with a tiny lite model laid out as
// the official repositories are.
func newShelf(t *testing.T) (*Shelf, *hubtest.Site) {
	site, err := hubtest.Official(tiny + "lite-bf16")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	return &Shelf{Dir: filepath.Join(dir, "models"), Licences: filepath.Join(dir, "licences.json"), Hub: hub.New(hub.Env{Endpoint: server.URL})}, site
}

func stateOf(s *Shelf, name string) Item {
	for _, i := range s.List() {
		if i.Name == name {
			return i
		}
	}
	return Item{}
}

// left is what lies where files are downloaded to.
func (s *Shelf) left() []string {
	left, _ := filepath.Glob(filepath.Join(s.files(), "[^.]*"))
	return left
}

// fetch accepts the licence and downloads.
func fetch(t *testing.T, s *Shelf, name string) {
	t.Helper()
	if err := s.Accept(&nonCommercial); err != nil {
		t.Fatal(err)
	}
	if err := s.Download(context.Background(), name, nil); err != nil {
		t.Fatal(err)
	}
}

func TestDownload(t *testing.T) {
	s, site := newShelf(t)
	const name = "stable-cascade-lite"
	if err := s.Download(context.Background(), name, nil); !errors.Is(err, ErrLicence) || site.Asked.Load() > 0 {
		t.Errorf("without the licence: %v", err)
	}
	if i := stateOf(s, name); i.State != Absent || i.Installed() || i.Total < 4e9 {
		t.Errorf("before: %+v", i)
	}
	fetch(t, s, name)
	i := stateOf(s, name)
	if i.State != Downloaded || !i.Installed() || i.Done != i.Total || i.Missing != "" || hub.Begun(s.files()) != nil {
		t.Errorf("after: %+v", i)
	}
	paths, ok := s.Paths(name)
	if !ok {
		t.Fatal("it has no paths")
	}
	ck, err := checkpoint.Open(paths...)
	if err == nil {
		err = ck.Need(checkpoint.KindPrior, checkpoint.KindDecoder, checkpoint.KindVQ, checkpoint.KindText)
	}
	if err != nil || ck.Tokenizer.Vocab == "" {
		t.Fatalf("%v, %+v", err, ck)
	}
	// A file that goes missing is told, and fetched again alone.
	if err := os.Remove(ck.VQ.Files[0]); err != nil {
		t.Fatal(err)
	}
	if i := stateOf(s, name); i.State != Damaged || i.Missing != ck.VQ.Files[0] {
		t.Errorf("without Stage A: %+v", i)
	}
	before := site.Asked.Load()
	fetch(t, s, name)
	if n := site.Asked.Load() - before; n != 1 {
		t.Errorf("%d files were fetched again, want 1", n)
	}
}

// What two models share lies there once, and goes with the last of them.
func TestRemove(t *testing.T) {
	s, site := newShelf(t)
	decoder := site.Repos["stabilityai/stable-cascade"]
	for _, path := range []string{"config.json", "diffusion_pytorch_model.bf16.safetensors"} {
		decoder["decoder/"+path] = tiny + "diffusers-a/decoder/" + strings.Replace(path, ".bf16", "", 1)
	}
	fetch(t, s, "stable-cascade-lite")
	sent := site.Sent.Load()
	fetch(t, s, "stable-cascade-lite-big")
	if more := site.Sent.Load() - sent; more > 900_000 {
		t.Errorf("%d bytes more were fetched; what is shared is here", more)
	}
	paths, _ := s.Paths("stable-cascade-lite-big")
	if kept, err := s.Remove("stable-cascade-lite"); kept || err != nil {
		t.Fatal(kept, err)
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			t.Error(err)
		}
	}
	if i := stateOf(s, "stable-cascade-lite"); i.State != Absent {
		t.Errorf("removed: %+v", i)
	}
	if _, err := s.Remove("stable-cascade-lite-big"); err != nil {
		t.Fatal(err)
	}
	if left := s.left(); left != nil || stateOf(s, "stable-cascade-lite-big").State != Absent {
		t.Errorf("left: %q", left)
	}
	if _, err := s.Remove("stable-cascade-lite"); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed twice: %v", err)
	}
}

// Others' files are named where they lie, and stay there.
// A shelf that cannot be written to is no reason to ask for another name.
func TestAddUnwritable(t *testing.T) {
	s, _ := newShelf(t)
	s.Dir = filepath.Join(t.TempDir(), "file", "models")
	if err := os.WriteFile(filepath.Dir(s.Dir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "mine"} {
		if _, err := s.Add(name, tiny+"diffusers-a"); !errors.Is(err, disk.ErrWrite) {
			t.Errorf("as %q: %v", name, err)
		}
	}
}

func TestAdd(t *testing.T) {
	s, _ := newShelf(t)
	dir := filepath.Join(t.TempDir(), "My würst, v2")
	if err := os.CopyFS(dir, os.DirFS(tiny+"diffusers-a")); err != nil {
		t.Fatal(err)
	}
	name, err := s.Add("", dir)
	if err != nil || name != "My w-rst- v2" {
		t.Fatal(name, err)
	}
	if again, err := s.Add("", dir); err != nil || again != name+"-2" {
		t.Error(again, err)
	}
	if _, err := s.Add(name, dir); !errors.Is(err, ErrTaken) {
		t.Error(err)
	}
	for _, bad := range []string{"../x", ".x", "a/b", "demo", strings.Repeat("x", 99)} {
		if got, err := s.Add(bad, dir); err == nil {
			t.Errorf("%q was taken as %q", bad, got)
		}
	}
	if _, err := s.Add("", filepath.Join(dir, "tokenizer")); err == nil {
		t.Error("a tokenizer alone was taken as a model")
	}
	if i := stateOf(s, name); i.State != Added || i.Done < 1e6 || !slices.Equal(i.Paths, []string{dir}) {
		t.Errorf("%+v", i)
	}
	if kept, err := s.Remove(name); !kept || err != nil {
		t.Error(kept, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "prior", "config.json")); err != nil {
		t.Error(err)
	}
	if err := os.Mkdir(filepath.Join(s.Dir, "theirs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Remove("theirs"); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a folder that lies on the shelf: %v", err)
	}
}

// A record that was written by somebody else names no file outside.
func TestBadRecord(t *testing.T) {
	s, _ := newShelf(t)
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	const hash = `"blob":"0123456789012345678901234567890123456789"`
	for _, bad := range []string{"", "{", "[]", `{"version":1}`, `{"version":2,"paths":["/x"]}`,
		`{"version":1,"paths":["x"],"downloaded":[{"repo":"a/b","files":[{"path":"../../../victim","size":1,` + hash + `}]}]}`} {
		if err := os.WriteFile(filepath.Join(s.Dir, "bad.json"), []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.Paths("bad"); ok {
			t.Errorf("%s was read", bad)
		}
		if _, err := s.Remove("bad"); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, ok := s.Paths("../../etc/passwd"); ok {
		t.Error("a path was taken as a name")
	}
}

// An interrupted download is told in the list, and can be removed.
func TestUnfinished(t *testing.T) {
	s, site := newShelf(t)
	site.Cut.Store(50_000)
	s.Hub.Times.Tries, s.Hub.Times.Wait = 1, 0
	if err := s.Accept(&nonCommercial); err != nil {
		t.Fatal(err)
	}
	const name = "stable-cascade-lite"
	if err := s.Download(context.Background(), name, nil); !errors.Is(err, hub.ErrNetwork) {
		t.Fatal(err)
	}
	i := stateOf(s, name)
	if i.State != Unfinished || i.Done < 50_000 || i.Total < 1_400_000 || i.Total > 1_500_000 {
		t.Errorf("%+v", i)
	}
	if _, err := s.Remove(name); err != nil {
		t.Fatal(err)
	}
	if left := s.left(); left != nil {
		t.Errorf("left: %q", left)
	}
}

// An extra goes beside every model of the catalogue.
func TestExtras(t *testing.T) {
	s, site := newShelf(t)
	fetch(t, s, "stable-cascade-lite")
	before, _ := s.Paths("stable-cascade-lite")
	site.Repos["stabilityai/stable-cascade"]["previewer.safetensors"] = tiny + "comfy/stable_cascade_stage_c.safetensors" // its bytes do not matter
	fetch(t, s, "previewer")
	own, _ := s.Paths("previewer")
	after, _ := s.Paths("stable-cascade-lite")
	if len(own) != 1 || !slices.Equal(after, append(before, own...)) {
		t.Errorf("%q beside %q is %q", own, before, after)
	}
	if err := os.Remove(own[0]); err != nil {
		t.Fatal(err)
	}
	if after, _ = s.Paths("stable-cascade-lite"); !slices.Equal(after, before) {
		t.Errorf("without it: %q", after)
	}
}
