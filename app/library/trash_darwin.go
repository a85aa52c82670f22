package library

import (
	"os"
	"path/filepath"
)

// recycle has no meaning on macOS: its trash is a folder.
func recycle(string) (place trashPlace, ok bool, err error) { return trashPlace{}, false, nil }

// userTrash is the folder of the user's trash, "" when it is not known.
func userTrash() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".Trash")
}
