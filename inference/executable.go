package inference

import (
	"os"
	"os/exec"
	"path/filepath"
)

// Program is the absolute path of the running program. Where the system does
// not say, as on Linux without /proc, the name it was started with is looked up
// as a shell does.
func Program() (string, error) { return program(os.Executable, os.Args[0]) }

func program(executable func() (string, error), name string) (string, error) {
	path, err := executable()
	if err != nil {
		if path, err = exec.LookPath(name); err != nil {
			return "", err
		}
	}
	return filepath.Abs(path)
}
