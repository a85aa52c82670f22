//go:build unix && !darwin

package desktop

import "testing"

func TestStart(t *testing.T) {
	if err := start(t.Context(), "false"); err == nil {
		t.Error("a program that fails is no error")
	}
	if err := start(t.Context(), "true"); err != nil {
		t.Errorf("a program that ends well: %v", err)
	}
	if err := start(t.Context(), "there-is-no-such-program"); err == nil {
		t.Error("a program that is not there is no error")
	}
}
