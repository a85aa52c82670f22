//go:build e2e

package e2e

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestKill kills the program at random moments of typing, queueing and
// generating. After each start the prompt is as it was at most a second before,
// the queue holds every job that was asked for, what was running is marked,
// and nothing starts by itself. KILLS says how often.
func TestKill(t *testing.T) {
	kills, _ := strconv.Atoi(os.Getenv("KILLS"))
	if kills == 0 {
		kills = 5
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newScreen(t, "1300x860")
	s.start()
	s.key("Escape") // the welcome
	asked := map[int64]bool{}
	var interrupted, waited int
	for range kills {
		after := time.Duration(200+rng.IntN(2500)) * time.Millisecond
		started := time.Now()
		timer := time.AfterFunc(after, func() { s.cmd.Process.Kill() })
		s.disturb(rng)
		timer.Stop()
		s.cmd.Process.Kill()
		s.cmd.Wait()
		_ = started
		before := s.events()
		s.start()
		s.rest(500 * time.Millisecond)
		now := s.events()

		// The prompt.
		opened := now[slices.IndexFunc(now, func(e event) bool { return e.Event == "open" })]
		if want := prompts(before, time.Second); !slices.Contains(want, opened.Prompt) {
			t.Fatalf("the prompt is %q, want one of %q", opened.Prompt, want)
		}
		// The queue.
		for _, e := range before {
			for _, id := range e.Jobs {
				asked[id] = true
			}
		}
		last := s.awaitQueue("the queue after a start", func(event) bool { return true })
		for id := range asked {
			if !slices.Contains(last.Waiting, id) && !slices.Contains(last.Over, id) {
				t.Fatalf("job %d was asked for and is gone: %+v", id, last)
			}
		}
		if len(last.Running) > 0 || len(last.Waiting) > 0 && !last.Paused {
			t.Fatalf("something started by itself: %+v", last)
		}
		for _, id := range runningAtEnd(before) {
			if i := slices.Index(last.Over, id); i < 0 || last.States[i] != "interrupted" && last.States[i] != "done" && last.States[i] != "cancelled" {
				t.Fatalf("job %d was running and is not marked: %+v", id, last)
			} else if last.States[i] == "interrupted" {
				interrupted++
			}
		}
		waited += len(last.Waiting)
		if last.Paused && rng.IntN(2) == 0 {
			s.key("ctrl+p")
		}
	}
	t.Logf("%d kills: %d jobs asked for, %d interrupted, %d found waiting in all", kills, len(asked), interrupted, waited)
	if kills >= 20 && (interrupted == 0 || waited == 0) {
		t.Error("no kill came while a picture was made, or none while one waited: the test shows nothing")
	}
}

// disturb works with the program until it is dead.
func (s *screen) disturb(rng *rand.Rand) {
	words := []string{"red ", "boat ", "at ", "night ", "on ", "the ", "beach ", "small "}
	for {
		var args []string
		switch rng.IntN(5) {
		case 0, 1, 2:
			args = []string{"type", "--delay", "25", words[rng.IntN(len(words))]}
		case 3:
			args = []string{"key", "ctrl+Return"}
		case 4:
			args = []string{"key", "ctrl+Return", "ctrl+Return", "ctrl+Return", "ctrl+Return"}
		}
		if s.tool("xdotool", args...) != nil || s.dead() {
			return
		}
	}
}

// prompts are those the artist had written at any time of the last stretch.
func prompts(events []event, stretch time.Duration) []string {
	end := events[len(events)-1].MS
	var all []string
	for _, e := range events {
		if e.Event != "sketch" && e.Event != "open" {
			continue
		}
		if e.MS <= end-stretch.Milliseconds() {
			all = all[:0] // something newer is older than the stretch
		}
		all = append(all, e.Prompt)
	}
	return all
}

// runningAtEnd are the jobs that ran by what the program told last.
func runningAtEnd(events []event) []int64 {
	for _, e := range slices.Backward(events) {
		if e.Event == "queue" {
			return e.Running
		}
	}
	return nil
}
