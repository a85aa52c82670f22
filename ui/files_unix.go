//go:build unix && !darwin

package ui

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/rymdport/portal/filechooser"
	"github.com/rymdport/portal/openuri"
)

// desktopWait is how long the desktop may take to open a file manager.
const desktopWait = 5 * time.Second

// systemDialog asks with the desktop's own dialog, through its portal.
func systemDialog(title string, folder bool) ([]string, error) {
	if !hasPortal() {
		return nil, errNoDialog
	}
	uris, err := filechooser.OpenFile("", title, &filechooser.OpenFileOptions{Multiple: !folder, Directory: folder})
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, u := range uris {
		if path, ok := strings.CutPrefix(u, "file://"); ok {
			paths = append(paths, existing(path))
		}
	}
	return paths, nil
}

// existing puts back the plus signs that the portal's library reads as spaces.
func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		if plus := strings.ReplaceAll(path, " ", "+"); plus != path {
			if _, err := os.Stat(plus); err == nil {
				return plus
			}
		}
	}
	return path
}

// hasPortal says whether somebody answers for the file dialog. Asking the bus
// to start what is not installed would take its whole patience.
func hasPortal() bool {
	conn, err := dbus.SessionBus()
	if err != nil {
		return false
	}
	ctx, stop := context.WithTimeout(context.Background(), desktopWait)
	defer stop()
	portal := conn.Object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
	var version dbus.Variant
	return portal.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		"org.freedesktop.portal.FileChooser", "version").Store(&version) == nil
}

func reveal(file string) error {
	if conn, err := dbus.SessionBus(); err == nil {
		ctx, stop := context.WithTimeout(context.Background(), desktopWait)
		defer stop()
		manager := conn.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1")
		uri := url.URL{Scheme: "file", Path: file}
		if manager.CallWithContext(ctx, "org.freedesktop.FileManager1.ShowItems", 0, []string{uri.String()}, "").Err == nil {
			return nil
		}
	}
	if f, err := os.Open(file); err == nil {
		defer f.Close()
		if hasPortal() && openuri.OpenDirectory("", f.Fd(), nil) == nil {
			return nil
		}
	}
	return openFolder(filepath.Dir(file))
}

func openFolder(dir string) error { return start("xdg-open", dir) }

// start runs a program of the desktop's and waits a little, to hear of a
// failure: some stay until their window is closed.
func start(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(desktopWait):
		return nil
	}
}
