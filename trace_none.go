//go:build !e2e && !headless

package main

import "log/slog"

// newTrace is for the end-to-end tests, whose program is built with their tag.
func newTrace(*slog.Logger) (trace func(event string, values ...any), end func()) {
	return nil, func() {}
}
