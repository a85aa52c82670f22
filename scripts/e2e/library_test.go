//go:build e2e

package e2e

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Where things are in the library of a window of 1280 by 800.
const (
	pictureOneX, pictureRowY = 320, 290
	pictureNext              = 180
	usePromptX, usePromptY   = 1249, 536
)

// TestLibrary searches, stars, compares, takes one value of a picture and
// gives it back, deletes and undoes, and looks at a picture of another program.
func TestLibrary(t *testing.T) {
	s := newScreen(t, "1300x860")
	s.start()
	s.key("Escape")
	for _, p := range []string{"a red boat at sea", "a blue house in a meadow"} {
		s.key("ctrl+l", "ctrl+a")
		s.typeText(p)
		s.key("ctrl+Return", "ctrl+Return")
	}
	s.awaitQueue("four pictures", func(e event) bool { return len(e.Over) == 4 && len(e.Running) == 0 })
	s.key("ctrl+l", "ctrl+a")
	s.typeText("mine")
	s.key("ctrl+f")
	s.rest(time.Second)
	s.shot("library-1")
	if got := s.list(); len(got) != 4 {
		t.Fatalf("the library has %d pictures, want 4: %v", len(got), got)
	}

	// Search, and star the first that is found.
	s.key("ctrl+f")
	s.typeText("house -boat")
	s.rest(time.Second)
	s.shot("library-2-search")
	s.click(pictureOneX, pictureRowY, 1)
	s.key("4")
	s.eventually("one picture with four stars", func() bool {
		found := s.list("stars>3")
		return len(found) == 1 && found[0].Stars == 4 && strings.Contains(found[0].Prompt, "house")
	})

	// Take its prompt, and give it back.
	s.rest(500 * time.Millisecond)
	s.click(usePromptX, usePromptY, 1)
	s.await("its prompt in the controls", func(e event) bool { return e.Event == "sketch" && e.Prompt == "a blue house in a meadow" })
	s.shot("library-3-taken")
	s.key("ctrl+shift+z")
	s.eventually("the prompt as it was", func() bool {
		events := s.events()
		i := len(events) - 1
		for i > 0 && events[i].Event != "sketch" {
			i--
		}
		return events[i].Prompt == "mine"
	})

	// Compare two.
	s.key("ctrl+f", "ctrl+a", "BackSpace")
	s.rest(time.Second)
	s.click(pictureOneX, pictureRowY, 1)
	s.run("xdotool", "keydown", "ctrl")
	s.click(pictureOneX+2*pictureNext, pictureRowY, 1)
	s.run("xdotool", "keyup", "ctrl")
	s.key("c")
	s.rest(time.Second)
	s.shot("library-4-compare")
	s.key("Escape")

	// Delete, and undo.
	s.click(pictureOneX, pictureRowY, 1)
	s.key("Delete")
	s.eventually("three pictures", func() bool { return len(s.list()) == 3 })
	trash, err := filepath.Glob(filepath.Join(s.home, "data", "Trash", "files", "*.png"))
	if err != nil || len(trash) != 1 {
		t.Errorf("in the trash: %v, %v; want one picture", trash, err)
	}
	s.shot("library-5-deleted")
	s.key("ctrl+shift+z")
	s.eventually("four pictures again", func() bool { return len(s.list()) == 4 })

	// A picture of another program, given to the program that runs.
	foreign := filepath.Join(s.home, "foreign.png")
	writeForeign(t, foreign)
	c := exec.Command(program(t), foreign)
	c.Env = s.env
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s.await("the foreign picture", func(e event) bool { return e.Event == "file" && e.Path == foreign })
	s.rest(time.Second)
	s.shot("library-6-foreign")
	s.quit()
	s.checkThreads()
}

type listed struct {
	File, Prompt string
	Stars        int
	Favourite    bool
	Tags         []string
}

// list is what the command line says of the library.
func (s *screen) list(words ...string) []listed {
	s.t.Helper()
	args := []string{"library", "list", "--json"}
	if len(words) > 0 {
		args = append([]string{"library", "search", "--json"}, words...)
	}
	c := exec.Command(program(s.t), args...)
	c.Env = s.env
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	var all []listed
	for line := range bytes.Lines(out) {
		var l listed
		if err := json.Unmarshal(line, &l); err != nil {
			s.t.Fatalf("%q: %v\n%s", args, err, line)
		}
		all = append(all, l)
	}
	return all
}

func (s *screen) eventually(what string, fits func() bool) {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(100 * time.Millisecond) {
		if fits() {
			return
		}
	}
	s.shot("failed")
	s.t.Fatalf("waited in vain: %s", what)
}

// writeForeign writes a picture as A1111 does.
func writeForeign(t *testing.T, path string) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	text := "tEXtparameters\x00a lighthouse\nNegative prompt: people\nSteps: 31, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512, Model: other"
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = append(chunk, text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE([]byte(text)))
	if err := os.WriteFile(path, slices.Concat(b.Bytes()[:33], chunk, b.Bytes()[33:]), 0o600); err != nil {
		t.Fatal(err)
	}
}
