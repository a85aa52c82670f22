package ui

import "syscall"

var messageBeep = syscall.NewLazyDLL("user32.dll").NewProc("MessageBeep")

// chime plays the system's sound for information.
func chime() {
	const information = 0x40
	messageBeep.Call(information)
}
