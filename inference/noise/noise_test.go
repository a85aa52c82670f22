package noise

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
)

// testdata/README.md says what noise.json holds and how it was made.
type golden struct {
	Runs []struct {
		Seed  string
		Draws []draw
	}
}

type draw struct {
	N                  int
	Values, Head, Tail []float32
	Sum                float64
	SumSquares         float64 `json:"sum_squares"`
}

func TestNormalEqualsTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/noise.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Runs) < 100 {
		t.Fatalf("got %d runs, want over 100", len(g.Runs))
	}
	for _, r := range g.Runs {
		gen := New(parseSeed(t, r.Seed))
		for i, d := range r.Draws {
			got := make([]float32, d.N)
			gen.Normal(got)
			d.check(t, fmt.Sprintf("seed %s, draw %d", r.Seed, i), got)
		}
	}
}

// parseSeed reads a seed as manual_seed takes it: modulo 2^64.
func parseSeed(t *testing.T, s string) uint64 {
	t.Helper()
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (d draw) check(t *testing.T, what string, got []float32) {
	t.Helper()
	if len(d.Values) != d.N && len(d.Head)+len(d.Tail) == 0 {
		t.Fatalf("%s: nothing recorded", what)
	}
	compare(t, what, got[:len(d.Values)], d.Values)
	compare(t, what+", head", got[:len(d.Head)], d.Head)
	compare(t, what+", tail", got[d.N-len(d.Tail):], d.Tail)
	var sum, squares float64
	for _, v := range got {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	tolerance := 1e-5 + 1e-6*float64(d.N)
	if !(math.Abs(sum-d.Sum) <= tolerance && math.Abs(squares-d.SumSquares) <= tolerance) {
		t.Errorf("%s: got sum %v, squares %v, want %v, %v", what, sum, squares, d.Sum, d.SumSquares)
	}
}

func compare(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for j := range want {
		if diff := math.Abs(float64(got[j] - want[j])); !(diff <= 1e-5) {
			t.Fatalf("%s: value %d of %d: got %v, want %v", what, j, len(want), got[j], want[j])
		}
	}
}

func TestSeedUsesLow32Bits(t *testing.T) {
	a, b, c := make([]float32, 32), make([]float32, 32), make([]float32, 32)
	New(5).Normal(a)
	New(1<<32 + 5).Normal(b)
	New(6).Normal(c)
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("value %d: got %v, want %v", i, b[i], a[i])
		}
	}
	if a[0] == c[0] {
		t.Errorf("seeds 5 and 6 both start with %v", a[0])
	}
}

func TestNormalOfNothing(t *testing.T) {
	g, h := New(1), New(1)
	g.Normal(nil)
	a, b := make([]float32, 20), make([]float32, 20)
	g.Normal(a)
	h.Normal(b)
	if a[0] != b[0] {
		t.Errorf("an empty draw moved the generator: got %v, want %v", a[0], b[0])
	}
}

func BenchmarkNormal(b *testing.B) {
	dst := make([]float32, 4*256*256)
	g := New(1)
	b.SetBytes(int64(4 * len(dst)))
	for b.Loop() {
		g.Normal(dst)
	}
}
