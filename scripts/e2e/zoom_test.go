//go:build e2e

package e2e

import (
	"bytes"
	"image"
	"image/png"
	"os/exec"
	"testing"
	"time"

	"cascata/inference/inferencetest"
)

// TestFullSize: at 100 % each pixel of a small picture is one of the screen's,
// in Create, in the lightbox and side by side, at any scale of the window.
func TestFullSize(t *testing.T) {
	for scale, size := range map[string]string{"1": "1300x860", "1.25": "1700x1100", "1.5": "2000x1300"} {
		t.Run(scale, func(t *testing.T) {
			s := newScreen(t, size, "FYNE_SCALE="+scale)
			set := slowDetail()
			set.Sketch.DecoderSteps = 6
			s.settings(set)
			s.start()
			s.key("ctrl+Return", "ctrl+Return")
			s.awaitQueue("two pictures", func(e event) bool { return len(e.Over) == 2 && len(e.Running) == 0 })
			last := s.await("the second", func(e event) bool { return e.Event == "ended" && e.Job == 2 })
			picture := inferencetest.ReadPNG(t, last.File)
			s.wantPixels("Create", picture)
			s.key("ctrl+0", "ctrl+f", "Escape")
			s.rest(time.Second)
			s.key("Home", "space")
			s.rest(500 * time.Millisecond)
			s.wantPixels("the lightbox", picture)
			s.key("Escape", "ctrl+a", "c")
			s.rest(500 * time.Millisecond)
			s.wantPixels("side by side", picture)
			s.key("Escape")
			s.quit()
		})
	}
}

// wantPixels asks for 100 % until the window shows a picture pixel by pixel:
// before a picture is read there is nothing to zoom.
func (s *screen) wantPixels(where string, picture image.Image) {
	s.t.Helper()
	for start := time.Now(); time.Since(start) < 20*time.Second; {
		s.key("ctrl+1")
		s.rest(200 * time.Millisecond)
		c := exec.Command("import", "-window", "root", "png:-")
		c.Env = s.env
		out, err := c.Output()
		if err != nil {
			s.t.Fatal(err)
		}
		seen, err := png.Decode(bytes.NewReader(out))
		if err != nil {
			s.t.Fatal(err)
		}
		if shows(seen, picture) {
			return
		}
	}
	s.shot("failed-full-size")
	s.t.Errorf("%s does not show the picture's pixels", where)
}

// shows reports whether the middle of a picture is somewhere in what is seen.
func shows(seen, picture image.Image) bool {
	const side = 48
	at := picture.Bounds().Min.Add(picture.Bounds().Size().Div(2)).Sub(image.Pt(side/2, side/2))
	same := func(x, y, dx, dy int) bool {
		r, g, b, _ := seen.At(x+dx, y+dy).RGBA()
		pr, pg, pb, _ := picture.At(at.X+dx, at.Y+dy).RGBA()
		return r>>8 == pr>>8 && g>>8 == pg>>8 && b>>8 == pb>>8
	}
	all := func(x, y int) bool {
		for dy := range side {
			for dx := range side {
				if !same(x, y, dx, dy) {
					return false
				}
			}
		}
		return true
	}
	b := seen.Bounds()
	for y := b.Min.Y; y+side < b.Max.Y; y++ {
		for x := b.Min.X; x+side < b.Max.X; x++ {
			if same(x, y, 0, 0) && same(x, y, side-1, side-1) && all(x, y) {
				return true
			}
		}
	}
	return false
}
