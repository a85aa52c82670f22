//go:build unix && !darwin

package desktop

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// bigPicture is a PNG file of a few megabytes.
func bigPicture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 800, 800))
	for i := range img.Pix {
		img.Pix[i] = byte(i * i >> 7)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// onServer is a desktop whose clipboard is that of a server.
func onServer(t *testing.T, s *xServer) *Desktop {
	t.Helper()
	d := newDesktop(t)
	d.clip.sys = xClipboard{s.dial}
	return d
}

// An owner that does what a test says with each request.
func owner(t *testing.T, s *xServer, answer func(x *xClient, r xproto.SelectionRequestEvent)) {
	t.Helper()
	x := s.client()
	xproto.SetSelectionOwner(x.conn, x.win, x.atom("CLIPBOARD"), 0)
	x.atom("INCR")
	if r, err := xproto.GetSelectionOwner(x.conn, x.atom("CLIPBOARD")).Reply(); err != nil || r.Owner != x.win {
		t.Fatalf("owner %v, %v", r, err)
	}
	go func() {
		for e := range x.events {
			if r, ok := e.(xproto.SelectionRequestEvent); ok {
				answer(x, r)
			}
		}
	}()
}

func notify(x *xClient, r xproto.SelectionRequestEvent, property xproto.Atom) {
	n := xproto.SelectionNotifyEvent{Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: property}
	xproto.SendEvent(x.conn, false, r.Requestor, 0, string(n.Bytes()))
}

func write(x *xClient, r xproto.SelectionRequestEvent, kind xproto.Atom, format byte, data []byte) {
	xproto.ChangeProperty(x.conn, xproto.PropModeReplace, r.Requestor, r.Property, kind, format, uint32(len(data))/uint32(format/8), data)
}

// inParts begins a transfer in parts and returns a function that writes the
// next as soon as the one before is read.
func inParts(x *xClient, r xproto.SelectionRequestEvent, size int) func(part []byte) bool {
	xproto.ChangeWindowAttributes(x.conn, r.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
	write(x, r, x.atom("INCR"), 32, wordsOf(uint32(size)))
	notify(x, r, r.Property)
	return func(part []byte) bool {
		_, err := x.await(func(e xgb.Event) bool {
			p, ok := e.(xproto.PropertyNotifyEvent)
			return ok && p.State == xproto.PropertyDelete && p.Atom == r.Property
		})
		write(x, r, r.Target, 8, part)
		return err == nil
	}
}

func TestReadClipboard(t *testing.T) {
	picture := bigPicture(t)
	parts := func(x *xClient, r xproto.SelectionRequestEvent) {
		next := inParts(x, r, len(picture))
		for rest := picture; len(rest) > 0; {
			n := min(len(rest), 100_003)
			if !next(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
		next(nil)
	}
	refuse := func(x *xClient, r xproto.SelectionRequestEvent) { notify(x, r, 0) }
	offer := func(names ...string) func(*xClient, xproto.SelectionRequestEvent) {
		return func(x *xClient, r xproto.SelectionRequestEvent) {
			var atoms []xproto.Atom
			for _, n := range names {
				atoms = append(atoms, x.atom(n))
			}
			write(x, r, xproto.AtomAtom, 32, wordsOf(atoms...))
			notify(x, r, r.Property)
		}
	}
	whole := func(data string) func(*xClient, xproto.SelectionRequestEvent) {
		return func(x *xClient, r xproto.SelectionRequestEvent) {
			write(x, r, r.Target, 8, []byte(data))
			notify(x, r, r.Property)
		}
	}
	type answers map[string]func(*xClient, xproto.SelectionRequestEvent)
	for _, tt := range []struct {
		name  string
		owner answers
		most  int
		types []string
		found string
		want  string
		err   error
	}{
		{name: "a picture in parts", owner: answers{"TARGETS": offer("TARGETS", pngType), pngType: parts}, types: pictureTypes, found: pngType, want: string(picture)},
		{name: "one that does not say what it has", owner: answers{"TARGETS": refuse, pngType: parts}, types: pictureTypes, found: pngType, want: string(picture)},
		{name: "at once, more than a request returns", owner: answers{pngType: whole(strings.Repeat("x", 260_001))}, types: pictureTypes, found: pngType, want: strings.Repeat("x", 260_001)},
		{name: "the second best", owner: answers{"TARGETS": offer("image/jpeg"), "image/jpeg": whole("jpeg")}, types: pictureTypes, found: "image/jpeg", want: "jpeg"},
		{name: "only a text", owner: answers{"TARGETS": offer("UTF8_STRING"), "UTF8_STRING": whole("ü")}, types: pictureTypes, err: ErrNothing},
		{name: "a text", owner: answers{"TARGETS": offer("UTF8_STRING"), "UTF8_STRING": whole("ü")}, types: []string{textType}, found: textType, want: "ü"},
		{name: "an old text", owner: answers{"STRING": whole("\xfc")}, types: []string{textType}, found: textType, want: "ü"},
		{name: "nothing at all", owner: answers{"UTF8_STRING": whole("")}, types: []string{textType}, found: textType},
		{name: "too much", owner: answers{pngType: parts}, most: 1 << 20, types: pictureTypes, err: ErrTooLarge},
		{name: "too much at once", owner: answers{pngType: whole(strings.Repeat("x", 1<<17))}, most: 1 << 16, types: pictureTypes, err: ErrTooLarge},
		{name: "parts without an end", owner: answers{pngType: func(x *xClient, r xproto.SelectionRequestEvent) {
			for next := inParts(x, r, 0); next([]byte("more")); {
			}
		}}, most: 1 << 10, types: pictureTypes, err: ErrTooLarge},
		{name: "gone before it answers", owner: answers{pngType: func(x *xClient, _ xproto.SelectionRequestEvent) { x.close() }}, types: pictureTypes, err: ErrGone},
		{name: "gone midway", owner: answers{pngType: func(x *xClient, r xproto.SelectionRequestEvent) {
			inParts(x, r, 100)([]byte("half"))
			x.close()
		}}, types: pictureTypes, err: ErrGone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newXServer(t)
			owner(t, s, func(x *xClient, r xproto.SelectionRequestEvent) {
				for name, f := range tt.owner {
					if r.Target == x.atom(name) {
						f(x, r)
						return
					}
				}
				refuse(x, r)
			})
			if tt.most == 0 {
				tt.most = maxPicture
			}
			found, data, err := xClipboard{s.dial}.read(t.Context(), tt.most, tt.types...)
			if found != tt.found || string(data) != tt.want || !errors.Is(err, tt.err) || err == nil && tt.err != nil {
				t.Errorf("got %q, %d bytes, %v; want %q, %d bytes, %v", found, len(data), err, tt.found, len(tt.want), tt.err)
			}
		})
	}
}

func TestReadClipboardOfNobody(t *testing.T) {
	if _, _, err := (xClipboard{newXServer(t).dial}).read(t.Context(), 1, textType); !errors.Is(err, ErrNothing) {
		t.Errorf("got %v, want that there is nothing", err)
	}
}

// An owner, or a server, that does not answer is given up when the time is
// over, and at once when the program ends.
func TestReadClipboardEnds(t *testing.T) {
	s := newXServer(t)
	asked := make(chan bool, 9)
	owner(t, s, func(*xClient, xproto.SelectionRequestEvent) { asked <- true })
	ctx, end := context.WithCancel(t.Context())
	go func() { <-asked; end() }()
	if _, _, err := (xClipboard{s.dial}).read(ctx, 1, textType); err == nil {
		t.Error("read from an owner that does not answer")
	}
}

func TestWriteClipboard(t *testing.T) {
	s := newXServer(t)
	d, other := onServer(t, s), onServer(t, s)
	picture := bigPicture(t)
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.CopyPicture(file); err != nil {
		t.Fatal(err)
	}
	for _, who := range []*Desktop{other, d} { // another program, and this one
		pasted, err := who.Picture(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(pasted); err != nil || !bytes.Equal(got, picture) {
			t.Errorf("pasted %d bytes, %v; want %d", len(got), err, len(picture))
		}
	}
	// Several at once, one of which is not there.
	x := s.client()
	property, want := x.atom("PAIRS"), x.atom("WANTED")
	pairs := wordsOf(x.atom(pngType), want, x.atom("image/none"), x.atom("NONE"), x.atom("TIMESTAMP"), x.atom("SINCE"))
	xproto.ChangeProperty(x.conn, xproto.PropModeReplace, x.win, property, x.atom("ATOM_PAIR"), 32, uint32(len(pairs)/4), pairs)
	xproto.ConvertSelection(x.conn, x.win, x.atom("CLIPBOARD"), x.atom("MULTIPLE"), property, 0)
	if _, err := x.await(func(e xgb.Event) bool { _, ok := e.(xproto.SelectionNotifyEvent); return ok }); err != nil {
		t.Fatal(err)
	}
	data, _, err := x.take(property, 1<<10)
	if got := atomsOf(data); err != nil || len(got) != 6 || got[1] != want || got[3] != 0 || got[5] != x.atom("SINCE") {
		t.Errorf("several: %v, %v", got, err)
	}
	if _, kind, err := x.take(want, maxPicture); err != nil || kind != x.atom("INCR") {
		t.Fatalf("several: %v, %v", kind, err)
	}
	if data, err := x.parts(want, maxPicture); err != nil || !bytes.Equal(data, picture) {
		t.Errorf("several: %d bytes, %v", len(data), err)
	}
	// Something else is copied by another program.
	if err := other.clip.put(other.clip.hold(content{textType: []byte("newer")})); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); d.clip.own() != nil && time.Since(start) < 10*time.Second; time.Sleep(time.Millisecond) {
	}
	if got, err := d.clip.read(t.Context()); got != "newer" || err != nil || d.clip.own() != nil {
		t.Errorf("got %q, %v; want what was copied last", got, err)
	}
}

// What was copied outlives the program where somebody keeps it.
func TestClipboardManager(t *testing.T) {
	s := newXServer(t)
	d := onServer(t, s)
	if err := d.clip.put(d.clip.hold(content{textType: []byte("kept")})); err != nil {
		t.Fatal(err)
	}
	m := s.client()
	xproto.SetSelectionOwner(m.conn, m.win, m.atom("CLIPBOARD_MANAGER"), 0)
	kept := make(chan string, 1)
	go func() {
		e, err := m.await(func(e xgb.Event) bool { _, ok := e.(xproto.SelectionRequestEvent); return ok })
		if err != nil {
			return
		}
		_, text, _ := xClipboard{s.dial}.read(t.Context(), maxText, textType)
		kept <- string(text)
		notify(m, e.(xproto.SelectionRequestEvent), 0)
	}()
	m.atom("SYNC")
	d.Close()
	select {
	case got := <-kept:
		if got != "kept" {
			t.Errorf("the manager has %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("the manager was not asked")
	}
}

// What cannot be interrupted is left behind and not asked again before it is back.
func TestAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(func(f func()) { f() })
		defer d.Close()
		free := make(chan struct{})
		stuck := func(context.Context) (int, error) { <-free; return 1, nil }
		if _, err := ask(d, d.ctx, kindSound, time.Second, stuck); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("got %v, want no answer", err)
		}
		if _, err := ask(d, d.ctx, kindSound, time.Second, stuck); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v, want busy", err)
		}
		if got, err := ask(d, d.ctx, kindNotice, time.Second, func(context.Context) (int, error) { return 7, nil }); got != 7 || err != nil {
			t.Errorf("another kind: %d, %v", got, err)
		}
		close(free)
		synctest.Wait()
		if got, err := ask(d, d.ctx, kindSound, time.Second, stuck); got != 1 || err != nil {
			t.Errorf("back again: %d, %v", got, err)
		}
		ctx, end := context.WithCancel(d.ctx)
		end()
		if _, err := ask(d, ctx, kindSound, 0, func(ctx context.Context) (int, error) { return 0, ctx.Err() }); !errors.Is(err, context.Canceled) {
			t.Errorf("ended: %v", err)
		}
	})
}

func TestLater(t *testing.T) {
	s := newXServer(t)
	answers := make(chan string, 9)
	d := New(func(f func()) { f() })
	defer d.Close()
	d.clip.sys = xClipboard{s.dial}
	d.clip.OnFailed = func(err error) { answers <- err.Error() }
	d.clip.Later(func(string) { answers <- "a text of nobody" })
	if got := <-answers; got != ErrNothing.Error() {
		t.Errorf("got %q", got)
	}
	owner(t, s, func(x *xClient, r xproto.SelectionRequestEvent) {
		if r.Target != x.atom("UTF8_STRING") {
			notify(x, r, 0)
			return
		}
		write(x, r, r.Target, 8, []byte("one\r\ntwo\xff\x00"))
		notify(x, r, r.Property)
	})
	if got := d.clip.Content(); got != "" {
		t.Errorf("waited for %q", got)
	}
	d.clip.Later(func(text string) { answers <- text })
	if got := <-answers; got != "one\ntwo\uFFFD" {
		t.Errorf("pasted %q", got)
	}
	d.clip.SetContent("own")
	if got := d.clip.Content(); got != "own" {
		t.Errorf("just copied, got %q", got)
	}
	d.clip.Later(func(text string) { answers <- text })
	if got := <-answers; got != "own" {
		t.Errorf("pasted %q, want what was copied just now", got)
	}
}
