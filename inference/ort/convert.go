package ort

import (
	"encoding/binary"
	"fmt"
	"math"

	ort "github.com/yalue/onnxruntime_go"
)

// elemTypes are the element types that a port may have.
var elemTypes = []struct {
	name string
	code uint64 // TensorProto.DataType, which the library shares
	size int    // bytes
}{
	{"float32", ort.TensorElementDataTypeFloat, 4},
	{"float16", ort.TensorElementDataTypeFloat16, 2},
	{"bfloat16", ort.TensorElementDataTypeBFloat16, 2},
	{"float64", ort.TensorElementDataTypeDouble, 8},
	{"int64", ort.TensorElementDataTypeInt64, 8},
	{"int32", ort.TensorElementDataTypeInt32, 4},
	{"bool", ort.TensorElementDataTypeBool, 1},
}

func typeName(code uint64) string {
	for _, t := range elemTypes {
		if t.code == code {
			return t.name
		}
	}
	return fmt.Sprintf("type %d", code)
}

// pack writes src as little-endian elements of typ to dst. Floats become
// integers by rounding, numbers become bool by being other than zero.
func pack[T float32 | int64](dst []byte, typ string, src []T) {
	le := binary.LittleEndian
	switch typ {
	case "float32":
		for i, v := range src {
			le.PutUint32(dst[4*i:], math.Float32bits(float32(v)))
		}
	case "float16":
		for i, v := range src {
			le.PutUint16(dst[2*i:], toFloat16(float32(v)))
		}
	case "bfloat16":
		for i, v := range src {
			le.PutUint16(dst[2*i:], toBFloat16(float32(v)))
		}
	case "float64":
		for i, v := range src {
			le.PutUint64(dst[8*i:], math.Float64bits(float64(v)))
		}
	case "int64":
		for i, v := range src {
			le.PutUint64(dst[8*i:], uint64(round(v)))
		}
	case "int32":
		for i, v := range src {
			le.PutUint32(dst[4*i:], uint32(round(v)))
		}
	case "bool":
		for i, v := range src {
			dst[i] = 0
			if v != 0 {
				dst[i] = 1
			}
		}
	}
}

// unpack is pack the other way.
func unpack[T float32 | int64](dst []T, typ string, src []byte) {
	le := binary.LittleEndian
	switch typ {
	case "float32":
		for i := range dst {
			dst[i] = number[T](math.Float32frombits(le.Uint32(src[4*i:])))
		}
	case "float16":
		for i := range dst {
			dst[i] = number[T](fromFloat16(le.Uint16(src[2*i:])))
		}
	case "bfloat16":
		for i := range dst {
			dst[i] = number[T](fromBFloat16(le.Uint16(src[2*i:])))
		}
	case "float64":
		for i := range dst {
			dst[i] = number[T](float32(math.Float64frombits(le.Uint64(src[8*i:]))))
		}
	case "int64":
		for i := range dst {
			dst[i] = T(int64(le.Uint64(src[8*i:])))
		}
	case "int32":
		for i := range dst {
			dst[i] = T(int32(le.Uint32(src[4*i:])))
		}
	case "bool":
		for i := range dst {
			dst[i] = T(min(src[i], 1))
		}
	}
}

// round returns the integer nearest to v.
func round[T float32 | int64](v T) int64 {
	if f, ok := any(v).(float32); ok {
		return int64(math.RoundToEven(float64(f)))
	}
	return int64(v)
}

// number returns f as a T, rounded if T has no fractions.
func number[T float32 | int64](f float32) T {
	var zero T
	if _, ok := any(zero).(int64); ok {
		return T(round(f))
	}
	return T(f)
}

// toFloat16 rounds f to the nearest float16, ties to even; beyond 65504 it is
// infinite.
func toFloat16(f float32) uint16 {
	b := math.Float32bits(f)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000: // NaN stays one
		return sign | 0x7e00
	case b >= 0x47800000: // 65536 and more
		return sign | 0x7c00
	case b >= 0x38800000: // 2^-14 and more: a carry runs into the exponent, to infinity too
		b += 0xfff + b>>13&1
		return sign | uint16((b-0x38000000)>>13)
	}
	// Below that float16 counts in steps of 2^-24, which adding 0.5 rounds to.
	return sign | uint16(math.Float32bits(math.Float32frombits(b)+0.5)-0x3f000000)
}

func fromFloat16(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&31), uint32(h&0x3ff)
	switch exp {
	case 0:
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// toBFloat16 rounds f to the nearest bfloat16, ties to even.
func toBFloat16(f float32) uint16 {
	b := math.Float32bits(f)
	if f != f {
		return uint16(b>>16) | 0x40
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}

func fromBFloat16(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }

// elemSize is in bytes, 0 for a type that is not among elemTypes.
func elemSize(name string) int {
	for _, t := range elemTypes {
		if t.name == name {
			return t.size
		}
	}
	return 0
}

func elemCode(name string) int {
	for _, t := range elemTypes {
		if t.name == name {
			return int(t.code)
		}
	}
	return 0
}
