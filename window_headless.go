//go:build headless

package main

import (
	"context"
	"fmt"

	"cascata/app"
)

func window(context.Context, []string) error {
	return fmt.Errorf("%w: this build has no window; use cascata generate, or build with make build", app.ErrUsage)
}
