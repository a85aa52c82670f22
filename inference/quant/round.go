package quant

import (
	"encoding/binary"
	"math"
)

// encode returns the matrix w [out, in] in format f, and its scales.
func (f Format) encode(w []float32, out, in int) (elements []byte, scales []float32) {
	switch f {
	case Blocks:
		q, s := groups(w, Block)
		return flip(q), s
	case Unsigned:
		q, s := groups(w, in)
		return flip(transpose(q, out, in)), s
	}
	q, s := groups(w, in)
	return transpose(q, out, in), s
}

// decode returns the matrix [out, in] that elements and scales stand for.
func (f Format) decode(elements []byte, scales []float32, out, in int) []float32 {
	q, group := elements, in
	switch f {
	case Blocks:
		group = Block
	default:
		q = transpose(q, in, out)
	}
	var bit byte
	if f != Signed {
		bit = 128
	}
	w := make([]float32, len(q))
	for i, v := range q {
		w[i] = float32(int8(v^bit)) * scales[i/group]
	}
	return w
}

// groups rounds every n elements in a row to whole multiples, -127 to 127, of
// their largest by 127.
func groups(w []float32, n int) (q []byte, scales []float32) {
	q, scales = make([]byte, len(w)), make([]float32, 0, len(w)/n)
	for at := 0; at < len(w); at += n {
		part := w[at : at+n]
		var most float32
		for _, v := range part {
			most = max(most, float32(math.Abs(float64(v))))
		}
		scales = append(scales, most/127)
		if most == 0 {
			continue
		}
		by := 127 / most
		for i, v := range part {
			q[at+i] = byte(int8(round(v * by)))
		}
	}
	return q, scales
}

// round is the whole number nearest to v, ties to even. v is small.
func round(v float32) int32 {
	const magic = 3 << 22 // adding it leaves no bits for fractions
	return int32(v + magic - magic)
}

// flip adds 128 to every element.
func flip(q []byte) []byte {
	for i := range q {
		q[i] ^= 128
	}
	return q
}

// transpose turns [rows, columns] into [columns, rows], tile by tile.
func transpose(q []byte, rows, columns int) []byte {
	const tile = 64
	t := make([]byte, len(q))
	for r0 := 0; r0 < rows; r0 += tile {
		for c0 := 0; c0 < columns; c0 += tile {
			for c := c0; c < min(c0+tile, columns); c++ {
				for r := r0; r < min(r0+tile, rows); r++ {
					t[c*rows+r] = q[r*columns+c]
				}
			}
		}
	}
	return t
}

func bytes32(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}
