package disk

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// ErrNewer marks a file of the program's own that a newer version of it wrote.
var ErrNewer = errors.New("it was written by a newer version of the program")

// Aside names a file of the program's own that could not be used, and was put
// aside. The zero value is none.
type Aside struct {
	File  string // where it lies now
	Newer bool   // a newer version of the program wrote it; else it is damaged
}

// PutAside renames a file that cannot be used for the reason why, and what
// SQLite keeps beside it. One that is not there is no error.
func PutAside(path string, why error) (Aside, error) {
	a := Aside{Newer: errors.Is(why, ErrNewer)}
	a.File = path + ".damaged-"
	if a.Newer {
		a.File = path + ".newer-"
	}
	a.File += time.Now().Format("20060102-150405")
	if err := os.Rename(path, a.File); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Aside{}, err
	}
	for _, tail := range []string{"-wal", "-shm"} {
		os.Rename(path+tail, a.File+tail) // usually absent
	}
	return a, nil
}
