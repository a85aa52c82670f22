package app

import "time"

// Memory is how much of the computer's memory the program has now, bytes; 0
// where the system does not tell. It counts what ONNX Runtime has on the CPU.
func Memory() int64 { return residentMemory() }

// TotalMemory is how much memory the computer has, or the container that the
// program runs in, bytes; 0 where the system does not tell.
func TotalMemory() int64 { return totalMemory() }

// WatchMemory notes the most memory that the program has until stop is called,
// bytes, without the pages of files, which the system can take back.
func WatchMemory() (stop func() int64) {
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		peak, tick := int64(0), time.NewTicker(20*time.Millisecond)
		defer tick.Stop()
		for {
			peak = max(peak, privateMemory())
			select {
			case <-tick.C:
			case <-done:
				most <- peak
				return
			}
		}
	}()
	return func() int64 { close(done); return <-most }
}
