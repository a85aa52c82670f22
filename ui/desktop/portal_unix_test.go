//go:build unix && !darwin

package desktop

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// startBus starts a session bus that nobody else is on, and returns a
// connection for those who pretend to be the desktop.
func startBus(t *testing.T) *dbus.Conn {
	t.Helper()
	bus := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	out, err := bus.StdoutPipe()
	if err == nil {
		err = bus.Start()
	}
	if err != nil {
		t.Skip("no session bus can be started: ", err)
	}
	t.Cleanup(func() {
		bus.Process.Kill()
		bus.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func serve(t *testing.T, conn *dbus.Conn, name string, path dbus.ObjectPath, what map[string]any) {
	t.Helper()
	for iface, methods := range what {
		if err := conn.Export(methods, path, iface); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("name %s: %v %v", name, reply, err)
	}
}

// fakeManager is a file manager that is told what to show.
type fakeManager struct{ shown chan []string }

func (m fakeManager) ShowItems(uris []string, _ string) *dbus.Error {
	m.shown <- uris
	return nil
}

func TestRevealAsksFileManager(t *testing.T) {
	conn := startBus(t)
	m := fakeManager{make(chan []string, 1)}
	serve(t, conn, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", map[string]any{"org.freedesktop.FileManager1": m})
	file := filepath.Join(t.TempDir(), "ein Bild+ü.png")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newDesktop(t).Reveal(file); err != nil {
		t.Fatal(err)
	}
	if got := <-m.shown; len(got) != 1 || !strings.HasPrefix(got[0], "file:///") || !strings.HasSuffix(got[0], "/ein%20Bild+%C3%BC.png") {
		t.Errorf("asked to show %q", got)
	}
}

// fakePortal answers a file dialog with chosen; with nothing it is cancelled. with "gone" it leaves the bus instead.
type fakePortal struct {
	conn   *dbus.Conn
	asked  chan bool     // whether it was for a folder
	chosen chan []string // what to answer
}

func (p fakePortal) Get(string, string) (dbus.Variant, *dbus.Error) {
	return dbus.MakeVariant(uint32(4)), nil
}

func (p fakePortal) OpenFile(from dbus.Sender, _, _ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	p.asked <- options["directory"].Value().(bool)
	handle := dbus.ObjectPath(portalPath + "/request/" + strings.ReplaceAll(string(from)[1:], ".", "_") + "/" + options["handle_token"].Value().(string))
	time.AfterFunc(100*time.Millisecond, func() { // an artist takes longer
		status, chosen := uint32(0), <-p.chosen
		if len(chosen) == 0 {
			status = 1
		}
		p.conn.Emit(handle, "org.freedesktop.portal.Request.Response", status, map[string]dbus.Variant{"uris": dbus.MakeVariant(chosen)})
	})
	return handle, nil
}

func TestPortalDialog(t *testing.T) {
	conn := startBus(t)
	p := fakePortal{conn, make(chan bool, 1), make(chan []string, 1)}
	serve(t, conn, "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", map[string]any{
		"org.freedesktop.portal.FileChooser": p, "org.freedesktop.DBus.Properties": p})
	d := newDesktop(t)
	for _, tt := range []struct {
		folder       bool
		chosen, want []string
	}{
		{true, []string{"file:///m/mein%20Modell+%C3%BC"}, []string{"/m/mein Modell+ü"}},
		{false, []string{"file:///m/a.safetensors", "file:///m/b.safetensors"}, []string{"/m/a.safetensors", "/m/b.safetensors"}},
		{false, nil, nil},
	} {
		p.chosen <- tt.chosen
		var got []string
		var err error
		done := make(chan struct{})
		go func() {
			defer close(done)
			got, err = d.Choose("Choose", tt.folder)
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatal("the answer never came")
		}
		if folder := <-p.asked; err != nil || !slices.Equal(got, tt.want) || folder != tt.folder {
			t.Errorf("folder %v (%v), chosen %q: got %q, %v", tt.folder, folder, tt.chosen, got, err)
		}
	}
}

// A dialog ends when the portal does, when another is opened, and with the
// program.
func TestPortalDialogEnds(t *testing.T) {
	conn := startBus(t)
	p := fakePortal{conn, make(chan bool, 9), make(chan []string)}
	serve(t, conn, portalName, portalPath, map[string]any{portalFace + "FileChooser": p, "org.freedesktop.DBus.Properties": p})
	d := newDesktop(t)
	type answer struct {
		paths []string
		err   error
	}
	choose := func() chan answer {
		done := make(chan answer, 1)
		go func() {
			paths, err := d.Choose("Choose", false)
			done <- answer{paths, err}
		}()
		<-p.asked // it is open
		return done
	}
	await := func(what string, done chan answer) answer {
		t.Helper()
		select {
		case a := <-done:
			return a
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the dialog goes on", what)
			return answer{}
		}
	}
	first := choose()
	second := choose()
	if a := await("another one", first); a.paths != nil || a.err != nil {
		t.Errorf("the first: %q, %v; want nothing", a.paths, a.err)
	}
	if _, err := conn.ReleaseName(portalName); err != nil {
		t.Fatal(err)
	}
	if a := await("the portal is gone", second); a.err == nil {
		t.Errorf("the second: %q; want an error, so that another dialog opens", a.paths)
	}
	if reply, err := conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	third := choose()
	d.Close()
	if a := await("the program ends", third); a.paths != nil || a.err != nil {
		t.Errorf("the third: %q, %v; want nothing", a.paths, a.err)
	}
}
