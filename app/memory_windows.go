package app

import (
	"syscall"
	"unsafe"
)

var processMemory = syscall.NewLazyDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// residentMemory is the working set.
func residentMemory() int64 {
	var c struct { // PROCESS_MEMORY_COUNTERS
		size, faults                     uint32
		peakWorkingSet, workingSet       uintptr
		quotaPeakPaged, quotaPaged       uintptr
		quotaPeakNonPaged, quotaNonPaged uintptr
		pagefile, peakPagefile           uintptr
	}
	c.size = uint32(unsafe.Sizeof(c))
	process, err := syscall.GetCurrentProcess()
	if err != nil || processMemory.Find() != nil {
		return 0
	}
	ok, _, _ := processMemory.Call(uintptr(process), uintptr(unsafe.Pointer(&c)), uintptr(c.size))
	if ok == 0 {
		return 0
	}
	return int64(c.workingSet)
}

func privateMemory() int64 { return residentMemory() }
