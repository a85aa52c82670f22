package gallery

import (
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/undo"
	"cascata/ui/widgets"
)

// Changes are what the artist does to the library from here. Each is made beside
// the window's goroutine, reported where it is seen, and can be taken back.
type Changes struct {
	lib  Library
	run  async.Runner
	undo *undo.Stack
	fail func(err error)
	tell func(text, action string, do func()) (gone func())
	made func() // the library is another now
}

// do changes the library and afterwards, if all went well, does then.
func (c *Changes) do(change func() error, then func()) {
	async.Try(c.run, change, func(err error) {
		if err != nil {
			c.fail(err)
			c.made() // show what is really so
			return
		}
		widgets.Call(then)
	})
}

// With reads pictures and does something with them, where there are any.
func (c *Changes) With(ids []int64, then func(pics []library.Picture)) {
	if len(ids) == 0 {
		return
	}
	async.Go(c.run, func() ([]library.Picture, error) { return c.lib.Get(ids...) }, func(pics []library.Picture, err error) {
		switch {
		case err != nil:
			c.fail(err)
			c.made()
		case len(pics) > 0:
			then(pics)
		}
	})
}

// offerUndo says that a change was made and offers to take it back; the note
// goes when that is done, from wherever.
func (c *Changes) offerUndo(text string, back func()) {
	var gone func()
	undo := c.undo.Add(nil, func() {
		widgets.Call(gone)
		back()
	})
	gone = c.tell(text, lang.X("undo", "Undo"), undo)
}

// undoable notes how a change of n pictures is taken back. Of several it says so, since one key may have meant one picture.
func (c *Changes) undoable(n int, text string, back func()) {
	if n > 1 {
		c.offerUndo(text, back)
		return
	}
	c.undo.Add(nil, back)
}
