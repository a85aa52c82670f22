//go:build unix && !darwin

package desktop

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

func systemDialog(ctx context.Context, title string, folder bool) ([]string, error) {
	return portalChoose(ctx, title, folder)
}

// sessionBus connects to the bus of the artist's session. The connection is
// closed with ctx, also while it is being made.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err := conn.Auth(nil); err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.Hello(); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// reveal asks the file manager, then the portal; without either the folder is opened.
func reveal(ctx context.Context, file string) error {
	if askManager(ctx, file) == nil {
		return nil
	}
	return openFolder(ctx, filepath.Dir(file))
}

func askManager(ctx context.Context, file string) error {
	ctx, end := context.WithTimeout(ctx, openWait)
	defer end()
	conn, err := sessionBus(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	uri := url.URL{Scheme: "file", Path: file}
	err = conn.Object("org.freedesktop.FileManager1", "/org/freedesktop/FileManager1").CallWithContext(ctx,
		"org.freedesktop.FileManager1.ShowItems", 0, []string{uri.String()}, "").Err
	if err == nil {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return conn.Object(portalName, portalPath).CallWithContext(ctx, portalFace+"OpenURI.OpenDirectory", 0,
		"", dbus.UnixFD(f.Fd()), map[string]dbus.Variant{}).Err
}

func openFolder(ctx context.Context, dir string) error { return start(ctx, "xdg-open", dir) }

// start runs a program of the desktop's and waits a little, to hear of a
// failure: some stay until their window is closed, and are not ended.
func start(ctx context.Context, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(startWait):
	case <-ctx.Done():
	}
	return nil
}

// startWait is how long a program may take to fail.
const startWait = 3 * time.Second
