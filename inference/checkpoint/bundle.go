package checkpoint

import (
	"os"
	"slices"
	"strings"

	"cascata/inference/onnx"
)

// bundleInputs are what tells a ready-made graph in a folder of a bundle: the
// inputs that only a network of Stable Cascade of that kind has.
var bundleInputs = map[Kind][]string{
	KindPrior:   {"clip_text_pooled"},
	KindDecoder: {"clip_text_pooled", "effnet"},
}

// IdentifyBundle opens the networks of the ONNX bundle in a folder, each of
// whose folders has a ready-made graph. Stage C and B are told by what their graphs
// take, and what lies beside them by its folder's name. It reads no
// weights. A folder of another kind gives none. Errors are of graphs that should be ours.
func IdentifyBundle(dir string) ([]*Network, error) {
	here := lookInto(dir)
	var out []*Network
	var fault error
	ours := false
	for _, c := range components {
		sub := here.path(c.name)
		if !isFolder(sub) || len(weightSets(sub)) > 0 {
			continue
		}
		path := onnxIn(sub)
		if path == "" || slices.ContainsFunc(out, func(n *Network) bool { return n.Kind == c.kind }) {
			continue
		}
		if names, known := bundleInputs[c.kind]; known {
			if !takes(path, names) {
				continue
			}
			ours = true
		}
		if n, err := openONNX(path, c.kind); err == nil {
			out = append(out, n)
		} else {
			fault = err
		}
	}
	if !ours {
		return nil, nil
	}
	return out, fault
}

// IsBundle tells by the names in it whether a folder may hold a bundle.
func IsBundle(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		kind := Kind("")
		for _, c := range components {
			if strings.EqualFold(c.name, n) {
				kind = c.kind
			}
		}
		return bundleInputs[kind] != nil
	})
}

// takes reports whether the graph in a file has all these inputs.
func takes(path string, names []string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for ever
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	in, _, err := onnx.Ports(f, info.Size())
	for _, name := range names {
		if err != nil || !slices.ContainsFunc(in, func(p onnx.Port) bool { return p.Name == name }) {
			return false
		}
	}
	return true
}
