//go:build e2e

// Package e2e drives the real window under Xvfb with xdotool. It checks what
// the program says of itself in the file that CASCATA_TRACE names, and keeps
// pictures of the window where SHOTS names a folder.
package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is what is tested, as in PROGRAM. It must be built with the tag e2e,
// or it says nothing of itself.
func program(t *testing.T) string {
	t.Helper()
	name := os.Getenv("PROGRAM")
	if name == "" {
		name = "../../bin/cascata-e2e"
	}
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v; make e2e builds it", err)
	}
	return path
}

// A screen is a display of its own and a home of its own for the program.
type screen struct {
	t       *testing.T
	home    string
	display string
	env     []string
	server  *exec.Cmd
	cmd     *exec.Cmd
	window  string
	stderr  string
	traces  int
	wrap    []string // a program that the program is started by, with its arguments
}

// newScreen starts Xvfb. It ends with the test.
func newScreen(t *testing.T, size string, env ...string) *screen {
	t.Helper()
	return newScreenWith(t, size, "+extension", env...)
}

// newScreenWith is newScreen with "-extension" for a display without OpenGL.
func newScreenWith(t *testing.T, size, glx string, env ...string) *screen {
	t.Helper()
	s := &screen{t: t, home: t.TempDir()}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", glx, "GLX", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Process.Kill(); x.Wait() })
	w.Close()
	s.server = x
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	s.display = ":" + strings.TrimSpace(line)
	dirs := map[string]string{"XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if dirs[name] == "" && name != "WAYLAND_DISPLAY" && name != "HOME" && name != "XDG_PICTURES_DIR" && name != "FYNE_THEME" {
			s.env = append(s.env, e)
		}
	}
	for name, dir := range dirs {
		path := filepath.Join(s.home, dir)
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
		s.env = append(s.env, name+"="+path)
	}
	pictures := fmt.Sprintf("XDG_PICTURES_DIR=%q\n", filepath.Join(s.home, "Pictures"))
	if err := os.WriteFile(filepath.Join(s.home, "config", "user-dirs.dirs"), []byte(pictures), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "HOME="+s.home, "DISPLAY="+s.display, "LC_ALL=C.UTF-8", "FYNE_THEME=dark")
	s.env = append(s.env, env...)
	return s
}

// start runs the program and waits for its window.
func (s *screen) start(env ...string) {
	s.t.Helper()
	s.traces++
	errs, err := os.OpenFile(filepath.Join(s.home, "stderr"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	s.stderr = errs.Name()
	args := append(slices.Clone(s.wrap), program(s.t))
	s.cmd = exec.Command(args[0], args[1:]...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.Env = append(append(s.env, "CASCATA_TRACE="+s.trace()), env...)
	s.cmd.Stderr = errs
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); cmd.Wait() })
	s.await("open", func(e event) bool { return e.Event == "open" })
	out := s.run("xdotool", "search", "--sync", "--onlyvisible", "--name", "^Cascata$")
	s.window = strings.Fields(out)[0]
	s.run("xdotool", "windowfocus", "--sync", s.window)
	s.rest(300 * time.Millisecond)
}

func (s *screen) trace() string {
	return filepath.Join(s.home, "trace"+strconv.Itoa(s.traces)+".jsonl")
}

// run runs a tool on the screen and returns what it prints.
func (s *screen) run(name string, args ...string) string {
	s.t.Helper()
	c := exec.Command(name, args...)
	c.Env = s.env
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func (s *screen) key(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.run("xdotool", "key", "--delay", "20", k)
		s.rest(60 * time.Millisecond)
	}
}

func (s *screen) typeText(text string) {
	s.t.Helper()
	s.run("xdotool", "type", "--delay", "12", text)
	s.rest(100 * time.Millisecond)
}

// click taps a point of the window; button 3 is the right one.
func (s *screen) click(x, y, button int) {
	s.t.Helper()
	s.run("xdotool", "mousemove", "--window", s.window, strconv.Itoa(x), strconv.Itoa(y), "sleep", "0.05", "click", strconv.Itoa(button))
	s.rest(150 * time.Millisecond)
}

// drag moves what lies at one point to another.
func (s *screen) drag(x1, y1, x2, y2 int) {
	s.t.Helper()
	args := []string{"mousemove", "--window", s.window, strconv.Itoa(x1), strconv.Itoa(y1), "sleep", "0.1", "mousedown", "1"}
	for i := 1; i <= 10; i++ {
		args = append(args, "sleep", "0.03", "mousemove", "--window", s.window, strconv.Itoa(x1+(x2-x1)*i/10), strconv.Itoa(y1+(y2-y1)*i/10))
	}
	s.run("xdotool", append(args, "sleep", "0.1", "mouseup", "1")...)
	s.rest(200 * time.Millisecond)
}

// rest lets the program catch up. Nothing is concluded from how long it takes.
func (s *screen) rest(d time.Duration) { time.Sleep(d) }

// shot keeps a picture of the window, where that was asked for.
func (s *screen) shot(name string) {
	s.t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	s.rest(400 * time.Millisecond)
	s.run("import", "-window", s.window, filepath.Join(dir, name+".png"))
}

// patience is how long something may take that takes seconds on a quiet
// machine. A busy one is no fault of the program's.
const patience = 10 * time.Minute

// An event is one line of the trace.
type event struct {
	Event   string    `json:"event"`
	Job     int64     `json:"job"`
	Jobs    []int64   `json:"jobs"`
	Stage   string    `json:"stage"`
	N       int       `json:"n"`
	Of      int       `json:"of"`
	Preview bool      `json:"preview"`
	State   string    `json:"state"`
	File    string    `json:"file"`
	Draft   bool      `json:"draft"`
	Running []int64   `json:"running"`
	Waiting []int64   `json:"waiting"`
	Over    []int64   `json:"over"`
	States  []string  `json:"states"`
	Paused  bool      `json:"paused"`
	Prompt  string    `json:"prompt"`
	Steps   int       `json:"steps"`
	Sheet   int64     `json:"sheet"`
	Path    string    `json:"path"`
	Text    string    `json:"text"`
	Library bool      `json:"library"`
	Answers []float64 `json:"answers_ms"`
	Error   string    `json:"error"`
	MS      int64     `json:"ms"`

	Goroutines int `json:"goroutines"`
}

// events are what the running program has told so far.
func (s *screen) events() []event { return readTrace(s.t, s.trace()) }

func readTrace(t *testing.T, path string) []event {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		return nil // not begun yet
	}
	defer f.Close()
	var all []event
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 64<<20)
	for scan.Scan() {
		var e event
		if json.Unmarshal(scan.Bytes(), &e) == nil { // the last line may be half written
			all = append(all, e)
		}
	}
	return all
}

// await waits until an event fits.
func (s *screen) await(what string, fits func(event) bool) event {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		for _, e := range s.events() {
			if fits(e) {
				return e
			}
		}
	}
	stderr, _ := os.ReadFile(s.stderr)
	s.t.Fatalf("waited in vain: %s\n%s", what, stderr)
	return event{}
}

// awaitQueue waits until the newest state of the queue fits.
func (s *screen) awaitQueue(what string, fits func(event) bool) event {
	s.t.Helper()
	var last event
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		for _, e := range s.events() {
			if e.Event == "queue" {
				last = e
			}
		}
		if last.Event != "" && fits(last) {
			return last
		}
	}
	s.t.Fatalf("waited in vain: %s; the queue is %+v", what, last)
	return last
}

// until does something again until it has come to what fits: a click may come
// before what it is for is in its place. act must be harmless when it is done
// twice.
func (s *screen) until(what string, act func(), fits func() bool) {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < patience; {
		act()
		for wait := time.Now(); time.Since(wait) < 10*time.Second; time.Sleep(50 * time.Millisecond) {
			if fits() {
				return
			}
		}
	}
	s.shot("failed")
	s.t.Fatalf("tried in vain: %s", what)
}

// quit ends the program as an artist does.
func (s *screen) quit() {
	s.t.Helper()
	s.key("ctrl+q")
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			s.t.Fatalf("the program ended with %v", err)
		}
	case <-time.After(patience):
		s.cmd.Process.Signal(syscall.SIGQUIT) // it says where it stands
		<-done
		stderr, _ := os.ReadFile(s.stderr)
		s.t.Fatalf("the program did not end\n%s", stderr)
	}
}

// checkThreads fails when the window was touched from another goroutine, which
// an unmigrated build tells.
func (s *screen) checkThreads() {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.home, "state", "cascata", "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.Contains(string(b), "Error in Fyne call thread") {
		s.t.Errorf("the window was touched from another goroutine:\n%s", b)
	}
}

// tool is run for when a failure is expected.
func (s *screen) tool(name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Env = s.env
	return c.Run()
}

// dead reports whether the program has ended, by its process.
func (s *screen) dead() bool { return s.cmd.Process.Signal(syscall.Signal(0)) != nil || s.zombie() }

func (s *screen) zombie() bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	return err != nil || strings.Contains(string(b), ") Z ")
}
