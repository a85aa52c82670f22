package cuda

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cascata/app/hub"
)

const wheelsEnv = "CASCATA_TEST_WHEELS"

// TestMain plays pip where a test starts this program so: it copies the file of
// the requirement out of a folder.
func TestMain(m *testing.M) {
	if wheels := os.Getenv(wheelsEnv); wheels != "" && slices.Contains(os.Args, "download") {
		if err := download(wheels, os.Args); err != nil {
			fmt.Fprintln(os.Stderr, "ERROR: noise\nERROR:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func download(wheels string, args []string) error {
	after := func(flag string) string { return args[slices.Index(args, flag)+1] }
	wanted, err := os.ReadFile(after("--requirement"))
	if err != nil {
		return err
	}
	name, version, _ := strings.Cut(strings.Fields(string(wanted))[0], "==")
	file := name + "-" + version + ".whl"
	data, err := os.ReadFile(filepath.Join(wheels, file))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(after("--dest"), file), data, 0o644)
}

// wheel writes a stand-in for a part and completes the part.
func wheel(t *testing.T, folder string, p *Part) {
	t.Helper()
	path := filepath.Join(folder, p.Name+"-"+p.Version+".whl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for _, name := range append([]string{"LICENSE", "unwanted.so"}, p.Libraries...) {
		w, err := z.Create("nvidia/cu13/lib/" + name)
		if err == nil {
			_, err = w.Write([]byte("this is " + name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	p.SHA256, p.Bytes = hex.EncodeToString(sum[:]), int64(len(data))
}

func testSet(t *testing.T) (s Set, wheels string) {
	wheels = t.TempDir()
	s = Set{Runtime: "1.2", Provider: Part{Name: "provider", Version: "1.2", Libraries: []string{"shared.so", "cuda.so"}}, Parts: []Part{
		{Name: "runtime", Version: "13", Libraries: []string{"cudart.so"}},
		{Name: "blas", Version: "13", Libraries: []string{"lt.so", "blas.so"}},
	}}
	wheel(t, wheels, &s.Provider)
	for i := range s.Parts {
		wheel(t, wheels, &s.Parts[i])
	}
	return s, wheels
}

// What is here already is used, an installation that was cut short goes on, a
// damaged file is refused, and what is removed is gone.
func TestInstall(t *testing.T) {
	set, wheels := testSet(t)
	t.Setenv(wheelsEnv, wheels)
	s, pip, ctx := Store{Dir: filepath.Join(t.TempDir(), "cuda")}, []string{os.Args[0]}, context.Background()
	site := t.TempDir()
	cudart := filepath.Join(site, "nvidia", "cu13", "lib", "cudart.so")
	if err := errors.Join(os.MkdirAll(filepath.Dir(cudart), 0o755), os.WriteFile(cudart, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	install := func() (fetched []string, err error) {
		err = s.Install(ctx, s.Plan(set, []string{site}), pip, func(p Part) { fetched = append(fetched, p.Name) })
		return fetched, err
	}
	blas := filepath.Join(wheels, "blas-13.whl")
	whole, err := os.ReadFile(blas)
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	for _, tt := range []struct {
		name    string
		blas    []byte // nil: pip does not find it
		want    error
		fetched string
	}{
		{"no network", nil, hub.ErrNetwork, "provider blas"},
		{"damaged", damaged, hub.ErrCorrupt, "blas"},
		{"whole", whole, nil, "blas"},
		{"again", nil, nil, ""},
	} {
		os.Remove(blas)
		if tt.blas != nil {
			if err := os.WriteFile(blas, tt.blas, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		fetched, err := install()
		if !errors.Is(err, tt.want) || strings.Join(fetched, " ") != tt.fetched {
			t.Errorf("%s: fetched %v, %v; want %q, %v", tt.name, fetched, err, tt.fetched, tt.want)
		}
		if _, ok := s.Installed(); ok != (tt.want == nil) {
			t.Errorf("%s: installed is %v", tt.name, ok)
		}
	}
	in, _ := s.Installed()
	want := []string{cudart, filepath.Join(s.Dir, "blas-13", "lt.so"), filepath.Join(s.Dir, "blas-13", "blas.so")}
	if !slices.Equal(in.Preload, want) || in.Runtime != "1.2" || len(in.Provider) != 2 {
		t.Errorf("got %+v, want %v to be loaded", in, want)
	}
	if data, err := os.ReadFile(want[2]); string(data) != "this is blas.so" {
		t.Errorf("%s holds %q, %v", want[2], data, err)
	}
	left, err := os.ReadDir(s.Dir)
	if len(left) != 3 || err != nil {
		t.Errorf("%v lie there, %v; want the manifest and two parts", left, err)
	}
	os.Remove(cudart) // whose program was removed
	if _, ok := s.Installed(); ok {
		t.Error("installed without a library")
	}
	if err := s.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Dir); err == nil || isFile(want[1]) {
		t.Error("something is left")
	}
}

// Every part of each system's set is pinned.
func TestSetsArePinned(t *testing.T) {
	for _, system := range []string{"linux", "windows"} {
		set, err := setFor(system, "amd64")
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, p := range append([]Part{set.Provider}, set.Parts...) {
			sum, err := hex.DecodeString(p.SHA256)
			if err != nil || len(sum) != sha256.Size || p.Bytes <= 0 || p.Version == "" || p.Tag == "" || len(p.Libraries) == 0 || seen[p.Name] {
				t.Errorf("%s: %+v", system, p)
			}
			seen[p.Name] = true
		}
	}
	if _, err := setFor("linux", "arm64"); !errors.Is(err, ErrSystem) {
		t.Errorf("on Arm: %v", err)
	}
}

// Where libraries lie on each system is looked at; what is not set gives no place.
func TestUserPatterns(t *testing.T) {
	set := map[string]string{"CUDA_PATH": "/cuda", "VIRTUAL_ENV": "/venv"}
	getenv := func(name string) string { return set[name] }
	windows, linux := userPatterns("windows", getenv, "/home"), userPatterns("linux", getenv, "/home")
	for _, tt := range []struct {
		list []string
		want string
	}{
		{windows, "/cuda/bin/x64"}, {windows, "/venv/Lib/site-packages"}, {linux, "/venv/lib/python3*/site-packages"}, {linux, "/usr/lib64"}, {linux, "/home/.local/lib/python3*/site-packages"},
	} {
		if !slices.Contains(tt.list, filepath.FromSlash(tt.want)) {
			t.Errorf("%s is not in %q", tt.want, tt.list)
		}
	}
	if len(windows) != 3 {
		t.Errorf("%q with two variables set", windows)
	}
}

// Python's packages have the libraries in a folder that differs by system.
func TestPlanFinds(t *testing.T) {
	for _, folder := range []string{"nvidia/cu13/lib", "nvidia/cudnn/bin", "nvidia/cu13/bin/x86_64", ""} {
		site := t.TempDir()
		path := filepath.Join(site, filepath.FromSlash(folder), "blas.dll")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
		p := Store{Dir: t.TempDir()}.Plan(Set{Parts: []Part{{Name: "blas", Libraries: []string{"blas.dll"}}}}, []string{site})
		if p.Found["blas.dll"] != path {
			t.Errorf("in %q: %+v", folder, p)
		}
	}
}

// In the background an installation says how far it is, can be stopped, goes on
// with what has come, and is removed.
func TestBackground(t *testing.T) {
	set, wheels := testSet(t)
	t.Setenv(wheelsEnv, wheels)
	blas := filepath.Join(wheels, "blas-13.whl")
	whole, err := os.ReadFile(blas)
	if err != nil {
		t.Fatal(err)
	}
	b := NewBackground(Store{Dir: filepath.Join(t.TempDir(), "cuda")}, func() []string { return nil })
	b.system = func() (Set, error) { return set, nil }
	b.pip = func(context.Context) []string { return []string{os.Args[0]} }
	b.every = time.Millisecond
	t.Cleanup(b.Close)
	var parts []string // in turn
	ended := make(chan Status, 1)
	b.Watch(func(s Status) {
		if s.Part != "" && (len(parts) == 0 || parts[len(parts)-1] != s.Part) {
			parts = append(parts, s.Part)
		}
		if s.Done > s.Plan.Bytes() {
			t.Errorf("%d bytes of %d", s.Done, s.Plan.Bytes())
		}
		if s.State != Running && s.State != Absent {
			ended <- s
		}
	})
	if s := b.Status(); s.State != Absent || len(s.Plan.Fetch) != 3 || s.Begun {
		t.Errorf("at first: %+v", s)
	}
	os.Remove(blas)
	b.Start()
	b.Start() // is running
	if s := <-ended; s.State != Failed || !errors.Is(s.Err, hub.ErrNetwork) || strings.Join(parts, " ") != "provider runtime blas" {
		t.Errorf("without a part: %+v after %q", s, parts)
	}
	if s := b.Status(); s.State != Failed || len(s.Plan.Fetch) != 1 || !s.Begun {
		t.Errorf("what is left: %+v", s)
	}
	if err := os.WriteFile(blas, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	// A pip that never ends is stopped.
	b.pip = func(ctx context.Context) []string { b.Stop(); <-ctx.Done(); return []string{os.Args[0]} }
	b.Start()
	if s := <-ended; s.State != Stopped {
		t.Errorf("stopped: %+v", s)
	}
	b.pip = func(context.Context) []string { return nil }
	b.Start()
	if s := <-ended; s.State != Failed || !errors.Is(s.Err, ErrNoPip) {
		t.Errorf("without pip: %+v", s)
	}
	b.pip = func(context.Context) []string { return []string{os.Args[0]} }
	parts = nil
	b.Start()
	if s := <-ended; s.State != Complete || strings.Join(parts, " ") != "blas" {
		t.Errorf("in the end: %+v after %q", s, parts)
	}
	if s := b.Status(); s.State != Complete || len(s.Plan.Fetch) != 0 || !s.Fresh || s.Begun {
		t.Errorf("installed: %+v", s)
	}
	if err := b.Remove(); err != nil {
		t.Fatal(err)
	}
	if s := b.Status(); s.State != Absent || len(s.Plan.Fetch) != 3 {
		t.Errorf("removed: %+v", s)
	}
	b.system = func() (Set, error) { return setFor("plan9", "mips") }
	if s := b.Status(); s.State != Impossible || !errors.Is(s.Err, ErrSystem) {
		t.Errorf("elsewhere: %+v", s)
	}
}
