package ort

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"cascata/inference"
)

// Large weights lie where huge pages were asked for. The system need not give them.
func TestWeightsAskForHugePages(t *testing.T) {
	modes, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if err != nil || strings.Contains(string(modes), "[never]") {
		t.Skipf("this system has no huge pages: %q, %v", modes, err)
	}
	const n = 4096 // a matrix of 64 MB
	r, before := open(t, Options{}), askedFor(t)
	x, y := inference.NewTensor(1, n), inference.NewTensor(1, n)
	proto := modelProto(inputProto("x", 1, 1, n), outputProto("y", 1, 1, n), weightProto("w", []int64{n, n}, make([]float32, n*n)),
		nodeProto("MatMul", []string{"x", "w"}, []string{"y"}))
	if err := bind(t, r, cpu, proto, tensors{"x": x}, tensors{"y": y}).Run(none); err != nil {
		t.Fatal(err)
	}
	if got := askedFor(t) - before; got < 4*n*n {
		t.Errorf("huge pages were asked for %d bytes of %d", got, 4*n*n)
	}
}

// askedFor is the size of this process's blocks that huge pages were asked for, in bytes.
func askedFor(t *testing.T) (sum int64) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for lines := bufio.NewScanner(f); lines.Scan(); {
		switch name, value, _ := strings.Cut(lines.Text(), ":"); name {
		case "Size":
			kB, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			size = kB << 10
		case "VmFlags":
			if strings.Contains(value+" ", " hg ") {
				sum += size
			}
		}
	}
	return sum
}
