package app

import (
	"fmt"
	"os"
)

// privateMemory is resident memory that is not pages of files, which the
// system can take back.
func privateMemory() int64 {
	_, resident, shared := statm()
	return resident - shared
}

func residentMemory() int64 {
	_, resident, _ := statm()
	return resident
}

// statm reads the first numbers of /proc/self/statm, as bytes.
func statm() (size, resident, shared int64) {
	f, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0, 0, 0
	}
	defer f.Close()
	if _, err := fmt.Fscan(f, &size, &resident, &shared); err != nil {
		return 0, 0, 0
	}
	page := int64(os.Getpagesize())
	return size * page, resident * page, shared * page
}
