package ui

import (
	"os"
	"strings"
	"testing"
)

func TestNoteText(t *testing.T) {
	for note, want := range map[string]string{
		"With the preset comfy the picture becomes 1024 by 768 pixels.":     "With the preset comfy the picture becomes 1024 × 768.",
		"The prompt is too long; this part was not used: a\nb":              "The prompt is too long; this was not read: a\nb",
		"The negative prompt is too long; this part was not used: text":     "What to leave out is too long; this was not read: text",
		"The NVIDIA card (CUDA) is not used: cuDNN is missing; install it.": "NVIDIA card, not used: CuDNN is missing. Install it.",
		"The graphics card (WebGPU) is not used: its driver gave up.":       "Graphics card, not used: Its driver gave up.",
		"Something else.": "Something else.",
	} {
		if got := noteText(note); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What the engine notes is still said in these words.
func TestNotesOfTheEngine(t *testing.T) {
	for file, texts := range map[string][]string{
		"../inference/job.go":         {`"With the preset %s the picture becomes %d by %d pixels."`},
		"../inference/text.go":        {`"The prompt is too long; this part was not used: %s"`, `"The negative prompt is too long; this part was not used: %s"`},
		"../inference/ort/devices.go": {`"The %s is not used: %s"`},
	} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if !strings.Contains(string(b), text) {
				t.Errorf("%s no longer says %s: ui/notes.go must follow", file, text)
			}
		}
	}
}
