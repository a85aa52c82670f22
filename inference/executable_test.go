package inference

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The program is found where the system does not tell.
func TestProgram(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(bin, "cascata.exe")
	if err := os.WriteFile(file, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	t.Setenv("PATH", "/none"+string(filepath.ListSeparator)+bin)
	unknown := func() (string, error) { return "", errors.New("readlink /proc/self/exe: no such file or directory") }
	for name, want := range map[string]string{
		"cascata.exe": file, "bin/cascata.exe": file, "./bin/cascata.exe": file, file: file, "other.exe": "", "": "",
	} {
		if got, err := program(unknown, name); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", name, got, err, want)
		}
	}
	if got, err := program(func() (string, error) { return file, nil }, "nothing"); got != file || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, file)
	}
}
