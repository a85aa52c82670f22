package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
)

// big is the shape of a model of which nothing but the precision int8 fits into
// little memory where its weights cannot be streamed.
var big = inference.Shape{
	inference.StageC: {Parameters: 2e9, PerPixel: 5},
	inference.StageA: {Parameters: 2e7, PerPixel: 192},
}

// What is promised follows what was learned, and what does not fit is refused
// with what does.
func TestForecast(t *testing.T) {
	cpu := inference.Device{Provider: "cpu"}
	w := inference.Budget{Precision: "fp32", Device: cpu, Width: 1024, Height: 1024}
	all := forecast(big, w, 64e9, true)
	if !all.Fits || !all.Plan.Keep || all.Needs < 8e9 || all.Least > all.Needs {
		t.Fatalf("with much memory: %+v", all)
	}
	w.Learned = map[inference.Plan]float64{all.Plan: 1.25}
	if got := forecast(big, w, 64e9, true); got.Needs != int64(1.25*float64(all.Needs)) {
		t.Errorf("%d is promised, learned from %d", got.Needs, all.Needs)
	}
	if got := forecast(big, w, int64(1.1*float64(all.Needs)), true); got.Plan.Keep {
		t.Errorf("all is kept by %+v", got)
	}
	w.Learned = nil
	if got := forecast(big, w, 0, true); !got.Fits || got.Free != 0 {
		t.Errorf("where memory is not known: %+v", got)
	}

	w.Precision, w.Width, w.Height = "fp16", 2048, 2048 // cannot be streamed on the processor
	f := forecast(big, w, 6e9, true)
	if f.Fits || f.Int8 == 0 || f.Width != 0 {
		t.Fatalf("%+v", f)
	}
	err := tooBig(f, &using{on: cpu}, 2048, 2048)
	if !errors.Is(err, inference.ErrOutOfMemory) || !strings.Contains(err.Error(), "the precision int8 fits") {
		t.Error(err)
	}
	w.Precision = "fp32"
	f = forecast(big, w, 600e6, true)
	if err := tooBig(f, &using{on: cpu}, 2048, 2048); f.Fits || f.Width == 0 || !strings.Contains(err.Error(), "the largest that fits is") {
		t.Errorf("%+v: %v", f, err)
	}
	f = forecast(big, w, 1e6, true)
	if err := tooBig(f, &using{on: cpu}, 2048, 2048); f.Fits || !strings.Contains(err.Error(), "choose a smaller model") {
		t.Errorf("%+v: %v", f, err)
	}
}

// How a picture would spend memory is known of a model that is not open as of one
// that is, once the device is; and how many pictures share a swap follows from it.
func TestForecastOfRecipe(t *testing.T) {
	cpu := inference.DeviceInfo{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}}
	card := inference.DeviceInfo{Device: inference.Device{Provider: "webgpu"}, Precisions: []string{"fp32"}}
	free := int64(1 << 40)
	newEngine := func(devices ...inference.DeviceInfo) *Engine {
		e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, devicesOf(devices), slog.New(slog.DiscardHandler))
		e.Free = func() int64 { return free }
		return e
	}
	r := recipe.Recipe{Model: filepath.Join("..", "inference", "testdata", "checkpoints", "lite-bf16"), Device: "cpu", Precision: "auto"}
	r.Width, r.Height = 4096, 2048
	e := newEngine(cpu)
	roomy, ok := e.Forecast(r)
	if !ok || !roomy.Fits || !roomy.Plan.Keep || roomy.Free < free {
		t.Fatalf("with room for all: %+v, %v", roomy, ok)
	}
	if n := e.BatchSize(r); n != 1 {
		t.Errorf("%d pictures are made together with room for all", n)
	}
	less := func(until func(f Forecast) bool) (f Forecast) { // memory, by and by
		for free = roomy.Needs; free > 0; free -= roomy.Needs / 100 {
			if f, ok = e.Forecast(r); !ok || until(f) {
				return f
			}
		}
		t.Fatalf("at last %+v", f)
		return f
	}
	if tight := less(func(f Forecast) bool { return !f.Plan.Keep }); !tight.Fits || tight.Needs >= roomy.Needs {
		t.Errorf("with a little less: %+v", tight)
	}
	if n := e.BatchSize(r); n != swapTogether {
		t.Errorf("%d pictures are made together that are swapped", n)
	}
	small := less(func(f Forecast) bool { return !f.Fits })
	if off := small.Width - 2*small.Height; small.Width == 0 || small.Width >= r.Width || off < 0 || off > 128 {
		t.Errorf("with too little: %+v", small)
	}
	r.Width, r.Height = small.Width, small.Height
	if f, ok := e.Forecast(r); !ok || !f.Fits {
		t.Errorf("what is said to fit: %+v, %v", f, ok)
	}
	free = 1e6
	if none, ok := e.Forecast(r); !ok || none.Fits || none.Width != 0 {
		t.Errorf("with nothing: %+v, %v", none, ok)
	}

	free = 1 << 40
	r.Device = "auto"
	if f, ok := e.Forecast(r); ok {
		t.Errorf("before a device was tried: %+v", f)
	}
	if _, err := e.Prepare(context.Background(), r, func(inference.Event) {}); err != nil {
		t.Fatal(err)
	}
	for _, precision := range []string{"auto", "int8"} { // the open one, and another on the same device
		r.Precision = precision
		if f, ok := e.Forecast(r); !ok || !f.Fits || f.Free == 0 {
			t.Errorf("%s after a device was tried: %+v, %v", precision, f, ok)
		}
	}
	r.Model = "nowhere"
	if f, ok := e.Forecast(r); ok {
		t.Errorf("a model that is not there: %+v", f)
	}

	e, r.Model, r.Device = newEngine(card), "../inference/testdata/checkpoints/lite-bf16", "auto"
	if _, err := e.Prepare(context.Background(), r, func(inference.Event) {}); err != nil {
		t.Fatal(err)
	}
	if f, ok := e.Forecast(r); !ok || !f.Fits || f.Free != 0 || !f.Plan.Keep {
		t.Errorf("a card whose memory is not known: %+v, %v", f, ok)
	}
}

// What a picture took is learned only where all of the model made it: not of one
// that ended before, as its own context does, though others go on.
func TestLearnsFromWholePictures(t *testing.T) {
	cpu := inference.DeviceInfo{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}}
	log := slog.New(slog.DiscardHandler)
	e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, devicesOf{cpu}, log)
	e.Free = func() int64 { return 1 << 40 }
	e.Peaks = OpenPeaks(filepath.Join(t.TempDir(), "peaks.json"), log)
	r := recipe.Recipe{Model: filepath.Join("..", "inference", "testdata", "checkpoints", "lite-bf16"), Device: "cpu", Precision: "auto"}
	r.Width, r.Height = 1024, 1024
	if _, err := e.Prepare(context.Background(), r, func(inference.Event) {}); err != nil {
		t.Fatal(err)
	}
	f, err := e.arrange([]recipe.Recipe{r})
	if err != nil {
		t.Fatal(err)
	}
	learned := func(results ...*inference.Result) bool {
		u := e.using.Load()
		e.Peaks.learn(u.peaks, f.Plan, 1)
		e.learn(f, results, Peak{Resident: u.resident + f.Needs/2})
		return e.Peaks.learned(u.peaks)[f.Plan] != 1
	}
	whole := &inference.Result{}
	latent := inference.NewTensor(1, 16, 24, 24)
	for name, part := range map[string]*inference.Result{
		"skipped":               {Err: context.Canceled},
		"a draft":               {Request: inference.Request{Draft: true}},
		"of a latent":           {Request: inference.Request{Latent: latent}},
		"of a kept composition": {Request: inference.Request{Composed: latent}},
	} {
		if learned(part) {
			t.Errorf("learned from a picture %s", name)
		}
		if !learned(part, whole) {
			t.Errorf("learned nothing from a whole picture beside one %s", name)
		}
	}
}
