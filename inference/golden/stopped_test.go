package golden

import (
	"context"
	"errors"
	"os"
	"testing"

	"cascata/inference"
	"cascata/inference/ort"
	"cascata/inference/quant"
	"cascata/inference/sampler"
)

// stoppedRuns is a Runtime that calls stop as its networks are run for the nth time.
type stoppedRuns struct {
	*ort.Runtime
	n    int
	stop func()
}

type stoppedSession struct {
	inference.Session
	r *stoppedRuns
}

type stoppedCall struct {
	inference.Call
	r *stoppedRuns
}

func (r *stoppedRuns) Load(ctx context.Context, m inference.Model, d inference.Device) (inference.Session, error) {
	s, err := r.Runtime.Load(ctx, m, d)
	if err != nil {
		return nil, err
	}
	return stoppedSession{s, r}, nil
}

func (s stoppedSession) Bind(in, out map[string]*inference.Tensor) (inference.Call, error) {
	c, err := s.Session.Bind(in, out)
	if err != nil {
		return nil, err
	}
	return stoppedCall{c, s.r}, nil
}

func (c stoppedCall) Run(ctx context.Context) error {
	if c.r.n--; c.r.n == 0 {
		c.r.stop()
	}
	return c.Call.Run(ctx)
}

// A picture that is stopped at any run while its model is brought into eight bits
// ends as one that is stopped, and leaves no file that nobody has a use for.
func TestStoppedWhileEightBitsAreMade(t *testing.T) {
	if _, ok := quant.Products(); !ok {
		t.Setenv("CASCATA_FAST", "any")
	}
	rt, ck := runtime(t), openCheckpoint(t, "lite-bf16")
	for n := 1; ; n++ {
		folder := t.TempDir()
		ctx, stop := context.WithCancel(context.Background())
		r := &stoppedRuns{rt, n, stop}
		p, err := inference.New(r, cpu, ck, openTokenizer, inference.Options{Cache: folder, Fast: true, Keep: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Generate(ctx, []inference.Request{{
			Prompt: "a red circle", Preset: sampler.Official, Width: 256, Height: 256, Steps: 1, DecoderSteps: 1, Draft: true,
		}}, nil)
		if e := p.Close(); e != nil {
			t.Error(e)
		}
		if ctx.Err() == nil {
			if err != nil {
				t.Error(err)
			}
			t.Logf("a whole picture takes %d runs", n-1)
			stop()
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at run %d: %v", n, err)
		}
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.Name()[0] == '.' {
				t.Errorf("stopped at run %d, it left %s", n, f.Name())
			}
		}
	}
}
