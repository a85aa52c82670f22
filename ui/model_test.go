package ui

import (
	"fmt"
	"strings"
	"testing"

	"cascata/app/cuda"
	"cascata/app/hub"
)

// How bringing CUDA ended is said where its dialog is closed by then.
func TestCUDAEnds(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	said := func() string { return strings.Join(w.toasts.Texts(), "\n") }
	w.model.bringing(cuda.Status{State: cuda.Running})
	w.model.bringing(cuda.Status{State: cuda.Stopped})
	if said() != "" {
		t.Errorf("on the way it says %q", said())
	}
	w.model.bringing(cuda.Status{State: cuda.Failed, Err: fmt.Errorf("%w: x", hub.ErrNetwork)})
	if said() == "" {
		t.Error("a failure is not said")
	}
	w.model.bringing(cuda.Status{State: cuda.Complete})
	if !strings.Contains(said(), "Cascata uses them from its next start") {
		t.Errorf("in the end it says %q", said())
	}
}
