package app

import (
	"errors"
	"strings"
	"testing"

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
	w := inference.Wish{Precision: "fp32", Device: cpu, Width: 1024, Height: 1024}
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
