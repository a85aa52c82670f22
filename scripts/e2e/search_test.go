//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSearchFromEveryView presses Ctrl+F in every view: what is typed then
// lands in the search field, and no key rates, tags or deletes. Over a dialog
// nothing happens.
func TestSearchFromEveryView(t *testing.T) {
	s := newScreen(t, "1300x860")
	s.start()
	s.key("Escape", "ctrl+l")
	s.typeText("a red boat at sea")
	s.key("ctrl+Return", "ctrl+Return")
	s.awaitQueue("two pictures", func(e event) bool { return len(e.Over) == 2 && len(e.Running) == 0 })
	toLibrary := func() { s.key("ctrl+f", "Escape"); s.rest(500 * time.Millisecond) } // from the empty search to the pictures
	for _, view := range []struct {
		name string
		open func()
	}{
		{"create", func() { s.key("ctrl+l") }},
		{"picture", func() { s.click(pictureX, pictureY, 1) }},
		{"drafts", func() {
			s.key("ctrl+l", "ctrl+d")
			s.awaitQueue("six drafts", func(e event) bool { return len(e.Over) >= 8 && len(e.Running)+len(e.Waiting) == 0 })
		}},
		{"sweep", func() {
			s.key("Escape")
			s.click(pictureX, pictureY, 1)
			s.key("v") // try values
			s.rest(time.Second)
			s.key("Return")
			s.awaitQueue("the sweep", func(e event) bool { return len(e.Over) > 8 && len(e.Running)+len(e.Waiting) == 0 })
		}},
		{"library", toLibrary},
		{"lightbox", func() { toLibrary(); s.key("Home", "space"); s.rest(500 * time.Millisecond) }},
		{"compare", func() { toLibrary(); s.key("Home", "shift+Right", "c"); s.rest(500 * time.Millisecond) }},
	} {
		s.key("ctrl+g")
		view.open()
		s.shot("search-" + view.name)
		s.key("ctrl+f")
		word := "fst" + view.name // the letters that mark, rate and tag come first
		s.typeText(word)
		s.eventually("the search from "+view.name, func() bool { return s.searched() == word })
		s.key("Escape")
		s.eventually("the search emptied", func() bool { return s.searched() == "" })
		for _, p := range s.list() {
			if p.Stars > 0 || p.Favourite || len(p.Tags) > 0 {
				t.Errorf("from %s a key changed %+v", view.name, p)
			}
		}
	}
	s.key("ctrl+g", "ctrl+comma", "ctrl+f") // over the preferences
	s.typeText("dialog")
	s.rest(300 * time.Millisecond)
	if got := s.searched(); got != "" {
		t.Errorf("over a dialog the search got %q", got)
	}
	s.key("Escape")
	s.quit()
	s.checkThreads()
}

// searched is what the library looked for last.
func (s *screen) searched() string {
	text := ""
	for _, e := range s.events() {
		if e.Event == "library.found" {
			text = e.Text
		}
	}
	return text
}

// TestMassDeleteAsks deletes more pictures than the screen shows, and an
// original outside of the picture folder: both ask, and undo brings all back.
func TestMassDeleteAsks(t *testing.T) {
	s := newScreen(t, "1300x860")
	dir := filepath.Join(s.home, "photos")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	writeForeign(t, filepath.Join(dir, "original.png"))
	if err := s.tool(program(t), "library", "rescan", "--add", dir); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.key("Escape", "ctrl+f", "Escape", "ctrl+a", "Delete")
	s.rest(time.Second)
	s.shot("delete-asks")
	there := func() bool { return len(s.list()) == 1 }
	if !there() {
		t.Fatal("an original is in the trash, unasked")
	}
	s.key("Escape")
	s.rest(300 * time.Millisecond)
	if !there() {
		t.Fatal("Escape deletes")
	}
	s.key("Delete")
	s.rest(500 * time.Millisecond)
	s.key("Return")
	s.eventually("nothing left", func() bool { return len(s.list()) == 0 })
	s.key("ctrl+shift+z")
	s.eventually("the original back", there)
	if _, err := os.Stat(filepath.Join(dir, "original.png")); err != nil {
		t.Error(err)
	}
	s.quit()
	s.checkThreads()
}
