package ort

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"cascata/inference"
	"cascata/inference/onnx"
)

// The library wants the names of inputs and outputs before it loads a graph,
// so they are read off the file here.

// readPorts lists the inputs that must be given and the outputs of m.
func readPorts(m inference.Model) (in, out []inference.Port, err error) {
	if m.Path == "" {
		return scanPorts(bytes.NewReader(m.Proto), int64(len(m.Proto)))
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is no file", m.Path)
	}
	return scanPorts(f, info.Size())
}

func scanPorts(r io.ReaderAt, size int64) (in, out []inference.Port, err error) {
	graphIn, graphOut, err := onnx.Ports(r, size)
	return ports(graphIn), ports(graphOut), err
}

func ports(list []onnx.Port) (out []inference.Port) {
	for _, p := range list {
		port := inference.Port{Name: p.Name, Type: typeName(uint64(p.Type))}
		if p.Dims != nil {
			port.Shape = []int64{} // nil is of any rank
		}
		for _, d := range p.Dims {
			port.Shape = append(port.Shape, d.Size)
		}
		out = append(out, port)
	}
	return out
}
