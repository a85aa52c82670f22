//go:build unix && !darwin

package ui

import "testing"

func TestStart(t *testing.T) {
	if err := start("false"); err == nil {
		t.Error("a program that fails is no error")
	}
	if err := start("true"); err != nil {
		t.Errorf("a program that ends well: %v", err)
	}
	if err := start("there-is-no-such-program"); err == nil {
		t.Error("a program that is not there is no error")
	}
}
