//go:build e2e

package e2e

import (
	"image"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
)

// TestInputs drops a picture to resemble and mixes in a prompt, varies what was
// made, repaints a part of it, holds it to outlines and adds a LoRA; the next day the picture alone tells all of it, and is made again.
// The model is one of the tests' own, with all encoders; its pictures are noise.
func TestInputs(t *testing.T) {
	const testdata = "../../inference/testdata/"
	var model []string
	for _, part := range []string{"diffusers-a", "pictures/effnet_encoder.safetensors", "pictures/image_encoder", "pictures/stage_c.safetensors", "pictures/controlnet/canny.safetensors"} {
		path, err := filepath.Abs(testdata + "checkpoints/" + part)
		if err != nil {
			t.Fatal(err)
		}
		model = append(model, path)
	}
	words, err := filepath.Abs(testdata + "loras/bundle.safetensors") // the others are for other widths
	if err != nil {
		t.Fatal(err)
	}
	s := newScreen(t, "1300x860")
	begin := recipe.Usual(strings.Join(model, ","))
	begin.Prompt, begin.Width, begin.Height, begin.Steps, begin.DecoderSteps = "a boat", 256, 256, 2, 2
	s.settings(app.Settings{Welcomed: true, Sketch: begin})
	s.start()
	dropped := filepath.Join(s.home, "dropped.png")
	copyFile(t, testdata+"golden/pictures/wide.png", dropped)
	s.drop(dropped, 160, 300)
	s.rest(2e9)
	s.click(247, 442, 1) // another prompt, which has the keyboard
	s.typeText("at night")
	s.shot("inputs-0-mood")
	first := s.made(func() { s.key("ctrl+Return") })
	if len(first.References) != 1 || first.References[0].File != "dropped.png" || first.References[0].SHA256 == "" {
		t.Fatalf("dropped, it was made with %+v", first.Extras)
	}
	if len(first.Mix.More) != 1 || first.Mix.More[0].Prompt != "at night" {
		t.Fatalf("mixed of %+v", first.Mix)
	}

	// Others like it.
	s.click(pictureX, pictureY, 1)
	if m := s.made(func() { s.key("y") }); len(m.References) != 1 || m.Mask != nil || m.Parent != filepath.Base(first.file) {
		t.Fatalf("varied as %+v, of %q", m.Extras, m.Parent)
	}
	s.shot("inputs-1-varied")

	// A part of the one that was just made is painted over, by the pointer.
	s.click(pictureX, pictureY, 1)
	s.key("e")
	s.rest(2e9)
	s.drag(560, 380, 720, 440)
	s.shot("inputs-2-repaint")
	s.key("Return")
	s.rest(2e9)
	painted := s.made(func() { s.key("ctrl+Return") })
	if painted.Init == nil || painted.Mask == nil {
		t.Fatalf("repainted as %+v", painted.Extras)
	}
	s.shot("inputs-3-repainted")

	// Its outlines, and a LoRA given to the running program.
	s.click(pictureX, pictureY, 1)
	s.key("o")
	s.run(program(t), words)
	s.rest(2e9)
	s.shot("inputs-4-controls")
	last := s.made(func() { s.key("ctrl+Return") })
	if last.Control == nil || len(last.References) != 1 || last.Mask == nil || len(last.LoRAs) != 1 || last.LoRAs[0].SHA256 == "" {
		t.Fatalf("made with %+v, %+v", last.Extras, last.LoRAs)
	}
	if first.file == last.file {
		t.Fatal("nothing new was made")
	}
	s.quit()

	// The next day the controls know of nothing, and the picture of everything.
	begin.Prompt, begin.Steps = "x", 1
	s.settings(app.Settings{Welcomed: true, Sketch: begin})
	s.start()
	s.key("ctrl+f")
	s.rest(2e9)
	s.click(340, 210, 1)
	s.rest(2e9)
	s.shot("inputs-5-recall")
	s.key("u", "ctrl+g")
	s.rest(2e9)
	s.shot("inputs-6-recalled")
	again := s.made(func() { s.key("ctrl+Return") })
	if !reflect.DeepEqual(again.LoRAs, last.LoRAs) || len(again.References) != 1 || again.Mask == nil || again.Control == nil || again.Seed != last.Seed {
		t.Errorf("recalled as %+v, want %+v", again.Recipe, last.Recipe)
	}
	if was, is := s.pixels(last.file), s.pixels(again.file); !reflect.DeepEqual(was.Pix, is.Pix) {
		t.Error("made again it is another picture")
	}
	s.quit()
	s.checkThreads()
}

// A madePicture is what a new picture's file says.
type madePicture struct {
	recipe.Embedded
	file string
}

// made waits for the picture that ask asks for.
func (s *screen) made(ask func()) madePicture {
	s.t.Helper()
	newest := int64(0)
	for _, e := range s.events() {
		newest = max(newest, e.Job)
	}
	ask()
	e := s.await("a picture", func(e event) bool { return e.Event == "ended" && e.Job > newest })
	m, err := recipe.ReadEmbedded(e.File)
	if err != nil {
		s.t.Fatalf("%+v: %v", e, err)
	}
	return madePicture{m, e.File}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *screen) pixels(file string) *image.RGBA {
	s.t.Helper()
	img, err := disk.ReadPicture(file)
	if err != nil {
		s.t.Fatal(err)
	}
	return img
}
