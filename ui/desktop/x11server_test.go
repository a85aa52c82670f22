//go:build unix && !darwin

package desktop

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// An xServer is as much of an X server as a clipboard needs: atoms, windows
// that nobody sees, their properties, selections, and the events of these.
type xServer struct {
	t    *testing.T
	path string

	mu      sync.Mutex // guards what follows
	atoms   map[string]uint32
	windows map[uint32]*xWindow
	owners  map[uint32]uint32 // windows by selection
	time    uint32
}

type xWindow struct {
	of         *xPeer
	properties map[uint32]xProperty
	watchers   map[*xPeer]uint32 // event masks
}

type xProperty struct {
	kind   uint32
	format byte
	data   []byte
}

type xPeer struct {
	c   net.Conn
	seq uint16
}

func newXServer(t *testing.T) *xServer {
	t.Helper()
	s := &xServer{t: t, path: filepath.Join(t.TempDir(), "x"), atoms: map[string]uint32{}, windows: map[uint32]*xWindow{}, owners: map[uint32]uint32{}}
	l, err := net.Listen("unix", s.path)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for n := uint32(1); ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.serve(&xPeer{c: c}, n) })
			t.Cleanup(func() { c.Close() })
		}
	})
	return s
}

// dial connects a client.
func (s *xServer) dial(ctx context.Context) (*xClient, error) {
	c, err := net.Dial("unix", s.path)
	if err != nil {
		return nil, err
	}
	return newXClient(ctx, c, "")
}

// client connects one that lives as long as the test.
func (s *xServer) client() *xClient {
	s.t.Helper()
	x, err := s.dial(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(x.close)
	return x
}

func (s *xServer) serve(p *xPeer, n uint32) {
	defer s.leave(p)
	if _, err := io.ReadFull(p.c, make([]byte, 12)); err != nil {
		return
	}
	p.c.Write(setupReply(n << 20))
	head := make([]byte, 4)
	for {
		if _, err := io.ReadFull(p.c, head); err != nil {
			return
		}
		body := make([]byte, 4*int(xgb.Get16(head[2:]))-4)
		if _, err := io.ReadFull(p.c, body); err != nil {
			return
		}
		p.seq++
		s.mu.Lock()
		s.request(p, head[0], head[1], body)
		s.mu.Unlock()
	}
}

// setupReply says hello: one screen, and where a client's own numbers begin.
func setupReply(base uint32) []byte {
	b := make([]byte, 8+32+8+40)
	b[0] = 1
	xgb.Put16(b[2:], 11)
	xgb.Put16(b[6:], uint16(len(b)-8)/4)
	xgb.Put32(b[12:], base)
	xgb.Put32(b[16:], 1<<20-1)
	xgb.Put16(b[26:], 65535)
	b[28] = 1 // screens
	b[29] = 1 // formats
	xgb.Put32(b[48:], 1)
	return b
}

// leave ends a client: its windows are gone, and what it owned is nobody's.
func (s *xServer) leave(p *xPeer) {
	p.c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, w := range s.windows {
		delete(w.watchers, p)
		if w.of != p {
			continue
		}
		for selection, owner := range s.owners {
			if owner == id {
				delete(s.owners, selection)
			}
		}
		delete(s.windows, id)
		e := xproto.DestroyNotifyEvent{Event: xproto.Window(id), Window: xproto.Window(id)}
		w.tell(xproto.EventMaskStructureNotify, e.Bytes())
	}
}

func (w *xWindow) tell(mask uint32, event []byte) {
	for p, m := range w.watchers {
		if m&mask != 0 {
			p.send(event)
		}
	}
}

func (p *xPeer) send(event []byte) {
	xgb.Put16(event[2:], p.seq)
	p.c.Write(event)
}

func (p *xPeer) reply(head byte, fields [6]uint32, data []byte) {
	b := make([]byte, 32+xgb.Pad(len(data)))
	b[0], b[1] = 1, head
	xgb.Put16(b[2:], p.seq)
	xgb.Put32(b[4:], uint32(xgb.Pad(len(data))/4))
	for i, f := range fields {
		xgb.Put32(b[8+4*i:], f)
	}
	copy(b[32:], data)
	p.c.Write(b)
}

func (p *xPeer) fail(code, opcode byte) {
	b := make([]byte, 32)
	b[1], b[10] = code, opcode
	xgb.Put16(b[2:], p.seq)
	p.c.Write(b)
}

func (s *xServer) request(p *xPeer, opcode, detail byte, b []byte) {
	arg := func(i int) uint32 { return xgb.Get32(b[4*i:]) }
	const badWindow = 3
	switch opcode {
	case 1: // CreateWindow
		w := &xWindow{of: p, properties: map[uint32]xProperty{}, watchers: map[*xPeer]uint32{p: arg(7)}}
		s.windows[arg(0)] = w
	case 2: // ChangeWindowAttributes
		if w := s.windows[arg(0)]; w == nil {
			p.fail(badWindow, opcode)
		} else {
			w.watchers[p] = arg(2)
		}
	case 16: // InternAtom
		name := string(b[4 : 4+xgb.Get16(b)])
		if s.atoms[name] == 0 {
			s.atoms[name] = uint32(100 + len(s.atoms))
		}
		p.reply(0, [6]uint32{s.atoms[name]}, nil)
	case 18: // ChangeProperty
		s.changeProperty(p, arg(0), arg(1), xProperty{arg(2), b[12], b[20 : 20+arg(4)*uint32(b[12])/8]})
	case 19: // DeleteProperty
		s.deleteProperty(arg(0), arg(1))
	case 20: // GetProperty
		s.getProperty(p, detail == 1, arg(0), arg(1), arg(3), arg(4))
	case 22: // SetSelectionOwner
		if old := s.windows[s.owners[arg(1)]]; old != nil && s.owners[arg(1)] != arg(0) {
			e := xproto.SelectionClearEvent{Owner: xproto.Window(s.owners[arg(1)]), Selection: xproto.Atom(arg(1))}
			old.of.send(e.Bytes())
		}
		s.owners[arg(1)] = arg(0)
	case 23: // GetSelectionOwner
		p.reply(0, [6]uint32{s.owners[arg(0)]}, nil)
	case 24: // ConvertSelection
		e := xproto.SelectionRequestEvent{Owner: xproto.Window(s.owners[arg(1)]), Requestor: xproto.Window(arg(0)),
			Selection: xproto.Atom(arg(1)), Target: xproto.Atom(arg(2)), Property: xproto.Atom(arg(3))}
		if w := s.windows[uint32(e.Owner)]; w != nil {
			w.of.send(e.Bytes())
			return
		}
		n := xproto.SelectionNotifyEvent{Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
		p.send(n.Bytes())
	case 25: // SendEvent
		if w := s.windows[arg(0)]; w != nil {
			w.of.send(b[8:40])
		} else {
			p.fail(badWindow, opcode)
		}
	case 43: // GetInputFocus
		p.reply(0, [6]uint32{}, nil)
	default:
		s.t.Errorf("request %d is not known", opcode)
	}
}

func (s *xServer) changeProperty(p *xPeer, window, property uint32, value xProperty) {
	w := s.windows[window]
	if w == nil {
		p.fail(3, 18)
		return
	}
	w.properties[property] = value
	s.notify(w, window, property, xproto.PropertyNewValue)
}

func (s *xServer) deleteProperty(window, property uint32) {
	w := s.windows[window]
	if w == nil {
		return
	}
	if _, ok := w.properties[property]; ok {
		delete(w.properties, property)
		s.notify(w, window, property, xproto.PropertyDelete)
	}
}

func (s *xServer) notify(w *xWindow, window, property uint32, state byte) {
	s.time++
	e := xproto.PropertyNotifyEvent{Window: xproto.Window(window), Atom: xproto.Atom(property), Time: xproto.Timestamp(s.time), State: state}
	w.tell(xproto.EventMaskPropertyChange, e.Bytes())
}

func (s *xServer) getProperty(p *xPeer, remove bool, window, property, offset, length uint32) {
	w := s.windows[window]
	if w == nil {
		p.fail(3, 20)
		return
	}
	v, ok := w.properties[property]
	if !ok {
		p.reply(0, [6]uint32{}, nil)
		return
	}
	rest := v.data[min(len(v.data), int(4*offset)):]
	part := rest[:min(len(rest), int(4*length))]
	after := len(rest) - len(part)
	p.reply(v.format, [6]uint32{v.kind, uint32(after), uint32(len(part)) / uint32(v.format/8)}, part)
	if remove && after == 0 {
		s.deleteProperty(window, property)
	}
}
