package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// sampleEvery is how often the program is looked at.
const sampleEvery = 50 * time.Millisecond

// A watcher runs the program and looks at it from outside.
type watcher struct {
	program, folder, guidance string
	home, cache, samples      string // folders
}

// run carries out a task.
func (w watcher) run(t task) (result, error) {
	args := []string{"bench", "--json", "--device", "cpu", "--runs", "0", "--steps", "1", "--decoder-steps", "1",
		"--guidance", w.guidance, "--decoder-guidance", "0", "--width", "1024", "--height", "1024",
		"--model", strings.Join([]string{filepath.Join(w.folder, t.prior, "prior"), filepath.Join(w.folder, t.decoder, "decoder"), filepath.Join(w.folder, "shared")}, ",")}
	if t.precision == "fast" {
		args = append(args, "--fast")
	} else {
		args = append(args, "--precision", t.precision)
	}
	group, err := newGroup(t.limit)
	if err != nil {
		return result{}, err
	}
	defer group.remove()
	// The shell enters the group and becomes the program.
	cmd := exec.Command("sh", append([]string{"-c", group.enter() + `exec "$0" "$@"`, w.program}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+w.home+"/config", "XDG_DATA_HOME="+w.home+"/data", "XDG_STATE_HOME="+w.home+"/state", "XDG_CACHE_HOME="+w.cache)
	busy, start := coresBusy(), time.Now()
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	over := make(chan struct{})
	sampled := make(chan result)
	go func() { sampled <- w.sample(cmd.Process.Pid, t, over) }()
	cmd.Wait() // how it ended is looked at below
	close(over)
	r := <-sampled
	own := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.others = max(0, (coresBusy()-busy-own).Seconds()/time.Since(start).Seconds())
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	r.killed = status.Signaled()
	r.exit = ended(cmd.ProcessState.ExitCode(), r.killed, stderr.Bytes())
	if r.exit == "" {
		r.bench, err = benchOf(stdout.Bytes())
		return r, err
	}
	return r, nil
}

// sample looks at a process until it has ended.
func (w watcher) sample(pid int, t task, over <-chan struct{}) (r result) {
	var out *bufio.Writer
	if w.samples != "" {
		name := fmt.Sprintf("%s-%s-%s-%d-guidance-%s.txt", t.prior, t.decoder, t.precision, t.limit>>30, w.guidance)
		if f, err := os.Create(filepath.Join(w.samples, name)); err == nil {
			defer f.Close()
			out = bufio.NewWriter(f)
			defer out.Flush()
		}
	}
	start := time.Now()
	for {
		v := status(pid)
		r.private, r.most = max(r.private, v["RssAnon"]), max(r.most, v["VmHWM"])
		if out != nil {
			fmt.Fprintf(out, "%.2f %.3f %.3f\n", time.Since(start).Seconds(), gb(v["RssAnon"]), gb(v["RssFile"]))
		}
		select {
		case <-time.After(sampleEvery):
		case <-over:
			return r
		}
	}
}

// status reads what the system says of a process's memory, bytes.
func status(pid int) map[string]int64 {
	v := map[string]int64{}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return v
	}
	for line := range strings.Lines(string(b)) {
		key, rest, _ := strings.Cut(line, ":")
		if fields := strings.Fields(rest); len(fields) == 2 && fields[1] == "kB" {
			n, _ := strconv.ParseInt(fields[0], 10, 64)
			v[key] = n * 1024
		}
	}
	return v
}

// coresBusy is how long all cores have worked, together.
func coresBusy() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(strings.SplitN(string(b), "\n", 2)[0])
	const user, idle, wait, hertz = 1, 4, 5, 100
	var sum int64
	for i := user; i < min(len(fields), 9); i++ {
		if i != idle && i != wait {
			n, _ := strconv.ParseInt(fields[i], 10, 64)
			sum += n
		}
	}
	return time.Duration(sum) * time.Second / hertz
}

// A group is a control group; "" is none.
type group string

// newGroup makes one with a limit, of version 1 or 2, as the system has them.
func newGroup(limit int64) (group, error) {
	if limit == 0 {
		return "", nil
	}
	folder, file := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat(folder); err != nil {
		folder, file = "/sys/fs/cgroup", "memory.max"
	}
	g := group(filepath.Join(folder, fmt.Sprintf("cascata-%d", os.Getpid())))
	if err := os.Mkdir(string(g), 0o755); err != nil {
		return "", err
	}
	return g, os.WriteFile(filepath.Join(string(g), file), []byte(strconv.FormatInt(limit, 10)), 0o644)
}

// enter is what a shell does to be in the group.
func (g group) enter() string {
	if g == "" {
		return ""
	}
	return "echo $$ >" + filepath.Join(string(g), "cgroup.procs") + " && "
}

func (g group) remove() {
	if g != "" {
		os.Remove(string(g))
	}
}
