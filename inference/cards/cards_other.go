//go:build !linux && !windows

package cards

func adapters() []adapter           { return nil }
func cudaCard(int) (c Card, _ bool) { return c, false }
