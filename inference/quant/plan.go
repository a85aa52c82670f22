package quant

import (
	"maps"
	"os"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

// A plan says what the file of a network in a format holds.
type plan struct {
	net *checkpoint.Network
	Choice
	observed bool  // made with stats
	smooth   bool  // inputs are multiplied by a tensor of the weight's name with Smooth behind
	stats    Stats // to make it with
}

func newPlan(n *checkpoint.Network, c Choice, observed bool) plan {
	return plan{net: n, Choice: c, observed: observed, smooth: observed && c.Format != Blocks}
}

// A part of a file is tensors that are made together.
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

// parts lays out the file, and returns the bytes of all parts.
func (p plan) parts() (parts []part, size int64) {
	for _, name := range slices.Sorted(maps.Keys(p.net.Weights)) {
		layer, bias := strings.CutSuffix(name, ".bias")
		var next part
		switch {
		case bias && p.quantized(layer):
			continue // beside its weight
		case p.quantized(strings.TrimSuffix(name, ".weight")) && strings.HasSuffix(name, ".weight"):
			next = p.layer(strings.TrimSuffix(name, ".weight"))
		default:
			next = p.copied(name)
		}
		for i := range next.tensors {
			next.tensors[i].offset = size
			size += next.tensors[i].length
		}
		parts = append(parts, next)
	}
	return parts, size
}

func (p plan) quantized(layer string) bool {
	return !p.kept(layer) && p.Format.quantized(layer+".weight", p.net.Weights[layer+".weight"])
}

// copied is a tensor as it is.
func (p plan) copied(name string) part {
	w := p.net.Weights[name]
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

// layer is a linear layer: its matrix, scales, bias and, where inputs are
// smoothed, what they are multiplied by.
func (p plan) layer(name string) part {
	out, in := matrix(p.net.Weights[name+".weight"].Shape)
	dtype, shape, scales := I8, []int64{in, out}, out
	switch p.Format {
	case Unsigned:
		dtype = U8
	case Blocks:
		dtype, shape, scales = U8, []int64{out, in / Block, Block}, out*in/Block
	}
	float := func(name string, n int64) tensor {
		return tensor{name: name, dtype: checkpoint.F32, shape: []int64{n}, length: 4 * n}
	}
	list := []tensor{
		{name: name + ".weight", dtype: dtype, shape: shape, length: out * in},
		float(name+".weight"+Scale, scales), float(name+".bias", out),
	}
	if p.smooth && smoothed(name) {
		list = append(list, float(name+".weight"+Smooth, in))
	}
	return part{list, func() ([][]byte, error) {
		l, err := p.read(name)
		if err != nil {
			return nil, err
		}
		by := ones(int(in))
		if p.smooth && smoothed(name) {
			if by, err = p.factors(name, l.weight, int(in)); err != nil {
				return nil, err
			}
			l.stretch(by)
		}
		q, s := p.Format.encode(l.weight, int(out), int(in))
		l.correct(p.Format.decode(q, s, int(out), int(in)))
		list := [][]byte{q, bytes32(s), bytes32(l.bias)}
		if p.smooth && smoothed(name) {
			list = append(list, bytes32(inverse(by)))
		}
		return list, nil
	}}
}

// read reads a layer. The beta of a response normalisation before it is in
// its bias.
func (p plan) read(name string) (l layer, err error) {
	l.weight, err = floats(p.net.Weights[name+".weight"])
	if err == nil {
		l.bias, err = floats(p.net.Weights[name+".bias"])
	}
	l.mean = p.stats[name].Mean
	block, last := strings.CutSuffix(name, ".channelwise.4")
	if err != nil || !last {
		return l, err
	}
	beta, err := floats(p.net.Weights[block+".channelwise.2.beta"])
	l.add(beta)
	return l, err
}

// factors are what the columns of a layer's matrix are multiplied by. Layers
// that read the same have the same.
func (p plan) factors(name string, weight []float32, columns int) ([]float32, error) {
	if !strings.Contains(name, ".attention.") {
		return balance(p.stats[name].Most, weight, columns), nil
	}
	block := name[:strings.LastIndex(name, ".")+1]
	var most, all []float32
	for _, end := range []string{"to_q", "to_k", "to_v"} {
		w, err := floats(p.net.Weights[block+end+".weight"])
		if err != nil {
			return nil, err
		}
		most, all = larger(most, p.stats[block+end].Most), append(all, w...)
	}
	return balance(most, all, columns), nil
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
