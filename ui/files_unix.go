//go:build unix && !darwin

package ui

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// desktopWait is how long the desktop may take to open a file manager.
const desktopWait = 5 * time.Second

func systemDialog(title string, folder bool) ([]string, error) { return portalChoose(title, folder) }

// reveal asks the file manager, then the portal; without either the folder is opened.
func reveal(file string) error {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return openFolder(filepath.Dir(file))
	}
	defer conn.Close()
	ctx, stop := context.WithTimeout(context.Background(), desktopWait)
	defer stop()
	uri := url.URL{Scheme: "file", Path: file}
	err = conn.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1").CallWithContext(ctx,
		"org.freedesktop.FileManager1.ShowItems", 0, []string{uri.String()}, "").Err
	if err == nil {
		return nil
	}
	if f, err := os.Open(file); err == nil {
		defer f.Close()
		err = conn.Object(portalName, portalPath).CallWithContext(ctx, portalFace+"OpenURI.OpenDirectory", 0,
			"", dbus.UnixFD(f.Fd()), map[string]dbus.Variant{}).Err
		if err == nil {
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
