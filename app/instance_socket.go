package app

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The running program listens on a Unix socket in its folder. Where the system
// has none (Windows before version 10 1803, and wine 8) it listens on a port of
// this machine alone, and leaves the port and a word in a file that only the
// user can read; who does not say the word first is not listened to.
const (
	socketFile = "cascata.sock"
	portFile   = "cascata.port"
)

// dial reaches the program that runs, and fails where there is none.
func dial(dir string) (net.Conn, error) {
	c, err := net.DialTimeout("unix", filepath.Join(dir, socketFile), time.Second)
	if err == nil {
		return c, nil
	}
	return dialPort(filepath.Join(dir, portFile))
}

func dialPort(path string) (net.Conn, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	note, err := io.ReadAll(io.LimitReader(f, 256))
	if err != nil {
		return nil, err
	}
	address, word, ok := strings.Cut(string(note), "\n")
	if host, _, err := net.SplitHostPort(address); !ok || err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, errors.New("the note of the running program is damaged")
	}
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := io.WriteString(c, word); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// listen takes the place of the program that runs. What is there was left by
// one that died: it was dialled before.
func listen(dir string) (net.Listener, error) {
	os.Remove(filepath.Join(dir, socketFile))
	os.Remove(filepath.Join(dir, portFile))
	l, err := net.Listen("unix", filepath.Join(dir, socketFile))
	if err == nil {
		return l, nil
	}
	if port, portErr := listenPort(filepath.Join(dir, portFile)); portErr == nil {
		return port, nil
	}
	return nil, err
}

func listenPort(path string) (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	word := rand.Text()
	if err := os.WriteFile(path, []byte(l.Addr().String()+"\n"+word), 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return &wordListener{l, word, path}, nil
}

// A wordListener hands on the connections that begin with the word.
type wordListener struct {
	net.Listener
	word, path string
}

// Accept implements net.Listener.
func (l *wordListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		said := make([]byte, len(l.word))
		c.SetDeadline(time.Now().Add(time.Second))
		if _, err := io.ReadFull(c, said); err == nil && subtle.ConstantTimeCompare(said, []byte(l.word)) == 1 {
			return c, nil
		}
		c.Close()
	}
}

// Close implements net.Listener.
func (l *wordListener) Close() error {
	os.Remove(l.path)
	return l.Listener.Close()
}
