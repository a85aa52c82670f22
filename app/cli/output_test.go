package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// All that is printed passes output.go, which looks at what is written and whether it could be.
func TestOneWayOut(t *testing.T) {
	around := regexp.MustCompile(`os\.Std(out|err)|fmt\.Print`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file == "output.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := around.Find(b); found != nil {
			t.Errorf("%s uses %s", file, found)
		}
	}
}
