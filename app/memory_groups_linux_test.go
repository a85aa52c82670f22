package app

import (
	"os"
	"path/filepath"
	"testing"
)

// The limits of both versions of control groups are found, those around a
// group too; files that the system holds for it count as free.
func TestControlGroups(t *testing.T) {
	mount := t.TempDir()
	put := func(name, text string) {
		file := filepath.Join(mount, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("two/memory.max", "8000000\n")
	put("two/memory.current", "5000000\n")
	put("two/memory.stat", "anon 100\ninactive_file 2000000\nactive_file 500000\n")
	put("two/inner/memory.max", "max\n")
	put("memory/one/memory.limit_in_bytes", "9000000\n")
	put("memory/one/memory.usage_in_bytes", "1000000\n")
	put("memory/one/memory.stat", "inactive_file 7\ntotal_inactive_file 300000\ntotal_active_file 0\n")
	put("memory/memory.limit_in_bytes", "9223372036854771712\n")
	for _, tt := range []struct {
		text        string
		limit, left int64
	}{
		{"0::/two/inner\n", 8_000_000, 5_500_000},
		{"3:cpu:/x\n4:memory,hugetlb:/one/gone\n", 9_000_000, 8_300_000},
		{"4:memory:/elsewhere\n0::/\n", 0, 0},
		{"nonsense\n::\n", 0, 0},
	} {
		put("cgroup", tt.text)
		var limit, left int64
		for _, g := range controlGroups(filepath.Join(mount, "cgroup"), mount) {
			if n := g.limit(); n > 0 {
				limit = n
				left, _ = g.left()
			}
		}
		if limit != tt.limit || left != tt.left {
			t.Errorf("%q: limit %d, left %d", tt.text, limit, left)
		}
	}
	if free, total := freeMemory(), TotalMemory(); free <= 0 || free > total {
		t.Errorf("%d of %d free", free, total)
	}
}
