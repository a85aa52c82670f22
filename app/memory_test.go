package app

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestMemoryGrowsWithWhatIsHeld(t *testing.T) {
	debug.FreeOSMemory() // else what is held may be put where earlier tests left room
	before := Memory()
	if before == 0 {
		t.Skip("the system does not tell")
	}
	const more = 64 << 20
	held := make([]byte, more)
	for i := 0; i < len(held); i += 1024 {
		held[i] = 1
	}
	if after := Memory(); after < before+more/2 {
		t.Errorf("%d bytes before, %d with %d more held", before, after, more)
	}
	runtime.KeepAlive(held)
}
