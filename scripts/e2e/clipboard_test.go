//go:build e2e

package e2e

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// What the program promises. Answers are in milliseconds.
const (
	answerMost = 200.0
	busyMost   = 1000.0
	endMost    = 2 * time.Second
)

// TestClipboard pastes from other programs: a picture of two megabytes in
// parts, a text that comes late, and one that never comes. The window goes on
// answering, and a signal ends the program with everything saved.
func TestClipboard(t *testing.T) {
	s := newScreen(t, "1300x860")
	s.start("CASCATA_PROBE=sketch")
	s.key("Escape") // the welcome
	s.typeText("a mill")

	picture := noise(t)
	s.own(owner{data: map[string][]byte{"image/png": picture}, parts: 60_000, pause: 5 * time.Millisecond})
	s.key("ctrl+shift+v")
	pasted := s.await("the pasted picture", func(e event) bool { return e.Event == "file" })
	if got, err := os.ReadFile(pasted.Path); err != nil || !bytes.Equal(got, picture) {
		t.Errorf("pasted %d bytes, %v; want %d", len(got), err, len(picture))
	}
	s.shot("clipboard-1-picture")
	s.key("ctrl+g", "ctrl+l", "ctrl+End", "ctrl+v") // a picture, where a text is wanted
	s.typeText(" at")
	s.awaitPrompt("a mill at")

	s.own(owner{data: map[string][]byte{"UTF8_STRING": []byte(" the brook")}, late: 1500 * time.Millisecond})
	s.key("ctrl+v")
	s.awaitPrompt("a mill at the brook")

	s.own(owner{data: map[string][]byte{"UTF8_STRING": []byte(strings.Repeat(" and", 75_000))}, parts: 1000})
	s.key("shift+Insert")
	s.await("that it is too long", func(e event) bool { return e.Event == "clipboard" && strings.Contains(e.Error, "too large") })
	s.awaitPrompt("a mill at the brook")

	// What is copied here, others get.
	s.key("ctrl+a", "ctrl+c", "Right", "ctrl+End")
	if got := s.run("xclip", "-selection", "clipboard", "-o"); got != "a mill at the brook" {
		t.Errorf("copied %q", got)
	}

	s.own(owner{never: true})
	s.key("ctrl+v")
	s.typeText(", early")
	s.awaitPrompt("a mill at the brook, early")
	s.await("the owner given up", func(e event) bool { return e.Event == "clipboard" && strings.Contains(e.Error, "does not answer") })
	s.shot("clipboard-2-no-answer")
	s.key("ctrl+v", "ctrl+shift+v")
	s.typeText(" light")
	s.awaitPrompt("a mill at the brook, early light")
	s.endBy(syscall.SIGTERM)
	s.checkAnswers()

	s.start()
	opened := s.await("open", func(e event) bool { return e.Event == "open" })
	if opened.Prompt != "a mill at the brook, early light" {
		t.Errorf("opened with %q", opened.Prompt)
	}
	s.checkThreads()
}

// TestStuck ends a program whose window's goroutine waits for ever, here for a
// screen that has stopped.
func TestStuck(t *testing.T) {
	s := newScreen(t, "1300x860")
	signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}
	signals = slices.DeleteFunc(signals, func(sig syscall.Signal) bool { return signal.Ignored(sig) }) // as under nohup: then the program ignores it too
	for i, sig := range signals {
		s.start()
		if i == 0 {
			s.key("Escape") // the welcome
		}
		s.key("ctrl+l", "ctrl+End")
		s.typeText("x")
		want := strings.Repeat("x", i+1)
		s.awaitPrompt(want)
		s.server.Process.Signal(syscall.SIGSTOP)
		s.rest(300 * time.Millisecond) // it draws, and waits
		s.endBy(sig)
		s.server.Process.Signal(syscall.SIGCONT)
	}
	s.start()
	if opened := s.await("open", func(e event) bool { return e.Event == "open" }); opened.Prompt != strings.Repeat("x", len(signals)) {
		t.Errorf("opened with %q", opened.Prompt)
	}
}

// awaitPrompt waits until the prompt is a text.
func (s *screen) awaitPrompt(want string) {
	s.t.Helper()
	prompt := ""
	for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		for _, e := range s.events() {
			if e.Event == "sketch" || e.Event == "open" {
				prompt = e.Prompt
			}
		}
		if prompt == want {
			return
		}
	}
	s.shot("failed")
	s.t.Fatalf("the prompt is %.200q, want %q", prompt, want)
}

// endBy sends a signal; the program must end in time. On a busy machine it takes
// the system a second or two to take a process away that has ended.
func (s *screen) endBy(sig syscall.Signal) {
	s.t.Helper()
	most := endMost
	if busy() {
		most *= 2
	}
	start := time.Now()
	s.cmd.Process.Signal(sig)
	done := make(chan struct{})
	go func() { s.cmd.Wait(); close(done) }()
	select {
	case <-done:
		s.t.Logf("%v ended it after %v", sig, time.Since(start).Round(time.Millisecond))
	case <-time.After(most):
		s.cmd.Process.Signal(syscall.SIGQUIT) // it says where it stands
		<-done
		stderr, _ := os.ReadFile(s.stderr)
		s.t.Errorf("%v did not end it within %v but after %v\n%s", sig, most, time.Since(start), stderr)
	}
}

// checkAnswers holds the window to its promise. On a machine that has more to
// do than it can, only waiting for another program would be as long as busyMost.
func (s *screen) checkAnswers() {
	s.t.Helper()
	var answers []float64
	for _, e := range s.events() {
		answers = append(answers, e.Answers...)
	}
	if len(answers) == 0 {
		s.t.Fatal("the window's answers were not measured")
	}
	most := answerMost
	if busy() {
		most = busyMost
	}
	worst := slices.Max(answers)
	s.t.Logf("the window answered %d times, at worst after %.0f ms; load %.1f on %d processors", len(answers), worst, load(), runtime.NumCPU())
	if worst > most {
		s.t.Errorf("an answer took %.0f ms, want %.0f at most", worst, most)
	}
}

// busy reports whether more programs want a processor than there are.
func busy() bool { return load() > float64(runtime.NumCPU())+1 }

// load is how many programs wanted a processor in the last minute, 0 where
// that is not known.
func load() float64 {
	b, _ := os.ReadFile("/proc/loadavg")
	n, _, _ := strings.Cut(string(b), " ")
	f, _ := strconv.ParseFloat(n, 64)
	return f
}

// noise is a PNG picture of about two megabytes.
func noise(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 820, 820))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(rng.Uint32()) | byte(i%4/3*255)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An owner is another program that has the clipboard.
type owner struct {
	data  map[string][]byte // by target
	parts int               // bytes handed over at a time; 0: all at once
	pause time.Duration     // before each part
	late  time.Duration     // before the first answer
	never bool              // no answer
}

// own lets another program take the clipboard.
func (s *screen) own(o owner) {
	s.t.Helper()
	c, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	p := &stranger{c: c, owner: o}
	w, _ := xproto.NewWindowId(c)
	root := xproto.Setup(c).DefaultScreen(c).Root
	xproto.CreateWindow(c, 0, w, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil)
	xproto.SetSelectionOwner(c, w, p.atom("CLIPBOARD"), xproto.TimeCurrentTime)
	if r, err := xproto.GetSelectionOwner(c, p.atom("CLIPBOARD")).Reply(); err != nil || r.Owner != w {
		s.t.Fatalf("the clipboard cannot be owned: %v", err)
	}
	go p.serve()
}

// A stranger serves what an owner has. Each transfer has its turn.
type stranger struct {
	owner
	c    *xgb.Conn
	next map[xproto.Window]func() // writes the next part
	told chan xproto.Atom         // what other windows tell; nil: nobody asks
}

func (p *stranger) atom(name string) xproto.Atom {
	r, err := xproto.InternAtom(p.c, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0
	}
	return r.Atom
}

func (p *stranger) serve() {
	p.next = map[xproto.Window]func(){}
	for {
		e, err := p.c.WaitForEvent()
		if e == nil && err == nil {
			return
		}
		switch e := e.(type) {
		case xproto.SelectionRequestEvent:
			if !p.never {
				time.Sleep(p.late)
				p.answer(e)
			}
		case xproto.ClientMessageEvent:
			if p.told != nil {
				p.told <- e.Type
			}
		case xproto.PropertyNotifyEvent:
			if f := p.next[e.Window]; f != nil && e.State == xproto.PropertyDelete {
				time.Sleep(p.pause)
				f()
			}
		}
	}
}

func (p *stranger) answer(r xproto.SelectionRequestEvent) {
	write := func(kind xproto.Atom, format byte, data []byte) {
		xproto.ChangeProperty(p.c, xproto.PropModeReplace, r.Requestor, r.Property, kind, format, uint32(len(data))/uint32(format/8), data)
	}
	property := r.Property
	data, ok := []byte(nil), false
	var names []byte
	for name, d := range p.data {
		a := p.atom(name)
		if a == r.Target {
			data, ok = d, true
		}
		names = append(names, byte(a), byte(a>>8), byte(a>>16), byte(a>>24))
	}
	switch {
	case r.Target == p.atom("TARGETS"):
		write(xproto.AtomAtom, 32, names)
	case !ok:
		property = 0
	case p.parts == 0:
		write(r.Target, 8, data)
	default:
		xproto.ChangeWindowAttributes(p.c, r.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
		p.next[r.Requestor] = func() {
			n := min(len(data), p.parts)
			write(r.Target, 8, data[:n])
			if data = data[n:]; n == 0 {
				delete(p.next, r.Requestor)
			}
		}
		write(p.atom("INCR"), 32, []byte{0, 0, 16, 0})
	}
	n := xproto.SelectionNotifyEvent{Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: property}
	xproto.SendEvent(p.c, false, r.Requestor, 0, string(n.Bytes()))
}
