package gallery

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

func TestLightbox(t *testing.T) {
	l := newTestLibrary(t, 6)
	bad := filepath.Join(t.TempDir(), "none.png")
	p := l.lib.pics[4]
	p.File = bad
	l.lib.pics[4] = p
	l.Grid.Choose(5)
	l.keys(fyne.KeySpace)
	b := l.Box
	if !b.Over.Open() || b.id() != 5 || b.Viewer.State() != widgets.Finished {
		t.Fatalf("open %v, shows %d in state %v", b.Over.Open(), b.id(), b.Viewer.State())
	}
	if len(b.full) != 2 { // itself and 6; 4 cannot be read
		t.Errorf("%d pictures are held, want it and the neighbour", len(b.full))
	}
	key := func(names ...fyne.KeyName) {
		for _, k := range names {
			b.Viewer.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	key(fyne.KeyRight)
	if b.id() != 4 || b.Viewer.State() != widgets.Failed {
		t.Errorf("shows %d in state %v, want the one that cannot be read", b.id(), b.Viewer.State())
	}
	key(fyne.KeyRight, fyne.KeyEnd, fyne.KeyRight)
	if b.id() != 1 || b.Viewer.State() != widgets.Finished || len(b.full) > 3 {
		t.Errorf("at the end shows %d with %d held", b.id(), len(b.full))
	}
	b.Viewer.TypedRune('4')
	if l.lib.pics[1].Stars != 4 || b.Viewer.Percent() != 0 {
		t.Errorf("4 gave %d stars at %d %%", l.lib.pics[1].Stars, b.Viewer.Percent())
	}
	key(fyne.KeyDelete)
	if !slices.Equal(l.lib.trashed, []int64{1}) || b.id() != 2 {
		t.Errorf("in the trash %v, shows %d; want 1 and then 2", l.lib.trashed, b.id())
	}
	if got := b.Toasts.Texts(); len(got) != 1 {
		t.Errorf("says %q where it is seen", got)
	}
	l.p.Undo.Undo()
	if len(l.lib.trashed) != 0 || b.id() != 1 || len(b.Toasts.Texts()) != 0 {
		t.Errorf("after undo in the trash %v, shows %d and says %q", l.lib.trashed, b.id(), b.Toasts.Texts())
	}
	key(fyne.KeyEscape)
	if b.Over.Open() || b.full != nil || !slices.Equal(l.Chosen(), []int64{1}) || l.win.Canvas().Focused() != l.Grid {
		t.Errorf("closed: open %v, holds %d, chosen %v", b.Over.Open(), len(b.full), l.Chosen())
	}
}

func TestLightboxGoesThroughWhatIsChosen(t *testing.T) {
	l := newTestLibrary(t, 6)
	l.Grid.ChooseAll()
	l.Grid.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyHome, Modifier: fyne.KeyModifierShortcutDefault})
	l.Grid.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: fyne.KeyModifierShortcutDefault}) // not 6
	l.Open(3)
	if got := l.Box.ids; !slices.Equal(got, []int64{5, 4, 3, 2, 1}) {
		t.Errorf("goes through %v", got)
	}
	l.Box.Close()
	if l.Grid.Count() != 5 {
		t.Errorf("%d are chosen afterwards, want the five", l.Grid.Count())
	}
}

func TestLightboxDoesNotReadAheadWhatIsLarge(t *testing.T) {
	l := newTestLibrary(t, 3)
	p := l.lib.pics[1]
	p.Width, p.Height = 8192, 8192
	l.lib.pics[1] = p
	l.Open(2)
	if l.Box.full[1] != nil || l.Box.full[3] == nil {
		t.Errorf("read ahead: large %v, small %v", l.Box.full[1] != nil, l.Box.full[3] != nil)
	}
	l.Box.Close()
}

func TestSlideShow(t *testing.T) {
	l := newTestLibrary(t, 3)
	l.Open(2)
	var o uitest.OneByOne
	l.Box.slides.Later = func(_ time.Duration, f func()) { o.Run(func() {}, f) }
	until := func(id int64) {
		t.Helper()
		for range 20 {
			if len(o.Waiting) > 0 && l.Box.id() != id {
				o.Next()
			}
		}
		if l.Box.id() != id {
			t.Errorf("shows %d, want %d", l.Box.id(), id)
		}
	}
	l.Box.rune('p')
	until(1)
	until(3) // and begins again
	if l.Box.bar.Visible() {
		t.Error("the bar is in the way")
	}
	l.Box.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	at := l.Box.id()
	for len(o.Waiting) > 0 {
		o.Next()
	}
	if !l.Box.Over.Open() || !l.Box.bar.Visible() || l.Box.id() != at {
		t.Error("Escape ends the show only, and at once")
	}
	l.Box.Close()
}
