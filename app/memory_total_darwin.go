package app

import "golang.org/x/sys/unix"

func totalMemory() int64 {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(n)
}

// freeMemory is three quarters of all: macOS packs and swaps what other
// programs leave untouched, and does not say how much that is.
func freeMemory() int64 { return totalMemory() / 4 * 3 }
