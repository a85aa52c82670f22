package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"cascata/app"
	"cascata/app/catalogue"
	"cascata/app/library"
	"cascata/app/recipe"
	"cascata/ui/uitest"
)

// What the model lacks is fetched in the Models place, and used as soon as it is
// there, with the controls as they are.
func TestWhatTheModelLacksIsFetched(t *testing.T) {
	w, _ := newTestWindow(t, t.TempDir())
	big := w.p.Models.(fakeModels)["/big"]
	big.Accepts = app.Accepts{References: app.Support{Get: "image-encoder"}}
	w.p.Models.(fakeModels)["/big"] = big
	w.model.use("/big", "auto", "auto")
	w.write("a boat")
	w.inputs().Get("image-encoder")
	if w.tabs.at != tabModels {
		t.Error("nothing shows where to get it")
	}
	with := big
	with.Name, with.Accepts = "/big,image-encoder", app.Accepts{References: app.Support{Yes: true}}
	w.p.Models.(fakeModels)[with.Name] = with
	w.downloading(catalogue.Event{Name: "effnet-encoder", Stage: catalogue.Finished})
	if got := w.form.Sketch().Model; got != "/big" {
		t.Errorf("another download changed the model to %q", got)
	}
	w.downloading(catalogue.Event{Name: "image-encoder", Stage: catalogue.Finished})
	if s := w.form.Sketch(); s.Model != with.Name || s.Prompt != "a boat" || !w.model.info.Accepts.References.Yes {
		t.Errorf("then it is %+v with %+v", s, w.model.info.Accepts)
	}
}

// A picture is varied, referred to and begun from by the menus, as far as the
// model can.
func TestPicturesGoIn(t *testing.T) {
	w, s := newTestWindow(t, t.TempDir())
	if w.pictures.CanRefer() || w.pictures.CanBegin() {
		t.Error("the built-in model takes pictures, without an encoder")
	}
	m := w.model.info
	m.Accepts = app.Accepts{References: app.Support{Yes: true}, Pictures: app.Support{Yes: true}}
	w.model.set(m)
	pic := library.Picture{File: uitest.WritePicture(t, "a.png", 320, 160), Width: 320, Height: 160, Prompt: "a red boat"}
	w.pictures.Vary(pic)
	if len(s.added) != 1 || len(s.added[0].Recipe.References) != 1 || s.added[0].Recipe.Prompt != "a red boat" {
		t.Fatalf("varied by %+v", s.added)
	}
	if w.pictures.CanEnlarge() {
		t.Error("it enlarges without Stage A's encoder")
	}
	m.Accepts.Enlarges.Yes = true
	w.model.set(m)
	before := w.form.Sketch()
	w.pictures.Enlarge(pic, library.Picture{File: "b.png", Width: 64, Height: 64})
	if n := len(s.added); n != 3 || s.added[1].Recipe.From.File != pic.File || !s.added[2].Recipe.Enlarge || s.added[1].Recipe.Width != 640 ||
		len(s.added[1].Recipe.References) > 0 || s.added[1].Recipe.Prompt != "a red boat" {
		t.Fatalf("enlarged by %+v", s.added)
	}
	if got := w.form.Sketch(); got.From != nil || len(got.References) != len(before.References) {
		t.Errorf("to enlarge changes the controls to %+v", got.Extras)
	}
	w.pictures.Refer(pic)
	w.pictures.BeginFrom(pic)
	got := w.form.Sketch()
	if len(got.References) != 2 || got.Init == nil || got.Width != 2*got.Height || got.Model != recipe.Demo {
		t.Errorf("the controls hold %+v, %d x %d", got.Extras, got.Width, got.Height)
	}
	file := uitest.WritePicture(t, "b.png", 64, 64)
	w.win.Resize(fyne.NewSize(1280, 800))
	w.drop(fyne.NewPos(100, 300), []string{file})
	if got := w.form.Sketch(); len(got.References) != 3 || got.References[2].File != file {
		t.Errorf("dropped over the controls: %+v", got.References)
	}
	w.drop(fyne.NewPos(800, 300), []string{file})
	if w.tabs.at != tabLibrary || len(w.form.Sketch().References) != 3 {
		t.Error("dropped over the picture it is not looked at")
	}
}
