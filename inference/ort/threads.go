package ort

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// physicalCores is how many cores a matrix product can use. Two threads on
// one core share its multipliers, so hyper-threads do not count.
func physicalCores() int {
	files, _ := filepath.Glob("/sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list")
	cores := map[string]bool{}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			cores[strings.TrimSpace(string(text))] = true
		}
	}
	n := runtime.NumCPU() // what this process may use
	if len(cores) > 0 {
		n = min(n, len(cores))
	}
	return n
}
