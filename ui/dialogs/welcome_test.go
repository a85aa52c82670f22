package dialogs

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestWelcome(t *testing.T) {
	uitest.App(t)
	w := test.NewTempWindow(t, widget.NewLabel(""))
	w.Resize(fyne.NewSize(1100, 700))
	started, files := 0, 0
	show := func() *Welcome {
		return ShowWelcome(w.Canvas(), WelcomeParams{OnStart: func() { started++ }, OnFiles: func() { files++ }})
	}
	first := show()
	for _, want := range []string{"Stability AI", "non-commercial", "11.7 GB", "4.9 GB", "accepted its licence"} {
		if !strings.Contains(uitest.Overlay(t, w.Canvas()), want) {
			t.Errorf("%q is not said", want)
		}
	}
	if w.Canvas().Focused() != fyne.Focusable(first.start) {
		t.Error("the keyboard is not on the first step")
	}
	first.start.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if started != 1 || widgets.Modal(w.Canvas()) {
		t.Errorf("started %d times, still open: %v", started, widgets.Modal(w.Canvas()))
	}
	test.Tap(show().files)
	if files != 1 {
		t.Errorf("asked for files %d times, want once", files)
	}
}
