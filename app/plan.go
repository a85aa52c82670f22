package app

import (
	"fmt"
	"math"

	"cascata/app/recipe"
	"cascata/inference"
)

// A Forecast is how the memory for a picture would be spent.
type Forecast struct {
	Plan  inference.Plan
	Needs int64 // bytes of the device's memory
	Free  int64 // bytes; 0 where it is not known

	// Fits is false where no plan fits. Largest is then the side of the largest
	// square picture that does, pixels; 0: none.
	Fits    bool
	Largest int
}

// spare is the share of free memory that a plan may count on: other programs
// go on working.
const spare = 0.95

// forecast plans a picture of width by height pixels with free bytes to spend,
// 0 where that is not known.
func forecast(s inference.Shape, precision string, d inference.Device, width, height int, free int64) Forecast {
	f := Forecast{Free: free}
	budget := int64(math.MaxInt64)
	if free > 0 {
		budget = int64(spare * float64(free))
	}
	f.Plan, f.Needs, f.Fits = s.Choose(precision, d, width, height, budget)
	if !f.Fits {
		f.Largest = s.Largest(precision, d, budget)
	}
	return f
}

// Forecast says how the open model would make a picture of width by height
// pixels; ok is false before one is open. It does not wait for a running
// picture.
func (e *Engine) Forecast(width, height int) (f Forecast, ok bool) {
	u := e.using.Load()
	if u == nil {
		return f, false
	}
	return forecast(u.shape, u.precision, u.on, width, height, e.free(u)), true
}

// free is the memory that pictures of the open model may take, bytes, with what
// it has already; 0 where it is not known. The system's is asked anew each time:
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
// them before anything is loaded.
func (e *Engine) arrange(recipes []recipe.Recipe) error {
	u := e.using.Load()
	info := e.pipeline.Info()
	width, height := 0, 0
	for _, r := range recipes {
		w, h := r.Width, r.Height
		if w == 0 {
			w = info.Width
		}
		if h == 0 {
			h = info.Height
		}
		if w*h > width*height {
			width, height = w, h
		}
	}
	f := forecast(u.shape, u.precision, u.on, width, height, e.free(u))
	if f.Free == 0 { // memory is not known: what ran out once is not tried again
		if !e.planned {
			e.pipeline.Arrange(inference.Plan{Keep: keeps(u.model)})
		}
		e.planned = true
		return nil
	}
	e.log.Info("memory planned", "needs", f.Needs, "free", f.Free, "keep", f.Plan.Keep, "stream", f.Plan.Stream, "tile", f.Plan.Tile)
	if !f.Fits {
		return tooBig(f, u, width, height)
	}
	e.pipeline.Arrange(f.Plan)
	return nil
}

// tooBig says that a picture cannot be made here, and what can.
func tooBig(f Forecast, u *using, width, height int) error {
	next := "close other programs, or choose a smaller model"
	if f.Largest > 0 {
		next = fmt.Sprintf("the largest that fits is %d by %d", f.Largest, f.Largest)
	}
	return fmt.Errorf("%w: a picture of %d by %d pixels takes %.1f GB on the %s, and %.1f GB are free; %s",
		inference.ErrOutOfMemory, width, height, float64(f.Needs)/1e9, u.on.Label(), float64(f.Free)/1e9, next)
}
