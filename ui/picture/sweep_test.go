package picture

import (
	"image"
	"image/color"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/ui/async"
	"cascata/ui/settings"
	"cascata/ui/uitest"
)

// sweepOf is a sweep of two settings as the studio would have added it.
func sweepOf(source string, across, down settings.Axis) []studio.Job {
	jobs := settings.SweepJobs(uitest.MySketch().Recipe, source, across, down)
	for i := range jobs {
		jobs[i].ID, jobs[i].Group, jobs[i].State = int64(i+5), 5, studio.Waiting
	}
	return jobs
}

func TestLabelledSheet(t *testing.T) {
	uitest.App(t)
	red, blue := uitest.WritePlain(t, "r.png", 80, 60, color.RGBA{255, 0, 0, 255}), uitest.WritePlain(t, "b.png", 80, 60, color.RGBA{0, 0, 255, 255})
	l := ContactSheet{title: strings.Repeat("a long prompt ", 60), note: "Seed 1", across: []string{"Guidance 2", "4"}, down: []string{"Steps 1", "2"},
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
	if _, err := (ContactSheet{across: []string{"1"}, cells: []string{"gone.png"}}).draw(64); err == nil {
		t.Error("a picture that is gone is not told")
	}
	if _, err := (ContactSheet{across: []string{"1"}}).draw(64); err == nil {
		t.Error("a sheet without its pictures is drawn")
	}
}

func TestSheetIsBounded(t *testing.T) {
	uitest.App(t)
	l := ContactSheet{cells: make([]string, 144)}
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
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(1000, 800))
	var made []studio.Job
	d := ShowSweep(w.Canvas(), SweepParams{Recipe: uitest.MySketch().Recipe, Source: "a.png",
		Estimate: func(jobs ...studio.Job) (sum time.Duration) {
			for _, j := range jobs {
				if sum += time.Second; j.Source == "" {
					sum += 9 * time.Second
				}
			}
			return sum
		},
		OnMake: func(j []studio.Job) { made = j }})
	if got := uitest.Overlay(t, w.Canvas()); !strings.Contains(got, "Make 4 pictures") || !strings.Contains(got, "about 40 s") || !strings.Contains(got, "2 · 4 · 6 · 8") {
		t.Errorf("shown %q", got)
	}
	d.across.list.SetSelectedIndex(2) // detail steps
	if got := uitest.Overlay(t, w.Canvas()); !strings.Contains(got, "about 4 s") {
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
	uitest.App(t)
	w := test.NewTempWindow(t, uitest.Gap())
	w.Resize(fyne.NewSize(1000, 800))
	r := uitest.MySketch().Recipe
	r.Prompt, r.Steps = "a lighthouse by the sea", 60
	d := ShowSweep(w.Canvas(), SweepParams{Recipe: r, Styles: recipe.DefaultStyles(), Sizes: recipe.Sizes(1024, 1024)})
	at := slices.IndexFunc(d.settings, func(s settings.Sweepable) bool { return s.Name == "Words" })
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
	if got := d.across.axis().Values; !d.across.numbers.Visible() || !slices.Contains(got, 60) {
		t.Errorf("proposes %v for 60 steps", got)
	}
}

func TestSweepSheet(t *testing.T) {
	uitest.App(t)
	run := func(work, then func()) { work(); then() }
	s := NewSweepSheet(run, async.NewThumbs(run, func(int64) string { return "none" }))
	w := test.NewTempWindow(t, s.Content)
	w.Resize(fyne.NewSize(1000, 600))
	jobs := sweepOf("", settings.Sweepables()[0].Spread(2, 8, 4), settings.Sweepables()[2].Spread(4, 20, 3))
	if !s.Show(jobs) || !s.save.Disabled() {
		t.Fatal("a sweep is not shown, or can be saved before there is a picture")
	}
	jobs[5].File, jobs[5].State = uitest.WritePlain(t, "p.png", 40, 40, color.RGBA{9, 9, 9, 255}), studio.Done
	s.Show(jobs)
	if s.save.Disabled() || s.Cells[5].Image.Image == nil || s.Viewer.Picture() != nil {
		t.Error("the finished picture is not in its place, or is shown large though nobody touched it")
	}
	s.Cells[5].MouseIn(nil)
	if s.value.Text() != "Guidance 4 · Detail steps 12" || s.Viewer.Picture() == nil {
		t.Errorf("touched: %q", s.value.Text())
	}
	uitest.Press(s.Cells[5], fyne.KeyRight)
	if s.at != 6 {
		t.Errorf("the arrow went to %d", s.at)
	}
	uitest.Press(s.Cells[6], fyne.KeyUp)
	if s.at != 2 {
		t.Errorf("up went to %d", s.at)
	}
	uitest.Press(s.Cells[2], fyne.KeyUp)
	if s.at != 2 {
		t.Errorf("beyond the edge is %d", s.at)
	}
	opened := int64(0)
	s.OnOpen = func(j studio.Job) { opened = j.ID }
	uitest.Press(s.Cells[2], fyne.KeyReturn)
	if opened != jobs[2].ID {
		t.Errorf("opened %d", opened)
	}
	path := filepath.Join(t.TempDir(), "sheet.png")
	if err := SaveSheet(s.ContactSheet(), path); err != nil {
		t.Fatal(err)
	}
	if _, err := disk.ReadPicture(path); err != nil {
		t.Error(err)
	}
	if s.Show(jobs[:1]) {
		t.Error("one picture is taken for a sweep")
	}
}
