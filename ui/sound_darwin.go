package ui

import "os/exec"

// chime plays one of the system's sounds; not for the window's goroutine.
func chime() {
	exec.Command("afplay", "--volume", "0.5", "/System/Library/Sounds/Glass.aiff").Run()
}
