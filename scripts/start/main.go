//go:build unix && !darwin

// Command start measures how long the installed program needs from its start to its window, on the X server that
// DISPLAY names (it starts Xvfb where there is none), each time with the same settings folders:
//
//	go run ./scripts/start [-n 10] [-fresh] cascata
//
// It prints when the window is mapped and when the first picture in it is drawn, in milliseconds: the least, the median
// and the largest of n starts, and the processor time of one. The first start, in an empty home, is printed apart; with
// -fresh every start is one.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// A start is one start of the program.
type start struct{ mapped, drawn, cpu time.Duration }

// tooLong is when a window is no longer waited for.
const tooLong = time.Minute

func main() {
	n := flag.Int("n", 10, "starts")
	fresh := flag.Bool("fresh", false, "each in an empty home")
	flag.Parse()
	if err := measure(flag.Arg(0), *n, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(program string, n int, fresh bool) error {
	if os.Getenv("DISPLAY") == "" {
		const display = ":87"
		server := exec.Command("Xvfb", display, "-screen", "0", "1280x800x24")
		if err := server.Start(); err != nil {
			return err
		}
		defer server.Wait()
		defer server.Process.Kill()
		os.Setenv("DISPLAY", display)
	}
	conn, err := dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	if err := xproto.ChangeWindowAttributesChecked(conn, root, xproto.CwEventMask, []uint32{xproto.EventMaskSubstructureNotify}).Check(); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "cascata-start-")
	if err != nil {
		return err
	}
	defer func() { os.RemoveAll(home) }()
	var all []start
	for i := range n + 1 {
		if fresh {
			os.RemoveAll(home)
		}
		s, err := once(conn, root, program, home)
		if err != nil {
			return err
		}
		if i == 0 {
			fmt.Printf("first start: mapped after %v, drawn after %v, %v of processor time\n", short(s.mapped), short(s.drawn), short(s.cpu))
		} else {
			all = append(all, s)
		}
	}
	for _, row := range []struct {
		name string
		of   func(start) time.Duration
	}{{"mapped", func(s start) time.Duration { return s.mapped }}, {"drawn", func(s start) time.Duration { return s.drawn }}, {"processor", func(s start) time.Duration { return s.cpu }}} {
		times := make([]time.Duration, len(all))
		for i, s := range all {
			times[i] = row.of(s)
		}
		slices.Sort(times)
		fmt.Printf("%-10s least %v, median %v, largest %v of %d\n", row.name, short(times[0]), short(times[len(times)/2]), short(times[len(times)-1]), len(times))
	}
	return nil
}

func short(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// dial waits for the X server.
func dial() (conn *xgb.Conn, err error) {
	for range 100 {
		if conn, err = xgb.NewConn(); err == nil {
			return conn, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, err
}

// once starts the program with its settings in home, and ends it when its window is drawn.
func once(conn *xgb.Conn, root xproto.Window, program, home string) (s start, err error) {
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+filepath.Join(home, "run"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
	for _, name := range []string{"CONFIG", "STATE", "CACHE", "DATA"} {
		cmd.Env = append(cmd.Env, "XDG_"+name+"_HOME="+filepath.Join(home, strings.ToLower(name)))
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}()
	win, err := mapped(conn, begun)
	if err != nil {
		return s, err
	}
	s.mapped = time.Since(begun)
	for time.Since(begun) < tooLong {
		if drawn(conn, win) {
			s.drawn = time.Since(begun)
			return s, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return s, fmt.Errorf("nothing was drawn within %v", tooLong)
}

// mapped waits for a window that is large enough to be the program's.
func mapped(conn *xgb.Conn, begun time.Time) (xproto.Window, error) {
	for time.Since(begun) < tooLong {
		event, err := conn.PollForEvent()
		if err != nil {
			return 0, err
		}
		if m, ok := event.(xproto.MapNotifyEvent); ok {
			if g, err := xproto.GetGeometry(conn, xproto.Drawable(m.Window)).Reply(); err == nil && g.Width > 300 {
				return m.Window, nil
			}
		}
		if event == nil {
			time.Sleep(time.Millisecond)
		}
	}
	return 0, fmt.Errorf("no window within %v", tooLong)
}

// drawn reports whether more than one colour is in the window's upper rows, where its tabs are.
func drawn(conn *xgb.Conn, win xproto.Window) bool {
	img, err := xproto.GetImage(conn, xproto.ImageFormatZPixmap, xproto.Drawable(win), 0, 0, 300, 40, ^uint32(0)).Reply()
	if err != nil || len(img.Data) < 4 {
		return false
	}
	for i := 4; i+2 < len(img.Data); i += 4 {
		if img.Data[i] != img.Data[0] || img.Data[i+1] != img.Data[1] || img.Data[i+2] != img.Data[2] {
			return true
		}
	}
	return false
}
