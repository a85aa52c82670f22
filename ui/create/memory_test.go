package create

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/uitest"
)

// planStudio takes a second for a step and megapixel.
type planStudio struct{ testStudio }

func (*planStudio) Estimate(jobs ...studio.Job) (sum time.Duration) {
	for _, j := range jobs {
		predictions := 1
		if j.Recipe.Guidance > 1 {
			predictions = 2
		}
		sum += time.Duration(predictions*j.Recipe.Steps*j.Recipe.Width*j.Recipe.Height) * time.Second / 1e6
	}
	return sum
}

// newForecastForm is one that is told of memory by what of r.
func newForecastForm(t *testing.T, of func(r recipe.Recipe) (app.Forecast, bool)) *Form {
	f, _ := newTestForm(t)
	f.p.Forecast, f.p.Jobs.Studio = of, &planStudio{}
	f.memory = newForecaster(f.p, f.showTimes)
	s := f.Sketch()
	s.Steps, s.Guidance, s.Width, s.Height = 10, 4, 1000, 1000
	f.Set(s)
	return f
}

// What is said under Generate follows the size, the guidance, the model and the
// precision.
func TestMemoryUnderGenerate(t *testing.T) {
	f := newForecastForm(t, func(r recipe.Recipe) (m app.Forecast, ok bool) {
		m.Free, m.Needs, m.Fits, m.Plan.Keep = 8e9, int64(r.Width)*int64(r.Height)*2000, true, true
		if r.Precision == "int8" {
			m.Needs /= 4
		}
		if m.Needs > 4e9 {
			m.Plan.Keep = false
		}
		if m.Needs > m.Free {
			m.Fits, m.Width, m.Height = false, 1408, 1408
		}
		if r.Device == "webgpu" {
			m = app.Forecast{Fits: true, Plan: inference.Plan{Keep: true}}
		}
		return m, r.Model != "unknown"
	})
	for _, tt := range []struct {
		change    func(s *recipe.Sketch)
		says, tip string
	}{
		{func(s *recipe.Sketch) {}, "fits, about 20 s", "The whole model stays loaded, and takes 2.0 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Guidance = 1 }, "fits, about 10 s", "The whole model stays loaded, and takes 2.0 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Count = 3 }, "fits, about 30 s", "The whole model stays loaded, and takes 2.0 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Count, s.Width = 1, 3000 }, "will swap, about 30 s",
			"The parts of the model are loaded one after the other, and take 6.0 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Height = 3000 }, "too big here", "A picture of this size takes 18.0 GB of memory; 8.0 GB are free."},
		{func(s *recipe.Sketch) { s.Precision = "int8" }, "will swap, about 1 min 30 s",
			"The parts of the model are loaded one after the other, and take 4.5 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Steps = 0 }, "will swap",
			"The parts of the model are loaded one after the other, and take 4.5 GB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Width, s.Height = 1000, 1000 }, "fits in memory", "The whole model stays loaded, and takes 500 MB of the 8.0 GB of memory that are free."},
		{func(s *recipe.Sketch) { s.Width, s.Height, s.Steps = 3000, 3000, 5; s.Device = "webgpu" }, "about 45 s", ""},
		{func(s *recipe.Sketch) { s.Device, s.Model, s.Precision = "cpu", "unknown", "auto" }, "about 45 s", ""},
	} {
		s := f.Sketch()
		tt.change(&s)
		f.Set(s)
		if got, tip := f.generate.Detail(), memoryTip(f.memory.known); got != tt.says || tip != tt.tip {
			t.Errorf("says %q, %q; want %q, %q", got, tip, tt.says, tt.tip)
		}
		if shown := f.tooBig.content.Visible(); shown != (tt.says == "too big here") {
			t.Errorf("%s: what is too big is shown: %v", tt.says, shown)
		}
	}
}

// The largest picture that fits is named, and taken at a tap.
func TestTooBig(t *testing.T) {
	largest := 1280
	f := newForecastForm(t, func(r recipe.Recipe) (app.Forecast, bool) {
		m := app.Forecast{Free: 1, Fits: r.Width*r.Height <= largest*960}
		if !m.Fits {
			m.Width, m.Height = largest, 960*min(largest, 1)
		}
		return m, true
	})
	s := f.Sketch()
	s.Width, s.Height = 2560, 1920
	f.Set(s)
	if got := f.tooBig.text.Text(); got != "Too big here: the largest that fits is 1280\u00a0×\u00a0960." {
		t.Errorf("says %q", got)
	}
	test.Tap(f.tooBig.use)
	if s := f.Sketch(); s.Width != 1280 || s.Height != 960 || f.tooBig.content.Visible() {
		t.Errorf("the size is %d by %d; what is too big is shown: %v", s.Width, s.Height, f.tooBig.content.Visible())
	}
	largest = 0
	f.RefreshTimes() // other programs took the rest
	if got := f.tooBig.text.Text(); got != "Too big here: close other programs, or choose a smaller model." || f.tooBig.use.Visible() {
		t.Errorf("says %q where nothing fits, and offers a size: %v", got, f.tooBig.use.Visible())
	}
}

// Of several answers the newest counts, and until it comes nothing is said of
// memory that was said of another size.
func TestNewestForecastCounts(t *testing.T) {
	f := newForecastForm(t, func(r recipe.Recipe) (app.Forecast, bool) {
		return app.Forecast{Free: 8e9, Fits: r.Width < 2000, Width: 64, Height: 64, Plan: inference.Plan{Keep: true}}, true
	})
	var queue uitest.OneByOne
	f.memory.run = queue.Run
	s := f.Sketch()
	for _, width := range []int{3000, 1500} {
		s.Width, s.Height = width, 1000
		f.Set(s)
	}
	if got := f.generate.Detail(); got != "about 30 s" {
		t.Errorf("says %q before there is an answer", got)
	}
	for len(queue.Waiting) > 0 {
		queue.Next()
	}
	if got := f.generate.Detail(); got != "fits, about 30 s" || f.tooBig.content.Visible() {
		t.Errorf("says %q", got)
	}
}
