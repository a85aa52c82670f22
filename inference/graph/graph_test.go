package graph

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/inference/checkpoint"
)

func TestBuild(t *testing.T) {
	for _, tt := range []struct {
		name            string
		net             *checkpoint.Network
		inputs, outputs []string
	}{
		{"text", textNetwork(t), []string{"input_ids", "attention_mask"}, []string{"hidden_states", "text_embeds"}},
		{"prior", priorNetwork(t, checkpoint.F32),
			[]string{"sample", "timestep_embedding", "clip_text_pooled", "clip_text", "clip_img"}, []string{"out_sample"}},
		{"prior bf16", priorNetwork(t, checkpoint.BF16),
			[]string{"sample", "timestep_embedding", "clip_text_pooled", "clip_text", "clip_img"}, []string{"out_sample"}},
		{"vq", vqNetwork(t), []string{"sample"}, []string{"latent_sample"}},
	} {
		for _, p := range []Precision{fp32, fp16, bf16} {
			if p == bf16 && tt.net.Kind == checkpoint.KindVQ {
				continue
			}
			t.Run(tt.name+" "+string(p), func(t *testing.T) {
				model, err := Build(tt.net, Options{Precision: p})
				if err != nil {
					t.Fatal(err)
				}
				m := decode(t, model.Proto)
				m.check(t)
				want := dialect{10, 20}
				if p == bf16 {
					want = dialect{11, 23}
				}
				if got := (dialect{m.ir, m.opset}); got != want {
					t.Errorf("got IR and opset %v, want %v", got, want)
				}
				if !slices.Equal(m.inputs, tt.inputs) || !slices.Equal(m.outputs, tt.outputs) {
					t.Errorf("got inputs %v outputs %v", m.inputs, m.outputs)
				}
				checkWeights(t, tt.net, model, m)
			})
		}
	}
}

// checkWeights fails unless the graph reads each weight once, with its bytes,
// type and number of elements.
func checkWeights(t *testing.T, n *checkpoint.Network, model *Model, m decoded) {
	t.Helper()
	for name, w := range n.Weights {
		got, ok := m.initializers[name]
		if !ok {
			t.Errorf("%s is not in the graph", name)
			continue
		}
		dtype := map[checkpoint.DType]int64{checkpoint.F32: 1, checkpoint.F16: 10, checkpoint.BF16: 16}[w.DType]
		file := filepath.Join(model.Root, filepath.FromSlash(got.location))
		if file != w.File || got.offset != w.Offset || got.length != w.Length || got.dtype != dtype || product(got.dims) != product(w.Shape) {
			t.Errorf("%s: got %v in %s, want %v", name, got, file, w)
		}
	}
	for name, d := range m.initializers {
		if _, ok := n.Weights[name]; !ok && d.location != "" {
			t.Errorf("%s is read from a file and is no weight", name)
		}
	}
}

// The products on the way from input to output, counted by hand: q, k, v and
// out of self attention, k and v of the condition with its mapper, two linear
// layers and the fold of beta, the mapper and folds of two conditions.
func TestNodesOfABlock(t *testing.T) {
	model, err := Build(priorNetwork(t, checkpoint.F32), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, model.Proto)
	const blocks, elsewhere = 4, 3 + 1 + 2 + 1 // clip mappers, embedding, scalers, head
	if got, want := m.count("Gemm"), blocks*(4+3+3+3)+elsewhere; got != want {
		t.Errorf("got %d Gemm, want %d", got, want)
	}
	if got := m.count("Conv"); got != blocks {
		t.Errorf("got %d Conv, want %d", got, blocks)
	}
	for _, op := range []string{"DepthToSpace", "SpaceToDepth", "FusedMatMul", "Resize"} {
		if n := m.count(op); n != 0 {
			t.Errorf("got %d %s, want none", n, op)
		}
	}
	transposed := false
	for _, n := range m.nodes {
		if n.op == "Transpose" {
			_, weight := m.initializers[n.inputs[0]]
			transposed = transposed || weight
		}
	}
	if transposed {
		t.Error("a weight is transposed")
	}
}

// Where products are summed in fp16, the last of each residual block is made of
// four; fused attention tells that they are not.
func TestCoarseSumsAreInParts(t *testing.T) {
	count := func(o Options) int {
		model, err := Build(priorNetwork(t, checkpoint.F32), o)
		if err != nil {
			t.Fatal(err)
		}
		m := decode(t, model.Proto)
		return m.count("Gemm")
	}
	const blocks = 4
	whole := count(Options{})
	for _, tt := range []struct {
		o    Options
		more int
	}{{Options{Precision: fp16}, 3 * blocks}, {Options{Precision: fp16, Fused: true}, 0}, {Options{Precision: bf16}, 0}} {
		if got := count(tt.o) - whole; got != tt.more {
			t.Errorf("%+v: got %d more Gemm than in float32, want %d", tt.o, got, tt.more)
		}
	}
}

// Repeats run the same weights again; what the condition and the time say is
// worked out once.
func TestRepeatsShare(t *testing.T) {
	n := priorNetwork(t, checkpoint.F32)
	once, err := Build(n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n.UNetConfig.UpRepeats = []int{3, 1}
	for _, m := range []string{"0", "1"} {
		w, b := n.Weights["up_blocks.0.2.attention.to_q.weight"], n.Weights["up_blocks.0.2.attention.to_q.bias"]
		w.Shape = []int64{16, 16, 1, 1}
		n.Weights["up_repeat_mappers.0."+m+".weight"], n.Weights["up_repeat_mappers.0."+m+".bias"] = w, b
	}
	thrice, err := Build(n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := decode(t, once.Proto), decode(t, thrice.Proto)
	b.check(t)
	// Twice more: a mapper, two linear layers, q, k, v and out.
	if got := b.count("Gemm") - a.count("Gemm"); got != 2*(1+2+4) {
		t.Errorf("got %d more Gemm, want %d", got, 2*(1+2+4))
	}
}

// Packed products that share a matrix stand one after another; all are there.
func TestPack(t *testing.T) {
	n := priorNetwork(t, checkpoint.BF16)
	n.UNetConfig.UpRepeats = []int{2, 1}
	w, b := n.Weights["up_blocks.0.2.attention.to_q.weight"], n.Weights["up_blocks.0.2.attention.to_q.bias"]
	w.Shape = []int64{16, 16, 1, 1}
	n.Weights["up_repeat_mappers.0.0.weight"], n.Weights["up_repeat_mappers.0.0.bias"] = w, b
	for _, pack := range []bool{false, true} {
		built, err := build(n, Options{Pack: pack})
		if err != nil {
			t.Fatal(err)
		}
		before := len(built.Graph.Nodes)
		nodes := built.model(built.Graph).Graph.Nodes
		ended, apart, last := map[string]bool{}, 0, ""
		for _, node := range nodes {
			matrix := ""
			if node.Op == "Gemm" {
				matrix = node.Inputs[1]
			}
			if matrix != last {
				ended[last] = true
				if matrix != "" && ended[matrix] {
					apart++
				}
				last = matrix
			}
		}
		if (apart == 0) != pack || len(nodes) != before {
			t.Errorf("packed is %v: %d products stand apart from others of their matrix; %d nodes of %d", pack, apart, len(nodes), before)
		}
	}
}

func TestTransposed(t *testing.T) {
	n := textNetwork(t)
	w := n.Weights["text_projection.weight"]
	w.Transposed = true
	n.Weights["text_projection.weight"] = w
	model, err := Build(n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, model.Proto)
	if got := m.initializers["text_projection.weight"].dims; !slices.Equal(got, []int64{8, 6}) {
		t.Errorf("got %v, want [8 6] as stored", got)
	}
}

func TestBadNetworks(t *testing.T) {
	text := func(change func(*checkpoint.Network)) *checkpoint.Network {
		n := textNetwork(t)
		change(n)
		return n
	}
	prior := func(change func(*checkpoint.Network, *checkpoint.UNetConfig)) *checkpoint.Network {
		n := priorNetwork(t, checkpoint.F32)
		change(n, n.UNetConfig)
		return n
	}
	reshape := func(n *checkpoint.Network, name string, change func(*checkpoint.Weight)) {
		w := n.Weights[name]
		change(&w)
		n.Weights[name] = w
	}
	for name, n := range map[string]*checkpoint.Network{
		"nothing":        {},
		"no weights":     {Kind: checkpoint.KindVQ, VQConfig: &checkpoint.VQConfig{}},
		"no config":      text(func(n *checkpoint.Network) { n.TextConfig = nil }),
		"unknown kind":   text(func(n *checkpoint.Network) { n.Kind = "stage z" }),
		"missing":        text(func(n *checkpoint.Network) { delete(n.Weights, "text_projection.weight") }),
		"zero heads":     text(func(n *checkpoint.Network) { n.TextConfig.Heads = 0 }),
		"uneven heads":   text(func(n *checkpoint.Network) { n.TextConfig.Heads = 3 }),
		"act":            text(func(n *checkpoint.Network) { n.TextConfig.HiddenAct = "relu" }),
		"layers":         text(func(n *checkpoint.Network) { n.TextConfig.Layers = math.MaxInt }),
		"negative width": text(func(n *checkpoint.Network) { n.TextConfig.HiddenSize = -8 }),
		"positions":      text(func(n *checkpoint.Network) { n.TextConfig.MaxPositions = math.MaxInt }),
		"relative path": text(func(n *checkpoint.Network) {
			reshape(n, "text_projection.weight", func(w *checkpoint.Weight) { w.File = "x" })
		}),
		"length": text(func(n *checkpoint.Network) {
			reshape(n, "text_projection.weight", func(w *checkpoint.Weight) { w.Length-- })
		}),
		"offset": text(func(n *checkpoint.Network) {
			reshape(n, "text_projection.weight", func(w *checkpoint.Weight) { w.Offset = -1 })
		}),
		"dtype": text(func(n *checkpoint.Network) {
			reshape(n, "text_projection.weight", func(w *checkpoint.Weight) { w.DType = "I8" })
		}),
		"transposed bias": text(func(n *checkpoint.Network) {
			reshape(n, "text_model.final_layer_norm.bias", func(w *checkpoint.Weight) { w.Transposed = true })
		}),
		"shape": prior(func(n *checkpoint.Network, _ *checkpoint.UNetConfig) {
			reshape(n, "embedding.1.weight", func(w *checkpoint.Weight) { w.Shape = []int64{128} })
		}),
		"swapped": prior(func(n *checkpoint.Network, _ *checkpoint.UNetConfig) {
			reshape(n, "clf.1.weight", func(w *checkpoint.Weight) { w.Shape = []int64{8, 16, 1, 1} })
		}),
		"levels":      prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.BlockOutChannels = nil }),
		"lengths":     prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.UpRepeats = []int{1} }),
		"no switch":   prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.SwitchLevel = []bool{} }),
		"self attn":   prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.SelfAttn = nil }),
		"no heads":    prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.NumAttentionHeads = []int{0, 4} }),
		"many heads":  prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.NumAttentionHeads = []int{9, 4} }),
		"block type":  prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.BlockTypes[1] = []checkpoint.BlockType{"?"} }),
		"even kernel": prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.KernelSize = 4 }),
		"repeats":     prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.DownRepeats = []int{1 << 40, 1} }),
		"no repeat":   prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.DownRepeats = []int{0, 1} }),
		"r":           prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.TimestepRatioEmbeddingDim = 2 }),
		"width":       prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.BlockOutChannels = []int{math.MaxInt, 16} }),
		"more layers": prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.DownLayers = []int{2, 1} }),
		"condition":   prior(func(_ *checkpoint.Network, c *checkpoint.UNetConfig) { c.TimestepConditioningType = []string{"x"} }),
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range []Options{{}, {Precision: fp16, Export: true}} {
				_, err := Build(n, o)
				if !errors.Is(err, checkpoint.ErrBad) && !errors.Is(err, checkpoint.ErrUnsupported) {
					t.Errorf("got %v, want ErrBad or ErrUnsupported", err)
				}
			}
		})
	}
	if _, err := Build(textNetwork(t), Options{Precision: "fp8"}); !errors.Is(err, checkpoint.ErrUnsupported) {
		t.Errorf("got %v, want ErrUnsupported", err)
	}
}

func TestCommonRoot(t *testing.T) {
	sep := string(filepath.Separator)
	abs := func(s string) string { return sep + filepath.FromSlash(s) }
	for _, tt := range []struct {
		files []string
		want  string
	}{
		{[]string{abs("a/b/c")}, abs("a/b")},
		{[]string{abs("a/b/c"), abs("a/b/d")}, abs("a/b")},
		{[]string{abs("a/b/c"), abs("a/bc/d")}, abs("a")},
		{[]string{abs("a/b/c"), abs("x/y")}, sep},
		{[]string{abs("c"), abs("a/b/c")}, sep},
	} {
		got, err := commonRoot(tt.files)
		if err != nil || got != tt.want {
			t.Errorf("%v: got %q, %v, want %q", tt.files, got, err, tt.want)
		}
	}
}

// Golden numbers of the mathematics page: float32 rounding of the frequencies
// moves fast entries by up to 1e-3.
func TestTimestepEmbedding(t *testing.T) {
	for _, tt := range []struct {
		r    float32
		i    int
		want float64
	}{
		{0.5, 0, -0.987966}, {0.5, 1, 0.993559}, {0.5, 5, 0.800632}, {0.5, 31, 0.479426},
		{0.5, 32, 0.154668}, {0.5, 33, 0.113315}, {0.5, 63, 0.877583},
		{0.25, 0, -0.650128}, {0.25, 32, 0.759825}, {0.99358326, 0, 0.854695}, {0.99358326, 31, 0.837987},
		{0, 3, 0}, {0, 40, 1},
	} {
		got := TimestepEmbedding(tt.r, 64)[tt.i]
		if math.Abs(float64(got)-tt.want) > 2e-3 {
			t.Errorf("r %g: e[%d] is %g, want %g", tt.r, tt.i, got, tt.want)
		}
	}
	if e := TimestepEmbedding(0.5, 31); len(e) != 31 || e[30] != 0 {
		t.Errorf("odd length: got %d entries, the last %g, want 31 and 0", len(e), e[len(e)-1])
	}
	for _, dim := range []int{-1, 0, 3} {
		TimestepEmbedding(0.5, dim)
	}
}

func TestExport(t *testing.T) {
	for _, n := range []*checkpoint.Network{textNetwork(t), priorNetwork(t, checkpoint.BF16), vqNetwork(t)} {
		path, err := Export(n, Options{Export: true}, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		proto, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := decode(t, proto)
		m.check(t)
		for name, w := range n.Weights {
			got := m.initializers[name]
			want := readAt(t, w.File, w.Offset, w.Length)
			if !bytes.Equal(readAt(t, filepath.Join(filepath.Dir(path), got.location), got.offset, got.length), want) {
				t.Errorf("%s: bytes differ", name)
			}
		}
		if n.Kind == checkpoint.KindPrior && !slices.Contains(m.inputs, "timestep_ratio") {
			t.Errorf("got inputs %v, want timestep_ratio among them", m.inputs)
		}
	}
}

func readAt(t *testing.T, path string, offset, length int64) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if offset < 0 || length < 0 || offset+length > int64(len(data)) {
		t.Fatalf("%d bytes at %d are not in %s", length, offset, path)
	}
	return data[offset : offset+length]
}

// A file that was cut after it was opened leaves nothing behind.
func TestExportOfACutFile(t *testing.T) {
	n := textNetwork(t)
	if err := os.Truncate(n.Files[0], 1000); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Export(n, Options{}, dir); !errors.Is(err, checkpoint.ErrBad) || !strings.Contains(err.Error(), "ends") {
		t.Errorf("got %v, want ErrBad", err)
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	})
}
