package inference

import (
	"context"
	"errors"
	"testing"
)

// observedLoads is a fake that says what it loads, may refuse it, and counts what is open.
type observedLoads struct {
	*fake
	began chan string
	fails func(network string) error // may be nil
	open  chan int
}

func (o *observedLoads) Load(ctx context.Context, m Model, d Device) (Session, error) {
	o.began <- m.Name
	if o.fails != nil {
		if err := o.fails(m.Name); err != nil {
			return nil, err
		}
	}
	s, err := o.fake.Load(ctx, m, d)
	if err != nil {
		return nil, err
	}
	o.open <- <-o.open + 1
	return &countedSession{s, o}, nil
}

type countedSession struct {
	Session
	o *observedLoads
}

func (s *countedSession) Close() error {
	s.o.open <- <-s.o.open - 1
	return s.Session.Close()
}

func newObservedLoads(t *testing.T, device string, o Options) (*observedLoads, *Pipeline) {
	f, p := newFake(t, o)
	loads := &observedLoads{fake: f, began: make(chan string, 100), open: make(chan int, 1)}
	loads.open <- 0
	p.runtime, p.device.Provider = loads, device
	return loads, p
}

// Where stages are kept on the processor, Stage C is loaded while the text encoder
// runs and Stage B while Stage C does. Elsewhere each is loaded when it is needed.
func TestLoadAhead(t *testing.T) {
	for _, c := range []struct {
		device      string
		keep, apart bool
		ahead       bool
	}{{"cpu", true, false, true}, {"cpu", true, true, false}, {"cpu", false, false, false}, {"webgpu", true, false, false}} {
		loads, p := newObservedLoads(t, c.device, Options{Keep: c.keep, Apart: c.apart})
		next := map[string]string{"text encoder": "stage c", "stage c": "stage b"}
		seen := map[string]bool{}
		runs := 0
		loads.run = func(_ context.Context, network string) error {
			want := next[network]
			if network == "stage c" {
				if runs++; runs == 1 {
					return nil // the first preview is waited for
				}
			}
			for c.ahead && want != "" && !seen[want] {
				seen[<-loads.began] = true // else this never ends
			}
			for len(loads.began) > 0 {
				seen[<-loads.began] = true
			}
			if !c.ahead && seen[want] {
				t.Errorf("%+v: %s is loaded while %s runs", c, want, network)
			}
			return nil
		}
		if _, err := p.Generate(context.Background(), three()[:1], nil); err != nil {
			t.Fatal(err)
		}
		if len(loads.loads) != 4 {
			t.Errorf("%+v: loaded %v", c, loads.loads)
		}
	}
}

// What fails to load ahead is loaded when it is needed, and what was begun for a
// picture that ends is there for the next.
func TestLoadAheadThatFails(t *testing.T) {
	loads, p := newObservedLoads(t, "cpu", Options{Keep: true})
	failed := map[string]bool{}
	loads.fails = func(network string) error {
		if network == "text encoder" || network == "stage a" || failed[network] {
			return nil
		}
		failed[network] = true
		return ErrOutOfMemory
	}
	results, err := p.Generate(context.Background(), three()[:1], func(e Event) {
		if e.Note.Kind != "" {
			t.Errorf("note %v", e.Note)
		}
	})
	if err != nil || results[0].Image == nil {
		t.Fatalf("no picture: %v", err)
	}

	for _, c := range []struct {
		network string
		run     int // of it, in which the picture ends; 0: while it is loaded
	}{{"text encoder", 0}, {"text encoder", 1}, {"stage c", 0}, {"stage c", 2}, {"stage b", 0}, {"stage a", 0}} {
		loads, p := newObservedLoads(t, "cpu", Options{Keep: true})
		ctx, cancel := context.WithCancel(context.Background())
		runs := 0
		loads.run = func(ctx context.Context, network string) error {
			if network == c.network {
				if runs++; runs == c.run {
					cancel()
				}
			}
			return ctx.Err()
		}
		loads.fails = func(network string) error {
			if network == c.network && c.run == 0 {
				cancel()
			}
			return nil
		}
		if _, err := p.Generate(ctx, three()[:1], nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%+v: %v", c, err)
		}
		loads.run = nil
		if _, err := p.Generate(context.Background(), three()[:1], nil); err != nil {
			t.Error(err)
		}
		if len(loads.loads) != 4 {
			t.Errorf("%+v: loaded %v", c, loads.loads)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if n := <-loads.open; n != 0 {
			t.Errorf("%+v: %d networks are left open", c, n)
		} else {
			loads.open <- n
		}
	}
}
