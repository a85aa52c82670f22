//go:build linux

package ort

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestSignals takes a handler away, as CUDA does, and looks in the kernel
// whether it is back.
func TestSignals(t *testing.T) {
	caught := func() bool {
		text, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Skip(err)
		}
		_, mask, _ := strings.Cut(string(text), "SigCgt:\t")
		mask, _, _ = strings.Cut(mask, "\n")
		bits, err := strconv.ParseUint(mask, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		return bits>>(syscall.SIGUSR1-1)&1 == 1
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	defer signal.Reset(syscall.SIGUSR1)
	before := caught()
	restore := saveSignals()
	signal.Ignore(syscall.SIGUSR1)
	between := caught()
	restore()
	if after := caught(); !before || between || !after {
		t.Errorf("caught before, between, after: %v, %v, %v; want true, false, true", before, between, after)
	}
}
