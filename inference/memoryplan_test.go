package inference

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// limited is a fake device with so many bytes of memory. Loaded networks take
// theirs; Stage A takes some more for each cell of the latent it works on.
type limited struct {
	fake
	budget, taken int
}

const networkBytes, cellBytes = 1000, 1

func (l *limited) take(n int) error {
	if l.taken+n > l.budget {
		return fmt.Errorf("fake: %w", ErrOutOfMemory)
	}
	l.taken += n
	return nil
}

func (l *limited) Load(ctx context.Context, m Model, d Device) (Session, error) {
	if err := l.take(networkBytes); err != nil {
		return nil, err
	}
	s, err := l.fake.Load(ctx, m, d)
	return &limitedSession{s, l, m.Name}, err
}

type limitedSession struct {
	Session
	l    *limited
	name string
}

func (s *limitedSession) Close() error {
	s.l.taken -= networkBytes
	return s.Session.Close()
}

func (s *limitedSession) Bind(in, out map[string]*Tensor) (Call, error) {
	c, err := s.Session.Bind(in, out)
	return &limitedCall{c, s, in["sample"]}, err
}

type limitedCall struct {
	Call
	s      *limitedSession
	sample *Tensor
}

func (c *limitedCall) Run(ctx context.Context) error {
	n := 0
	if c.s.name == "stage a" {
		n = cellBytes * int(elems(c.sample.Shape)/c.sample.Shape[1])
	}
	if err := c.s.l.take(n); err != nil {
		return err
	}
	defer func() { c.s.l.taken -= n }()
	return c.Call.Run(ctx)
}

// What does not fit is done in a way that takes less, with a note each time,
// until nothing cheaper is left; and nothing stays taken.
func TestRetreats(t *testing.T) {
	const cells = 256 * 192 // of 1024 by 768 pixels
	for _, tt := range []struct {
		name   string
		budget int
		want   Plan
		notes  int
		fails  bool
	}{
		{"all fits", 4*networkBytes + cells, Plan{Keep: true}, 0, false},
		{"swap", networkBytes + cells, Plan{}, 1, false},
		{"tile", networkBytes + 160*160, Plan{Tile: wideTile}, 2, false},
		{"small tiles", networkBytes + 96*96, Plan{Tile: smallTile}, 3, false},
		{"never", networkBytes + 1000, Plan{Tile: smallTile}, 3, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &limited{budget: tt.budget}
			_, p := newFake(t, Options{Keep: true})
			p.runtime, p.device = l, Device{Provider: "webgpu"}
			var notes []Plan
			results, err := p.Generate(t.Context(), []Request{{
				Prompt: "a", Steps: 2, DecoderSteps: 2, Guidance: 4, Width: 1024, Height: 768, Seed: 7,
			}}, func(e Event) {
				if e.Note.Kind == NoteMemory {
					notes = append(notes, e.Note.Plan)
				}
			})
			if (err != nil) != tt.fails {
				t.Fatal(err)
			}
			if p.Plan() != tt.want || len(notes) != tt.notes {
				t.Errorf("plan %+v after %+v", p.Plan(), notes)
			}
			if !tt.fails && (len(results) != 1 || results[0].Image == nil) {
				t.Error("no picture")
			}
			p.unloadAll()
			if l.taken != 0 {
				t.Errorf("%d bytes stay taken", l.taken)
			}
		})
	}
}

// A stage that is done again draws the same noise.
func TestRetreatKeepsThePicture(t *testing.T) {
	request := Request{Prompt: "a", Preset: "diffusers", Steps: 2, DecoderSteps: 2, Guidance: 4, Width: 128, Height: 128, Seed: 7}
	make := func(fails string) []uint8 {
		f, p := newFake(t, Options{Keep: true})
		ran := 0
		f.run = func(_ context.Context, name string) error {
			if ran++; name == fails && ran > 3 {
				fails = ""
				return ErrOutOfMemory
			}
			return nil
		}
		results, err := p.Generate(t.Context(), []Request{request}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return results[0].Image.Pix
	}
	want := make("")
	for _, stage := range []string{"stage c", "stage b", "stage a"} {
		if !slices.Equal(make(stage), want) {
			t.Errorf("another picture after %s ran out of memory", stage)
		}
	}
}

// Tiles cover a latent once, with their rims inside it.
func TestTiles(t *testing.T) {
	for _, tt := range []struct{ h, w, side, rim int }{{100, 100, 0, 16}, {384, 512, 128, 16}, {65, 200, 64, 16}, {7, 3, 64, 16}, {130, 1, 64, 3}} {
		seen := make([]int, tt.h*tt.w)
		for _, tile := range tiles(tt.h, tt.w, tt.side, tt.rim) {
			in, out := tile.inner, tile.outer
			for y := in.y0; y < in.y1; y++ {
				for x := in.x0; x < in.x1; x++ {
					seen[y*tt.w+x]++
				}
			}
			if out.y0 != max(0, in.y0-tt.rim) || out.y1 != min(tt.h, in.y1+tt.rim) || out.x0 != max(0, in.x0-tt.rim) || out.x1 != min(tt.w, in.x1+tt.rim) {
				t.Errorf("%+v: %+v", tt, tile)
			}
			if tt.side > 0 && (in.y1-in.y0 > tt.side || in.x1-in.x0 > tt.side) {
				t.Errorf("%+v: %+v is too large", tt, in)
			}
		}
		if slices.Contains(seen, 0) || slices.Max(seen) > 1 {
			t.Errorf("%+v: not every cell is in one tile", tt)
		}
	}
}
