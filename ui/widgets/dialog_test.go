package widgets

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
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
	toasts.Say("one", "", nil)
	toasts.Say("two", "Undo", func() { undone++ })
	gone := toasts.Say("three", "", nil)
	toasts.Say("four", "", nil)
	if got := toasts.Texts(); !slices.Equal(got, []string{"two", "three", "four"}) {
		t.Errorf("shown %v", got)
	}
	if w.Canvas().Focused() != field {
		t.Error("a toast takes the keyboard")
	}
	last := toasts.shown[2]
	if end := last.Position().AddXY(last.Size().Width, last.Size().Height); end.X > 800 || end.Y > 600 || end.X < 700 {
		t.Errorf("the newest ends at %v of 800 by 600", end)
	}
	test.Tap(toasts.shown[0].button)
	test.Tap(last)
	if got := toasts.Texts(); undone != 1 || !slices.Equal(got, []string{"three"}) {
		t.Errorf("undone %d times, left %v", undone, got)
	}
	gone()
	gone() // nothing is there any more
	if len(toasts.Texts()) != 0 {
		t.Error("a toast that was taken away stays")
	}
	toasts.Say("five", "", nil)
	toasts.shown[0].timer.Reset(0)
	q.next()
	if len(toasts.Texts()) != 0 {
		t.Error("a toast stays")
	}
}

func TestTip(t *testing.T) {
	b := NewIconButton(IconRandom, "a new seed each time", nil)
	label := Tip(NewText("x"), "what it is")
	a := test.NewTempApp(t)
	a.Settings().SetTheme(New(Dark))
	w := test.NewTempWindow(t, nil)
	content, end := WithTips(container.NewVBox(b, label), w.Canvas())
	w.SetContent(content)
	w.Resize(fyne.NewSize(300, 200))
	layer := tipLayers[w.Canvas()][0]
	if Tip(b, "another") != b || b.tip != "another" {
		t.Error("a button is wrapped")
	}
	b.hint.pos = fyne.NewPos(290, 190)
	b.hint.showOn(w.Canvas())
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
	h := &label.(*tipped).hint
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
