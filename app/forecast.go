package app

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// A Forecast is how the memory for a picture would be spent.
type Forecast struct {
	Plan  inference.Plan
	Needs int64 // bytes of the device's memory; with less, down to Least, it is slower
	Least int64 // bytes without which it does not fit; see inference.Need
	Free  int64 // bytes; 0 where it is not known

	// Fits is false where no plan fits. Width and Height are then the largest
	// picture of that shape that does, pixels, 0: none, and Int8 what the precision
	// int8 would need, 0 where that does not fit either or is in use.
	Fits          bool
	Width, Height int
	Int8          int64
}

// spare is the share of free memory that a plan may count on: other programs
// go on working.
const spare = 0.95

// forecast plans a picture with free bytes to spend, 0 where that is not known:
// a device then keeps a model that keep says to.
func forecast(s inference.Shape, w inference.Budget, free int64, keep bool) Forecast {
	f := Forecast{Free: free}
	var need inference.Need
	if w.Memory = int64(spare * float64(free)); free == 0 {
		f.Plan, f.Fits = inference.Plan{Keep: keep}, true
		need = s.Needs(w.Precision, w.Device.Provider, w.Width, w.Height, f.Plan)
	} else {
		f.Plan, need, f.Fits = s.Choose(w)
	}
	f.Needs, f.Least = need.Total, need.Private
	if f.Fits {
		return f
	}
	f.Width, f.Height = shaped(s.Largest(w), w.Width, w.Height)
	if w.Device.Provider == "cpu" && w.Precision != "int8" {
		w.Precision, w.Learned = "int8", nil
		if _, need, ok := s.Choose(w); ok {
			f.Int8 = need.Total
		}
	}
	return f
}

// shaped is the size, in multiples of 64 pixels, with the shape of width by
// height and at most the area of a square of side pixels; 0, 0 where that is none.
func shaped(side, width, height int) (w, h int) {
	shape := math.Sqrt(float64(width) / float64(height))
	w, h = int(float64(side)*shape)/64*64, int(float64(side)/shape)/64*64
	if min(w, h) == 0 {
		return 0, 0
	}
	return w, h
}

// Forecast says how a picture by r, whose size must be filled in, would spend
// memory; ok is false where its model cannot be opened or its device was not
// tried yet. It reads the heads of the model's files unless that model is open,
// and does not wait for a running picture.
func (e *Engine) Forecast(r recipe.Recipe) (f Forecast, ok bool) {
	u, want := e.using.Load(), setupOf(r)
	if u == nil || u.asked != want || e.changed.Load() {
		ck, err := e.models.Open(r.Model)
		if err != nil {
			return f, false
		}
		u, ok = e.foreseen(want, ck, u)
		if !ok {
			return f, false
		}
	}
	shape := inference.ShapeFor(u.model, []inference.Request{r.Request})
	return forecast(shape, e.budget(u, r.Width, r.Height), e.free(u), keeps(u.model)), true
}

// foreseen is what a model would run with that is not open, while now is or
// nothing is; ok is false where its device was not tried yet.
func (e *Engine) foreseen(want setup, ck *checkpoint.Checkpoint, now *using) (u *using, ok bool) {
	u = &using{model: ck, precision: want.precision, before: privateMemory(), on: inference.Device{Provider: "cpu"}}
	if now != nil {
		u.before = now.before // what is open is closed first
	}
	if want.device != "cpu" {
		d, tried := e.picked.Load(want.device)
		if !tried {
			return nil, false
		}
		u.on = d.(inference.Device)
	}
	if u.precision == "" || u.precision == "auto" {
		u.precision = "fp32" // takes the most
	}
	if want.fast && u.on.Provider == "cpu" {
		u.precision = inference.Fast
	}
	u.peaks = peakModel(ck, u.precision)
	return u, true
}

// Planned is the forecast by which the newest pictures are made; ok is false
// before there were any. It does not wait for a running picture.
func (e *Engine) Planned() (f Forecast, ok bool) {
	if p := e.planned.Load(); p != nil {
		return *p, true
	}
	return f, false
}

// budget is that of a picture of the open model.
func (e *Engine) budget(u *using, width, height int) inference.Budget {
	return inference.Budget{Precision: u.precision, Device: u.on, Width: width, Height: height, Learned: e.Peaks.learned(u.peaks)}
}

// free is the memory that pictures of the open model may take, bytes, with what
// it has already; 0 where it is not known. The system's is asked again each time:
// other programs come and go.
func (e *Engine) free(u *using) int64 {
	if u.on.Provider != "cpu" {
		return 0
	}
	ask := e.Free
	if ask == nil {
		ask = freeMemory
	}
	free := ask()
	if free == 0 {
		return 0
	}
	return free + max(0, privateMemory()-u.before) + min(u.before, inference.ProgramMemory)
}

// arrange has the open model spend memory as these pictures need it, or refuses
// them before anything is loaded. It returns what was promised.
func (e *Engine) arrange(recipes []recipe.Recipe) (Forecast, error) {
	u := e.using.Load()
	width, height, most := 0, 0, int64(0)
	requests := make([]inference.Request, len(recipes))
	for i, r := range recipes {
		requests[i] = r.Request
		w, h, more := e.pipeline.Extent(r.Request)
		if w*h > width*height {
			width, height = w, h
		}
		most = max(most, more)
	}
	free := e.free(u)
	if free > 0 {
		free = max(1, free-most)
	}
	f := forecast(inference.ShapeFor(u.model, requests), e.budget(u, width, height), free, keeps(u.model))
	e.planned.Store(&f)
	if f.Free == 0 { // memory is not known: what ran out once is not tried again
		if !e.lowered {
			e.pipeline.Arrange(f.Plan)
		}
		e.lowered = true
		return f, nil
	}
	e.log.Info("memory planned", "needs", f.Needs, "least", f.Least, "free", f.Free, "keep", f.Plan.Keep, "stream", f.Plan.Stream, "tile", f.Plan.Tile)
	if !f.Fits {
		return f, tooBig(f, u, width, height)
	}
	e.pipeline.Arrange(f.Plan)
	return f, nil
}

// learn remembers what pictures took beside what was promised, unless that says
// nothing: none was finished for which all of the model ran, the plan was another in
// the end, or memory was so short that pages of files may have been taken back.
func (e *Engine) learn(f Forecast, results []*inference.Result, took Peak) {
	u := e.using.Load()
	whole := slices.ContainsFunc(results, func(r *inference.Result) bool {
		return r.Err == nil && !r.Request.Draft && r.Request.Composes() && r.Request.Composed == nil && len(r.Request.LoRAs) == 0
	})
	if u.on.Provider != "cpu" || !whole || f.Needs == 0 || took.Resident == 0 || e.pipeline.Plan() != f.Plan {
		return
	}
	taken := took.Resident - u.resident + inference.ProgramMemory
	e.log.Info("memory taken", "promised", f.Needs, "taken", taken)
	learned := 1.
	if by, ok := e.Peaks.learned(u.peaks)[f.Plan]; ok {
		learned = by
	}
	by := learned * float64(taken) / float64(f.Needs)
	if by < learned && (f.Free == 0 || float64(f.Needs) > spare*float64(f.Free)) {
		return
	}
	e.Peaks.learn(u.peaks, f.Plan, by)
}

// tooBig says that a picture cannot be made here, and what can.
func tooBig(f Forecast, u *using, width, height int) error {
	var next []string
	if f.Width > 0 {
		next = append(next, fmt.Sprintf("the largest that fits is %d by %d", f.Width, f.Height))
	}
	if f.Int8 > 0 {
		next = append(next, fmt.Sprintf("the precision int8 fits, with %.1f GB", float64(f.Int8)/1e9))
	}
	if next == nil {
		next = []string{"close other programs, or choose a smaller model"}
	}
	return fmt.Errorf("%w: a picture of %d by %d pixels takes %.1f GB on the %s, and %.1f GB are free; %s",
		inference.ErrOutOfMemory, width, height, float64(f.Least)/1e9, u.on.Label(), float64(f.Free)/1e9, strings.Join(next, "; "))
}
