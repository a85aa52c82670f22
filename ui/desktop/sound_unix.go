//go:build unix && !darwin

package desktop

import (
	"context"

	"github.com/jfreymuth/pulse"
)

// chime plays the sound, which takes half a second. Without a sound server,
// PulseAudio or PipeWire, it is silent. The library gives each request a second.
func chime(context.Context) error {
	c, err := pulse.NewClient(pulse.ClientApplicationName("Cascata"))
	if err != nil {
		return err
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
		return err
	}
	defer stream.Close()
	stream.Start()
	stream.Drain()
	return nil
}
