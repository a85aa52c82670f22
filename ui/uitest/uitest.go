// Package uitest is what the tests of several views share. No program uses it.
package uitest

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/widgets"
)

// Model is a model whose native size is a square.
func Model(name string, side int) app.ModelInfo {
	m := app.ModelInfo{Name: name, Title: name, Width: side, Height: side, Start: recipe.Usual(name)}
	m.Start.Width, m.Start.Height = side, side
	return m
}

// App is an app without a display in our theme.
func App(t *testing.T) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Dark))
	return a
}

// Usual is a sketch with prompts.
func Usual() recipe.Sketch {
	s := recipe.Usual("real")
	s.Prompt, s.Negative = "a red boat", "rain"
	return s
}

// Enter focuses a field and types over what it holds.
func Enter(f fyne.Focusable, text string) {
	f.FocusGained()
	for _, r := range text {
		f.TypedRune(r)
	}
	f.FocusLost()
}

// Press types keys.
func Press(f fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// Gap is an object of some size.
func Gap() fyne.CanvasObject { return widgets.Gap(10, 10) }

// InPlace is an async.Runner that does all at once.
func InPlace(work, then func()) { work(); then() }

// AtOnce is an async.Later that waits for nothing.
func AtOnce(_ time.Duration, f func()) { f() }

// Texts are all words that are shown in o.
func Texts(o fyne.CanvasObject) []string {
	var found []string
	Walk(o, func(o fyne.CanvasObject) bool {
		if !o.Visible() {
			return false
		}
		switch o := o.(type) {
		case *widgets.Text:
			found = append(found, o.Text())
		case *widgets.Paragraph:
			found = append(found, o.Text())
		case *widgets.Button:
			found = append(found, o.Title())
		default:
			return true
		}
		return false
	})
	return found
}

// Walk calls visit with o and, where that returns true, with what is in o.
func Walk(o fyne.CanvasObject, visit func(o fyne.CanvasObject) bool) {
	if !visit(o) {
		return
	}
	switch o := o.(type) {
	case *fyne.Container:
		for _, c := range o.Objects {
			Walk(c, visit)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(o).Objects() {
			Walk(c, visit)
		}
	}
}

// Overlay is what is shown in the topmost dialog.
func Overlay(t *testing.T, c fyne.Canvas) string {
	t.Helper()
	top := c.Overlays().Top()
	if top == nil {
		t.Fatal("no dialog is open")
	}
	return strings.Join(Texts(top), "\n")
}

// Button is the first button in o with a title that is shown.
func Button(t *testing.T, o fyne.CanvasObject, title string) *widgets.Button {
	t.Helper()
	var found *widgets.Button
	Walk(o, func(o fyne.CanvasObject) bool {
		b, ok := o.(*widgets.Button)
		if ok && found == nil && b.Visible() && b.Title() == title {
			found = b
		}
		return !ok && found == nil
	})
	if found == nil {
		t.Fatalf("no button %q in\n%s", title, strings.Join(Texts(o), "\n"))
	}
	return found
}

// DialogButton is a button in the topmost dialog, by its title.
func DialogButton(t *testing.T, c fyne.Canvas, title string) *widgets.Button {
	t.Helper()
	if c.Overlays().Top() == nil {
		t.Fatal("no dialog is open")
	}
	return Button(t, c.Overlays().Top(), title)
}

// Main runs the tests of a package in English.
func Main(m *testing.M) {
	if err := format.Translate("en"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// MySketch is what the controls hold in these tests.
func MySketch() recipe.Sketch {
	s := Usual()
	s.Width, s.Height, s.Steps, s.Guidance, s.DecoderSteps, s.DecoderGuidance = 1024, 1024, 20, 4, 10, 0
	return s
}

// Drafts are three finished drafts, a running one, one that waits and one
// that failed.
func Drafts(group int64) []studio.Job {
	states := []studio.JobState{studio.Done, studio.Done, studio.Done, studio.Running, studio.Waiting, studio.Failed}
	jobs := make([]studio.Job, len(states))
	for i, st := range states {
		jobs[i] = Job(group+int64(i), group, st)
		jobs[i].Recipe.Draft = true
		if st == studio.Done {
			jobs[i].File = "a draft.png"
		}
	}
	return jobs
}

// Job is picture id of those that were asked for with group.
func Job(id, group int64, state studio.JobState) studio.Job {
	j := studio.Job{ID: id, Group: group, State: state, Took: 9500 * time.Millisecond}
	j.Recipe.Prompt, j.Recipe.Width, j.Recipe.Height = fmt.Sprintf("prompt %d", id), 64, 64
	return j
}

// Blank is a transparent picture.
func Blank(w, h int) *image.RGBA { return image.NewRGBA(image.Rect(0, 0, w, h)) }

// WritePicture saves a transparent picture and returns its file.
func WritePicture(t *testing.T, name string, w, h int) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, Blank(w, h)); err != nil {
		t.Fatal(err)
	}
	return file
}

// FourPictures is a queue whose second of four runs.
func FourPictures() studio.Queue {
	return studio.Queue{
		Over:    []studio.Job{Job(1, 1, studio.Done)},
		Running: []studio.Job{Job(2, 1, studio.Running)},
		Waiting: []studio.Job{Job(3, 1, studio.Waiting), Job(4, 1, studio.Waiting)},
	}
}

// WritePlain writes a picture of one colour.
func WritePlain(t *testing.T, name string, w, h int, c color.RGBA) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []uint8{c.R, c.G, c.B, 255})
	}
	file := filepath.Join(t.TempDir(), name)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	return file
}

// OneByOne is a runner that does nothing until a test says so.
type OneByOne struct{ Waiting []func() }

// Run is the async.Runner.
func (o *OneByOne) Run(work, then func()) { o.Waiting = append(o.Waiting, func() { work(); then() }) }

// Next does what waits first.
func (o *OneByOne) Next() {
	f := o.Waiting[0]
	o.Waiting = o.Waiting[1:]
	f()
}

// Pending is what goroutines want done on the window's, until a test does it. Add
// may be called from any goroutine.
type Pending struct {
	mu    sync.Mutex
	Funcs []func()
}

// Add takes f up.
func (p *Pending) Add(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Funcs = append(p.Funcs, f)
}

// Run is an async.Runner that does the work at once and leaves the rest to Do.
func (p *Pending) Run(work, then func()) {
	work()
	p.Add(then)
}

// Do does what was added, and what that adds.
func (p *Pending) Do() {
	for {
		p.mu.Lock()
		funcs := p.Funcs
		p.Funcs = nil
		p.mu.Unlock()
		if len(funcs) == 0 {
			return
		}
		for _, f := range funcs {
			f()
		}
	}
}
