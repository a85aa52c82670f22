package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"cascata/app/disk"
)

// ErrRunning says that the program already runs; its window was asked to show
// itself.
var ErrRunning = errors.New("the program is already running")

// ErrStuck says that the program already runs and does not answer.
var ErrStuck = errors.New("the program is already running and does not answer")

// An Instance is the one program of a user that may hold the queue.
type Instance struct{ l net.Listener }

// maxHello bounds what a second program says to the first: the files it was
// started with, as a JSON list on one line. Bytes.
const maxHello = 1 << 20

// TakeInstance makes this program the one that runs, with a socket in dir. It
// returns ErrRunning when another one answers there, which was then given
// files, and ErrStuck when one is there that takes nothing. show is called, on a goroutine of the instance, with its files when
// the program is started again.
func TakeInstance(dir string, files []string, show func(files []string)) (*Instance, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w %s: %w", disk.ErrWrite, dir, err)
	}
	if c, err := dial(dir); err == nil {
		defer c.Close()
		c.SetDeadline(time.Now().Add(2 * time.Second))
		if err := json.NewEncoder(c).Encode(files); err == nil {
			return nil, heard(c)
		}
	}
	l, err := listen(dir)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", disk.ErrWrite, dir, err)
	}
	i := &Instance{l}
	go i.serve(show)
	return i, nil
}

// heard waits until the other program has read what it was told: it then closes
// the connection.
func heard(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return ErrStuck
	}
	return ErrRunning
}

func (i *Instance) serve(show func([]string)) {
	for {
		c, err := i.l.Accept()
		if err != nil {
			return // closed
		}
		c.SetDeadline(time.Now().Add(2 * time.Second))
		var files []string
		err = json.NewDecoder(io.LimitReader(c, maxHello)).Decode(&files)
		c.Close()
		if err == nil {
			show(files)
		}
	}
}

// Close lets another program start. It ends the goroutine.
func (i *Instance) Close() { i.l.Close() }
