package inference

import (
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Installed is the way this program came onto the machine.
type Installed string

// The ways. A package says which it is in a file beside the program, whose
// name is installedBy and whose one line is one of these.
const (
	FromSource    Installed = "source"    // built in a checkout
	FromDeb       Installed = "deb"       // apt
	FromRPM       Installed = "rpm"       // dnf or zypper
	FromTar       Installed = "tar"       // unpacked by hand
	FromFlatpak   Installed = "flatpak"   //
	FromAppImage  Installed = "appimage"  //
	FromInstaller Installed = "installer" // of Windows
	FromApp       Installed = "app"       // of macOS
	Unknown       Installed = ""          // copied by hand
)

const installedBy = "installed-by"

// HowInstalled says how the running program was installed.
func HowInstalled() Installed {
	path, err := Program()
	if err != nil {
		return Unknown
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return InstalledIn(filepath.Dir(path))
}

// InstalledIn is the same for a program in dir, "" being no folder.
func InstalledIn(dir string) Installed {
	if dir == "" {
		return Unknown
	}
	if f, err := os.Open(filepath.Join(dir, installedBy)); err == nil {
		defer f.Close()
		line, _ := io.ReadAll(io.LimitReader(f, 64))
		if way := Installed(strings.TrimSpace(string(line))); way.Again() != "" {
			return way
		}
	}
	if isFile(filepath.Join(dir, "../scripts/setup.sh")) && isFile(filepath.Join(dir, "../go.mod")) {
		return FromSource
	}
	return Unknown
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Again is what an artist does to install the program again, as the beginning
// of a sentence, or "" for a way that is not known.
func (i Installed) Again() string {
	switch i {
	case FromSource:
		return "run `make run` in its checkout"
	case FromDeb:
		return "install the package again (sudo apt install ./cascata_VERSION_amd64.deb --reinstall)"
	case FromRPM:
		return "install the package again (sudo dnf reinstall ./cascata-VERSION.x86_64.rpm)"
	case FromTar:
		return "unpack the archive again, and leave its files beside each other"
	case FromFlatpak:
		return "run flatpak repair --user, or install the package again"
	case FromAppImage:
		return "download the AppImage again"
	case FromInstaller:
		return "run the installer again"
	case FromApp:
		return "copy Cascata from its disk image into Applications again"
	}
	return ""
}

// String says how the program was installed, in words.
func (i Installed) String() string {
	switch i {
	case FromSource:
		return "built from its source"
	case FromDeb:
		return "installed as a Debian package"
	case FromRPM:
		return "installed as an RPM package"
	case FromTar:
		return "unpacked from an archive"
	case FromFlatpak:
		return "installed as a Flatpak"
	case FromAppImage:
		return "run as an AppImage"
	case FromInstaller:
		return "installed for this user by the installer"
	case FromApp:
		return "installed as an app"
	}
	return "copied by hand"
}
