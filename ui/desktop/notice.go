package desktop

import "context"

// Chime plays a soft sound. It returns at once; without a sound server, or one
// that does not answer, nobody hears anything.
func (d *Desktop) Chime() {
	go ask(d, d.ctx, kindSound, soundWait, func(ctx context.Context) (struct{}, error) { return struct{}{}, chime(ctx) })
}

// Notify shows a notification by send, which waits for the desktop. It returns
// at once; a desktop that does not answer is not told of more.
func (d *Desktop) Notify(send func()) {
	go ask(d, d.ctx, kindNotice, noticeWait, func(context.Context) (struct{}, error) {
		send()
		return struct{}{}, nil
	})
}
