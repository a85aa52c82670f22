package quant

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// network writes a network of one residual block's last layers, and a
// convolution that stays as it is.
func network(t *testing.T, dir string) (*checkpoint.Network, map[string]safetensors.Array) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	arrays := map[string]safetensors.Array{}
	for name, shape := range map[string][]int64{
		"down_blocks.0.0.channelwise.4.weight": {24, 64},
		"down_blocks.0.0.channelwise.4.bias":   {24},
		"down_blocks.0.0.channelwise.2.beta":   {1, 1, 1, 64},
		"down_blocks.0.0.depthwise.weight":     {24, 1, 3, 3},
		"clf.1.weight":                         {16, 24, 1, 1},
		"up_blocks.0.0.channelwise.0.weight":   {96, 24, 1, 1},
		"up_blocks.0.0.channelwise.0.bias":     {96},
	} {
		a := safetensors.Array{Shape: shape}
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		for range n {
			a.Data = append(a.Data, float32(r.NormFloat64()))
		}
		arrays[name] = a
	}
	path := filepath.Join(dir, "model.safetensors")
	if err := safetensors.Write(path, arrays, nil); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	n := &checkpoint.Network{Kind: checkpoint.KindPrior, Weights: map[string]checkpoint.Weight{}, Files: []string{path}}
	for name, w := range f.Tensors {
		n.Weights[name] = checkpoint.Weight{File: path, Offset: w.Offset, Length: w.Length, DType: checkpoint.DType(w.DType), Shape: w.Shape}
	}
	return n, arrays
}

// load reads a tensor of a network's as numbers, whole ones as they are.
func load(t *testing.T, n *checkpoint.Network, name string) []float64 {
	t.Helper()
	w, ok := n.Weights[name]
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	data, err := os.ReadFile(w.File)
	if err != nil {
		t.Fatal(err)
	}
	var v []float64
	for b := data[w.Offset : w.Offset+w.Length]; len(b) > 0; {
		switch w.DType {
		case I8:
			v, b = append(v, float64(int8(b[0]))), b[1:]
		case U8:
			v, b = append(v, float64(b[0])-128), b[1:]
		default:
			v, b = append(v, float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))), b[4:]
		}
	}
	return v
}

func TestMatricesAreWithinHalfAStep(t *testing.T) {
	n, arrays := network(t, t.TempDir())
	const name = "down_blocks.0.0.channelwise.4.weight"
	for _, f := range []Format{Signed, Unsigned, Blocks} {
		q, err := Make(context.Background(), n, Choice{Format: f}, t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		const out, in = 24, 64
		got, scales := load(t, q, name), load(t, q, name+Scale)
		for o := range out {
			for i := range in {
				v, scale := 0.0, 0.0
				if f == Blocks {
					v, scale = got[o*in+i], scales[(o*in+i)/Block]
				} else {
					v, scale = got[i*out+o], scales[o]
				}
				want := float64(arrays[name].Data[o*in+i])
				if math.Abs(v*scale-want) > 0.5001*scale || math.Abs(v) > 127 {
					t.Fatalf("%s: [%d, %d] is %v x %v, want %v", f, o, i, v, scale, want)
				}
			}
		}
		if w := q.Weights["up_blocks.0.0.channelwise.0.weight"]; (w.DType == checkpoint.F32) != (f == Blocks) {
			t.Errorf("%s: a matrix of rows of 24 has type %s", f, w.DType)
		}
	}
}

func TestWhatIsSensitiveStaysAsItIs(t *testing.T) {
	n, arrays := network(t, t.TempDir())
	q, err := Make(context.Background(), n, Choice{Format: Signed}, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"clf.1.weight", "down_blocks.0.0.depthwise.weight"} {
		for i, v := range load(t, q, name) {
			if float32(v) != arrays[name].Data[i] {
				t.Fatalf("%s[%d] is %v", name, i, v)
			}
		}
	}
	w, beta := arrays["down_blocks.0.0.channelwise.4.weight"].Data, arrays["down_blocks.0.0.channelwise.2.beta"].Data
	for o, got := range load(t, q, "down_blocks.0.0.channelwise.4.bias") {
		want := float64(arrays["down_blocks.0.0.channelwise.4.bias"].Data[o])
		for i, b := range beta {
			want += float64(b) * float64(w[o*len(beta)+i])
		}
		if math.Abs(got-want) > 1e-5 {
			t.Errorf("bias %d is %v, with beta it is %v", o, got, want)
		}
	}
}

func TestADamagedFileIsMadeAgain(t *testing.T) {
	n, _ := network(t, t.TempDir())
	dir := t.TempDir()
	q := remembered(t, n, Choice{Format: Signed}, dir)
	whole, err := os.ReadFile(q.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, whole[:100], whole[:len(whole)-1], append(append([]byte{}, whole[:2000]...), make([]byte, len(whole)-2000)...), flipped(whole, 20), flipped(whole, len(whole)-200)} {
		if err := os.WriteFile(q.Files[0], bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(context.Background(), n, Choice{Format: Signed}, dir); !errors.Is(err, ErrAbsent) {
			t.Errorf("a file of %d bytes opens (%v)", len(bad), err)
		}
		remembered(t, n, Choice{Format: Signed}, dir)
		if _, err := Open(context.Background(), n, Choice{Format: Signed}, dir); err != nil {
			t.Error(err)
		}
		if now, err := os.ReadFile(q.Files[0]); err != nil || string(now) != string(whole) {
			t.Errorf("a file of %d bytes was left damaged (%v)", len(bad), err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 { // with the choice
		t.Errorf("the folder holds %v", left)
	}
}

// remembered makes a network's file, and puts it in its place.
func remembered(t *testing.T, n *checkpoint.Network, c Choice, dir string) *checkpoint.Network {
	t.Helper()
	q, err := Make(context.Background(), n, c, dir, Stats{})
	if err == nil {
		q, err = Remember(n, c, q, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Two programs that make the same at once, and try it before it is remembered, have
// a file each; that the one gives up or is done does not take the other's away.
func TestTwoMakersHaveAFileEach(t *testing.T) {
	n, _ := network(t, t.TempDir())
	dir, c := t.TempDir(), Choice{Format: Signed}
	var made []*checkpoint.Network
	for range 3 {
		q, err := Make(context.Background(), n, c, dir, Stats{})
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, q)
	}
	if err := os.Remove(made[0].Files[0]); err != nil { // it gave up
		t.Fatal(err)
	}
	for _, q := range made[1:] {
		load(t, q, "up_blocks.0.0.channelwise.0.weight") // it tries
		q, err := Remember(n, c, q, dir)
		if err != nil {
			t.Fatal(err)
		}
		load(t, q, "up_blocks.0.0.channelwise.0.weight")
	}
	if _, err := Open(context.Background(), n, c, dir); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("the folder holds %v", left)
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	n, _ := network(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(context.Background(), n, Choice{Format: Signed}, filepath.Join(file, "folder"), nil); !errors.Is(err, checkpoint.ErrCache) {
		t.Errorf("error is %v", err)
	}
	dir := t.TempDir()
	q, err := Make(context.Background(), n, Choice{Format: Signed}, dir, Stats{})
	if err != nil {
		t.Fatal(err)
	}
	path, err := place(n, Signed, dir)
	if err == nil {
		err = os.MkdirAll(filepath.Join(path+".json", "in the way"), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Remember(n, Choice{Format: Signed}, q, dir); !errors.Is(err, checkpoint.ErrCache) {
		t.Errorf("error is %v", err)
	}
}

func flipped(b []byte, at int) []byte {
	c := append([]byte{}, b...)
	c[at] ^= 1
	return c
}

func TestAMovedModelKeepsItsFileAndAnotherHasItsOwn(t *testing.T) {
	dir := t.TempDir()
	n, _ := network(t, dir)
	before, err := fingerprint(n, Signed)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "other name.safetensors")
	if err := os.Rename(n.Files[0], moved); err != nil {
		t.Fatal(err)
	}
	for name, w := range n.Weights {
		w.File = moved
		n.Weights[name] = w
	}
	if after, err := fingerprint(n, Signed); err != nil || after != before {
		t.Errorf("moved: %s, before %s (%v)", after, before, err)
	}
	data, err := os.ReadFile(moved)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(moved, flipped(data, len(data)-1), 0o644); err != nil {
		t.Fatal(err)
	}
	if after, err := fingerprint(n, Signed); err != nil || after == before {
		t.Errorf("changed: still %s (%v)", after, err)
	}
}

func TestMakingAFileCanBeStopped(t *testing.T) {
	n, _ := network(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	stop()
	dir := t.TempDir()
	if _, err := Make(ctx, n, Choice{Format: Blocks}, dir, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

func TestDetectionCanBeSwitchedOff(t *testing.T) {
	t.Setenv(variable, "off")
	if f, ok := Products(); ok {
		t.Errorf("still %q", f)
	}
	t.Setenv(variable, "any")
	if f, ok := Products(); !ok || f == Blocks {
		t.Errorf("any processor multiplies bytes, not %q, %v", f, ok)
	}
}

// TestStatsMakeUpForRounding multiplies a layer with inputs around a mean, some
// columns of which are a hundred times as large as others.
func TestStatsMakeUpForRounding(t *testing.T) {
	n, arrays := network(t, t.TempDir())
	const name, out, in = "up_blocks.0.0.channelwise.0", 96, 24
	stat := Stat{Mean: make([]float32, in), Most: make([]float32, in)}
	for i := range in {
		stat.Mean[i] = float32(i%5) - 2
		stat.Most[i] = 3
		if i%7 == 0 {
			stat.Mean[i], stat.Most[i] = 100, 110
		}
	}
	off := func(stats Stats) float64 {
		q, err := Make(context.Background(), n, Choice{Format: Signed}, t.TempDir(), stats)
		if err != nil {
			t.Fatal(err)
		}
		w, scales, bias := load(t, q, name+".weight"), load(t, q, name+".weight"+Scale), load(t, q, name+".bias")
		by := make([]float64, in)
		for i := range by {
			by[i] = 1
		}
		if stats != nil {
			by = load(t, q, name+".weight"+Smooth)
		}
		sum := 0.0
		for o := range out {
			want, got := float64(arrays[name+".bias"].Data[o]), bias[o]
			for i := range in {
				want += float64(arrays[name+".weight"].Data[o*in+i]) * float64(stat.Mean[i])
				got += w[i*out+o] * scales[o] * by[i] * float64(stat.Mean[i])
			}
			sum += (got - want) * (got - want)
		}
		return math.Sqrt(sum / out)
	}
	without, with := off(nil), off(Stats{name: stat})
	if with > without/100 {
		t.Errorf("at the mean the layer is off by %v, without stats by %v", with, without)
	}
}

func TestAChoiceIsRemembered(t *testing.T) {
	n, _ := network(t, t.TempDir())
	dir := t.TempDir()
	if c, ok := Recall(n, Signed, dir); ok {
		t.Errorf("nothing was chosen, not %v", c)
	}
	want := Choice{Format: Signed, Keep: "up_blocks.0."}
	q := remembered(t, n, want, dir)
	if c, ok := Recall(n, Signed, dir); !ok || c != want {
		t.Errorf("got %v, %v", c, ok)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	for _, bad := range []string{"", "{", `{"format":"blocks"}`, `{"format":"signed","keep":"clf"}`} {
		if err := os.WriteFile(files[0], []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if c, ok := Recall(n, Signed, dir); ok {
			t.Errorf("%q is taken for %v", bad, c)
		}
	}
	if w := q.Weights["up_blocks.0.0.channelwise.0.weight"]; w.DType != checkpoint.F32 {
		t.Errorf("what is kept has type %s", w.DType)
	}
}
