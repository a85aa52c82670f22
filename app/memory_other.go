//go:build !linux && !windows

package app

// residentMemory is not told without cgo.
func residentMemory() int64 { return 0 }

func privateMemory() int64 { return residentMemory() }
