package graph

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
	"cascata/inference/safetensors"
)

// folders are the places of networks in an ONNX bundle.
var folders = map[checkpoint.Kind]string{
	checkpoint.KindText:    "text_encoder",
	checkpoint.KindPrior:   "prior",
	checkpoint.KindDecoder: "decoder",
	checkpoint.KindVQ:      "vae_decoder",
	checkpoint.KindPreview: "previewer",
	checkpoint.KindEncoder: "encoder",
	checkpoint.KindVision:  "image_encoder",
	checkpoint.KindControl: "control",
}

const (
	modelName = "model.onnx"
	dataName  = "model.onnx_data"
	dataAlign = 64 // bytes
)

// Export writes the graph of n as an ordinary ONNX file in n's place in the
// bundle at dir, such as dir/prior/model.onnx, with a copy of its weights
// beside it. It returns the file's path. Both files appear whole or not at
// all. Errors are those of Build and of package os.
func Export(n *checkpoint.Network, o Options, dir string) (string, error) {
	b, err := build(n, o)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(dir, folders[n.Kind])
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	m := b.model(b.Graph)
	spans := gather(m.Graph.Initializers, b.root)
	data := filepath.Join(folder, dataName)
	if err := safetensors.Replace(data, func(w io.Writer) error { return copySpans(w, spans) }); err != nil {
		return "", fmt.Errorf("graph: %s: %w", n.Kind, err)
	}
	path := filepath.Join(folder, modelName)
	err = safetensors.Replace(path, func(w io.Writer) error {
		_, err := w.Write(m.Marshal())
		return err
	})
	if err != nil {
		os.Remove(data)
		return "", fmt.Errorf("graph: %s: %w", n.Kind, err)
	}
	return path, nil
}

// A span is bytes of a weight file and where they go.
type span struct {
	file       string
	from, size int64
	to         int64
}

// gather lays the external data of tensors out in one file, in the order of
// the files they lie in, and points the tensors there. Tensors that are the
// same bytes share them.
func gather(tensors []onnx.Tensor, root string) []span {
	var spans []span
	seen := map[span]int{}
	for _, t := range tensors {
		if t.File == nil {
			continue
		}
		s := span{file: filepath.Join(root, filepath.FromSlash(t.File.Location)), from: t.File.Offset, size: t.File.Length}
		if _, ok := seen[s]; !ok {
			seen[s] = 0
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.from, b.from), cmp.Compare(a.size, b.size))
	})
	at := int64(0)
	for i, s := range spans {
		seen[s] = i
		spans[i].to = at
		at += (s.size + dataAlign - 1) / dataAlign * dataAlign
	}
	for i, t := range tensors {
		if t.File == nil {
			continue
		}
		s := span{file: filepath.Join(root, filepath.FromSlash(t.File.Location)), from: t.File.Offset, size: t.File.Length}
		tensors[i].File = &onnx.External{Location: dataName, Offset: spans[seen[s]].to, Length: s.size}
	}
	return spans
}

// copySpans writes spans one after another, each padded to its place.
func copySpans(w io.Writer, spans []span) error {
	var in *os.File
	defer func() { in.Close() }()
	at := int64(0)
	for _, s := range spans {
		if in == nil || in.Name() != s.file {
			in.Close()
			var err error
			if in, err = os.Open(s.file); err != nil {
				return err
			}
		}
		if _, err := w.Write(make([]byte, s.to-at)); err != nil {
			return err
		}
		n, err := io.Copy(w, io.NewSectionReader(in, s.from, s.size))
		if err != nil {
			return err
		}
		if n != s.size {
			return fmt.Errorf("%s ends %d bytes early: %w", s.file, s.size-n, checkpoint.ErrBad)
		}
		at = s.to + s.size
	}
	return nil
}
