//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestFootprint makes a picture with the window and one without it, in an empty
// home. All that lies there afterwards is in a place that the README names, and
// no address but this machine's own was spoken to. The latter needs strace.
func TestFootprint(t *testing.T) {
	s := newScreen(t, "1300x860")
	home := t.TempDir()
	run := filepath.Join(home, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	var env []string
	for _, e := range s.env {
		if !strings.HasPrefix(e, "XDG_") && !strings.HasPrefix(e, "HOME=") {
			env = append(env, e)
		}
	}
	s.env = append(env, "HOME="+home, "XDG_RUNTIME_DIR="+run)
	calls := filepath.Join(s.home, "calls")
	strace, err := exec.LookPath("strace")
	if err == nil {
		s.wrap = []string{strace, "-f", "--seccomp-bpf", "-qq", "-A", "-e", "trace=%network", "-e", "signal=none", "-o", calls}
	}

	s.start()
	s.key("Escape")
	s.typeText("a red boat at sea")
	s.key("ctrl+Return")
	s.await("a picture", func(e event) bool { return e.Event == "ended" && e.State == "done" })
	s.key("ctrl+f")
	s.rest(2 * time.Second) // thumbnails
	s.quit()
	args := append(append([]string{}, s.wrap...), program(t), "generate", "--prompt", "a blue house")
	c := exec.Command(args[0], args[1:]...)
	c.Env = s.env
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	named := namedPlaces(t, home, run)
	files := 0
	err = filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && !leaf(path) {
			return err
		}
		files++
		for _, place := range named {
			if path == place || strings.HasPrefix(path, place+"/") {
				return nil
			}
		}
		t.Errorf("%s lies where the README names nothing", path)
		return nil
	})
	if err != nil || files < 5 {
		t.Errorf("%d files, %v", files, err)
	}
	if pictures, _ := filepath.Glob(filepath.Join(home, "Pictures/Cascata/*.png")); len(pictures) != 2 {
		t.Errorf("pictures: %q, want two", pictures)
	}
	if strace == "" {
		t.Log("strace is not there: no address was looked at")
		return
	}
	checkAddresses(t, calls)
}

// leaf reports whether a folder is empty.
func leaf(dir string) bool {
	list, err := os.ReadDir(dir)
	return err == nil && len(list) == 0
}

// namedPlaces are those of the README's "Where files lie", in a home.
func namedPlaces(t *testing.T, home, run string) []string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Where files lie\n")
	section, _, _ = strings.Cut(section, "\n## ")
	places := []string{filepath.Join(home, "Pictures/Cascata")}
	for _, m := range regexp.MustCompile("`~/([^`]+)`").FindAllStringSubmatch(section, -1) {
		places = append(places, filepath.Join(home, m[1]))
	}
	if strings.Contains(section, "`$XDG_RUNTIME_DIR`") {
		places = append(places, filepath.Join(run, "cascata"))
	}
	if len(places) < 8 {
		t.Fatalf("the README names %q only", places)
	}
	for i, p := range places { // SQLite's own files lie beside a database
		if strings.HasSuffix(p, ".db") {
			places[i] = filepath.Dir(p)
		}
	}
	return places
}

// checkAddresses reads what strace wrote of the calls that name an address.
func checkAddresses(t *testing.T, calls string) {
	t.Helper()
	data, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`inet_addr\("127\.|"::1"`)
	local := 0
	for line := range strings.Lines(string(data)) {
		switch {
		case strings.Contains(line, "sa_family=AF_UNIX"):
			local++
		case strings.Contains(line, "sa_family=AF_INET") && !own.MatchString(line):
			t.Errorf("an address that is not this machine's: %s", line)
		}
	}
	if local == 0 {
		t.Errorf("not even the display was spoken to, so strace saw nothing: %d bytes", len(data))
	}
}
