//go:build e2e

package e2e

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cascata/app/catalogue"
	"cascata/app/hub/hubtest"
	"cascata/app/recipe"
)

// TestModels goes from an empty home to a picture of a model of the official
// form: the licence is read and accepted, the download is interrupted by
// quitting, taken up the next time, used.
func TestModels(t *testing.T) {
	const downloadX, downloadY = 1045, 364 // of "Stable Cascade lite"
	site, err := hubtest.Official("../../inference/testdata/checkpoints/lite-bf16")
	if err != nil {
		t.Fatal(err)
	}
	site.Pace.Store(60_000) // bytes a second, so that there is time to interrupt it
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	s := newScreen(t, "1300x860", "HF_ENDPOINT="+server.URL, "HF_TOKEN=")
	stage := func(e event, stages ...catalogue.Stage) bool {
		return e.Event == "download" && slices.Contains(stages, catalogue.Stage(e.State))
	}

	s.start()
	s.rest(time.Second)
	s.key("Escape", "ctrl+shift+u")
	s.rest(time.Second)
	s.shot("models-1-list")
	s.click(downloadX, downloadY, 1)
	s.rest(time.Second)
	s.shot("models-2-licence")
	s.key("Return") // accept and download
	s.await("some of it", func(e event) bool { return stage(e, catalogue.Running) && e.N > 100_000 })
	s.shot("models-3-downloading")
	s.quit()

	// The next day it goes on where it ended, without the licence again.
	site.Pace.Store(0)
	s.start()
	s.rest(time.Second)
	s.key("ctrl+shift+u")
	s.rest(time.Second)
	s.shot("models-4-unfinished")
	s.click(downloadX, downloadY, 1)
	first := s.await("it goes on", func(e event) bool { return stage(e, catalogue.Running) && e.N > 0 })
	if first.N < 100_000 {
		t.Errorf("it went on at %d bytes", first.N)
	}
	s.await("it is whole", func(e event) bool { return stage(e, catalogue.Finished) })
	s.rest(time.Second)
	s.shot("models-5-here")
	s.click(downloadX, downloadY, 1) // use
	s.rest(2 * time.Second)
	s.key("ctrl+l")
	s.typeText("a red square on green")
	s.key("ctrl+Return")
	done := s.await("a picture", func(e event) bool { return e.Event == "ended" && e.State == "done" })
	s.shot("models-6-picture")
	m, err := recipe.ReadEmbedded(done.File)
	if err != nil || !strings.Contains(m.Recipe.Model, "stable-cascade-lite") {
		t.Errorf("the picture was made by %q, %v", m.Recipe.Model, err)
	}
	s.quit()
}
