package create

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/uitest"
	"cascata/ui/widgets"
)

// everything is what a model with all encoders takes.
var everything = app.Accepts{References: app.Support{Yes: true}, Pictures: app.Support{Yes: true}, Enlarges: app.Support{Yes: true}, Outlines: app.Support{Yes: true}, LoRAs: true}

// newInputsForm is a form for a model, its section of pictures open in a window.
// files are what the artist chooses.
func newInputsForm(t *testing.T, takes app.Accepts, files ...string) *Form {
	t.Helper()
	f, _ := newTestForm(t)
	p := &f.inputs.loras.p
	p.Files = func(_ string, then func([]string)) { then(files) }
	p.LoRA = func(l inference.LoRA) (inference.LoRA, lora.Info, error) {
		info, err := lora.Describe(l.Path)
		return l, info, err
	}
	p.Fits = func(recipe.Setup, inference.LoRA) error { return nil }
	p.LoRAs = func() []lora.Info { return nil }
	p.Fail = func(err error) { t.Error(err) }
	p.Get = func(string) {}
	dir := t.TempDir()
	p.Keep = func(name string, img Picture) (inference.Input, error) { return recipe.KeepInput(dir, name, img) }
	rest := *p
	for _, part := range f.inputs.parts {
		switch part := part.(type) {
		case *mood:
			part.p.InputsParams = rest.InputsParams
		case *initImage:
			part.p.InputsParams = rest.InputsParams
		case *outlines:
			part.p.InputsParams = rest.InputsParams
		}
	}
	m := uitest.Model(recipe.Demo, 256)
	m.Accepts = takes
	f.SetModel(m)
	w := test.NewTempWindow(t, f.Content)
	w.Resize(fyne.NewSize(332, 2400))
	f.showPictures()
	return f
}

// What a model cannot take, and nothing would let it take, is not shown; what
// can be had for it is said with its name in the catalogue.
func TestInputsAreWhatTheModelTakes(t *testing.T) {
	for _, tt := range []struct {
		name      string
		takes     app.Accepts
		seen, not []string
	}{
		{"nothing", app.Accepts{}, []string{"Mood", "Prompt…"}, []string{"LoRA", "Choose a picture…"}},
		{"LoRA alone", app.Accepts{LoRAs: true}, []string{"Add a LoRA…"}, []string{"Choose a picture…", "Begin from a picture", "Control"}},
		{"lacking", app.Accepts{References: app.Support{Get: "image-encoder"}, LoRAs: true}, []string{"Mood", "Get it…", "Add a LoRA…"}, []string{"Choose a picture…", "Begin from a picture"}},
		{"all", everything, []string{"Mood", "Begin from a picture", "Control", "Choose a picture…", "Add a LoRA…"}, []string{"Get it…"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newInputsForm(t, tt.takes)
			texts := strings.Join(uitest.Texts(f.Content), "\n")
			for _, s := range tt.seen {
				if !strings.Contains(texts, s) {
					t.Errorf("%q is not shown in %s", s, texts)
				}
			}
			for _, s := range tt.not {
				if slices.Contains(uitest.Texts(f.Content), s) {
					t.Errorf("%q is shown", s)
				}
			}
		})
	}
}

// Pictures and LoRAs that are put in go with the jobs, and come back with a
// recipe; what is changed afterwards leaves the jobs alone.
func TestInputsGoWithTheJobs(t *testing.T) {
	kohya, err := filepath.Abs("../../inference/testdata/loras/kohya.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	a, b := uitest.WritePicture(t, "a.png", 300, 200), uitest.WritePicture(t, "b.png", 64, 64)
	f := newInputsForm(t, everything)
	f.Refer(inference.Input{File: a})
	f.Refer(inference.Input{File: b})
	f.BeginFrom(inference.Input{File: a}, 300, 200)
	f.Drop(fyne.Position{}, nil, []string{kohya, kohya})
	refs := f.inputs.mood
	refs.rows[1].weight.OnChanged(0.5)
	f.inputs.initImage.numbers[0].OnChanged(0.3)
	f.inputs.loras.rows[0].weight.OnChanged(-0.25)
	s := f.Sketch()
	if len(s.References) != 2 || s.References[0].Weight != 1 || s.References[1].Weight != 0.5 || s.Init.File != a || *s.Strength != 0.3 {
		t.Fatalf("the controls hold %+v", s.Extras)
	}
	if len(s.LoRAs) != 1 || s.LoRAs[0].Path != kohya || s.LoRAs[0].Weight != -0.25 {
		t.Fatalf("the LoRAs are %+v", s.LoRAs)
	}
	if s.Width <= s.Height || s.Width*s.Height < 60_000 || s.Width*s.Height > 70_000 {
		t.Errorf("a picture of 300 x 200 makes one of %d x %d", s.Width, s.Height)
	}
	made := f.Ask(false, false)[0].Recipe
	refs.rows[0].weight.OnChanged(2)
	f.inputs.loras.rows[0].weight.OnChanged(2)
	test.Tap(button(t, refs.rows[1].Content))
	if got := f.Sketch(); len(got.References) != 1 || got.References[0].Weight != 2 {
		t.Errorf("then the controls hold %+v", got.References)
	}
	if len(made.References) != 2 || made.References[0].Weight != 1 || made.LoRAs[0].Weight != -0.25 {
		t.Errorf("the job changed with the controls: %+v %+v", made.References, made.LoRAs)
	}
	f.Use(made)
	if got := f.Sketch(); len(got.References) != 2 || got.References[1].Weight != 0.5 || got.Init.File != a || *got.Strength != 0.3 || got.LoRAs[0].Weight != -0.25 {
		t.Errorf("recalled as %+v %+v", got.Extras, got.LoRAs)
	}
	ways := f.inputs.initImage
	ways.choose(1)
	if got := f.Sketch(); got.Init != nil || got.From.File != a || made.Init == nil {
		t.Errorf("new detail only: %+v", got.Extras)
	}
	ways.choose(2)
	if got := f.Sketch(); got.Init != nil || got.From.File != a || !got.Enlarge || *got.Strength != inference.EnlargeStrength || !f.draft.Disabled() {
		t.Errorf("enlarged: %+v", got.Extras)
	}
	larger := f.Ask(false, false)[0].Recipe
	ways.choose(0)
	if got := f.Sketch(); got.Init.File != a || got.From != nil || got.Enlarge || got.Strength != nil || f.draft.Disabled() {
		t.Errorf("changed again: %+v", got.Extras)
	}
	f.Use(larger)
	if got := f.Sketch(); !got.Enlarge || got.From.File != a {
		t.Errorf("enlarged as recalled: %+v", got.Extras)
	}
}

// A LoRA that does not fit the model says so at its row and is left out of what is made,
// which is told; with a model that it fits it is used.
func TestUnfitLoRA(t *testing.T) {
	kohya, err := filepath.Abs("../../inference/testdata/loras/kohya.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	f := newInputsForm(t, everything)
	why := fmt.Errorf("%w: %w", lora.ErrBad, lora.ErrWidths)
	f.inputs.loras.p.Fits = func(s recipe.Setup, _ inference.LoRA) error {
		if s.Model == recipe.Demo {
			return why
		}
		return nil
	}
	says := func(text string) bool { return slices.Contains(uitest.Texts(f.Content), text) }
	const widths, unfit = "It was made for a model of other widths. With this one, pictures are made without it.", "It does not fit this model. Pictures are made without it."
	f.Drop(fyne.Position{}, nil, []string{kohya})
	if !says(widths) {
		t.Errorf("the row does not say why: %q", uitest.Texts(f.inputs.loras.list))
	}
	for _, draft := range []bool{false, true} {
		if made := f.Ask(draft, false); len(made) == 0 || len(made[0].Recipe.LoRAs) != 0 {
			t.Fatalf("draft %v: asked for %+v", draft, made)
		}
	}
	if got := strings.Join(f.p.Toasts.Texts(), "\n"); !strings.Contains(got, "kohya.safetensors") {
		t.Errorf("it is left out and told is %q", got)
	}
	if len(f.Sketch().LoRAs) != 1 {
		t.Errorf("the controls hold %+v", f.Sketch().LoRAs)
	}
	why = lora.ErrBad
	f.inputs.loras.keys = nil
	f.SetSketch(f.Sketch())
	if !says(unfit) || says(widths) {
		t.Errorf("for another reason: %q", uitest.Texts(f.inputs.loras.list))
	}
	other := uitest.Model("/m/other", 256)
	other.Accepts = everything
	f.SetModel(other)
	if says(unfit) || len(f.Ask(false, false)[0].Recipe.LoRAs) != 1 {
		t.Errorf("with a model that it fits: %q", uitest.Texts(f.inputs.loras.list))
	}
	why = inference.ErrModelMissing // is not the LoRA's fault
	m := uitest.Model(recipe.Demo, 256)
	m.Accepts = everything
	f.SetModel(m)
	if says(unfit) || len(f.Ask(false, false)[0].Recipe.LoRAs) != 1 {
		t.Errorf("with a model that is gone: %q", uitest.Texts(f.inputs.loras.list))
	}
}

// What a model's Stage A cannot enlarge is not offered; what is recalled says why.
func TestEnlargingIsOffered(t *testing.T) {
	takes := everything
	takes.Enlarges = app.Support{}
	f := newInputsForm(t, takes)
	f.BeginFrom(inference.Input{File: uitest.WritePicture(t, "a.png", 64, 64)}, 64, 64)
	b := f.inputs.initImage
	says := func(offered, cannot bool) {
		t.Helper()
		said := slices.Contains(uitest.Texts(f.Content), "This model cannot enlarge a picture: its Stage A comes without the encoder.")
		if b.larger != offered || said != cannot {
			t.Errorf("enlarging is offered: %v, refused: %v", b.larger, said)
		}
	}
	says(false, false)
	f.EnlargeFrom(*f.Sketch().Init)
	says(true, true)
	if b.ways.Chosen() != 2 {
		t.Errorf("%d is chosen", b.ways.Chosen())
	}
	m := uitest.Model(recipe.Demo, 256)
	m.Accepts = everything
	f.SetModel(m)
	says(true, false)
}

// The map shows the outlines that are found, by thresholds that can be changed:
// the usual ones are not told. What was found for another picture stays.
func TestOutlinesByThresholds(t *testing.T) {
	f := newInputsForm(t, everything)
	o := f.inputs.parts[2].(*outlines)
	if o.shown.Visible() {
		t.Error("a map of nothing is shown")
	}
	img := image.NewGray(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			img.Pix[y*img.Stride+x] = map[bool]uint8{true: 40, false: 70}[x < 160] // one faint edge
		}
	}
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, encode(t, img), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Outline(inference.Input{File: file})
	lit := func() (n int) {
		drawn := o.image.Image()
		for y := range drawn.Bounds().Dy() {
			for x := range drawn.Bounds().Dx() {
				if r, _, _, _ := drawn.At(x, y).RGBA(); r > 0x7fff {
					n++
				}
			}
		}
		return n
	}
	if lit() != 0 || !o.edges[0].Content.Visible() || o.edges[0].Value() != 200 || o.edges[1].Value() != 100 {
		t.Fatalf("%d pixels of the map are lit, thresholds %g and %g", lit(), o.edges[0].Value(), o.edges[1].Value())
	}
	o.edges[0].OnChanged(90)
	if lit() == 0 {
		t.Error("the edge is not found")
	}
	if c := f.Sketch().Control; c.High != 90 || c.Low != 0 {
		t.Errorf("the controls hold %+v", c)
	}
	made := f.Ask(false, false)[0].Recipe
	o.edges[0].OnChanged(200)
	if c := f.Sketch().Control; lit() != 0 || c.High != 0 || made.Control.High != 90 {
		t.Errorf("the controls hold %+v, the job %+v", c, made.Control)
	}
	f.Use(made)
	if o.edges[0].Value() != 90 || lit() == 0 {
		t.Error("the thresholds did not come back")
	}
	s := f.Sketch()
	found := *s.Control
	found.Part = "control"
	s.Control = &found
	f.Set(s)
	if o.edges[0].Content.Visible() || !o.found.Visible() || !o.image.Visible() {
		t.Error("other outlines can be asked for where they were found before")
	}
}

func encode(t *testing.T, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A LoRA says what it is, and its words go into the prompt.
func TestLoRASays(t *testing.T) {
	f := newInputsForm(t, everything)
	file := filepath.Join("../../inference/testdata/loras", "bundle.safetensors")
	f.write("a boat")
	f.Drop(fyne.Position{}, nil, []string{file})
	row := f.inputs.loras.rows[0]
	if row.about.Text() == "" || row.trigger == "" {
		t.Fatalf("it says %q, words %q", row.about.Text(), row.trigger)
	}
	test.Tap(row.words)
	if got, want := f.Sketch().Prompt, "a boat, "+row.trigger; got != want {
		t.Errorf("the prompt is %q, want %q", got, want)
	}
}

// button is the one button in a row.
func button(t *testing.T, row *fyne.Container) *widgets.Button {
	for _, o := range test.LaidOutObjects(row) {
		if b, ok := o.(*widgets.Button); ok {
			return b
		}
	}
	t.Fatal("there is no button")
	return nil
}
