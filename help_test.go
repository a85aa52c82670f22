//go:build headless

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Help lists every command, each has help of its own, and a wrong use names it.
func TestHelp(t *testing.T) {
	home := t.TempDir()
	list := runIn(t, home, "help")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^  cascata ([a-z]+(?: [a-z]+)?)`).FindAllStringSubmatch(list.stdout, -1) {
		names = append(names, strings.TrimSuffix(m[1], " cuda"))
	}
	if list.exit != 0 || len(names) < 20 || runIn(t, home, "--help") != list {
		t.Errorf("%d commands in %+v", len(names), list)
	}
	for _, name := range names {
		words := strings.Fields(name)
		help := runIn(t, home, append(slices.Clone(words), "--help")...)
		if help.exit != 0 || help.stderr != "" || !strings.HasPrefix(help.stdout, "cascata "+name) || help == list {
			t.Errorf("%s --help: %+v", name, help)
		}
		if again := runIn(t, home, append([]string{"help"}, words...)...); again != help {
			t.Errorf("help %s: %+v", name, again)
		}
		wrong := runIn(t, home, append(slices.Clone(words), "--no-such-flag")...)
		if wrong.exit != 2 || !strings.Contains(wrong.stderr, "cascata help "+name+" ") {
			t.Errorf("%s --no-such-flag: %+v", name, wrong)
		}
	}
	for name, want := range map[string]string{"generate": "-prompt", "devices": "cascata devices install cuda", "models": "cascata models add PATH", "library rescan": "-add folder"} {
		if r := runIn(t, home, append([]string{"help"}, strings.Fields(name)...)...); !strings.Contains(r.stdout, want) {
			t.Errorf("help %s says nothing of %s: %s", name, want, r.stdout)
		}
	}
	for args, next := range map[string]string{
		"nosuch": "cascata help lists the commands.", "help nosuch": "cascata help lists the commands.", "models nosuch": "cascata help models says",
		"library": "cascata help library says", "generate --json --steps none": "cascata help generate says",
	} {
		if r := runIn(t, home, strings.Fields(args)...); r.exit != 2 || !strings.Contains(r.stdout+r.stderr, next) {
			t.Errorf("%s: %+v", args, r)
		}
	}
}

// A folder of libraries that is not there is said, not passed over.
func TestInstallFromNothing(t *testing.T) {
	for from, says := range map[string]string{"go.mod": "not a folder", "/no/such/folder": "not a folder", "": "it is empty"} {
		if r := runIn(t, t.TempDir(), "devices", "install", "cuda", "--from="+from); r.exit != 2 || !strings.Contains(r.stderr, says) || r.stdout != "" {
			t.Errorf("%q: %+v", from, r)
		}
	}
}
