//go:build !windows

package desktop

import (
	"context"

	"fyne.io/fyne/v2"
)

func sendNotice(_ context.Context, a fyne.App, title, text string) error {
	a.SendNotification(fyne.NewNotification(title, text))
	return nil
}
