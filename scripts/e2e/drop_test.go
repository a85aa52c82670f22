//go:build e2e

package e2e

import (
	"strconv"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// drop drops a file onto a place of the window, as another program does it by
// the protocol XDND, version 5.
func (s *screen) drop(file string, x, y int) {
	s.t.Helper()
	id, err := strconv.ParseUint(s.window, 10, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	p := &stranger{c: c, owner: owner{data: map[string][]byte{"text/uri-list": []byte("file://" + file + "\r\n")}}, told: make(chan xproto.Atom, 64)}
	target, root := xproto.Window(id), xproto.Setup(c).DefaultScreen(c).Root
	w, err := xproto.NewWindowId(c)
	if err != nil {
		s.t.Fatal(err)
	}
	xproto.CreateWindow(c, 0, w, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil)
	xproto.SetSelectionOwner(c, w, p.atom("XdndSelection"), xproto.TimeCurrentTime)
	at, err := xproto.TranslateCoordinates(c, target, root, int16(x), int16(y)).Reply()
	if err != nil {
		s.t.Fatal(err)
	}
	tell := func(message string, data ...uint32) {
		five := append([]uint32{uint32(w)}, append(data, 0, 0, 0, 0)...)[:5]
		e := xproto.ClientMessageEvent{Format: 32, Window: target, Type: p.atom(message), Data: xproto.ClientMessageDataUnionData32New(five)}
		xproto.SendEvent(c, false, target, 0, string(e.Bytes()))
	}
	answers := map[xproto.Atom]string{p.atom("XdndStatus"): "XdndStatus", p.atom("XdndFinished"): "XdndFinished"}
	await := func(message string) {
		s.t.Helper()
		for end := time.After(patience); ; {
			select {
			case a := <-p.told:
				if answers[a] == message {
					return
				}
			case <-end:
				s.t.Fatalf("the window does not answer with %s", message)
			}
		}
	}
	uris, action := uint32(p.atom("text/uri-list")), uint32(p.atom("XdndActionCopy"))
	go p.serve()
	tell("XdndEnter", 5<<24, uris)
	tell("XdndPosition", 0, uint32(at.DstX)<<16|uint32(at.DstY), 0, action)
	await("XdndStatus")
	tell("XdndDrop", 0, 0)
	await("XdndFinished")
}
