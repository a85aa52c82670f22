package hub

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test program is also the one that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("HUB_TEST_CHILD"); dir != "" {
		h := New(UserEnv(os.Getenv, dir))
		if _, err := h.Download(context.Background(), all(dir), nil); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKill kills a download at random moments. Each start goes on at the very
// byte that the one before it had written, and what comes of it is whole.
// KILLS=300 tries more of them.
func TestKill(t *testing.T) {
	kills := 30
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		kills = n
	}
	s := newSite(t)
	s.mu.Lock() // for the race detector: what asks is another process
	s.repos[repo][weights] = noise(5, kills*200_000)
	s.mu.Unlock()
	s.pause.Store(int64(4 * time.Millisecond)) // about 4 MB a second
	dir := t.TempDir()
	had, went, seen := int64(0), 0, 0
	for k := range kills {
		c := exec.Command(os.Args[0], "-test.run=^$")
		c.Env = append(os.Environ(), "HUB_TEST_CHILD="+dir, "HF_ENDPOINT="+s.URL, "HF_HOME="+dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if k%4 > 0 { // else it may be killed before it asks for anything
			for end := time.Now().Add(10 * time.Second); len(s.hits("cdn", weights)) == seen && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
		}
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		asked := s.hits("cdn", weights)[seen:]
		seen += len(asked)
		if len(asked) > 0 && had > 0 && asked[0].span != fmt.Sprintf("bytes=%d-", had) {
			t.Errorf("kill %d: %d bytes were there, and it asked for %q", k, had, asked[0].span)
		}
		now := partSize(dir)
		if now < had {
			t.Errorf("kill %d: %d bytes were there, and then %d", k, had, now)
		}
		if now > had {
			went++
		}
		had = now
	}
	if went < kills/3 {
		t.Errorf("only %d of %d starts fetched anything before they were killed", went, kills)
	}
	s.pause.Store(0)
	copies, err := get(t, s.hub(), all(dir))
	if err != nil {
		t.Fatal(err)
	}
	s.check(t, dir, copies)
	if asked := s.hits("cdn", weights)[seen:]; len(asked) != 1 || asked[0].span != fmt.Sprintf("bytes=%d-", had) {
		t.Errorf("%d bytes were there: %+v", had, asked)
	}
}

// partSize is how much of the largest file has come.
func partSize(dir string) int64 {
	for _, p := range partsIn(dir) {
		if info, err := os.Stat(p); err == nil && strings.HasSuffix(p, "weights.bf16.safetensors.part") && strings.Contains(p, "decoder") {
			return info.Size()
		}
	}
	return 0
}
