//go:build !linux

package ort

import "os"

// PrintTo does nothing here: no library is known to print without need.
func PrintTo(*os.File) error { return nil }
