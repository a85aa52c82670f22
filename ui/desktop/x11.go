//go:build unix && !darwin

package desktop

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"golang.design/x/x11"
)

// An xClient is a connection to the X server with an invisible window,
// to own a selection or to receive one. One goroutine at a time may use it,
// but for close.
type xClient struct {
	conn   *xgb.Conn
	sock   net.Conn
	win    xproto.Window
	owner  xproto.Window // the window whose end ends a conversion; 0: none
	atoms  map[string]xproto.Atom
	events chan xgb.Event // closed with the connection
	ctx    context.Context
	// close ends the connection, and with it every wait. It may be called from
	// any goroutine, and again.
	close context.CancelFunc
}

// dialX connects to the server that DISPLAY names. The connection is closed
// when ctx ends.
func dialX(ctx context.Context) (*xClient, error) {
	d, err := x11.ParseDisplay(os.Getenv("DISPLAY"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	var dialer net.Dialer
	sock, err := dialer.DialContext(ctx, d.Net, d.Addr)
	if err != nil && d.Net == "unix" { // Linux servers may have only the abstract name
		sock, err = dialer.DialContext(ctx, "unix", "@"+d.Addr)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	return newXClient(ctx, sock, cookie(d.Num))
}

// cookie is the password for a display, in hexadecimal, or "" without one.
func cookie(display int) string {
	name := os.Getenv("XAUTHORITY")
	if name == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		name = filepath.Join(home, ".Xauthority")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	entries, err := x11.ParseXauthority(data)
	if err != nil {
		return ""
	}
	host, _ := os.Hostname()
	_, key := x11.ChooseCookie(entries, display, host)
	return hex.EncodeToString(key)
}

func newXClient(ctx context.Context, sock net.Conn, cookie string) (*xClient, error) {
	xgb.Logger.SetOutput(io.Discard) // it reports every closed connection
	x := &xClient{sock: sock, atoms: map[string]xproto.Atom{}, events: make(chan xgb.Event)}
	x.ctx, x.close = context.WithCancel(ctx)
	context.AfterFunc(x.ctx, func() { sock.Close() })
	if err := x.open(cookie); err != nil {
		x.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	return x, nil
}

func (x *xClient) open(cookie string) (err error) {
	if cookie != "" {
		x.conn, err = xgb.NewConnNetWithCookieHex(x.sock, cookie)
	} else {
		x.conn, err = xgb.NewConnNet(x.sock)
	}
	if err != nil {
		return err
	}
	go x.pump()
	if x.win, err = xproto.NewWindowId(x.conn); err != nil {
		return err
	}
	root := xproto.Setup(x.conn).DefaultScreen(x.conn).Root
	return xproto.CreateWindowChecked(x.conn, 0, x.win, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// pump passes the events on. It ends with the connection.
func (x *xClient) pump() {
	defer close(x.events)
	for {
		e, xerr := x.conn.WaitForEvent()
		if e == nil && xerr == nil {
			return
		}
		if e == nil {
			continue // a request about a window that is gone
		}
		select {
		case x.events <- e:
		case <-x.ctx.Done():
			return
		}
	}
}

// atom is the server's number for a name, 0 when the connection is gone.
func (x *xClient) atom(name string) xproto.Atom {
	if a, ok := x.atoms[name]; ok {
		return a
	}
	r, err := xproto.InternAtom(x.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0
	}
	x.atoms[name] = r.Atom
	return r.Atom
}

// await returns the first event that fits and passes over others. It waits
// answerWait at most.
func (x *xClient) await(fits func(xgb.Event) bool) (xgb.Event, error) {
	late := time.NewTimer(answerWait)
	defer late.Stop()
	for {
		select {
		case e, ok := <-x.events:
			if !ok {
				return nil, fmt.Errorf("%w: the connection is gone", ErrNoClipboard)
			}
			if d, ok := e.(xproto.DestroyNotifyEvent); ok && x.owner != 0 && d.Window == x.owner {
				return nil, ErrGone
			}
			if fits(e) {
				return e, nil
			}
		case <-late.C:
			return nil, ErrNoAnswer
		}
	}
}

// watchOwner finds who owns the clipboard and asks to be told of its end.
func (x *xClient) watchOwner() error {
	r, err := xproto.GetSelectionOwner(x.conn, x.atom("CLIPBOARD")).Reply()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoClipboard, err)
	}
	if r.Owner == 0 {
		return ErrNothing
	}
	x.owner = r.Owner
	err = xproto.ChangeWindowAttributesChecked(x.conn, x.owner, xproto.CwEventMask, []uint32{xproto.EventMaskStructureNotify}).Check()
	if err != nil {
		return ErrGone
	}
	return nil
}

// convert asks the clipboard's owner for one target and reads it to the end.
// The error is ErrNothing when the owner does not have it.
func (x *xClient) convert(target xproto.Atom, most int) ([]byte, error) {
	clipboard, property := x.atom("CLIPBOARD"), x.atom("CASCATA_PASTE")
	xproto.ConvertSelection(x.conn, x.win, clipboard, target, property, xproto.TimeCurrentTime)
	e, err := x.await(func(e xgb.Event) bool {
		n, ok := e.(xproto.SelectionNotifyEvent)
		return ok && n.Selection == clipboard && n.Target == target
	})
	if err != nil {
		return nil, err
	}
	if e.(xproto.SelectionNotifyEvent).Property == 0 {
		return nil, ErrNothing
	}
	data, kind, err := x.take(property, most)
	if err == nil && kind == x.atom("INCR") {
		return x.parts(property, most)
	}
	return data, err
}

// parts reads what comes in parts (INCR): each is a property that is deleted
// when it has been read; an empty one is the end.
func (x *xClient) parts(property xproto.Atom, most int) (all []byte, err error) {
	for {
		_, err := x.await(func(e xgb.Event) bool {
			p, ok := e.(xproto.PropertyNotifyEvent)
			return ok && p.Window == x.win && p.Atom == property && p.State == xproto.PropertyNewValue
		})
		if err != nil {
			return nil, err
		}
		part, kind, err := x.take(property, most-len(all))
		switch {
		case err != nil:
			return nil, err
		case kind == 0: // it was read with the part before
		case len(part) == 0:
			return all, nil
		}
		all = append(all, part...)
	}
}

// takeWords is how much of a property one request asks for, in words of 4 bytes.
const takeWords = 1 << 16

// take reads a property and deletes it. kind is 0 when there is none.
func (x *xClient) take(property xproto.Atom, most int) (data []byte, kind xproto.Atom, err error) {
	for {
		r, err := xproto.GetProperty(x.conn, true, x.win, property, xproto.GetPropertyTypeAny, uint32(len(data)/4), takeWords).Reply()
		if err != nil {
			return nil, 0, fmt.Errorf("%w: %w", ErrNoClipboard, err)
		}
		data = append(data, r.Value...)
		if len(data) > most {
			return nil, 0, ErrTooLarge
		}
		if r.BytesAfter == 0 || len(r.Value) == 0 {
			return data, r.Type, nil
		}
	}
}

// atomsOf reads a property of atoms.
func atomsOf(data []byte) []xproto.Atom {
	atoms := make([]xproto.Atom, 0, len(data)/4)
	for ; len(data) >= 4; data = data[4:] {
		atoms = append(atoms, xproto.Atom(xgb.Get32(data)))
	}
	return atoms
}
