package lora

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// maxRank bounds a rank. No layer of Stable Cascade is that wide.
const maxRank = 16384

// size says from the header alone what shape and rank a change has, and whether
// it is whole.
func (f *File) size(c *change) (rows, cols, rank int64, err error) {
	need := func(parts ...part) {
		for _, p := range parts {
			if _, ok := c.parts[p]; !ok && err == nil {
				err = fmt.Errorf("the layer %.120s has no %s: half of it is missing", c.name, p)
			}
		}
	}
	has := func(p part) bool { _, ok := c.parts[p]; return ok }
	switch {
	case has(partDown) || has(partUp):
		need(partDown, partUp)
		rows, cols, rank = f.pair(c, partUp, partDown, partMid, &err)
	case has(partHada1A) || has(partHada1B) || has(partHada2A) || has(partHada2B):
		need(partHada1A, partHada1B, partHada2A, partHada2B)
		rows, cols, rank = f.pair(c, partHada1A, partHada1B, partHadaT1, &err)
		r2, c2, _ := f.pair(c, partHada2A, partHada2B, partHadaT2, &err)
		if err == nil && (r2 != rows || c2 != cols) {
			err = fmt.Errorf("the layer %.120s multiplies matrices of %d by %d and %d by %d", c.name, rows, cols, r2, c2)
		}
	case has(partKron1) || has(partKron1A) || has(partKron1B) || has(partKron2) || has(partKron2A) || has(partKron2B):
		r1, c1, k1 := f.factor(c, partKron1, partKron1A, partKron1B, "", &err)
		r2, c2, k2 := f.factor(c, partKron2, partKron2A, partKron2B, partKronT2, &err)
		if r1 > 0 && r2 > math.MaxInt32/r1 || c1 > 0 && c2 > math.MaxInt32/c1 {
			return 0, 0, 0, fmt.Errorf("the layer %.120s is too large", c.name)
		}
		rows, cols, rank = r1*r2, c1*c2, cmp.Or(k2, k1)
	case has(partDiff):
		rows, cols = matrix(f.shape(c, partDiff))
	case has(partDiffBias):
	case has(partRows) || has(partIndices):
		need(partRows, partIndices)
		rows, cols = matrix(f.shape(c, partRows))
	default:
		for p := range c.parts {
			err = fmt.Errorf("the layer %.120s has %s and nothing that it belongs to", c.name, p)
		}
	}
	if err == nil {
		err = c.pure()
	}
	return rows, cols, rank, err
}

// families are the parts that belong together; alpha, magnitudes and a
// bias go with any.
var families = [][]part{
	{partDown, partUp, partMid, partBias},
	{partHada1A, partHada1B, partHada2A, partHada2B, partHadaT1, partHadaT2},
	{partKron1, partKron1A, partKron1B, partKron2, partKron2A, partKron2B, partKronT2},
	{partDiff}, {partRows, partIndices},
}

// pure refuses a layer with parts of two kinds of change.
func (c *change) pure() error {
	var of []part
	for _, p := range slices.Sorted(maps.Keys(c.parts)) {
		i := slices.IndexFunc(families, func(f []part) bool { return slices.Contains(f, p) })
		switch {
		case i < 0: // goes with any
		case of == nil:
			of = families[i]
		case !slices.Contains(of, p):
			return fmt.Errorf("the layer %.120s is changed in two ways, by %s and %s", c.name, of[0], p)
		}
	}
	return nil
}

// matrix sees a tensor as [first axis, all others].
func matrix(shape []int64) (rows, cols int64) {
	if len(shape) == 0 {
		return 1, 1
	}
	cols = 1
	for _, d := range shape[1:] {
		if d > 0 && cols > math.MaxInt32/d {
			return shape[0], -1
		}
		cols *= d
	}
	return shape[0], cols
}

// pair is the shape of up [rows, rank] times down [rank, cols]. With mid, [rank,
// rank, h, w] of LyCORIS's Tucker form, down is [rank, in]; then LoHa's up is
// stored as [rank, rows].
func (f *File) pair(c *change, up, down, mid part, err *error) (rows, cols, rank int64) {
	if *err != nil {
		return 0, 0, 0
	}
	rows, rank = matrix(f.shape(c, up))
	k, cols := matrix(f.shape(c, down))
	if m := f.shape(c, mid); m != nil {
		if up != partUp {
			rows, rank = rank, rows
		}
		if len(m) != 4 || m[0] != rank || m[1] != k || m[2] < 1 || m[2] > 31 || m[3] < 1 || m[3] > 31 {
			*err = fmt.Errorf("the layer %.120s has %s of shape %v for rank %d", c.name, mid, m, rank)
			return 0, 0, 0
		}
		k, cols = m[0], cols*m[2]*m[3]
	}
	if rank != k || rank < 1 || rank > maxRank || rows < 1 || cols < 1 {
		*err = fmt.Errorf("the layer %.120s has %s of shape %v and %s of shape %v, which do not fit together", c.name, up, f.shape(c, up), down, f.shape(c, down))
	}
	return rows, cols, rank
}

// factor is the shape of one of LoKr's two matrices, which is whole or a pair,
// and of the pair the rank.
func (f *File) factor(c *change, whole, a, b, mid part, err *error) (rows, cols, rank int64) {
	if s := f.shape(c, whole); s != nil {
		rows, cols = matrix(s)
		if (rows < 1 || cols < 1) && *err == nil {
			*err = fmt.Errorf("the layer %.120s has %s of shape %v", c.name, whole, s)
		}
		return rows, cols, 0
	}
	for _, p := range []part{a, b} {
		if _, ok := c.parts[p]; !ok && *err == nil {
			*err = fmt.Errorf("the layer %.120s has no %s: half of it is missing", c.name, p)
		}
	}
	return f.pair(c, a, b, mid, err)
}
