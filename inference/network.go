package inference

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"cascata/inference/checkpoint"
	"cascata/inference/graph"
	"cascata/inference/quant"
)

// A network is a loaded stage.
type network struct {
	Session
	stage   Stage
	source  *checkpoint.Network
	lora    string          // what is merged into its weights; "": nothing
	control bool            // Stage C takes the maps of a control network
	ports   map[string]Port // inputs by name
}

// stageKinds are the networks that the stages run.
var stageKinds = map[Stage]checkpoint.Kind{
	StageText: checkpoint.KindText, StageC: checkpoint.KindPrior, StageB: checkpoint.KindDecoder, StageA: checkpoint.KindVQ,
}

// network loads a stage, with what the job's LoRAs change, unless it is loaded.
func (p *Pipeline) network(ctx context.Context, stage Stage, j *job) (*network, error) {
	key, control := j.loras.Key(p.source(stage)), stage == StageC && j.control != nil
	fits := func(n *network) bool {
		return n != nil && n.lora == key && n.control == control && (stage != stageControl || n.source == j.control)
	}
	if n := p.loaded[stage]; fits(n) {
		return n, nil
	}
	start := time.Now()
	p.loadAhead(ctx, stage, j) // so that what is begun is there for the next picture if this one ends
	n, err := p.takeAhead(ctx, stage)
	if err != nil {
		return nil, err
	}
	if !fits(n) {
		if n != nil {
			p.loaded[stage] = n // to be freed
		}
		if err := p.unload(stage); err != nil {
			return nil, err
		}
		if n, err = p.loadFor(ctx, stage, j, control); err != nil {
			return nil, err
		}
	}
	p.loaded[stage] = n
	j.timing.Load += time.Since(start)
	if _, ok := stageKinds[stage]; !ok {
		stage = StageInputs
	}
	j.report(Event{Stage: stage, Loaded: true})
	return n, nil
}

// loadFor loads a stage for a job.
func (p *Pipeline) loadFor(ctx context.Context, stage Stage, j *job, control bool) (*network, error) {
	own := p.source(stage)
	src, err := j.control, error(nil)
	if stage != stageControl {
		src, err = j.loras.Network(ctx, own, filepath.Join(p.options.Cache, "lora"))
	}
	if err == nil && stage != stageControl {
		src, err = p.stored(ctx, stage, src, j)
	}
	if err != nil {
		return nil, err
	}
	m, err := modelOf(src, p.device, p.graphOptions(stage, control))
	if err != nil {
		return nil, err
	}
	n, err := p.load(ctx, stage, m)
	if err != nil {
		return nil, err
	}
	n.source, n.lora, n.control = src, j.loras.Key(own), control
	return n, nil
}

// graphOptions are those of a stage's graph.
func (p *Pipeline) graphOptions(stage Stage, control bool) graph.Options {
	computes := p.precision[stage]
	if stage == stageLatent {
		computes = p.precision[StageA]
	}
	o := graph.Options{Precision: graph.Precision(computes), Control: control, Stream: p.streams(stage)}
	if p.device.Provider == "cpu" && computes == fp32 && p.formats[stage] != quant.Blocks {
		o.Parts = p.plan.parts(stage)
	}
	return o
}

// load loads a stage's network from a model.
func (p *Pipeline) load(ctx context.Context, stage Stage, m Model) (*network, error) {
	session, err := p.runtime.Load(ctx, m, p.device)
	if err != nil {
		return nil, err
	}
	n := &network{Session: session, stage: stage, ports: map[string]Port{}}
	for _, port := range session.Inputs() {
		n.ports[port.Name] = port
	}
	return n, nil
}

func (p *Pipeline) unload(stage Stage) error {
	n := p.loaded[stage]
	if n == nil {
		return nil
	}
	delete(p.loaded, stage)
	return n.Close()
}

// has reports whether the network takes an input of that name.
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

const (
	fp32 precision = "fp32"
	fp16 precision = "fp16"
	bf16 precision = "bf16"
)
