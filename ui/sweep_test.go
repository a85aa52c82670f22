package ui

import (
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
)

func TestSpread(t *testing.T) {
	testApp(t)
	guidance, steps := sweepables()[0], sweepables()[1]
	for _, tt := range []struct {
		s        sweepable
		from, to float64
		n        int
		want     []float64
	}{
		{guidance, 2, 8, 4, []float64{2, 4, 6, 8}},
		{guidance, 8, 2, 3, []float64{8, 5, 2}},
		{guidance, 1, 2, 4, []float64{1, 1.3, 1.7, 2}},
		{steps, 4, 6, 12, []float64{4, 5, 6}},
		{steps, 5, 5, 3, []float64{5}},
		{steps, -100, 1e9, 2, []float64{1, 100}},
		{steps, 1, 100, 1000, []float64{1, 10, 19, 28, 37, 46, 55, 64, 73, 82, 91, 100}},
	} {
		if got := tt.s.spread(tt.from, tt.to, tt.n).values; !slices.Equal(got, tt.want) {
			t.Errorf("%s from %g to %g in %d: got %v, want %v", tt.s.name, tt.from, tt.to, tt.n, got, tt.want)
		}
	}
}

// sweepOf is a sweep of two settings as the studio would have added it.
func sweepOf(source string, across, down axis) []studio.Job {
	jobs := sweepJobs(mySketch().Recipe, source, across, down)
	for i := range jobs {
		jobs[i].ID, jobs[i].Group, jobs[i].State = int64(i+5), 5, studio.Waiting
	}
	return jobs
}

func TestSweepJobs(t *testing.T) {
	testApp(t)
	all := sweepables()
	guidance, detail, shift := all[0].spread(2, 8, 4), all[2].spread(4, 20, 3), all[5].spread(1, 2, 2)
	jobs := sweepOf("", guidance, detail)
	if len(jobs) != 12 || jobs[1].Recipe.Guidance != 4 || jobs[1].Recipe.DecoderSteps != 4 || jobs[4].Recipe.Guidance != 2 || jobs[4].Recipe.DecoderSteps != 12 {
		t.Errorf("got %d jobs, the second %+v, the fifth %+v", len(jobs), jobs[1].Recipe, jobs[4].Recipe)
	}
	for _, tt := range []struct {
		across, down axis
		keeps        bool
	}{
		{detail, axis{}, true}, {detail, shift, true}, {guidance, axis{}, false}, {detail, guidance, false}, {guidance, detail, false},
	} {
		for _, j := range sweepOf("a.png", tt.across, tt.down) {
			if (j.Source == "a.png") != tt.keeps {
				t.Errorf("%s and %s: developed from %q", tt.across.name, tt.down.name, j.Source)
				break
			}
		}
	}
}

// The grid is found again from the jobs alone, whichever two settings differ.
func TestGridOf(t *testing.T) {
	testApp(t)
	all := sweepables()
	for x := range all {
		for y := range all {
			across, down := all[x].spread(all[x].from, all[x].to, 4), axis{}
			if x != y {
				down = all[y].spread(all[y].from, all[y].to, 3)
			}
			jobs := sweepOf("", across, down)
			g, ok := gridOf(jobs)
			if !ok || g.across.name != across.name || g.down.name != down.name || !slices.Equal(g.across.values, across.values) || !slices.Equal(g.down.values, down.values) {
				t.Errorf("%s by %s: got %s %v by %s %v, %v", across.name, down.name, g.across.name, g.across.values, g.down.name, g.down.values, ok)
				continue
			}
			for i, k := range g.cells {
				if k != i {
					t.Errorf("%s by %s: place %d has job %d", across.name, down.name, i, k)
				}
			}
		}
	}
}

// The settings that are no numbers are found again too, by themselves and
// against a number and each other.
func TestGridOfChoices(t *testing.T) {
	testApp(t)
	r := mySketch().Recipe
	r.Prompt, r.Negative, r.Seed, r.DecoderSeed = "a red boat at sea", "red fog", 7, 7
	axes := map[string]axis{}
	for _, s := range choices(recipe.DefaultStyles(), app.Sizes(1024, 1024)) {
		text := map[string]string{"Words": "red, blue, dark green", "Seed": "7, 18446744073709551615, x, 7"}[s.name]
		if text == "" {
			text = strings.Join(s.propose(r), ", ")
		}
		axes[s.name] = s.listed(text)
	}
	labels := map[string][]string{
		"Words": {"Prompt red", "blue", "dark green"}, "Seed": {"Seed 7", "18446744073709551615"}, "Preset": {"Preset official", "comfy", "diffusers"},
	}
	for name, across := range axes {
		for _, down := range []axis{{}, sweepables()[0].spread(2, 8, 3), axes["Seed"], axes["Preset"]} {
			if down.name == name {
				continue
			}
			jobs := sweepJobs(r, "a.png", across, down)
			if jobs[0].Source != "" {
				t.Errorf("%s: developed from the composition", name)
			}
			for i := range jobs {
				jobs[i].ID = int64(i + 1)
			}
			g, ok := gridOf(jobs)
			if !ok || len(g.across.values) != len(across.values) || len(g.down.values) != len(down.values) {
				t.Errorf("%s by %q: found %v by %v, %v", name, down.name, g.across.labels(), g.down.labels(), ok)
				continue
			}
			if want := labels[name]; want != nil && !slices.Equal(g.across.labels(), want) {
				t.Errorf("%s: labels %q, want %q", name, g.across.labels(), want)
			}
			for i, k := range g.cells {
				if k != i {
					t.Errorf("%s by %q: place %d has job %d", name, down.name, i, k)
				}
			}
		}
	}
	words := sweepJobs(r, "", axes["Words"], axis{})
	if got := words[2].Recipe; got.Prompt != "a dark green boat at sea" || got.Negative != "dark green fog" {
		t.Errorf("words: %q, %q", got.Prompt, got.Negative)
	}
	seeds := sweepJobs(r, "", axes["Seed"], axis{})
	if got := seeds[1].Recipe; got.Seed != got.DecoderSeed || got.Seed != 18446744073709551615 {
		t.Errorf("seeds: %d, %d", got.Seed, got.DecoderSeed)
	}
	sizes := sweepJobs(r, "", sizeChoice(nil).listed("640x448, 512×512, 0×9, 9, 99999x8"), axis{})
	if len(sizes) != 2 || sizes[0].Recipe.Width != 640 || sizes[0].Recipe.Height != 448 {
		t.Errorf("sizes: %d jobs, the first %+v", len(sizes), sizes[0].Recipe)
	}
}

// What is proposed has the present value among its values, whatever that is.
func TestProposedHasThePresentValue(t *testing.T) {
	testApp(t)
	for _, s := range sweepables() {
		for v := s.span.Min; v <= s.span.Max; v += s.span.Step {
			v := math.Round(v*1e6) / 1e6
			for _, n := range []int{2, 4, 12} {
				r := mySketch().Recipe
				s.set(&r, v)
				from, to := s.proposed(r, n)
				a := s.spread(from, to, n).near(s.value(r))
				if !slices.Contains(a.values, s.value(r)) || len(a.values) < 2 {
					t.Errorf("%s at %g: %d values from %g to %g are %v", s.name, v, n, from, to, a.values)
				}
			}
		}
	}
}

// Rows of the queue say what sets them apart; pictures that were just asked
// for together have their numbers only, and their seeds on the sheet.
func TestQueueNamesSweptValues(t *testing.T) {
	l := newTestQueue(t)
	jobs := sweepOf("", sweepables()[0].spread(2, 8, 4), sweepables()[1].spread(10, 20, 2))
	l.SetQueue(studio.Queue{Waiting: jobs})
	if got, want := l.summary(jobs[1]), "2/8 · Guidance 4 · Composition steps 10"; !strings.HasPrefix(got, want) {
		t.Errorf("says %q, want %q first", got, want)
	}
	l.SetQueue(fourPictures())
	if got := l.summary(fourPictures().Waiting[0]); strings.Contains(got, "Guidance") {
		t.Errorf("a picture of no sweep says %q", got)
	}
}

func TestGridOfOthers(t *testing.T) {
	testApp(t)
	across := sweepables()[0].spread(2, 8, 4)
	seeds, three, same := sweepOf("", across, axis{}), sweepOf("", across, sweepables()[1].spread(1, 3, 2)), sweepOf("", across, axis{})
	seeds[2].Recipe.Seed++
	three[3].Recipe.DecoderSteps++
	for i := range same {
		same[i].Recipe.Guidance = 3
	}
	for name, jobs := range map[string][]studio.Job{"another seed": seeds, "three settings": three, "no difference": same, "none": nil} {
		if g, ok := gridOf(jobs); ok {
			t.Errorf("%s: taken for a sweep of %s", name, g.across.name)
		}
	}
	if g, ok := gridOf(sweepOf("", across, axis{})[:3]); !ok || len(g.cells) != 3 {
		t.Error("a sweep that lost a picture is none any more")
	}
}

// testPicture writes a picture of one colour.
func testPicture(t *testing.T, name string, w, h int, c color.RGBA) string {
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

func TestLabelledSheet(t *testing.T) {
	testApp(t)
	red, blue := testPicture(t, "r.png", 80, 60, color.RGBA{255, 0, 0, 255}), testPicture(t, "b.png", 80, 60, color.RGBA{0, 0, 255, 255})
	l := labelled{title: strings.Repeat("a long prompt ", 60), note: "Seed 1", across: []string{"Guidance 2", "4"}, down: []string{"Steps 1", "2"},
		cells: []string{red, blue, "", red}, shape: image.Pt(80, 60)}
	img, err := l.draw(160)
	if err != nil {
		t.Fatal(err)
	}
	count := map[color.RGBA]int{}
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			count[img.RGBAAt(x, y)]++
		}
	}
	cell := 160 * 120
	if r, b, e := count[color.RGBA{255, 0, 0, 255}], count[color.RGBA{0, 0, 255, 255}], count[sheetPlace]; r != 2*cell || b != cell || e != cell {
		t.Errorf("red %d, blue %d, empty %d pixels, want %d, %d, %d", r, b, e, 2*cell, cell, cell)
	}
	if text := img.Rect.Dx()*img.Rect.Dy() - 4*cell - count[sheetGround]; text < 1500 || text > 15000 {
		t.Errorf("%d pixels of text", text)
	}
	if _, err := (labelled{across: []string{"1"}, cells: []string{"gone.png"}}).draw(64); err == nil {
		t.Error("a picture that is gone is not told")
	}
	if _, err := (labelled{across: []string{"1"}}).draw(64); err == nil {
		t.Error("a sheet without its pictures is drawn")
	}
}

func TestSheetIsBounded(t *testing.T) {
	testApp(t)
	l := labelled{cells: make([]string, 144)}
	for range 12 {
		l.across, l.down = append(l.across, "1"), append(l.down, "1")
	}
	img, err := l.draw(4096)
	if err != nil {
		t.Fatal(err)
	}
	if n := img.Rect.Dx() * img.Rect.Dy(); n > maxSheetPixels {
		t.Errorf("%d pixels", n)
	}
}

func TestSweepDialog(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(1000, 800))
	var made []studio.Job
	d := ShowSweep(w.Canvas(), SweepParams{Recipe: mySketch().Recipe, Source: "a.png",
		Estimate: func(_ recipe.Recipe, composed bool) time.Duration {
			if composed {
				return time.Second
			}
			return 10 * time.Second
		},
		OnMake: func(j []studio.Job) { made = j }})
	if got := overlay(t, w.Canvas()); !strings.Contains(got, "Make 4 pictures") || !strings.Contains(got, "about 40 s") || !strings.Contains(got, "2 · 4 · 6 · 8") {
		t.Errorf("shown %q", got)
	}
	d.across.list.SetSelectedIndex(2) // detail steps
	if got := overlay(t, w.Canvas()); !strings.Contains(got, "about 4 s") {
		t.Errorf("with the composition kept: %q", got)
	}
	d.down.list.SetSelectedIndex(3) // the same setting again
	if n := len(d.jobs()); n != 4 {
		t.Errorf("one setting both ways makes %d pictures", n)
	}
	d.down.list.SetSelectedIndex(1)
	d.across.count.SetValue(12)
	d.down.count.SetValue(12)
	d.say()
	if !d.make.Disabled() {
		t.Error("144 pictures can be asked for at once")
	}
	d.down.count.SetValue(2)
	d.across.count.SetValue(3)
	d.say()
	test.Tap(d.make)
	if len(made) != 6 || made[0].Source != "" {
		t.Errorf("made %d pictures, from %q", len(made), made[0].Source)
	}
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the dialog is still open")
	}
}

// Values of words, seeds and the like are a list that is typed.
func TestSweepDialogTakesLists(t *testing.T) {
	testApp(t)
	w := test.NewTempWindow(t, widgetsGap())
	w.Resize(fyne.NewSize(1000, 800))
	r := mySketch().Recipe
	r.Prompt, r.Steps = "a lighthouse by the sea", 60
	d := ShowSweep(w.Canvas(), SweepParams{Recipe: r, Styles: recipe.DefaultStyles(), Sizes: app.Sizes(1024, 1024)})
	at := slices.IndexFunc(d.settings, func(s sweepable) bool { return s.name == "Words" })
	d.across.list.SetSelectedIndex(at)
	if d.across.numbers.Visible() || !d.across.listed.Visible() || d.across.listed.Text != "lighthouse" {
		t.Errorf("proposes %q, visible %v", d.across.listed.Text, d.across.listed.Visible())
	}
	if !d.make.Disabled() {
		t.Error("one word makes a sweep")
	}
	d.across.listed.SetText("lighthouse, mill, old tree")
	if jobs := d.jobs(); len(jobs) != 3 || jobs[2].Recipe.Prompt != "a old tree by the sea" || d.make.Disabled() {
		t.Errorf("%d jobs, the last %q", len(jobs), jobs[len(jobs)-1].Recipe.Prompt)
	}
	d.across.list.SetSelectedIndex(1) // composition steps
	if got := d.across.axis().values; !d.across.numbers.Visible() || !slices.Contains(got, 60) {
		t.Errorf("proposes %v for 60 steps", got)
	}
}

func TestSweepSheet(t *testing.T) {
	testApp(t)
	run := func(work, then func()) { work(); then() }
	s := NewSweepSheet(run, NewThumbs(run, func(int64) string { return "none" }))
	w := test.NewTempWindow(t, s.Content)
	w.Resize(fyne.NewSize(1000, 600))
	jobs := sweepOf("", sweepables()[0].spread(2, 8, 4), sweepables()[2].spread(4, 20, 3))
	if !s.Show(jobs) || !s.save.Disabled() {
		t.Fatal("a sweep is not shown, or can be saved before there is a picture")
	}
	jobs[5].File, jobs[5].State = testPicture(t, "p.png", 40, 40, color.RGBA{9, 9, 9, 255}), studio.Done
	s.Show(jobs)
	if s.save.Disabled() || s.cells[5].image.Image == nil || s.viewer.Picture() != nil {
		t.Error("the finished picture is not in its place, or is shown large though nobody touched it")
	}
	s.cells[5].MouseIn(nil)
	if s.value.Text() != "Guidance 4 · Detail steps 12" || s.viewer.Picture() == nil {
		t.Errorf("touched: %q", s.value.Text())
	}
	press(s.cells[5], fyne.KeyRight)
	if s.at != 6 {
		t.Errorf("the arrow went to %d", s.at)
	}
	press(s.cells[6], fyne.KeyUp)
	if s.at != 2 {
		t.Errorf("up went to %d", s.at)
	}
	press(s.cells[2], fyne.KeyUp)
	if s.at != 2 {
		t.Errorf("beyond the edge is %d", s.at)
	}
	opened := int64(0)
	s.OnOpen = func(j studio.Job) { opened = j.ID }
	press(s.cells[2], fyne.KeyReturn)
	if opened != jobs[2].ID {
		t.Errorf("opened %d", opened)
	}
	path := filepath.Join(t.TempDir(), "sheet.png")
	if err := SaveSheet(s.labelled(), path); err != nil {
		t.Fatal(err)
	}
	if _, err := readPicture(path); err != nil {
		t.Error(err)
	}
	if s.Show(jobs[:1]) {
		t.Error("one picture is taken for a sweep")
	}
}
