package ort

import "golang.org/x/sys/windows"

// openForGood loads a library, with what lies beside it, and never unloads it, so that those
// loaded later find it under its name.
func openForGood(path string) error {
	_, err := windows.LoadLibraryEx(path, 0, windows.LOAD_WITH_ALTERED_SEARCH_PATH)
	return err
}
