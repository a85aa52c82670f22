//go:build e2e

package e2e

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// TestNoDisplay starts the window where none can be opened: it says so in a
// sentence, and ends with the code of a missing device.
func TestNoDisplay(t *testing.T) {
	s := newScreen(t, "640x480")
	bare := newScreenWith(t, "640x480", "-extension")
	for name, display := range map[string]string{"none": "", "nobody there": ":987", "no OpenGL": bare.display} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command(program(t))
			for _, e := range s.env {
				if !strings.HasPrefix(e, "DISPLAY=") {
					c.Env = append(c.Env, e)
				}
			}
			if display != "" {
				c.Env = append(c.Env, "DISPLAY="+display)
			}
			var stderr bytes.Buffer
			c.Stderr = &stderr
			c.Run()
			said := stderr.String()
			if got := c.ProcessState.ExitCode(); got != 4 {
				t.Errorf("exit code %d, want 4\n%s", got, said)
			}
			if strings.Count(said, "\n") != 2 || !strings.HasPrefix(said, "cascata: ") || !strings.Contains(said, "cascata generate") {
				t.Errorf("on standard error:\n%s", said)
			}
		})
	}
}
