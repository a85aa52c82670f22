//go:build !headless

package main

import (
	"math"
	"os"
	"strconv"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// scaleName is where the toolkit reads how large it draws.
const scaleName = "FYNE_SCALE"

// scaler sets how large the toolkit draws; 0 is as the screen asks. Where the
// environment says it already, that stays.
func scaler() func(scale float64) {
	given := os.Getenv(scaleName) != ""
	return func(scale float64) {
		if scale > 0 && !given {
			os.Setenv(scaleName, strconv.FormatFloat(scale, 'f', 2, 64))
		}
	}
}

// screenRoom is the room that the largest screen has beside its panels, in
// units of the canvas as it is drawn now; nothing where that is not known. It
// may be called on the window's goroutine once there is a window.
func screenRoom() fyne.Size {
	scale, err := strconv.ParseFloat(os.Getenv(scaleName), 64)
	if err != nil || scale <= 0 {
		scale = 1
	}
	var room fyne.Size
	for _, m := range glfw.GetMonitors() {
		_, _, w, h := m.GetWorkarea()
		k := drawnScale(m, scale)
		if size := fyne.NewSize(float32(float64(w)/k), float32(float64(h)/k)); size.Width*size.Height > room.Width*room.Height {
			room = size
		}
	}
	return room
}

// drawnScale is what Fyne 2.8 makes of a scale on a screen: more where that has
// more than 120 dots per inch, in tenths.
func drawnScale(m *glfw.Monitor, scale float64) float64 {
	width, _ := m.GetPhysicalSize()
	mode := m.GetVideoMode()
	if mode != nil && width > 0 && os.Getenv("FYNE_DISABLE_DPI_DETECTION") == "" {
		if dpi := float64(mode.Width) / (float64(width) / 25.4); dpi >= 10 && dpi <= 1000 {
			scale *= max(dpi/120, 1)
		}
	}
	return max(math.Round(scale*10)/10, 0.1)
}
