package picture

import (
	"errors"
	"image"
	"image/color"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/disk"
	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/inference/sampler"
	"cascata/ui/async"
	"cascata/ui/settings"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// newTestDetails shows pictures whose files say what infos has.
func newTestDetails(t *testing.T, infos map[string]meta.Info) (d *Details, used *[]recipe.Sketch) {
	t.Helper()
	uitest.App(t)
	d = NewDetails(DetailsParams{Run: func(work, then func()) { work(); then() }, Actions: &uitest.Actions{},
		Read: func(file string) (meta.Info, error) {
			if i, ok := infos[file]; ok {
				return i, nil
			}
			return meta.Info{}, disk.ErrNotPicture
		},
		Find: func(file string) (library.Picture, bool) {
			return library.Picture{ID: 9, File: file}, file == "known.png"
		}})
	used = &[]recipe.Sketch{}
	d.OnUse = func(s recipe.Sketch, _ func()) { *used = append(*used, s) }
	d.SetSketch(uitest.MySketch())
	w := test.NewTempWindow(t, d.Content)
	w.Resize(fyne.NewSize(widgets.DetailsWidth, 900))
	return d, used
}

// did is what was done with the pictures on show.
func (d *Details) did() []string { return d.p.Actions.(*uitest.Actions).Did }

// shows is what the panel says.
func (d *Details) shows() string { return strings.Join(uitest.Texts(d.column), "\n") }

func TestDetailsUseAndUndo(t *testing.T) {
	d, used := newTestDetails(t, map[string]meta.Info{"a.png": uitest.Ours()})
	d.Show(library.Picture{ID: 1, File: "a.png", Program: meta.Cascata})
	if len(*used) != 0 {
		t.Fatal("looking changed the controls")
	}
	test.Tap(uitest.Button(t, d.recipe, "use")) // the first line: the prompt
	want := uitest.MySketch()
	want.Prompt = "a lighthouse"
	if len(*used) != 1 || !reflect.DeepEqual((*used)[0], want) {
		t.Fatalf("used %+v", *used)
	}
	test.Tap(uitest.Button(t, d.recipe, "Use all 10"))
	if s := (*used)[1]; s.Steps != 30 || s.Seed != 77 || len(settings.Differing(settings.Diff(s, uitest.Ours()))) != 0 {
		t.Fatalf("used %+v", s)
	}
	// A change of the artist's in between stays when the rest is given back.
	mine := (*used)[1]
	mine.Count, mine.LockRatio = 5, true
	d.SetSketch(mine)
	test.Tap(uitest.Button(t, d.recipe, "Undo"))
	want.Count, want.LockRatio = 5, true
	if !reflect.DeepEqual((*used)[2], want) {
		t.Errorf("given back %+v\nwant %+v", (*used)[2], want)
	}
	if !d.p.Undo.UndoOf(d) || (*used)[3].Prompt != uitest.MySketch().Prompt {
		t.Errorf("the first step is not given back: %q", (*used)[3].Prompt)
	}
	if d.p.Undo.UndoOf(d) {
		t.Error("there is something more to give back")
	}
}

func TestDetailsFollowTheControls(t *testing.T) {
	d, _ := newTestDetails(t, map[string]meta.Info{"a.png": uitest.Ours()})
	d.Show(library.Picture{ID: 1, File: "a.png"})
	s := uitest.MySketch()
	s.Steps = 30
	d.SetSketch(s)
	if got := d.shows(); !strings.Contains(got, "Use all 10") {
		t.Errorf("shown %q", got)
	}
	before := d.recipe.Objects
	s.Prompt = "a red boat at sea"
	d.SetSketch(s)
	if !slices.Equal(before, d.recipe.Objects) {
		t.Error("typing in the prompt builds the recipe anew")
	}
	if d.lines[0].Now != s.Prompt {
		t.Error("but the lines do not know of it")
	}
}

func TestDetailsOfOtherFiles(t *testing.T) {
	foreign := meta.Info{Program: meta.A1111, Prompt: at("fox"), FileWidth: 640, FileHeight: 480, Unused: map[string]string{"Sampler": "Euler a"}}
	d, used := newTestDetails(t, map[string]meta.Info{"f.png": foreign, "known.png": uitest.Ours(), "photo.jpg": {Program: meta.Unknown}})
	d.ShowFile("f.png")
	if got := d.shows(); !strings.Contains(got, "Sampler: Euler a") || !strings.Contains(got, "Not in the library") || !strings.Contains(got, "A1111 / Forge") || strings.Contains(got, "Tags") {
		t.Errorf("a foreign file shows %q", got)
	}
	if p := d.said(d.Shown()[0]); p.Width != 640 || p.Height != 480 || p.Prompt != "fox" {
		t.Errorf("what is done with it is done with %+v", p)
	}
	test.Tap(uitest.Button(t, d.recipe, "Use it"))
	if len(*used) != 1 || (*used)[0].Prompt != "fox" {
		t.Errorf("used %+v", *used)
	}
	test.Tap(uitest.Button(t, d.column, "Add to the library"))
	if got := d.did(); !slices.Equal(got, []string{"add f.png"}) {
		t.Errorf("did %q", got)
	}
	d.ShowFile("known.png")
	if d.Shown()[0].ID != 9 || !strings.Contains(d.shows(), "Tags") {
		t.Error("a file of the library is shown as a stranger")
	}
	d.ShowFile("photo.jpg")
	if got := d.shows(); !strings.Contains(got, "the file has none") {
		t.Errorf("a photograph shows %q", got)
	}
	d.ShowFile("text.txt")
	if got := d.shows(); !strings.Contains(got, disk.ErrNotPicture.Error()) {
		t.Errorf("what is no picture shows %q", got)
	}
	d.Show(library.Picture{ID: 3, File: "/gone/x.png", Missing: true})
	if got := d.shows(); !strings.Contains(got, "is gone") || !strings.Contains(got, "/gone/x.png") {
		t.Errorf("a missing file shows %q", got)
	}
}

// What arrives late of a picture that is no longer chosen is not shown.
func TestDetailsOfThePictureChosenLast(t *testing.T) {
	uitest.App(t)
	var later []func()
	infos := map[string]meta.Info{"a.png": {Program: meta.A1111, Prompt: at("first")}, "b.png": {Program: meta.A1111, Prompt: at("second")}}
	d := NewDetails(DetailsParams{Actions: &uitest.Actions{}, Run: func(work, then func()) { later = append(later, func() { work(); then() }) },
		Read: func(file string) (meta.Info, error) { return infos[file], nil }})
	d.Show(library.Picture{ID: 1, File: "a.png"})
	d.Show(library.Picture{ID: 2, File: "b.png"})
	for len(later) > 0 { // the older answer comes last
		f := later[len(later)-1]
		later = later[:len(later)-1]
		f()
	}
	if got := d.shows(); !strings.Contains(got, "second") || strings.Contains(got, "first") {
		t.Errorf("shown %q", got)
	}
}

func TestDetailsOfSeveral(t *testing.T) {
	d, _ := newTestDetails(t, nil)
	p := []library.Picture{{ID: 1, File: "a", Stars: 3, Tags: []string{"night", "sea"}}, {ID: 2, File: "b", Stars: 3, Tags: []string{"sea"}}}
	d.Show(p...)
	got := d.shows()
	if !strings.Contains(got, "2 pictures selected") || !strings.Contains(got, "sea  ×") || strings.Contains(got, "night") {
		t.Errorf("shown %q", got)
	}
	d.addTags(" print, , night ")
	test.Tap(uitest.Button(t, d.column, "sea  ×"))
	test.Tap(uitest.Button(t, d.column, "Move to trash"))
	if want := []string{"tag print true of 1 2", "tag night true of 1 2", "tag sea false of 1 2", "trash of 1 2"}; !slices.Equal(d.did(), want) {
		t.Errorf("did %q, want %q", d.did(), want)
	}
	if d.Show(slices.Repeat(p, 3)...); strings.Contains(d.shows(), "Compare") {
		t.Error("six pictures can be compared")
	}
}

// The sweep of a picture starts with its own recipe, and keeps its
// composition where the model is the one in use.
func TestDetailsSweep(t *testing.T) {
	i := uitest.Ours()
	i.Model = at(uitest.MySketch().Model)
	d, _ := newTestDetails(t, map[string]meta.Info{"a.png": i, "b.png": uitest.Ours()})
	for file, source := range map[string]string{"a.png": "a.png", "b.png": ""} {
		d.Show(library.Picture{ID: 1, File: file})
		var p SweepParams
		d.OnSweep = func(s SweepParams) { p = s }
		d.Sweep(d.shown[0])
		if p.Source != source || p.Recipe.Steps != 30 || p.Recipe.Seed != 77 || p.Recipe.DecoderSeed != 78 || p.Recipe.Model != uitest.MySketch().Model {
			t.Errorf("%s: %+v", file, p)
		}
	}
}

func TestLoaderReadsTheLast(t *testing.T) {
	var later []func()
	var changes []string
	l := async.Loader{Run: func(work, then func()) { later = append(later, func() { work(); then() }) }, Read: readForPanel}
	l.Then = func(file string, _ *image.RGBA, err error) { changes = append(changes, file) }
	for _, f := range []string{"a", "b", "c"} {
		l.Want(f)
	}
	for len(later) > 0 {
		f := later[0]
		later = later[1:]
		f()
	}
	if !slices.Equal(changes, []string{"c"}) {
		t.Errorf("told of %q", changes)
	}
}

func TestPanelPictureIsSmall(t *testing.T) {
	img, err := readForPanel(uitest.WritePlain(t, "wide.png", 2000, 500, color.RGBA{1, 2, 3, 255}))
	if err != nil {
		t.Fatal(err)
	}
	if img.Rect.Dx() != panelSide || img.Rect.Dy() != panelSide/4 || img.Rect.Min.X != 0 || img.Rect.Min.Y != 0 || img.RGBAAt(300, 70) != (color.RGBA{1, 2, 3, 255}) {
		t.Errorf("got %v", img.Rect)
	}
	if _, err := readForPanel("none"); err == nil || errors.Is(err, disk.ErrNotPicture) {
		t.Errorf("got %v", err)
	}
}

// The menu of the grid means a picture that need not be the one on show.
func TestDetailsUsePicture(t *testing.T) {
	d, used := newTestDetails(t, map[string]meta.Info{"a.png": uitest.Ours(), "b.png": {Program: meta.A1111, Steps: at(44)}})
	d.Show(library.Picture{ID: 1, File: "a.png"})
	d.UsePicture(library.Picture{ID: 2, File: "b.png"})
	if len(*used) != 1 || (*used)[0].Steps != 44 || (*used)[0].Prompt != uitest.MySketch().Prompt {
		t.Errorf("used %+v", *used)
	}
	if !d.p.Undo.UndoOf(d) || (*used)[1].Steps != 20 {
		t.Error("it cannot be given back")
	}
	d.UsePicture(library.Picture{ID: 3, File: "gone.png"})
	if len(*used) != 2 || d.Shown()[0].ID != 3 || !strings.Contains(d.shows(), disk.ErrNotPicture.Error()) {
		t.Error("nothing is said of a picture that cannot be read")
	}
}

// A panel that is made wider has its parts in place at once.
func TestDetailsWidth(t *testing.T) {
	d, _ := newTestDetails(t, nil)
	file := uitest.WritePlain(t, "p.png", 300, 200, color.RGBA{1, 2, 3, 255})
	d.p.Read = func(string) (meta.Info, error) { return uitest.Ours(), nil }
	d.Show(library.Picture{ID: 1, File: file, Tags: []string{"one", "two", "three", "four", "five", "six"}})
	for _, width := range []float32{widgets.DetailsWidth, 500, 260, 420} {
		d.Content.Resize(fyne.NewSize(width, 900))
		y := float32(0)
		for i, o := range d.column.Objects {
			if o.Position().Y < y {
				t.Errorf("width %g: part %d begins at %g, the one before ends at %g", width, i, o.Position().Y, y)
			}
			if o.Size().Height < o.MinSize().Height {
				t.Errorf("width %g: part %d is %g high, needs %g", width, i, o.Size().Height, o.MinSize().Height)
			}
			y = o.Position().Y + o.Size().Height
		}
		if w, h := d.box.Size().Width, d.box.Size().Height; h < w*2/3-1 || h > w*2/3+1 {
			t.Errorf("width %g: the picture has %g by %g", width, w, h)
		}
	}
}

// A schedule that cannot make the present size takes the nearest with it.
func TestDetailsFitTheSize(t *testing.T) {
	d, used := newTestDetails(t, map[string]meta.Info{"a.png": {Program: meta.Cascata, Preset: at("diffusers")}})
	s := uitest.MySketch()
	fits := func(side int) int {
		return recipe.FitSize(sampler.Diffusers, recipe.Size{Width: side, Height: 1024}).Width
	}
	for s.Width = 1024; fits(s.Width) == s.Width; s.Width += recipe.SideUnit {
	}
	d.SetSketch(s)
	d.Show(library.Picture{ID: 1, File: "a.png"})
	d.useAll()
	got := (*used)[0]
	if got.Preset != sampler.Diffusers || got.Width != fits(s.Width) || got.Height != 1024 {
		t.Errorf("%s with %d by %d", got.Preset, got.Width, got.Height)
	}
	if d.p.Undo.UndoOf(d); !reflect.DeepEqual((*used)[1], s) {
		t.Errorf("given back %+v", (*used)[1])
	}
}

// What gets the keyboard below the edge of the panel comes into view.
func TestDetailsReveal(t *testing.T) {
	d, _ := newTestDetails(t, map[string]meta.Info{"a.png": uitest.Ours()})
	d.Show(library.Picture{ID: 1, File: "a.png"})
	d.Content.Resize(fyne.NewSize(widgets.DetailsWidth, 300))
	inView := func(o fyne.CanvasObject) bool {
		y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y - fyne.CurrentApp().Driver().AbsolutePositionForObject(d.scroll).Y
		return y >= 0 && y+o.Size().Height <= d.scroll.Size().Height
	}
	if inView(d.field) {
		t.Fatal("the field is in view already")
	}
	d.Reveal(d.field)
	if !inView(d.field) {
		t.Error("the field is not in view")
	}
	first := uitest.Button(t, d.recipe, "use")
	d.Reveal(first)
	if !inView(first) || inView(d.field) {
		t.Error("the first line is not in view")
	}
}

func at[T any](v T) *T { return &v }
