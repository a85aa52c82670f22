//go:build unix && !darwin

package desktop

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// partBytes is what is handed over at once; more goes in parts (INCR). It is
// less than what any server takes in one request, 256 KB.
const partBytes = 128 << 10

// maxTransfers bounds the requests that are served in parts at a time.
const maxTransfers = 64

// An xOwner owns the clipboard and hands it over to whoever asks, until
// something else is on it. Its goroutine is the one that calls serve.
type xOwner struct {
	x         *xClient
	types     map[xproto.Atom][]byte // by target
	order     []xproto.Atom
	since     xproto.Timestamp
	lost      bool
	transfers []*transfer
	asked     chan struct{} // to hand over
	handed    chan struct{} // closed when that is done, or serve has ended
}

// A transfer is what one program receives in parts.
type transfer struct {
	window           xproto.Window
	property, target xproto.Atom
	rest             []byte
	until            time.Time // when it is given up
}

func newXOwner(x *xClient, c content) (*xOwner, error) {
	o := &xOwner{x: x, types: map[xproto.Atom][]byte{}, asked: make(chan struct{}), handed: make(chan struct{})}
	for mediaType, data := range c {
		for _, name := range targetsOf(mediaType) {
			if name != "STRING" { // it would have to be ISO 8859-1
				o.types[x.atom(name)] = data
				o.order = append(o.order, x.atom(name))
			}
		}
	}
	var err error
	if o.since, err = x.now(); err != nil {
		return nil, err
	}
	clipboard := x.atom("CLIPBOARD")
	xproto.SetSelectionOwner(x.conn, x.win, clipboard, o.since)
	r, err := xproto.GetSelectionOwner(x.conn, clipboard).Reply()
	if err != nil || r.Owner != x.win {
		return nil, fmt.Errorf("%w: another program holds it", ErrNoClipboard)
	}
	return o, nil
}

// now is the server's time, as a change of a property tells it.
func (x *xClient) now() (xproto.Timestamp, error) {
	property := x.atom("CASCATA_TIME")
	xproto.ChangeProperty(x.conn, xproto.PropModeAppend, x.win, property, xproto.AtomInteger, 8, 0, nil)
	e, err := x.await(func(e xgb.Event) bool {
		p, ok := e.(xproto.PropertyNotifyEvent)
		return ok && p.Atom == property
	})
	if err != nil {
		return 0, err
	}
	return e.(xproto.PropertyNotifyEvent).Time, nil
}

// serve answers until something else is on the clipboard and everybody has
// what they asked for before, or the connection ends.
func (o *xOwner) serve() {
	defer close(o.handed)
	asked := o.asked
	for !o.lost || len(o.transfers) > 0 {
		var late <-chan time.Time
		if len(o.transfers) > 0 {
			late = time.After(time.Second)
		}
		select {
		case e, ok := <-o.x.events:
			if !ok || o.handle(e) {
				return
			}
		case <-late:
			o.transfers = slices.DeleteFunc(o.transfers, func(t *transfer) bool { return time.Now().After(t.until) })
		case <-asked:
			asked = nil
			if !o.save() {
				return
			}
		}
	}
}

// handle takes an event and says whether the clipboard manager has everything.
func (o *xOwner) handle(e xgb.Event) (saved bool) {
	switch e := e.(type) {
	case xproto.SelectionClearEvent:
		o.lost = true
	case xproto.SelectionRequestEvent:
		o.answer(e)
	case xproto.PropertyNotifyEvent:
		if e.State == xproto.PropertyDelete {
			o.next(e.Window, e.Atom)
		}
	case xproto.DestroyNotifyEvent:
		o.transfers = slices.DeleteFunc(o.transfers, func(t *transfer) bool { return t.window == e.Window })
	case xproto.SelectionNotifyEvent:
		return e.Selection == o.x.atom("CLIPBOARD_MANAGER")
	}
	return false
}

// answer hands over what is asked for, or says that there is no such thing.
func (o *xOwner) answer(r xproto.SelectionRequestEvent) {
	property := r.Property
	if property == 0 { // an old program
		property = r.Target
	}
	ok := false
	if r.Target == o.x.atom("MULTIPLE") {
		ok = o.several(r.Requestor, property)
	} else {
		ok = o.give(r.Requestor, property, r.Target)
	}
	if !ok {
		property = 0
	}
	n := xproto.SelectionNotifyEvent{Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: property}
	xproto.SendEvent(o.x.conn, false, r.Requestor, 0, string(n.Bytes()))
}

// give writes one target to a property of another window, at once or in parts.
func (o *xOwner) give(window xproto.Window, property, target xproto.Atom) bool {
	switch target {
	case o.x.atom("TARGETS"):
		names := append([]xproto.Atom{target, o.x.atom("TIMESTAMP"), o.x.atom("MULTIPLE")}, o.order...)
		o.change(window, property, xproto.AtomAtom, 32, wordsOf(names...))
		return true
	case o.x.atom("TIMESTAMP"):
		o.change(window, property, xproto.AtomInteger, 32, wordsOf(o.since))
		return true
	}
	data, ok := o.types[target]
	switch {
	case !ok:
		return false
	case len(data) <= partBytes:
		o.change(window, property, target, 8, data)
	case len(o.transfers) == maxTransfers:
		return false
	default:
		xproto.ChangeWindowAttributes(o.x.conn, window, xproto.CwEventMask,
			[]uint32{xproto.EventMaskPropertyChange | xproto.EventMaskStructureNotify})
		o.transfers = append(o.transfers, &transfer{window, property, target, data, time.Now().Add(answerWait)})
		o.change(window, property, o.x.atom("INCR"), 32, wordsOf(uint32(len(data))))
	}
	return true
}

// several gives each of the pairs of target and property that a property lists.
func (o *xOwner) several(window xproto.Window, property xproto.Atom) bool {
	r, err := xproto.GetProperty(o.x.conn, false, window, property, xproto.GetPropertyTypeAny, 0, 2*maxTransfers).Reply()
	if err != nil || r.Format != 32 {
		return false
	}
	pairs := atomsOf(r.Value)
	for i := 0; i+1 < len(pairs); i += 2 {
		if !o.give(window, pairs[i+1], pairs[i]) {
			pairs[i+1] = 0
		}
	}
	o.change(window, property, r.Type, 32, wordsOf(pairs...))
	return true
}

// next writes the next part when the one before has been read. After the last
// comes an empty one.
func (o *xOwner) next(window xproto.Window, property xproto.Atom) {
	i := slices.IndexFunc(o.transfers, func(t *transfer) bool { return t.window == window && t.property == property })
	if i < 0 {
		return
	}
	t := o.transfers[i]
	part := t.rest[:min(len(t.rest), partBytes)]
	t.rest, t.until = t.rest[len(part):], time.Now().Add(answerWait)
	o.change(window, property, t.target, 8, part)
	if len(part) == 0 {
		o.transfers = slices.Delete(o.transfers, i, i+1)
	}
}

func (o *xOwner) change(window xproto.Window, property, kind xproto.Atom, format byte, data []byte) {
	xproto.ChangeProperty(o.x.conn, xproto.PropModeReplace, window, property, kind, format, uint32(len(data))/uint32(format/8), data)
}

// save asks the clipboard manager to take everything over, and says whether
// there is one to ask.
func (o *xOwner) save() bool {
	manager := o.x.atom("CLIPBOARD_MANAGER")
	r, err := xproto.GetSelectionOwner(o.x.conn, manager).Reply()
	if err != nil || r.Owner == 0 {
		return false
	}
	xproto.ConvertSelection(o.x.conn, o.x.win, manager, o.x.atom("SAVE_TARGETS"), o.x.atom("CASCATA_SAVE"), o.since)
	return true
}

// handOver waits until the clipboard manager has everything, if there is one.
// It may be called from any goroutine, once.
func (o *xOwner) handOver(ctx context.Context) {
	select {
	case o.asked <- struct{}{}:
	case <-o.handed:
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-o.handed:
	case <-ctx.Done():
	}
}

func wordsOf[T ~uint32](values ...T) []byte {
	data := make([]byte, 4*len(values))
	for i, v := range values {
		xgb.Put32(data[4*i:], uint32(v))
	}
	return data
}
