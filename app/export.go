package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// Export writes a checkpoint's networks as ordinary .onnx files with their
// weights beside them, in the layout of an ONNX bundle, its tokenizer, and what
// cascata.json says of it, such as its native size. It calls done after each network. precision is "fp32" or "fp16".
func Export(ck *checkpoint.Checkpoint, dir, precision string, done func(n *checkpoint.Network, path string)) error {
	if precision != "fp32" && precision != "fp16" {
		return fmt.Errorf("%w: precision %q; choose fp32 or fp16", ErrUsage, precision)
	}
	if err := disk.Writable(dir); err != nil {
		return err
	}
	for _, n := range []*checkpoint.Network{ck.Text, ck.Prior, ck.Decoder, ck.VQ, ck.Preview} {
		if n == nil {
			continue
		}
		if n.ONNX != "" {
			return fmt.Errorf("%w: %s is an ONNX file already; copy it", inference.ErrUnsupported, n.ONNX)
		}
		path, err := graph.Export(n, graph.Options{Precision: graph.Precision(precision), Export: true}, dir)
		if unwritten(err, dir) {
			return fmt.Errorf("%w into %s: %w", disk.ErrWrite, dir, err)
		}
		if err != nil {
			return err
		}
		done(n, path)
	}
	if err := exportTokenizer(ck.Tokenizer, filepath.Join(dir, "tokenizer")); err != nil {
		return err
	}
	about, err := json.MarshalIndent(ck.Meta, "", " ")
	if err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(dir, checkpoint.MetaName), about)
}

// unwritten reports whether err is about a file in dir: one that could not be
// written, where the others are read.
func unwritten(err error, dir string) bool {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return strings.HasPrefix(path.Path, filepath.Clean(dir))
	case errors.As(err, &link):
		return true
	}
	return false
}

// exportTokenizer copies what a checkpoint has of a tokenizer.
func exportTokenizer(files checkpoint.TokenizerFiles, dir string) error {
	for _, path := range []string{files.JSON, files.Vocab, files.Merges, files.Config} {
		if path == "" {
			continue
		}
		f, err := disk.OpenRegular(path)
		if err != nil {
			return fmt.Errorf("%w: %w", inference.ErrBadModel, err)
		}
		data, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%w: %w", inference.ErrBadModel, err)
		}
		if err := disk.WriteFile(filepath.Join(dir, filepath.Base(path)), data); err != nil {
			return err
		}
	}
	return nil
}
