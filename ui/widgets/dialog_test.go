package widgets

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"cascata/ui/look"
)

func TestDialogKeys(t *testing.T) {
	outside, inside := NewEntry(""), NewEntry("a name")
	w := open(t, 800, 600, container.NewVBox(outside))
	c := w.Canvas()
	var got []string
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { got = append(got, "window "+string(e.Name)) })
	c.Focus(outside)
	make := func() *Dialog {
		d := NewDialog("Save", inside, Action{Text: "Save", Main: true, Do: func() { got = append(got, "saved") }}, Action{Text: "Cancel"})
		d.OnClosed = func() { got = append(got, "closed") }
		return d.SetFirst(inside)
	}
	make().Show(c)
	if c.Focused() != inside || !Modal(c) {
		t.Fatalf("the keyboard is at %T", c.Focused())
	}
	key(inside, fyne.KeyEscape)
	if Modal(c) || c.Focused() != outside {
		t.Errorf("after Escape: open %v, keyboard at %T", Modal(c), c.Focused())
	}
	d := make()
	d.Show(c)
	key(inside, fyne.KeyReturn)
	d.Close()
	key(outside, fyne.KeyEscape)
	want := []string{"closed", "closed", "saved", "window Escape"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDialogOrderAndSize(t *testing.T) {
	w := open(t, 600, 400, NewText(""))
	var tall []fyne.CanvasObject
	for range 60 {
		tall = append(tall, NewText("a line"))
	}
	d := NewDialog("Tall", Column(4, tall...), Action{Text: "Do it", Main: true}, Action{Text: "Cancel"})
	d.Show(w.Canvas())
	if d.buttons[0].Title() != "Cancel" || d.buttons[1].Title() != "Do it" {
		t.Error("the main button is not the last")
	}
	if s := d.popup.Content.Size(); s.Height > 400 || s.Width < 420 || s.Width > 600 {
		t.Errorf("a tall dialog is %v in a window of 600 by 400", s)
	}
	if w.Canvas().Focused() != d.buttons[1] {
		t.Errorf("the keyboard is at %T", w.Canvas().Focused())
	}
	d.Close()
	yes := false
	c := Confirm(w.Canvas(), "Delete?", "They go to the trash.", "Delete", "Cancel", func() { yes = true })
	if s := c.popup.Content.Size(); s.Height > 200 {
		t.Errorf("a short dialog is %v", s)
	}
	key(c.buttons[0], fyne.KeySpace)
	if yes || Modal(w.Canvas()) {
		t.Error("Cancel does it, or leaves the dialog open")
	}
}

func TestToasts(t *testing.T) {
	q := newQueue()
	toasts := NewToasts(q.do)
	field := NewEntry("")
	w := open(t, 800, 600, container.NewStack(container.NewVBox(field), toasts))
	w.Canvas().Focus(field)
	undone := 0
	gone := toasts.Say("one", "", nil)
	toasts.Say("two", "Undo", func() { undone++ })
	gone() // it is gone already
	if got := toasts.Texts(); !slices.Equal(got, []string{"two"}) {
		t.Errorf("shown are %q, want the newest alone", got)
	}
	if w.Canvas().Focused() != fyne.Focusable(field) {
		t.Error("a toast takes the keyboard")
	}
	n := toasts.shown
	if bottom := n.Position().Y + n.Size().Height; bottom != 600 || n.Size().Width != 800 {
		t.Errorf("the toast is %v at %v, want it at the foot of the window", n.Size(), n.Position())
	}
	low := n.Size().Height
	test.Tap(n.button)
	if got := toasts.Texts(); undone != 1 || len(got) != 0 {
		t.Errorf("done %d times, shown are %q", undone, got)
	}
	gone = toasts.Say(strings.Repeat("a long sentence ", 20), "", nil)
	if got := toasts.shown.Size().Height; got < low*1.5 {
		t.Errorf("a text of several lines is %.0f high, one of a line %.0f", got, low)
	}
	gone()
	if len(toasts.Texts()) != 0 {
		t.Error("a toast that was taken away stays")
	}
	toasts.Say("five", "", nil)
	toasts.shown.timer.Reset(0)
	q.next()
	if len(toasts.Texts()) != 0 {
		t.Error("a toast stays")
	}
}

// A tip goes when the artist types, presses, scrolls or opens something, and
// comes back with the pointer.
func TestTipsGiveWay(t *testing.T) {
	b, field := NewIconButton(look.IconRandom, "a new seed each time", nil), NewEntry("")
	rows := container.NewVBox(b, field, Gap(10, 900))
	scroll := container.NewVScroll(rows)
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Dark))
	w := test.NewTempWindow(t, nil)
	content, end := WithTips(scroll, w.Canvas())
	defer end()
	w.SetContent(content)
	w.Resize(fyne.NewSize(300, 200))
	layer := tipLayers[w.Canvas()][0]
	for name, do := range map[string]func(){
		"a key in a field":    func() { field.KeyDown(&fyne.KeyEvent{Name: fyne.KeyA}) },
		"a key on a button":   func() { b.KeyDown(&fyne.KeyEvent{Name: fyne.KeyA}) },
		"a press":             func() { b.MouseDown(&desktop.MouseEvent{}) },
		"another tip":         func() { (&Hint{tip: "x"}).In(field, fyne.Position{}) },
		"the wheel":           func() { scroll.ScrollToOffset(fyne.NewPos(0, 40)) },
		"another page":        func() { rows.Hide() },
		"a menu":              func() { widget.ShowPopUpMenuAtPosition(fyne.NewMenu(""), w.Canvas(), fyne.Position{}) },
		"nothing at all":      func() {},
		"the pointer, inside": func() { b.MouseMoved(&desktop.MouseEvent{}) },
	} {
		rows.Show()
		scroll.ScrollToTop()
		b.MouseIn(&desktop.MouseEvent{})
		b.Hint.timer.Stop()
		b.Hint.showOn(w.Canvas())
		b.Hint.timer.Stop()
		if len(layer.Objects) != 1 {
			t.Fatalf("%s: no tip", name)
		}
		do()
		if b.Hint.layer != nil && b.Hint.stale(w.Canvas()) {
			b.Hint.Out()
		}
		stays := name == "nothing at all" || strings.HasPrefix(name, "the pointer")
		if got := len(layer.Objects) == 1; got != stays {
			t.Errorf("%s: the tip stays is %v", name, got)
		}
		hideTips()
		for _, o := range w.Canvas().Overlays().List() {
			w.Canvas().Overlays().Remove(o)
		}
	}
}

func TestTip(t *testing.T) {
	b := NewIconButton(look.IconRandom, "a new seed each time", nil)
	label := Tip(NewText("x"), "what it is")
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Dark))
	w := test.NewTempWindow(t, nil)
	content, end := WithTips(container.NewVBox(b, label), w.Canvas())
	w.SetContent(content)
	w.Resize(fyne.NewSize(300, 200))
	layer := tipLayers[w.Canvas()][0]
	if Tip(b, "another") != b || b.tip != "another" {
		t.Error("a button is wrapped")
	}
	b.Hint.pos = fyne.NewPos(290, 190)
	b.Hint.showOn(w.Canvas())
	if len(layer.Objects) != 1 {
		t.Fatal("no tip")
	}
	o := layer.Objects[0]
	if e := o.Position().AddXY(o.Size().Width, o.Size().Height); e.X > 300 || e.Y > 190 {
		t.Errorf("the tip ends at %v of a window of 300 by 200, the pointer at 190", e)
	}
	b.MouseOut()
	if len(layer.Objects) != 0 {
		t.Error("the tip stays when the pointer leaves")
	}
	label.(desktop.Hoverable).MouseIn(&desktop.MouseEvent{})
	h := &label.(*tipped).Hint
	if h.timer == nil {
		t.Error("resting on a wrapped object starts nothing")
	}
	h.timer.Stop()
	h.timer = time.NewTimer(time.Hour)
	label.(desktop.Hoverable).MouseOut()
	end()
	if _, ok := tipLayers[w.Canvas()]; ok {
		t.Error("the layer of a closed window is kept")
	}
}
