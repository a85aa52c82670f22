package ort

import (
	"runtime"
	"strings"
)

// shortPath is how long a path of a folder may be, in bytes, that all paths in it
// stay below the 260 characters that Windows gives a program by itself.
const shortPath = 199

// longPath is an absolute path as the library opens it: Go's own functions take
// long paths on Windows, the library does not.
func longPath(path string) string {
	if runtime.GOOS != "windows" || len(path) <= shortPath {
		return path
	}
	return extended(path)
}

// extended is an absolute path of Windows without a limit of its length.
func extended(path string) string {
	path = strings.ReplaceAll(path, "/", `\`)
	switch {
	case strings.HasPrefix(path, `\\?\`) || strings.HasPrefix(path, `\\.\`):
		return path
	case strings.HasPrefix(path, `\\`):
		return `\\?\UNC\` + path[2:]
	case len(path) > 2 && path[1:3] == `:\`:
		return `\\?\` + path
	}
	return path
}
