package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cascata/app/catalogue"
	"cascata/app/recipe"
	"cascata/inference"
)

const trialEnv = "CASCATA_TEST_TRIAL"

// TestTrialProcess is what the tests below start: a process that tries a
// recipe, and answers, or does not.
func TestTrialProcess(t *testing.T) {
	switch os.Getenv(trialEnv) {
	case "":
		t.Skip("is started by the others")
	case "crash":
		fmt.Fprintln(os.Stderr, "terminate called after throwing an instance of 'wgpu::Error'")
		self, err := os.FindProcess(os.Getpid())
		if err != nil || self.Kill() != nil {
			t.Fatal(err)
		}
		select {}
	case "exit":
		os.Exit(2)
	case "hang":
		time.Sleep(time.Hour)
	case "refuse":
		fmt.Println("a driver's noise\n" + `{"trial":true,"error":"no shader-f16"}`)
	case "pass":
		fmt.Println(`{"trial":true}` + "\nmore noise")
	}
	os.Exit(0)
}

// A crash, a refusal and a hang in a trial are errors, and end nothing else.
func TestTryProcess(t *testing.T) {
	run := tryProcess(os.Args[0], "-test.run=^TestTrialProcess$")
	for mode, want := range map[string]struct {
		err  error
		says string
	}{
		"crash":  {errCrashed, "wgpu::Error"},
		"exit":   {errCrashed, "exit status 2"},
		"refuse": {nil, "no shader-f16"},
		"pass":   {nil, ""},
		"hang":   {context.DeadlineExceeded, ""},
	} {
		t.Setenv(trialEnv, mode)
		ctx, cancel := context.WithCancel(context.Background())
		if mode == "hang" {
			ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
		}
		err := run(ctx, recipe.Recipe{})
		cancel()
		if mode == "pass" && err != nil || mode != "pass" && (err == nil || want.err != nil && !errors.Is(err, want.err) || !strings.Contains(err.Error(), want.says)) {
			t.Errorf("%s: got %v, want %v with %q", mode, err, want.err, want.says)
		}
	}
	if err := tryProcess(filepath.Join(t.TempDir(), "none"))(context.Background(), recipe.Recipe{}); err == nil {
		t.Error("a program that is not there passes")
	}
}

// A bundle is tried once on a graphics card and not on the processor. One that
// fails there is made on the processor, with a note, or refused where it was
// asked for.
func TestEngineTries(t *testing.T) {
	bundle, ours := filepath.Join("..", "inference", "testdata", "checkpoints", "bundle"), filepath.Join("..", "inference", "testdata", "checkpoints", "diffusers-a")
	both := devicesOf{
		{Device: inference.Device{Provider: "webgpu"}, Precisions: []string{"fp32"}},
		{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}},
	}
	var tried []recipe.Recipe
	var fails error
	file := filepath.Join(t.TempDir(), "trials.json")
	prepare := func(strict bool, model, device string) (string, []inference.Note, error) {
		e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, both, slog.New(slog.DiscardHandler))
		e.Strict = strict
		e.Trials = openTrials(file, func(_ context.Context, r recipe.Recipe) error {
			tried = append(tried, r)
			return fails
		}, e.log)
		r := recipe.Recipe{Model: model, Device: device}
		r.Steps, r.DecoderSteps, r.Width, r.Height = 20, 10, 2048, 2048
		var err error
		for range 2 { // the second is remembered
			_, err = e.Prepare(context.Background(), r, func(inference.Event) {})
		}
		used, _ := e.Using()
		return used, e.SetupNotes(), err
	}
	for _, tt := range []struct {
		name          string
		strict        bool
		model, device string
		fails         error
		trials        int
		uses          string
		says          string
	}{
		{"our own graphs", false, ours, "auto", errCrashed, 0, "webgpu", ""},
		{"on the processor", false, bundle, "cpu", errCrashed, 0, "cpu", ""},
		{"a crash", false, bundle, "auto", errCrashed, 1, "cpu", "its driver cannot stand this model's ONNX graph"},
		{"a failure", false, bundle, "webgpu", errors.New("x"), 1, "cpu", "does not run there; use the model's .safetensors files"},
		{"a crash, strict, any device", true, bundle, "auto", errCrashed, 1, "cpu", "cannot stand"},
		{"a crash, strict, this device", true, bundle, "webgpu", errCrashed, 1, "", "choose cpu"},
		{"a success", false, bundle, "auto", nil, 1, "webgpu", ""},
		{"a success is remembered", true, bundle, "webgpu", errCrashed, 0, "webgpu", ""},
	} {
		tried, fails = nil, tt.fails
		used, notes, err := prepare(tt.strict, tt.model, tt.device)
		var said []string
		for _, n := range notes {
			said = append(said, n.String())
		}
		if err != nil {
			said = append(said, err.Error())
		}
		if used != tt.uses || len(tried) != tt.trials || (tt.uses == "") != errors.Is(err, inference.ErrNoDevice) ||
			(tt.says == "") != (len(said) == 0) || !strings.Contains(strings.Join(said, " "), tt.says) {
			t.Errorf("%s: uses %q after %d trials, says %q, %v; want %q, %d, %q", tt.name, used, len(tried), said, err, tt.uses, tt.trials, tt.says)
		}
		for _, r := range tried {
			if r.Steps != 1 || r.DecoderSteps != 1 || r.Width > trialSize || r.Device != "webgpu" {
				t.Errorf("%s: tried %+v", tt.name, r)
			}
		}
	}
}
