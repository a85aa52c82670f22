package quant

import (
	"maps"
	"os"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// A part of a file is one of a network's weights in a form of its own: a
// tensor, or a tensor and its scales.
type part struct {
	tensors []tensor
	make    func() ([][]byte, error) // what the tensors hold
}

// A tensor is a line of a file's table. Offset counts from the first tensor's.
type tensor struct {
	name           string
	dtype          checkpoint.DType
	shape          []int64
	offset, length int64
}

// plan lays out the file of n in format f: its parts, and the bytes of all.
func (f Format) plan(n *checkpoint.Network) (parts []part, size int64) {
	for _, name := range slices.Sorted(maps.Keys(n.Weights)) {
		p := f.part(n, name)
		for i := range p.tensors {
			p.tensors[i].offset = size
			size += p.tensors[i].length
		}
		parts = append(parts, p)
	}
	return parts, size
}

func (f Format) part(n *checkpoint.Network, name string) part {
	w := n.Weights[name]
	switch block, isBias := strings.CutSuffix(name, ".channelwise.4.bias"); {
	case f.quantized(name, w):
		return f.matrix(name, w)
	case isBias && f.quantized(block+".channelwise.4.weight", n.Weights[block+".channelwise.4.weight"]):
		return folded(n, block)
	}
	return part{
		[]tensor{{name: name, dtype: w.DType, shape: w.Shape, length: w.Length}},
		func() ([][]byte, error) {
			raw := make([]byte, w.Length)
			return [][]byte{raw}, read(w.File, func(r *os.File) error {
				_, err := r.ReadAt(raw, w.Offset)
				return err
			})
		},
	}
}

func (f Format) matrix(name string, w checkpoint.Weight) part {
	out, in := matrix(w.Shape)
	dtype, shape, scales := I8, []int64{in, out}, []int64{out}
	switch f {
	case Unsigned:
		dtype = U8
	case Blocks:
		dtype, shape, scales = U8, []int64{out, in / Block, Block}, []int64{out * in / Block}
	}
	return part{
		[]tensor{
			{name: name, dtype: dtype, shape: shape, length: out * in},
			{name: name + Scale, dtype: checkpoint.F32, shape: scales, length: 4 * scales[0]},
		},
		func() ([][]byte, error) {
			v, err := floats(w)
			if err != nil {
				return nil, err
			}
			q, s := f.encode(v, int(out), int(in))
			return [][]byte{q, s}, nil
		},
	}
}

// folded is the bias of a residual block's last layer with the beta of the
// response normalisation before it: beta is added to what the layer's matrix
// is multiplied with.
func folded(n *checkpoint.Network, block string) part {
	name := block + ".channelwise.4.bias"
	bias, beta, w := n.Weights[name], n.Weights[block+".channelwise.2.beta"], n.Weights[block+".channelwise.4.weight"]
	out, in := matrix(w.Shape)
	return part{
		[]tensor{{name: name, dtype: checkpoint.F32, shape: bias.Shape, length: 4 * out}},
		func() ([][]byte, error) {
			var v [3][]float32
			for i, w := range []checkpoint.Weight{bias, beta, w} {
				var err error
				if v[i], err = floats(w); err != nil {
					return nil, err
				}
			}
			for o := range v[0] {
				sum := float64(v[0][o])
				for i, b := range v[1] {
					sum += float64(b) * float64(v[2][o*int(in)+i])
				}
				v[0][o] = float32(sum)
			}
			return [][]byte{bytes32(v[0])}, nil
		},
	}
}

func floats(w checkpoint.Weight) (v []float32, err error) {
	err = read(w.File, func(r *os.File) error {
		v, err = safetensors.ReadFloats(r, safetensors.Tensor{DType: string(w.DType), Offset: w.Offset, Length: w.Length})
		return err
	})
	return v, err
}

func read(file string, do func(r *os.File) error) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close()
	return do(r)
}
