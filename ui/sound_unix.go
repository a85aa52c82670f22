//go:build unix && !darwin

package ui

import (
	"time"

	"github.com/jfreymuth/pulse"
)

// chime plays the sound, which takes half a second; not for the window's
// goroutine. Without a sound server, PulseAudio or PipeWire, it is silent.
func chime() {
	c, err := pulse.NewClient(pulse.ClientApplicationName("Cascata"))
	if err != nil {
		return
	}
	defer c.Close()
	left := chimeSamples()
	stream, err := c.NewPlayback(pulse.Float32Reader(func(out []float32) (int, error) {
		n := copy(out, left)
		if left = left[n:]; len(left) == 0 {
			return n, pulse.EndOfData
		}
		return n, nil
	}), pulse.PlaybackMono, pulse.PlaybackSampleRate(chimeRate))
	if err != nil {
		return
	}
	defer stream.Close()
	stream.Start()
	done := make(chan struct{})
	go func() {
		defer close(done)
		stream.Drain()
	}()
	select {
	case <-done:
	case <-time.After(3 * time.Second): // the server hangs; closing ends Drain
	}
}
