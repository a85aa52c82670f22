package sampler

import (
	"math"
	"strings"
	"testing"
)

func TestGrid(t *testing.T) {
	for _, tt := range []struct {
		px, prior, decoder int
	}{
		{768, 18, 192}, {832, 20, 208}, {896, 21, 224}, {1000, 24, 250}, {1024, 24, 256}, {1152, 27, 288},
		{1216, 29, 304}, {1280, 30, 320}, {1344, 32, 336}, {1408, 33, 352}, {1536, 36, 384}, {2048, 48, 512},
		{8, 1, 2}, {8192, 192, 2048},
	} {
		for _, p := range []Preset{Official, Comfy} {
			g, err := Geometry{}.Grid(p, tt.px, 1024)
			if err != nil {
				t.Errorf("%s, %d: %v", p, tt.px, err)
			}
			if g.PriorWidth != tt.prior || g.DecoderWidth != tt.decoder || g.Width != tt.px {
				t.Errorf("%s, %d: got %+v, want %+v", p, tt.px, g, tt)
			}
			if g.PriorHeight != 24 || g.DecoderHeight != 256 || g.Height != 1024 {
				t.Errorf("%s, height 1024: got %+v", p, g)
			}
		}
	}
}

func TestGridOfDiffusers(t *testing.T) {
	for _, tt := range []struct {
		px, prior, decoder, picture int
	}{
		{768, 18, 192, 768}, {896, 21, 224, 896}, {1000, 24, 256, 1024}, {1024, 24, 256, 1024},
		{1152, 27, 288, 1152}, {1280, 30, 320, 1280}, {1408, 33, 352, 1408},
		{1536, 36, 384, 1536}, {2048, 48, 512, 2048}, {1001, 24, 256, 1024},
	} {
		g, err := Geometry{}.Grid(Diffusers, 1024, tt.px)
		if err != nil {
			t.Errorf("%d: %v", tt.px, err)
		}
		if g.PriorHeight != tt.prior || g.DecoderHeight != tt.decoder || g.Height != tt.picture {
			t.Errorf("%d: got %+v, want %+v", tt.px, g, tt)
		}
	}
}

func TestGridOfOtherModels(t *testing.T) {
	g, err := Geometry{Compression: 32, Scale: 8, Patch: 1}.Grid(Official, 256, 200)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Grid{8, 7, 32, 25, 256, 200}); g != want {
		t.Errorf("got %+v, want %+v", g, want)
	}
	for _, bad := range []Geometry{
		{Compression: -1}, {Compression: math.NaN()}, {Compression: math.Inf(1)}, {Compression: 0.01},
		{Scale: -4}, {Scale: 1 << 40}, {Patch: -2}, {Patch: 1 << 40},
	} {
		if _, err := bad.Grid(Official, 1024, 1024); err == nil {
			t.Errorf("%+v gave no error", bad)
		}
	}
}

func TestGridRefuses(t *testing.T) {
	for _, tt := range []struct {
		p             Preset
		width, height int
		want          string
	}{
		{Official, 1023, 1024, "width 1023 does not fit this model; the nearest that do are 1016 and 1024"},
		{Official, 1024, 1028, "height 1028 does not fit this model; the nearest that do are 1024 and 1032"},
		{Comfy, 0, 1024, "width 0 is too small; the smallest that fits is 8"},
		{Official, -1 << 62, 1024, "the smallest that fits is 8"},
		{Official, 1024, 9000, "height 9000 is too large; the largest that fits is 8192"},
		{Official, math.MaxInt, 1024, "the largest that fits is 8192"},
		{Diffusers, 832, 1024, "width 832 does not fit this model; the nearest that do are 808 and 856"},
		{Diffusers, 1024, 0, "height 0 is too small; the smallest that fits is 8"},
		{Diffusers, 1024, 8200, "height 8200 is too large"},
	} {
		_, err := Geometry{}.Grid(tt.p, tt.width, tt.height)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %dx%d: got %v, want %q", tt.p, tt.width, tt.height, err, tt.want)
		}
	}
}

// A grid that the networks halve to nothing is refused.
func TestGridOfHalvings(t *testing.T) {
	g := Geometry{PriorHalvings: 1, DecoderHalvings: 3}
	for p, least := range map[Preset]int{Official: 64, Diffusers: 86} {
		if got := g.Least(p); got != least {
			t.Errorf("%s: the least side is %d, want %d", p, got, least)
		}
		if grid, err := g.Grid(p, 128, 128); err != nil || grid.PriorWidth < 2 || grid.DecoderWidth < 16 {
			t.Errorf("%s: 128 gives %+v, %v", p, grid, err)
		}
	}
	if _, err := g.Grid(Official, 56, 64); err == nil || !strings.Contains(err.Error(), "the smallest that fits is 64") {
		t.Errorf("56: %v", err)
	}
	if got := (Geometry{}).Least(Official); got != 8 {
		t.Errorf("without halvings: %d", got)
	}
}

// What an error proposes is accepted.
func TestProposedSizesFit(t *testing.T) {
	for _, p := range []Preset{Official, Diffusers} {
		geometry, _ := Geometry{}.withDefaults()
		rule := geometry.side
		if p == Diffusers {
			rule = geometry.sideOfDiffusers
		}
		for px := 1; px < 3000; px++ {
			_, err := Geometry{}.Grid(p, px, px)
			if rule(px).ok != (err == nil) {
				t.Errorf("%s, %d px: got %v", p, px, err)
			}
		}
	}
}

func TestPresets(t *testing.T) {
	for name, want := range map[string]Preset{"": Official, "official": Official, "comfy": Comfy, "diffusers": Diffusers} {
		if got, err := ParsePreset(name); err != nil || got != want {
			t.Errorf("%q: got %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"Official", "turbo", " comfy", "official\x00"} {
		if _, err := ParsePreset(name); err == nil || !strings.Contains(err.Error(), "choose official, comfy or diffusers") {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if Preset("").Rules() != Official.Rules() {
		t.Error("the zero preset is not official")
	}
	if r := Diffusers.Rules(); r.Scale != 0 || r.ReturnX0 || !r.TimeAsIs || !r.OneStream || r.Rescale != 0 {
		t.Errorf("diffusers: got %+v", r)
	}
	if o, c := Official.Rules(), Comfy.Rules(); o.Rescale != 0.7 || c.Rescale != 0 {
		t.Errorf("got official %+v, comfy %+v", o, c)
	}
}
