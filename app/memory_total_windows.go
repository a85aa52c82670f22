package app

import (
	"syscall"
	"unsafe"
)

var globalMemory = syscall.NewLazyDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")

func totalMemory() int64 { total, _ := memoryStatus(); return total }

func freeMemory() int64 { _, free := memoryStatus(); return free }

// memoryStatus is the machine's memory and what of it is free, bytes.
func memoryStatus() (all, left int64) {
	var m struct { // MEMORYSTATUSEX
		length, load                        uint32
		total, free, pageFile, pageFileFree uint64
		virtual, virtualFree, extended      uint64
	}
	m.length = uint32(unsafe.Sizeof(m))
	if globalMemory.Find() != nil {
		return 0, 0
	}
	if ok, _, _ := globalMemory.Call(uintptr(unsafe.Pointer(&m))); ok == 0 {
		return 0, 0
	}
	return int64(m.total), int64(m.free)
}
