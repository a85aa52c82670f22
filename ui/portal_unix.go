//go:build unix && !darwin

package ui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The desktop's portal, org.freedesktop.portal.FileChooser and OpenURI.
const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = "/org/freedesktop/portal/desktop"
	portalFace = "org.freedesktop.portal."
)

// portalChoose opens the desktop's dialog and waits for the artist. It returns
// nothing when nothing was chosen.
func portalChoose(title string, folder bool) ([]string, error) {
	conn, err := dbus.ConnectSessionBus() // its signals are for this dialog alone
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if !hasPortal(conn) {
		return nil, errNoDialog
	}
	token := fmt.Sprintf("cascata%d", rand.Uint32())
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	request := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	if err := conn.AddMatchSignal(dbus.WithMatchObjectPath(request), dbus.WithMatchInterface(portalFace+"Request")); err != nil {
		return nil, err
	}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals) // closed with the connection
	options := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant(token),
		"multiple":     dbus.MakeVariant(!folder),
		"directory":    dbus.MakeVariant(folder),
	}
	call := conn.Object(portalName, portalPath).Call(portalFace+"FileChooser.OpenFile", 0, "", title, options)
	if call.Err != nil {
		return nil, call.Err
	}
	for s := range signals {
		if s.Path == request && s.Name == portalFace+"Request.Response" {
			return chosenPaths(s.Body)
		}
	}
	return nil, errors.New("the desktop closed its file dialog")
}

// chosenPaths reads a Response: 0 and the files, or another number when the
// artist chose none.
func chosenPaths(body []any) ([]string, error) {
	var status uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(body, &status, &results); err != nil {
		return nil, err
	}
	if status != 0 {
		return nil, nil
	}
	uris, ok := results["uris"].Value().([]string)
	if !ok {
		return nil, errors.New("the desktop's file dialog named no files")
	}
	var paths []string
	for _, s := range uris {
		if u, err := url.Parse(s); err == nil && u.Scheme == "file" {
			paths = append(paths, u.Path)
		}
	}
	return paths, nil
}

// hasPortal says whether somebody answers for file dialogs.
func hasPortal(conn *dbus.Conn) bool {
	ctx, stop := context.WithTimeout(context.Background(), desktopWait)
	defer stop()
	var version dbus.Variant
	return conn.Object(portalName, portalPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		portalFace+"FileChooser", "version").Store(&version) == nil
}
