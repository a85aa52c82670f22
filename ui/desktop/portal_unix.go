//go:build unix && !darwin

package desktop

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The desktop's portal, org.freedesktop.portal.FileChooser and OpenURI.
const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = "/org/freedesktop/portal/desktop"
	portalFace = "org.freedesktop.portal."
)

// errDialogGone says that the desktop ended while its dialog was open.
var errDialogGone = errors.New("the desktop closed its file dialog")

// portalChoose opens the desktop's dialog and waits for the artist, or for ctx,
// which closes the dialog. It returns nothing when nothing was chosen.
func portalChoose(ctx context.Context, title string, folder bool) ([]string, error) {
	bus, end := context.WithCancel(ctx)
	defer end()
	late := time.AfterFunc(openWait, end) // until the dialog is open
	conn, err := sessionBus(bus)          // its signals are for this dialog alone
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals) // closed with the connection
	request, err := openDialog(bus, conn, title, folder)
	if err != nil {
		return nil, err
	}
	if !late.Stop() {
		return nil, ErrNoAnswer
	}
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err() // the portal closes the dialog with the connection
		case s, ok := <-signals:
			switch {
			case !ok:
				return nil, errDialogGone
			case s.Path == request && s.Name == portalFace+"Request.Response":
				return chosenPaths(s.Body)
			case s.Name == "org.freedesktop.DBus.NameOwnerChanged" && ownerGone(s.Body):
				return nil, errDialogGone
			}
		}
	}
}

// openDialog asks the portal for its dialog and returns the name of the request.
func openDialog(ctx context.Context, conn *dbus.Conn, title string, folder bool) (dbus.ObjectPath, error) {
	if !hasPortal(ctx, conn) {
		return "", ErrNoDialog
	}
	token := fmt.Sprintf("cascata%d", rand.Uint32())
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	request := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchObjectPath(request), dbus.WithMatchInterface(portalFace + "Request")},
		{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, portalName)},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return "", err
		}
	}
	options := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant(token),
		"multiple":     dbus.MakeVariant(!folder),
		"directory":    dbus.MakeVariant(folder),
	}
	return request, conn.Object(portalName, portalPath).CallWithContext(ctx, portalFace+"FileChooser.OpenFile", 0, "", title, options).Err
}

// ownerGone reads a NameOwnerChanged: whose name it is, the old owner and the
// new one, "" when there is none.
func ownerGone(body []any) bool {
	var name, before, now string
	return dbus.Store(body, &name, &before, &now) == nil && name == portalName && now == ""
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

// hasPortal reports whether somebody answers for file dialogs.
func hasPortal(ctx context.Context, conn *dbus.Conn) bool {
	var version dbus.Variant
	return conn.Object(portalName, portalPath).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
		portalFace+"FileChooser", "version").Store(&version) == nil
}
