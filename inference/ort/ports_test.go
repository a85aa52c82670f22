package ort

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference"
)

// FuzzPorts feeds the reader of untrusted models.
func FuzzPorts(f *testing.F) {
	f.Add(chain(4, 3))
	f.Add(casts())
	f.Add([]byte{7<<3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, proto []byte) {
		in, out, err := scanPorts(bytes.NewReader(proto), int64(len(proto)))
		if err == nil && len(out) == 0 {
			t.Error("a graph without outputs passes")
		}
		if len(in)+len(out) > len(proto) {
			t.Errorf("%d ports in %d bytes", len(in)+len(out), len(proto))
		}
	})
}

// TestFileModel loads a model whose weights, far more than a window of the
// scanner, lie inside the file, and one whose weights lie beside it.
func TestFileModel(t *testing.T) {
	r := open(t, Options{})
	dir := t.TempDir()
	const n = 300
	w := make([]float32, n*n)
	for i := range n {
		w[i*n+i] = 2
	}
	inside := modelProto(
		weightProto("w", []int64{n, n}, w), inputProto("x", 1, 1, n), outputProto("y", 1, 1, n),
		nodeProto("MatMul", []string{"x", "w"}, []string{"y"}))

	entry := func(key, value string) message { return message{}.text(1, key).text(2, value) }
	weight := message{}.varint(1, n).varint(1, n).varint(2, 1).text(8, "w").varint(14, 1). // EXTERNAL
												bytes(13, entry("location", "sub/w.bin")).bytes(13, entry("offset", "3"))
	outside := modelProto(
		message{}.bytes(5, weight), inputProto("x", 1, 1, n), outputProto("y", 1, 1, n),
		nodeProto("MatMul", []string{"x", "w"}, []string{"y"}))

	raw := make([]byte, 3+4*n*n)
	pack(raw[3:], "float32", w)
	for name, data := range map[string][]byte{"inside.onnx": inside, "outside.onnx": outside, "sub/w.bin": raw} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []inference.Model{
		{Name: "inside", Path: filepath.Join(dir, "inside.onnx")},
		{Name: "outside", Path: filepath.Join(dir, "outside.onnx")},
		{Name: "in memory", Proto: outside, Root: dir},
	} {
		s, err := r.Load(none, m, cpu)
		if err != nil {
			t.Fatal(err)
		}
		x, y := inference.NewTensor(1, n), inference.NewTensor(1, n)
		x.F32[n-1] = 3
		c, err := s.Bind(tensors{"x": x}, tensors{"y": y})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Run(none); err != nil || y.F32[n-1] != 6 || y.F32[0] != 0 {
			t.Errorf("%s: got %v, %v, %v; want 0, 6", m.Name, y.F32[0], y.F32[n-1], err)
		}
		s.Close()
	}
}
