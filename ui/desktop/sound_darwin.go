package desktop

import (
	"context"
	"os/exec"
)

// chime plays one of the system's sounds.
func chime(ctx context.Context) error {
	return exec.CommandContext(ctx, "afplay", "--volume", "0.5", "/System/Library/Sounds/Glass.aiff").Run()
}
