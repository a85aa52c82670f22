package app

import (
	"context"
	"errors"
	"fmt"
	"image"
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
	case "wrong":
		fmt.Println(`{"trial":true,"wrong":"off by 90"}`)
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
		"wrong":  {errWrong, "off by 90"},
		"pass":   {nil, ""},
		"hang":   {context.DeadlineExceeded, ""},
	} {
		t.Setenv(trialEnv, mode)
		ctx, cancel := context.WithCancel(context.Background())
		if mode == "hang" {
			ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
		}
		err := run(ctx, trialTask{})
		cancel()
		if mode == "pass" && err != nil || mode != "pass" && (err == nil || want.err != nil && !errors.Is(err, want.err) || !strings.Contains(err.Error(), want.says)) {
			t.Errorf("%s: got %v, want %v with %q", mode, err, want.err, want.says)
		}
	}
	if err := tryProcess(filepath.Join(t.TempDir(), "none"))(context.Background(), trialTask{}); err == nil {
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
	var driver string
	file := filepath.Join(t.TempDir(), "trials.json")
	prepare := func(strict bool, model, device string) (string, []inference.Note, error) {
		e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, both, slog.New(slog.DiscardHandler))
		e.Strict = strict
		e.Trials = openTrials(file, func(_ context.Context, task trialTask) error {
			if task.Known {
				return nil
			}
			tried = append(tried, task.Recipe)
			return fails
		}, e.log)
		e.Trials.driver = func(inference.Device) string { return driver }
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
		driver        string
	}{
		{"our own graphs", false, ours, "auto", errCrashed, 0, "webgpu", "", "1"},
		{"on the processor", false, bundle, "cpu", errCrashed, 0, "cpu", "", "1"},
		{"a crash", false, bundle, "auto", errCrashed, 1, "cpu", "its driver cannot stand this model's ONNX graph", "1"},
		{"a crash is remembered", true, bundle, "auto", nil, 0, "cpu", "cannot stand", "1"},
		{"a crash is remembered, this device", true, bundle, "webgpu", nil, 0, "", "choose cpu", "1"},
		{"a failure", false, bundle, "webgpu", errors.New("x"), 1, "cpu", "does not run there; use the model's .safetensors files", "2"},
		{"a failure is not remembered, a success", false, bundle, "auto", nil, 1, "webgpu", "", "2"},
		{"a success is remembered", true, bundle, "webgpu", errCrashed, 0, "webgpu", "", "2"},
		{"a new driver is tried", true, bundle, "webgpu", nil, 1, "webgpu", "", "3"},
	} {
		tried, fails, driver = nil, tt.fails, tt.driver
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

// A graphics card makes a known picture before it is used, once for each driver.
// One that crashes or makes another picture is left out with the reason, and tried
// again with a new driver.
func TestEngineTriesTheCard(t *testing.T) {
	both := devicesOf{
		{Device: inference.Device{Provider: "webgpu"}, Precisions: []string{"fp32", "fp16", "bf16"}},
		{Device: inference.Device{Provider: "cpu"}, Precisions: []string{"fp32"}},
	}
	file := filepath.Join(t.TempDir(), "trials.json")
	wrong := fmt.Errorf("%w: off by 90", errWrong)
	for _, tt := range []struct {
		name, device, driver string
		ends                 error
		strict               bool
		trials               int
		uses, says           string
	}{
		{"a crash", "auto", "1", errCrashed, false, 1, "cpu", "its driver ended the program that tried it; install the current driver"},
		{"a crash is remembered", "auto", "1", nil, false, 0, "cpu", "its driver ended the program"},
		{"a crash is remembered, this device", "webgpu", "1", nil, true, 0, "", "its driver ended the program"},
		{"the processor", "cpu", "1", errCrashed, true, 0, "cpu", ""},
		{"a new driver, another picture", "auto", "2", wrong, false, 1, "cpu", "it made a wrong picture"},
		{"another picture is remembered", "auto", "2", nil, false, 0, "cpu", "it made a wrong picture"},
		{"a failure", "auto", "3", errors.New("x"), false, 1, "cpu", "it made no picture"},
		{"a failure is not remembered", "auto", "3", nil, false, 1, "webgpu", ""},
		{"the right picture is remembered", "webgpu", "3", errCrashed, true, 0, "webgpu", ""},
		{"an older driver's crash is remembered too", "auto", "1", nil, false, 0, "cpu", "its driver ended the program"},
	} {
		trials := 0
		e := NewEngine(Models{Shelf: &catalogue.Shelf{Dir: t.TempDir()}}, both, slog.New(slog.DiscardHandler))
		e.Strict = tt.strict
		e.Trials = openTrials(file, func(_ context.Context, task trialTask) error {
			trials++
			if !task.Known || task.Recipe.Device != "webgpu" || task.Recipe.Precision != "fp16" || task.Recipe.Model != recipe.Demo {
				t.Errorf("%s: tried %+v", tt.name, task)
			}
			return tt.ends
		}, e.log)
		e.Trials.driver = func(inference.Device) string { return tt.driver }
		r := recipe.Recipe{Model: filepath.Join("..", "inference", "testdata", "checkpoints", "diffusers-a"), Device: tt.device}
		_, err := e.Prepare(context.Background(), r, func(inference.Event) {})
		used, _ := e.Using()
		said := fmt.Sprint(err)
		for _, n := range e.SetupNotes() {
			said += " " + n.String()
		}
		if used != tt.uses || trials != tt.trials || !strings.Contains(said, tt.says) || (tt.uses == "") != errors.Is(err, inference.ErrNoDevice) {
			t.Errorf("%s: uses %q after %d trials, says %s", tt.name, used, trials, said)
		}
		e.Close()
	}
}

func TestWrongPicture(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, knownSide, knownSide))
	for i := range img.Pix {
		img.Pix[i] = 128
	}
	if says := wrongPicture(img); !strings.Contains(says, "off by") {
		t.Errorf("of a grey picture it says %q", says)
	}
	for i := range img.Pix {
		x, y := i%img.Stride/4/knownSquare, i/img.Stride/knownSquare
		if c := i % 4; c < 3 {
			img.Pix[i] = knownColours[(y*knownSide/knownSquare+x)*3+c]
		}
	}
	if says := wrongPicture(img); says != "" {
		t.Errorf("of the right picture it says %q", says)
	}
	if says := wrongPicture(image.NewRGBA(image.Rect(0, 0, 8, 8))); !strings.Contains(says, "8") {
		t.Errorf("of a small picture it says %q", says)
	}
}
