package ort

import (
	"fmt"
	"testing"
)

// One core is left free where there is another, unless a number of threads is
// asked for.
func TestSpareLeavesACore(t *testing.T) {
	cores := physicalCores()
	for _, tt := range []struct {
		o    Options
		want int
	}{
		{Options{}, cores},
		{Options{Spare: true}, max(cores-1, 1)},
		{Options{Spare: true, Threads: 3}, 3},
	} {
		t.Run(fmt.Sprintf("spare %v, threads %d", tt.o.Spare, tt.o.Threads), func(t *testing.T) {
			if r := open(t, tt.o); r.owner.threads != tt.want {
				t.Errorf("%d threads, want %d", r.owner.threads, tt.want)
			}
		})
	}
}
