package inference

import (
	"os"
	"path/filepath"
	"testing"
)

func TestInstalled(t *testing.T) {
	for _, way := range []Installed{FromDeb, FromRPM, FromTar, FromFlatpak, FromAppImage, FromInstaller, FromApp} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, installedBy), string(way)+"\r\n")
		if got := InstalledIn(dir); got != way {
			t.Errorf("a package that says %q: %q", way, got)
		}
		if way.Again() == "" || way.String() == Unknown.String() {
			t.Errorf("%s has no words", way)
		}
	}
}

func TestInstalledFromSource(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "scripts/setup.sh"), "")
	write(t, filepath.Join(dir, "go.mod"), "")
	if got := InstalledIn(filepath.Join(dir, "bin")); got != FromSource {
		t.Errorf("beside a checkout: %q", got)
	}
}

func TestInstalledUnknown(t *testing.T) {
	dir := t.TempDir()
	if got := InstalledIn(dir); got != Unknown {
		t.Errorf("nothing beside it: %q", got)
	}
	write(t, filepath.Join(dir, installedBy), "by a wizard")
	if got := InstalledIn(dir); got != Unknown {
		t.Errorf("a way that is not known: %q", got)
	}
}

func write(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
}
