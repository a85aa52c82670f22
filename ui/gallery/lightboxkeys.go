package gallery

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/widgets"
)

// slideTime is how long a slide show shows a picture.
const slideTime = 4 * time.Second

// togglePlay begins a slide show, or ends it. It begins again at the end.
func (l *Lightbox) togglePlay() {
	if l.playing {
		l.stopPlay()
		return
	}
	l.playing = true
	l.play.SetIcon(look.IconPause)
	widgets.SetVisible(l.bar, false)
	l.Over.Content.Refresh()
	l.nextSlide()
}

func (l *Lightbox) stopPlay() {
	l.slides.Drop()
	if l.playing {
		l.playing = false
		l.play.SetIcon(look.IconPlay)
		widgets.SetVisible(l.bar, true)
		l.Over.Content.Refresh()
	}
}

func (l *Lightbox) nextSlide() {
	l.slides.Call(func() {
		if !l.playing || len(l.ids) == 0 {
			return
		}
		l.goTo((l.at + 1) % len(l.ids))
		l.nextSlide()
	})
}

// key is what a key does that the viewer has no use for.
func (l *Lightbox) key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyUp, fyne.KeyPageUp:
		l.step(-1)
	case fyne.KeyRight, fyne.KeyDown, fyne.KeyPageDown:
		l.step(1)
	case fyne.KeyHome:
		l.goTo(0)
	case fyne.KeyEnd:
		l.goTo(len(l.ids) - 1)
	case fyne.KeyEscape:
		if l.playing {
			l.stopPlay()
			return
		}
		l.Close()
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if l.playing {
			l.stopPlay()
			return
		}
		l.Close()
	case fyne.KeyDelete, fyne.KeyBackspace:
		l.p.press(e.Name, l.id())
	case desktop.KeyMenu:
		l.openMenu()
	default:
		l.p.functionKey(e.Name)
	}
}

// rune implements TypedRune: zoom, or what the key means for pictures.
func (l *Lightbox) rune(r rune) bool {
	if menu.RuneKey(r) == fyne.KeyZ {
		l.toggleZoom()
		return true
	}
	return l.id() != 0 && l.p.press(menu.RuneKey(r), l.id())
}
