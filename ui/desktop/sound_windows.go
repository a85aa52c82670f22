package desktop

import (
	"context"
	"syscall"
)

var messageBeep = syscall.NewLazyDLL("user32.dll").NewProc("MessageBeep")

// chime plays the system's sound for information.
func chime(context.Context) error {
	const information = 0x40
	messageBeep.Call(information)
	return nil
}
