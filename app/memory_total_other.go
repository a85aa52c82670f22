//go:build !linux && !darwin && !windows

package app

func totalMemory() int64 { return 0 }

func freeMemory() int64 { return 0 }
