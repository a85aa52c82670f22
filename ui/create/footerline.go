package create

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cascata/ui/widgets"
)

// footerLine is a sentence at the left and what can be done at the right, or
// below it where the sentence would have too little room. Of what it is given
// to say it shows as much as has room.
type footerLine struct {
	says    []string // the sentence, the longest first
	besides []string // what stands behind a whole sentence, likewise
	say     *widgets.Text
	tip     string            // all of what the sentence shortens, if it does
	tipped  fyne.CanvasObject // say, with the tip where the pointer rests
	beside  *widgets.Text
	actions *fyne.Container
	width   float32 // when last laid out
}

const (
	lineHeight = 26
	lineGap    = 12
	lineLeast  = 190 // of the sentence beside what can be done
	actionGap  = 4
)

func newFooterLine(actions *fyne.Container) (*footerLine, *fyne.Container) {
	l := &footerLine{say: widgets.NewDim("").Shrink(), beside: widgets.NewDim(""), actions: actions}
	l.tipped = widgets.Tip(l.say, "")
	return l, container.New(l, l.tipped, l.beside, actions)
}

// set changes what there is to say. The line must be laid out afterwards.
func (l *footerLine) set(color fyne.ThemeColorName, says []string, besides ...string) {
	l.say.SetColor(color)
	l.says, l.besides = says, besides
	l.setTip("")
}

func (l *footerLine) setTip(tip string) {
	l.tip = tip
	widgets.Tip(l.tipped, tip)
}

// below reports whether what can be done has a row of its own, or more.
func (l *footerLine) below() bool {
	w := widgets.RowWidth(l.actions, actionGap)
	return w > 0 && w+lineGap+lineLeast > l.width
}

func (l *footerLine) MinSize([]fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.actions.MinSize().Width, lineHeight)
	if l.width > 0 && l.below() {
		size.Height += l.actions.MinSize().Height
	}
	return size
}

func (l *footerLine) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	put := func(o fyne.CanvasObject, x, w float32) {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(x, (lineHeight-h)/2))
		o.Resize(fyne.NewSize(max(w, 0), h))
	}
	w := widgets.RowWidth(l.actions, actionGap)
	if l.below() {
		l.actions.Resize(fyne.NewSize(size.Width, l.actions.MinSize().Height))
		l.actions.Move(fyne.NewPos(0, lineHeight))
		w = -lineGap
	} else {
		put(l.actions, size.Width-w, w)
	}
	room := size.Width - w - lineGap
	say, width := fitting(l.says, room)
	l.say.SetText(say)
	put(l.tipped, 0, min(width, room))
	beside := ""
	if len(l.says) > 0 && say == l.says[0] {
		beside, w = fitting(l.besides, room-width-lineGap)
		if w > room-width-lineGap {
			beside = ""
		}
	}
	l.beside.SetText(beside)
	put(l.beside, width+lineGap, w)
}

// fitting is the first of texts that is no wider than room, else the last.
func fitting(texts []string, room float32) (text string, width float32) {
	for _, text = range texts {
		if width = widgets.NewDim(text).MinSize().Width; width <= room {
			break
		}
	}
	return text, width
}
