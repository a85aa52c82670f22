package app

import (
	"syscall"
	"unsafe"
)

var globalMemory = syscall.NewLazyDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")

func totalMemory() int64 {
	var m struct { // MEMORYSTATUSEX
		length, load                        uint32
		total, free, pageFile, pageFileFree uint64
		virtual, virtualFree, extended      uint64
	}
	m.length = uint32(unsafe.Sizeof(m))
	if globalMemory.Find() != nil {
		return 0
	}
	if ok, _, _ := globalMemory.Call(uintptr(unsafe.Pointer(&m))); ok == 0 {
		return 0
	}
	return int64(m.total)
}
