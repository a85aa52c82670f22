//go:build !linux

package ort

// yield does nothing: elsewhere threads do not inherit a priority.
func yield() error { return nil }
