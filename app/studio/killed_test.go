//go:build unix

package studio

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// childDir names the folder of a child whose Stage B never ends.
const childDir = "STUDIO_TEST_CHILD"

// TestChild is not a test: it makes a picture until it is killed. On SIGTERM it ends as
// the program does that cannot end by itself.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("is for TestKilledWhileDetailing")
	}
	b := newBench(t, dir, &fake{together: 1, each: time.Millisecond, deaf: func() { fmt.Println("\ndetail") }})
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	b.add("a", "b")
	<-ended
	b.Suspend()
	os.Exit(130)
}

// A program that is killed during Stage B, which does not listen, leaves the composition:
// the picture goes on from it and is the one that it would have been. After SIGTERM it
// waits; after SIGKILL it is marked, and is asked for again.
func TestKilledWhileDetailing(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			dir := t.TempDir()
			killInDetail(t, dir, sig)
			b := newBench(t, dir, &fake{together: 1, each: time.Millisecond})
			defer b.close()
			q := b.Queue()
			if sig == syscall.SIGTERM {
				if len(q.Waiting) != 2 || q.Waiting[0].Recipe.Prompt != "a" || q.Waiting[0].State != Waiting || len(q.Over) != 0 {
					t.Fatalf("it waits: %+v; over: %+v", q.Waiting, q.Over)
				}
			} else {
				if len(q.Waiting) != 1 || len(q.Over) != 1 || q.Over[0].State != Interrupted {
					t.Fatalf("it waits: %+v; over: %+v", q.Waiting, q.Over)
				}
				if err := b.Retry(q.Over[0].ID); err != nil {
					t.Fatal(err)
				}
				b.Forget(q.Over[0].ID)
				b.Cancel(q.Waiting[0].ID) // "b"
				b.Forget(q.Waiting[0].ID)
			}
			if kept := b.kept(dir); len(kept) != 1 {
				t.Fatalf("%q is kept, want one composition", kept)
			}
			if sig == syscall.SIGTERM {
				b.Cancel(q.Waiting[1].ID)
				b.Forget(q.Waiting[1].ID)
			}
			b.Pause(false)
			b.await("a done")
			if c := b.gen.calls[0][0].Composed; c == nil || c.F32[0] != 1 {
				t.Errorf("it went on from %v", c)
			}
			b.wantWhole(newBench(t, t.TempDir(), &fake{together: 1, each: time.Millisecond}))
		})
	}
}

// killInDetail has a child make "a" and "b" and kills it when the first is in Stage B.
func killInDetail(t *testing.T, dir string, sig syscall.Signal) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "detail" {
			start := time.Now()
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			t.Logf("it ended %v after the signal: %v", time.Since(start).Round(time.Millisecond), cmd.ProcessState)
			return
		}
	}
	t.Fatal("the child made no composition")
}

// await waits until these jobs have ended.
func (b *bench) await(states ...string) {
	b.t.Helper()
	for start := time.Now(); !slices.Equal(b.states(), states); time.Sleep(time.Millisecond) {
		if time.Since(start) > time.Minute {
			b.t.Fatalf("ended %q, want %q", b.states(), states)
		}
	}
}

// A composition that is damaged, cut short or too long, or another recipe's, is made again.
func TestDamagedComposition(t *testing.T) {
	for name, damage := range map[string]func(path string, data []byte) error{
		"a byte":    func(path string, data []byte) error { data[len(data)/2] ^= 1; return os.WriteFile(path, data, 0o600) },
		"the sum":   func(path string, data []byte) error { data[30] ^= 1; return os.WriteFile(path, data, 0o600) },
		"cut short": func(path string, data []byte) error { return os.Truncate(path, int64(len(data)-4)) },
		"empty":     func(path string, data []byte) error { return os.Truncate(path, 0) },
		"too long":  func(path string, data []byte) error { return os.Truncate(path, maxComposition+1) },
		"a folder":  func(path string, data []byte) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"another's": func(path string, data []byte) error {
			return os.Rename(path, filepath.Join(filepath.Dir(path), "0"+filepath.Base(path)[1:]))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			killInDetail(t, dir, syscall.SIGKILL)
			b := newBench(t, dir, &fake{together: 1, each: time.Millisecond})
			defer b.close()
			kept := b.kept(dir)
			data, err := os.ReadFile(kept[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(kept[0], data); err != nil {
				t.Fatal(err)
			}
			q := b.Queue()
			b.Cancel(q.Waiting[0].ID)
			b.Forget(q.Waiting[0].ID)
			if err := b.Retry(q.Over[0].ID); err != nil {
				t.Fatal(err)
			}
			b.Forget(q.Over[0].ID)
			b.await("a done")
			if c := b.gen.calls[0][0].Composed; c != nil {
				t.Errorf("it went on from %v", c)
			}
		})
	}
}
