package app

import (
	"bufio"
	"math"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// totalMemory is what the kernel says, or less where a container is given less.
func totalMemory() int64 {
	total := meminfo("/proc", "MemTotal:")
	for _, g := range controlGroups("/proc/self/cgroup", "/sys/fs/cgroup") {
		if limit := g.limit(); limit > 0 && (limit < total || total == 0) {
			total = limit
		}
	}
	return total
}

// freeMemory is how much memory the program can still take without the system
// ending a program for it, bytes; 0 where that is not known. It is what the kernel
// calls available, which counts what it holds of files, or less where the
// program's control groups have less left.
func freeMemory() int64 {
	free := meminfo("/proc", "MemAvailable:")
	for _, g := range controlGroups("/proc/self/cgroup", "/sys/fs/cgroup") {
		if left, ok := g.left(); ok && (left < free || free == 0) {
			free = left
		}
	}
	return free
}

// meminfo is a line of meminfo, bytes.
func meminfo(proc, key string) int64 {
	return keyed(filepath.Join(proc, "meminfo"), key) * 1024
}

// keyed is the number behind a key at the start of a line, 0 if there is none.
func keyed(file, key string) int64 {
	f, err := os.Open(file)
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) > 1 && fields[0] == key {
			n, _ := strconv.ParseInt(fields[1], 10, 53)
			return n
		}
	}
	return 0
}

// A controlGroup is a folder of the cgroup file system, version 1 or 2, that
// bounds memory.
type controlGroup struct {
	folder                      string
	max, used, inactive, active string // names of its files, and keys of memory.stat
}

// controlGroups are those that the process of a file like /proc/self/cgroup is
// in, the ones around them too. In a container the file may tell the path
// outside, of which only the root is to be seen.
func controlGroups(file, mount string) []controlGroup {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var list []controlGroup
	for line := range strings.Lines(string(b)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		g := controlGroup{max: "memory.max", used: "memory.current", inactive: "inactive_file", active: "active_file"}
		root := mount
		switch {
		case parts[0] == "0":
		case strings.Contains(","+parts[1]+",", ",memory,"):
			g = controlGroup{max: "memory.limit_in_bytes", used: "memory.usage_in_bytes", inactive: "total_inactive_file", active: "total_active_file"}
			root = filepath.Join(mount, "memory")
		default:
			continue
		}
		for at := path.Clean("/" + parts[2]); ; at = path.Dir(at) {
			g.folder = filepath.Join(root, at)
			list = append(list, g)
			if at == "/" {
				break
			}
		}
	}
	return list
}

// limit is the group's, bytes; 0: none.
func (g controlGroup) limit() int64 {
	n := number(filepath.Join(g.folder, g.max))
	if n >= math.MaxInt64/2 { // version 1 has no word for none
		return 0
	}
	return n
}

// left is what the group may still take, with what it holds of files.
func (g controlGroup) left() (int64, bool) {
	limit := g.limit()
	if limit == 0 {
		return 0, false
	}
	stat := filepath.Join(g.folder, "memory.stat")
	return max(1, limit-number(filepath.Join(g.folder, g.used))+keyed(stat, g.inactive)+keyed(stat, g.active)), true
}

// number is what a file of one number says, 0 if it is none.
func number(file string) int64 {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
