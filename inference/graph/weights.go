package graph

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
	"cascata/inference/quant"
)

// A builder writes the graph of one network. After the first fault err is set
// and what it returns means nothing.
type builder struct {
	onnx.Builder
	net  *checkpoint.Network
	opt  Options
	root string
	err  error

	float onnx.DType        // what matrix products and convolutions compute in
	cache map[string]string // values that several places share
	pass  int               // with Stream, which repeat of a level: a cast that two share would be kept between

	borders []int                 // see mayPart
	passed  map[string][]onnx.Dim // see passes

	seen   []Observed      // with Options.Observe: layers, and
	inputs []observedInput // in the order that the layers run
}

func newBuilder(n *checkpoint.Network, o Options) (*builder, error) {
	b := &builder{net: n, opt: o, float: onnx.Float, cache: map[string]string{}}
	switch o.Precision {
	case "", fp32:
	case fp16:
		b.float = onnx.Float16
	case bf16:
		b.float = onnx.BFloat16
	default:
		return nil, fmt.Errorf("graph: precision %q: %w", o.Precision, checkpoint.ErrUnsupported)
	}
	var files []string
	for _, w := range n.Weights {
		files = append(files, w.File)
	}
	root, err := commonRoot(files)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", n.Kind, err)
	}
	b.root = root
	return b, nil
}

// commonRoot returns the deepest folder that holds all files, which are absolute.
func commonRoot(files []string) (string, error) {
	if len(files) == 0 {
		return "", fmt.Errorf("network has no weights: %w", checkpoint.ErrBad)
	}
	root := filepath.Dir(files[0])
	for _, f := range files {
		if !filepath.IsAbs(f) {
			return "", fmt.Errorf("path of %s is not absolute: %w", f, checkpoint.ErrBad)
		}
		for !within(root, f) {
			up := filepath.Dir(root)
			if up == root {
				return "", fmt.Errorf("%s and %s lie on different drives, put them on one: %w",
					files[0], f, checkpoint.ErrUnsupported)
			}
			root = up
		}
	}
	return root, nil
}

// within reports whether file lies under folder.
func within(folder, file string) bool {
	return strings.HasPrefix(file, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// shared returns the value that make made for key, making it once.
func (b *builder) shared(key string, make func() string) string {
	if v, ok := b.cache[key]; ok {
		return v
	}
	scope := b.Scope
	v := make()
	b.Scope = scope
	b.cache[key] = v
	return v
}

// dims returns a weight's shape, checked to be of the rank given.
func (b *builder) dims(name string, rank int) []int64 {
	s := b.net.Weights[name].Shape
	if len(s) != rank {
		b.fail(checkpoint.ErrBad, "%s is missing or has not %d axes", name, rank)
		return make([]int64, rank)
	}
	return s
}

// weight returns a tensor in the type of computation. Its shape must be want.
func (b *builder) weight(name string, want ...int64) string {
	return b.weightAs(b.float, name, want, want)
}

// weight32 is weight in float32, for norms and for constants folded from it.
func (b *builder) weight32(name string, want ...int64) string {
	return b.weightAs(onnx.Float, name, want, want)
}

// matrix returns the weight of a 1x1 convolution or linear layer as [out, in].
func (b *builder) matrix(name string, want ...int64) string {
	if len(want) < 2 {
		return b.weight(name, want...)
	}
	return b.weightAs(b.float, name, want, []int64{want[0], product(want[1:])})
}

// weightAs returns the weight in type t with its elements seen as dims. One
// stored transposed is seen as such: [in, out].
func (b *builder) weightAs(t onnx.DType, name string, want, dims []int64) string {
	return b.shared(fmt.Sprint("weight ", t, dims, name, b.pass), func() string {
		v, stored := b.initializer(name, want, dims)
		if b.err != nil || stored == t {
			return v
		}
		return b.cast(v, t)
	})
}

// require returns the weight called name, which must be there and have shape want.
func (b *builder) require(name string, want ...int64) checkpoint.Weight {
	w, ok := b.net.Weights[name]
	if !ok {
		b.fail(checkpoint.ErrBad, "%s is missing", name)
	} else if !slices.Equal(w.Shape, want) {
		b.fail(checkpoint.ErrBad, "%s has shape %v, the configuration says %v", name, w.Shape, want)
	}
	return w
}

// initializer places a weight in the graph as it is stored. No weight is seen
// with two different dims.
func (b *builder) initializer(name string, want, dims []int64) (string, onnx.DType) {
	w := b.require(name, want...)
	if b.err != nil {
		return "", 0
	}
	stored := map[checkpoint.DType]onnx.DType{
		checkpoint.F32: onnx.Float, checkpoint.F16: onnx.Float16, checkpoint.BF16: onnx.BFloat16,
		quant.I8: onnx.Int8, quant.U8: onnx.Uint8,
	}[w.DType]
	if stored == 0 {
		b.fail(checkpoint.ErrUnsupported, "%s has element type %q", name, w.DType)
		return "", 0
	}
	if w.Offset < 0 || w.Length != product(want)*stored.Size() {
		b.fail(checkpoint.ErrBad, "%s: %d bytes at %d do not hold %v of %s", name, w.Length, w.Offset, want, w.DType)
		return "", 0
	}
	if w.Transposed {
		if len(dims) != 2 {
			b.fail(checkpoint.ErrUnsupported, "%s is stored transposed and is no matrix", name)
			return "", 0
		}
		dims = []int64{dims[1], dims[0]}
	}
	location, err := filepath.Rel(b.root, w.File)
	if err != nil {
		b.fail(checkpoint.ErrBad, "%s: %v", name, err)
		return "", 0
	}
	return b.shared("initializer "+name, func() string {
		return b.External(name, stored, dims, onnx.External{
			Location: filepath.ToSlash(location), Offset: w.Offset, Length: w.Length,
		})
	}), stored
}

// product is the number of elements of a shape, or -1 when it is not one that
// a file could hold.
func product(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt64/8/d {
			return -1
		}
		n *= d
	}
	return n
}
