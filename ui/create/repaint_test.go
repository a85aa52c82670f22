package create

import (
	"image"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/ui/uitest"
)

// A part of a picture is painted over, and its mask goes with the recipe; sides
// that are added are a larger picture with a mask of them.
func TestRepaintAndExtend(t *testing.T) {
	a := uitest.WritePicture(t, "a.png", 320, 200)
	f := newInputsForm(t, everything)
	f.Repaint(inference.Input{File: a}, 320, 200)
	b := f.inputs.initImage
	if b.painting == nil || !b.painting.over.Open() {
		t.Fatal("nothing can be painted on")
	}
	if !b.painting.done.Disabled() {
		t.Error("a mask of nothing can be used")
	}
	uitest.Press(b.painting.painter, fyne.KeySpace)
	test.Tap(b.painting.done)
	s := f.Sketch()
	if s.Mask == nil || s.Init.File != a || b.painting.over.Open() {
		t.Fatalf("the controls hold %+v", s.Extras)
	}
	r := s.Recipe
	if err := r.ReadInputs(); err != nil || r.Mask.Image.Bounds() != r.Init.Image.Bounds() {
		t.Fatalf("read as %v, %v", r.Mask.Image, err)
	}
	if m := r.Mask.Image.(*image.Gray); m.GrayAt(160, 100).Y != 255 || m.GrayAt(0, 0).Y != 0 {
		t.Error("the mask is not what was painted")
	}
	b.paint()
	if b.painting.painter.Mask.Empty() {
		t.Error("the mask cannot be painted on")
	}
	b.painting.over.Close()
	in, _ := b.changed()
	b.extendBy(in, recipe.Sides{Right: 0.5})
	s = f.Sketch()
	r = s.Recipe
	if err := r.ReadInputs(); err != nil || r.Init.Image.Bounds().Dx() != 480 || r.Mask.Image.Bounds().Dx() != 480 {
		t.Fatalf("extended to %v, %v", r.Init, err)
	}
	if s.Width != 480 || s.Height != 200 || b.picture.rows[0].name.Text() != "a.png" {
		t.Errorf("the size is %d x %d, the picture is called %q", s.Width, s.Height, b.picture.rows[0].name.Text())
	}
	b.choose(1)
	if s = f.Sketch(); s.Mask != nil || s.From == nil {
		t.Errorf("new detail alone has the mask %v", s.Mask)
	}
}

// A painting that is cancelled can be gone on with, strokes and all; of one on
// which nothing was painted nothing is said.
func TestCancelledPaintingIsNotLost(t *testing.T) {
	f := newInputsForm(t, everything)
	f.Repaint(inference.Input{File: uitest.WritePicture(t, "a.png", 320, 200)}, 320, 200)
	b := f.inputs.initImage
	p := b.painting
	escape := func() { p.over.Key(&fyne.KeyEvent{Name: fyne.KeyEscape}) }
	escape()
	if said := f.p.Toasts.Texts(); p.over.Open() || slices.Contains(said, "What was painted is not used.") {
		t.Fatalf("cancelled at once: open %v, said %q", p.over.Open(), said)
	}
	p.show()
	uitest.Press(p.painter, fyne.KeySpace)
	for name, cancel := range map[string]func(){
		"escape": escape,
		"cancel": func() { test.Tap(uitest.Button(t, p.over.Content, "Cancel")) },
	} {
		cancel()
		if s := f.Sketch(); p.over.Open() || s.Mask != nil {
			t.Fatalf("%s: open %v, mask %v", name, p.over.Open(), s.Mask)
		}
		test.Tap(uitest.Button(t, f.p.Toasts, "Undo"))
		if !p.over.Open() || p.painter.Mask.Empty() || !p.painter.Mask.CanUndo() {
			t.Fatalf("%s, then undo: open %v, empty %v", name, p.over.Open(), p.painter.Mask.Empty())
		}
	}
	test.Tap(p.done)
	if f.Sketch().Mask == nil {
		t.Error("what was gone on with cannot be used")
	}
	b.paint()
	b.painting.over.Key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if said := f.p.Toasts.Texts(); slices.Contains(said, "What was painted is not used.") {
		t.Error("a mask that is in use and was not changed is said to be cancelled")
	}
}
