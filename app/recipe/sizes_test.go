package recipe

import (
	"fmt"
	"strings"
	"testing"
)

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		want string
	}{
		{1024, 1024, "[{1:1 1024 1024} {4:3 1152 896} {3:4 896 1152} {16:9 1344 768} {9:16 768 1344}]"},
		{256, 256, "[{1:1 256 256} {4:3 288 224} {3:4 224 288} {16:9 336 192} {9:16 192 336}]"},
	} {
		if got := strings.Trim(strings.ReplaceAll(fmt.Sprint(Sizes(tt.w, tt.h)), "  ", " "), " "); got != tt.want {
			t.Errorf("%dx%d: %s, want %s", tt.w, tt.h, got, tt.want)
		}
	}
}
