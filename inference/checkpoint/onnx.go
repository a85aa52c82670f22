package checkpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// onnxIn finds the graph in a folder of an ONNX bundle, "" if there is none.
func onnxIn(dir string) string {
	if path := within(dir, "model.onnx"); exists(path) {
		return path
	}
	if names := namesIn(dir, ".onnx"); len(names) == 1 {
		return filepath.Join(dir, names[0])
	}
	return ""
}

// openONNX accepts a ready-made graph. Its weights may lie in other files of
// the same folder.
func openONNX(path string, kind Kind) (*Network, error) {
	if err := checkONNX(path); err != nil {
		if f := strange(path); f != nil {
			return nil, f
		}
		return nil, faultIn(path, err)
	}
	n := &Network{Kind: kind, ONNX: absolute(path), Files: []string{absolute(path)}}
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		beside := filepath.Join(filepath.Dir(path), e.Name())
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() && isExternalData(e.Name()) {
			n.Files = append(n.Files, absolute(beside))
		}
	}
	return n, nil
}

// isExternalData tells a file of weights from the texts in a bundle.
func isExternalData(name string) bool {
	switch filepath.Ext(name) {
	case ".onnx", ".json", ".txt", ".md", ".safetensors":
		return false
	}
	return name[0] != '.'
}

// checkONNX walks the outermost fields of the protobuf, which shows whether
// the file is one and is whole. What is inside is the runtime's to judge.
func checkONNX(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return walkONNX(f, info.Size())
}

func walkONNX(r io.ReaderAt, size int64) error {
	const graph = 7 // the field of ModelProto
	seen := false
	var b [20]byte
	fields := 0
	for at := int64(0); at < size; fields++ {
		if fields == 1<<16 {
			return errors.New("it has too many fields")
		}
		n, err := r.ReadAt(b[:], at)
		if n == 0 {
			return err
		}
		tag, k := binary.Uvarint(b[:n])
		if k <= 0 || tag>>3 == 0 || tag>>3 > 100 {
			return errors.New("it is not an ONNX model")
		}
		v, m := binary.Uvarint(b[k:n])
		if m <= 0 || tag&7 != 0 && tag&7 != 2 {
			return errors.New("it is not an ONNX model")
		}
		at += int64(k + m)
		if tag&7 == 2 {
			if v > uint64(size-at) {
				return fmt.Errorf("it ends after %d bytes, %d are missing", size, v-uint64(size-at))
			}
			at += int64(v)
			seen = seen || tag>>3 == graph
		}
	}
	if !seen {
		return errors.New("it holds no graph")
	}
	return nil
}
