package checkpoint

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/inference/onnx"
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
	known, err := n.external()
	if err != nil || known {
		return n, err
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, pathFault(filepath.Dir(path), err)
	}
	for _, e := range entries {
		beside := filepath.Join(filepath.Dir(path), e.Name())
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() && isExternalData(e.Name()) {
			n.Files = append(n.Files, absolute(beside))
		}
	}
	return n, nil
}

// external adds the files of weights that the graph names. It returns false
// where the graph names none, or is too large to have its weights elsewhere.
func (n *Network) external() (known bool, err error) {
	info, err := os.Stat(n.ONNX)
	if err != nil {
		return false, pathFault(n.ONNX, err)
	}
	if info.Size() > maxGraph {
		return false, nil
	}
	b, err := readSmall(n.ONNX, maxGraph)
	if err != nil {
		return false, err
	}
	locations, err := onnx.Locations(b)
	if err != nil {
		return false, nil // what is inside is the runtime's to judge
	}
	for _, location := range locations {
		file, linked, err := n.locate(location)
		if err != nil {
			return false, err
		}
		n.Files = append(n.Files, file)
		n.Linked = n.Linked || linked
	}
	return len(locations) > 0, nil
}

// locate is the file that the graph calls location, links resolved, and
// whether it lies outside the graph's folder. The name itself may not lead out.
func (n *Network) locate(location string) (file string, linked bool, err error) {
	dir := filepath.Dir(n.ONNX)
	name := filepath.FromSlash(location)
	if !filepath.IsLocal(name) {
		return "", false, faultIn(n.ONNX, fmt.Errorf("it says that its weights lie in %q, which is no file beside it", clip(location)))
	}
	path := filepath.Join(dir, name)
	file, err = filepath.EvalSymlinks(path)
	if err != nil {
		if _, e := os.Lstat(path); e == nil && errors.Is(err, fs.ErrNotExist) {
			return "", false, &fault{ErrMissing, path, "it is a link to a file that is not there", "connect the disk that it leads to, or finish the download", err}
		}
		return "", false, pathFault(path, err)
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() { // the runtime would wait for a pipe for ever
		return "", false, faultIn(path, cmp.Or(err, errors.New("it is not a regular file")))
	}
	home, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", false, pathFault(dir, err)
	}
	inside, err := filepath.Rel(home, file)
	return absolute(file), err != nil || !filepath.IsLocal(inside), nil
}

// Relocated is the graph of a Linked network with its weights named from the
// root of their disk, links resolved.
func (n *Network) Relocated() (proto []byte, root string, err error) {
	b, err := readSmall(n.ONNX, maxGraph)
	if err != nil {
		return nil, "", err
	}
	proto, err = onnx.Relocate(b, func(location string) (string, error) {
		file, _, err := n.locate(location)
		if err != nil {
			return "", err
		}
		volume := filepath.VolumeName(file) + string(filepath.Separator)
		if root != "" && root != volume {
			return "", &fault{ErrUnsupported, n.ONNX, "its weights lie on several drives", "copy them into its folder", nil}
		}
		root = volume
		return filepath.ToSlash(strings.TrimPrefix(file, volume)), nil
	})
	if err != nil {
		return nil, "", faultIn(n.ONNX, err)
	}
	return proto, root, nil
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
