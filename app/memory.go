package app

import "time"

// Memory is how much of the computer's memory the program has now, bytes; 0
// where the system does not say. It counts what ONNX Runtime has on the CPU.
func Memory() int64 { return residentMemory() }

// TotalMemory is how much memory the computer has, or the container that the
// program runs in, bytes; 0 where the system does not say.
func TotalMemory() int64 { return totalMemory() }

// A Peak is the most memory that the program had, bytes; 0 where the system does not say.
type Peak struct {
	Private  int64 // without the pages of files, which the system can take back
	Resident int64 // with them
}

// WatchMemory notes the most memory that the program has until stop is called.
func WatchMemory() (stop func() Peak) {
	done, most := make(chan struct{}), make(chan Peak)
	go func() {
		var p Peak
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			p.Private, p.Resident = max(p.Private, privateMemory()), max(p.Resident, residentMemory())
			select {
			case <-tick.C:
			case <-done:
				most <- p
				return
			}
		}
	}()
	return func() Peak { close(done); return <-most }
}
