package ort

import (
	"math"
	"testing"
)

// TestHalf compares with the definition: of the float16 below and the one
// above, the nearer, and of two as near the even one.
func TestHalf(t *testing.T) {
	for h := range uint16(0x7c00) {
		f, next := fromFloat16(h), fromFloat16(h+1)
		if h == 0x7bff {
			next = 65536 // where infinity would be
		}
		mid := (f + next) / 2 // exact in float32
		even := h + h&1
		for _, tt := range []struct {
			f    float32
			want uint16
		}{
			{f, h},
			{mid, even},
			{math.Nextafter32(mid, f), h},
			{math.Nextafter32(mid, next), h + 1},
		} {
			if got := toFloat16(tt.f); got != tt.want {
				t.Fatalf("%v: got %#x, want %#x", tt.f, got, tt.want)
			}
			if got := toFloat16(-tt.f); got != tt.want|0x8000 {
				t.Fatalf("%v: got %#x, want %#x", -tt.f, got, tt.want|0x8000)
			}
		}
	}
	inf := float32(math.Inf(1))
	for f, want := range map[float32]uint16{inf: 0x7c00, -inf: 0xfc00, 1e9: 0x7c00, 65504: 0x7bff, 1: 0x3c00, 0x1p-24: 1, 1e-30: 0} {
		if got := toFloat16(f); got != want {
			t.Errorf("%v: got %#x, want %#x", f, got, want)
		}
	}
	nan := float32(math.NaN())
	if h := fromFloat16(toFloat16(nan)); h == h {
		t.Errorf("NaN becomes %v", h)
	}
}

func TestBFloat16(t *testing.T) {
	for h := range uint16(0x7f80) {
		f, next := fromBFloat16(h), fromBFloat16(h+1)
		mid := math.Float32frombits(uint32(h)<<16 | 0x8000)
		for _, tt := range []struct {
			f    float32
			want uint16
		}{
			{f, h},
			{mid, h + h&1},
			{math.Nextafter32(mid, f), h},
			{math.Nextafter32(mid, next), h + 1},
		} {
			if got := toBFloat16(tt.f); got != tt.want {
				t.Fatalf("%v: got %#x, want %#x", tt.f, got, tt.want)
			}
		}
	}
	nan := float32(math.NaN())
	if f := fromBFloat16(toBFloat16(nan)); f == f {
		t.Errorf("NaN becomes %v", f)
	}
}

func TestPack(t *testing.T) {
	src := []float32{0, 1, -2.5, 3.5, 100}
	want := map[string][]float32{
		"float32": src, "float16": src, "bfloat16": src, "float64": src,
		"int64": {0, 1, -2, 4, 100}, "int32": {0, 1, -2, 4, 100}, "bool": {0, 1, 1, 1, 1},
	}
	for _, e := range elemTypes {
		raw := make([]byte, e.size*len(src))
		pack(raw, e.name, src)
		floats, ints := make([]float32, len(src)), make([]int64, len(src))
		unpack(floats, e.name, raw)
		unpack(ints, e.name, raw)
		for i, w := range want[e.name] {
			if floats[i] != w || ints[i] != int64(math.RoundToEven(float64(w))) {
				t.Errorf("%s: %v: got %v and %v, want %v", e.name, src[i], floats[i], ints[i], w)
			}
		}
		again := make([]byte, len(raw))
		pack(again, e.name, ints)
		unpack(floats, e.name, again)
		for i, v := range ints {
			if floats[i] != float32(v) {
				t.Errorf("%s: %d: got %v", e.name, v, floats[i])
			}
		}
	}
}
