package inference

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
)

// A network is a loaded stage.
type network struct {
	Session
	stage Stage
	ports map[string]Port // inputs by name
}

// stageKinds are the networks that the stages run.
var stageKinds = map[Stage]checkpoint.Kind{
	StageText: checkpoint.KindText, StageC: checkpoint.KindPrior, StageB: checkpoint.KindDecoder, StageA: checkpoint.KindVQ,
}

// source is a stage's network in the checkpoint, or nil.
func (p *Pipeline) source(stage Stage) *checkpoint.Network {
	return map[Stage]*checkpoint.Network{
		StageText: p.checkpoint.Text, StageC: p.checkpoint.Prior, StageB: p.checkpoint.Decoder, StageA: p.checkpoint.VQ,
	}[stage]
}

// network loads a stage unless it is loaded.
func (p *Pipeline) network(ctx context.Context, stage Stage, j *job) (*network, error) {
	if n := p.loaded[stage]; n != nil {
		return n, nil
	}
	src := p.source(stage)
	start := time.Now()
	m, err := modelOf(src, p.precision[stage], p.device)
	if err != nil {
		return nil, err
	}
	session, err := p.runtime.Load(ctx, m, p.device)
	if err != nil {
		return nil, err
	}
	n := &network{Session: session, stage: stage, ports: map[string]Port{}}
	for _, port := range session.Inputs() {
		n.ports[port.Name] = port
	}
	p.loaded[stage] = n
	j.timing.Load += time.Since(start)
	j.report(Event{Stage: stage, Loaded: true})
	return n, nil
}

// modelOf is a checkpoint's network, ready to be loaded onto d.
func modelOf(src *checkpoint.Network, in precision, d Device) (Model, error) {
	m := Model{Name: string(src.Kind), Path: src.ONNX}
	if src.Linked {
		var err error
		m.Path = ""
		m.Proto, m.Root, err = src.Relocated()
		return m, err
	}
	if m.Path != "" {
		return m, nil
	}
	g, err := graph.Build(src, graph.Options{Precision: graph.Precision(in), Fused: d.Provider == "cpu"})
	if err != nil {
		return Model{}, err
	}
	m.Proto, m.Root = g.Proto, g.Root
	return m, nil
}

func (p *Pipeline) unload(stage Stage) error {
	n := p.loaded[stage]
	if n == nil {
		return nil
	}
	delete(p.loaded, stage)
	return n.Close()
}

// has says whether the network takes an input of that name.
func (n *network) has(name string) bool {
	_, ok := n.ports[name]
	return ok
}

// dim is the length of an input's axis, or unknown where the network leaves it
// open or has no such input.
func (n *network) dim(name string, axis, unknown int64) int64 {
	port, ok := n.ports[name]
	if axis < 0 {
		axis += int64(len(port.Shape))
	}
	if !ok || axis < 0 || axis >= int64(len(port.Shape)) || port.Shape[axis] <= 0 {
		return unknown
	}
	return port.Shape[axis]
}

// output finds the output that is called one of names.
func (n *network) output(names ...string) (string, error) {
	var have []string
	for _, port := range n.Outputs() {
		for _, name := range names {
			if port.Name == name {
				return name, nil
			}
		}
		have = append(have, port.Name)
	}
	return "", fmt.Errorf("%w: %s: no output called %s, it has %s", ErrUnsupported, n.stage, strings.Join(names, " or "), strings.Join(have, ", "))
}

// precision is what a network computes in.
type precision string

const (
	fp32 precision = "fp32"
	fp16 precision = "fp16"
)

// choosePrecision: "auto" is fp32 on the CPU, which computes nothing faster,
// and fp16 elsewhere for weights stored in 16 bits, where the device can. The
// CPU takes fp16 when told to, though it gains nothing by it.
func (p *Pipeline) choosePrecision(n *checkpoint.Network) (precision, error) {
	want, works := p.options.Precision, p.options.Precisions
	if works == nil {
		works = []string{"fp32", "fp16"}
	}
	half := slices.Contains(works, "fp16")
	switch {
	case want == "" || want == "auto":
		if p.device.Provider == "cpu" || n.ONNX != "" || !stored16(n) {
			return fp32, nil
		}
		if !half {
			p.notes = []Note{{Kind: NotePrecision, Device: p.device, Precision: "fp16", Instead: "fp32"}}
			return fp32, nil
		}
		return fp16, nil
	case want == "fp16" && p.device.Provider == "cpu":
		p.notes = []Note{{Kind: NotePrecision, Device: p.device, Precision: "fp16", Instead: "fp16"}}
		return fp16, nil
	case slices.Contains(works, want):
		return precision(want), nil
	}
	return "", fmt.Errorf("%w: precision %q does not work on the %s; choose %s", ErrBadRequest, want, p.device.Label(),
		strings.Join(append([]string{"auto"}, works...), " or "))
}

// stored16 tells whether every weight takes 16 bits.
func stored16(n *checkpoint.Network) bool {
	for _, w := range n.Weights {
		if w.DType == checkpoint.F32 {
			return false
		}
	}
	return true
}
