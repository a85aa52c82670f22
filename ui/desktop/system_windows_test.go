package desktop

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The dialog is closed by who closes the desktop, and nothing was chosen then.
func TestDialogCloses(t *testing.T) {
	for _, folder := range []bool{false, true} {
		ctx, end := context.WithCancel(t.Context())
		seen := make(chan bool, 1)
		go func() {
			seen <- waitFor(ctx, "Choose")
			end()
		}()
		paths, err := systemDialog(ctx, "Choose", folder)
		if len(paths) > 0 || err != nil || !<-seen {
			t.Errorf("folder %v: got %q, %v", folder, paths, err)
		}
	}
}

// A notification's texts are cut where they do not fit, and never within a character.
func TestNoticeFits(t *testing.T) {
	for _, text := range []string{"", "a boat", strings.Repeat("a", 62) + "😀", strings.Repeat("a", 61) + "😀", strings.Repeat("ä", 100)} {
		var to [64]uint16
		to[63] = 1
		put(to[:], text)
		got, _, _ := strings.Cut(string(utf16.Decode(to[:])), "\x00")
		if !strings.HasPrefix(text, got) || len(got) < min(len(text), 60) {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}

// It is shown and taken away again.
func TestNotice(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	if err := sendNotice(ctx, nil, "All pictures are done", `a "red" $(boat)`); err != nil {
		t.Error(err)
	}
}

// waitFor waits until there is a window of that title.
func waitFor(ctx context.Context, title string) bool {
	text, _ := windows.UTF16PtrFromString(title)
	for ctx.Err() == nil {
		if w, _, _ := findWindow.Call(0, uintptr(unsafe.Pointer(text))); w != 0 {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

var findWindow = windows.NewLazySystemDLL("user32.dll").NewProc("FindWindowW")
