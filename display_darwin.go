//go:build !headless

package main

// tryDisplay has nothing to try: the system's own window server is always there.
func tryDisplay() error { return nil }
