package desktop

import (
	"context"

	"fyne.io/fyne/v2"
)

// Chime plays a soft sound. It returns at once; without a sound server, or one
// that does not answer, it is dropped.
func (d *Desktop) Chime() {
	go ask(d, d.ctx, kindSound, soundWait, func(ctx context.Context) (struct{}, error) { return struct{}{}, chime(ctx) })
}

// Notify shows a notification, by the app where the system is asked in no other
// way. It returns at once; a desktop that does not answer gets no more.
func (d *Desktop) Notify(a fyne.App, title, text string) {
	go ask(d, d.ctx, kindNotice, noticeWait, func(context.Context) (struct{}, error) {
		return struct{}{}, sendNotice(d.ctx, a, title, text)
	})
}
