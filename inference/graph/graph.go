// Package graph turns one network of a checkpoint into an ONNX model. The
// model is made in memory; its weights stay in the checkpoint's files, which
// it names as external data.
//
// Activations are kept as rows: a picture [B, c, h, w] is a matrix
// [B*h*w, c], so that a linear layer is one Gemm with the weight as PyTorch
// stores it, and LayerNorm works on the last axis. Only convolutions and
// resizing see [B, c, h, w].
package graph

import (
	"fmt"
	"slices"

	"cascata/inference/checkpoint"
	"cascata/inference/onnx"
)

// Precision is the type a network computes in. Inputs and outputs are float32
// in any case, and so are norms, softmax and timestep embeddings.
type Precision string

// The precisions. fp32 and fp16 are written in the portable dialect. bf16 is
// written for CUDA alone, in operators of which it has kernels for bfloat16, and
// for the text encoder and the UNets alone: weights stored so are read as they
// lie, and its own attention never holds the logits of a whole picture.
const (
	fp32 Precision = "fp32"
	fp16 Precision = "fp16"
	bf16 Precision = "bf16"
)

// Options say how a graph is to be written. The zero value is fp32 for our own
// pipeline.
type Options struct {
	Precision Precision // "": fp32

	// Fused lets ONNX Runtime's own attention do the work in place of standard
	// operators. It never holds the logits of a whole picture. On the CPU it is
	// right and saves a seventh of attention's time; on WebGPU it is wrong
	// (version 1.30 over SwiftShader, heads of 64); CUDA has it too.
	Fused bool

	// Stream brings each large weight to the type of computation where it is
	// used, in every run, in place of once for good. The weights then stay in
	// the checkpoint's files, and memory holds one at a time. On the CPU only.
	Stream bool

	// Pack puts products that share a matrix, as repeats of a level do, one after
	// another. ONNX Runtime packs matrices as it loads them, in the order of the
	// nodes, and lets a plain one go once all its products are packed: in order of
	// use it holds the level twice meanwhile. The nodes are then not in order of their
	// values, which ONNX Runtime does not mind. On the CPU, without Stream.
	Pack bool

	// Parts, if more than 1, cuts a UNet or a text encoder into up to so many graphs
	// of about the same size, that can be loaded side by side and run one after
	// another; see Model.Parts. On the CPU in fp32, without Stream.
	Parts int

	// Lines has Stage A take a large picture line by line where it can, which
	// takes a third of the memory. On the CPU: elsewhere a loop is slow.
	Lines bool

	// Plain leaves out what keeps a Stage C in fp16 within the range of its
	// numbers, so that tests can show what that is for.
	Plain bool

	// Export makes a graph for other programs: a UNet takes timestep_ratio [B]
	// in place of timestep_embedding [B, c_r], and the text encoder gives every
	// hidden state, named hidden_states.0 and so on.
	Export bool

	// Control has Stage C take the maps of a control network.
	Control bool

	// Rounded rounds what every layer gives to bfloat16, as a network computes
	// that uses it: a yardstick for what a model can bear.
	Rounded bool

	// Observe makes a UNet say what the layers that may take eight bits were
	// multiplied with, in a further output; see Model.Observed.
	Observe bool
}

// A Model is a graph in memory.
type Model struct {
	Proto   []byte   // a serialised ONNX ModelProto
	Parts   [][]byte // with Options.Parts, the same in parts: what one gives and a later one takes has the same name in both
	Root    string   // the folder its external data locations start from
	Inputs  []Port
	Outputs []Port

	// Observed names the layers of the output "observed" [n] float32: for each,
	// one after the other, the mean of each column of its input, then the largest
	// absolute value of each.
	Observed []Observed
}

// Observed is a layer and how many columns its input has.
type Observed struct {
	Layer   string
	Columns int
}

// A Port is a named input or output. Length -1 stands for any.
type Port struct {
	Name  string
	Shape []int64
	Type  string // "float32" or "int64"
}

// A dialect is the version of ONNX that a graph is written in.
type dialect struct{ ir, opset int64 }

var (
	portable = dialect{10, 20} // the newest that DirectML, WebGPU and CUDA all run in full
	bfloat16 = dialect{11, 23} // CUDA convolves bfloat16 from opset 22 on, and has Attention from 23
)

// Build makes the graph of n, by n.Kind:
//
//	text encoder  input_ids, attention_mask [B, L] int64
//	              -> hidden_states [B, L, c] (before the last norm), text_embeds [B, p]
//	stage c, b    sample [B, c, h, w], timestep_embedding [B, c_r] (see
//	              TimestepEmbedding), clip_text_pooled [B, s, p], and where the
//	              network has them clip_text [B, L, t], clip_img [B, n, i],
//	              effnet [B, 16, h', w'] -> out_sample [B, c, h, w]
//	stage a       sample [B, 4, h, w] -> latent_sample [B, 3, 4h, 4w], neither
//	              scaled before nor clamped after
//	stage a encoder  image [B, 3, 4h, 4w] in [0, 1] -> latent [B, 4, h, w], not
//	              divided by Stage A's scale
//	previewer     sample [B, 16, h, w] -> image [B, 3, 8h, 8w]
//	encoder       image [B, 3, H, W] in [0, 1] -> latent [B, 16, h, w]
//	image encoder sample [B, 3, S, S], normalised -> image_embeds [B, i]
//	control       control [B, k, H, W] -> control_0 [B, c, h', w'], control_1 ...
//	              With Options.Control, Stage C takes these, of one picture.
//
// Everything but ids is float32. It returns an error wrapping
// checkpoint.ErrBad when a weight is missing or has another shape than the
// configuration says, and checkpoint.ErrUnsupported for a network it does not know.
func Build(n *checkpoint.Network, o Options) (*Model, error) {
	b, err := build(n, o)
	if err != nil {
		return nil, err
	}
	made := &Model{Root: b.root, Inputs: ports(b.Graph.Inputs), Outputs: ports(b.Graph.Outputs), Observed: b.seen}
	if o.Parts > 1 {
		for _, g := range b.parts(o.Parts) {
			made.Parts = append(made.Parts, b.model(g).Marshal())
		}
	}
	made.Proto = b.model(b.Graph).Marshal()
	return made, nil
}

func build(n *checkpoint.Network, o Options) (*builder, error) {
	b, err := newBuilder(n, o)
	if err != nil {
		return nil, err
	}
	switch {
	case b.float == onnx.BFloat16 && n.Kind != checkpoint.KindText && n.UNetConfig == nil:
		b.fail(checkpoint.ErrUnsupported, "it is not computed in bf16; choose fp16")
	case n.Kind == checkpoint.KindText && n.TextConfig != nil:
		b.textEncoder(n.TextConfig)
	case n.UNetConfig != nil && (n.Kind == checkpoint.KindPrior || n.Kind == checkpoint.KindDecoder):
		b.unet(n.UNetConfig)
	case n.Kind == checkpoint.KindVQ && n.VQConfig != nil:
		b.stageA(n.VQConfig)
	case n.Kind == checkpoint.KindVQEncoder && n.VQConfig != nil:
		b.stageAEncoder(n.VQConfig)
	case n.Kind == checkpoint.KindPreview:
		b.previewer()
	case n.Kind == checkpoint.KindEncoder && n.EncoderConfig != nil:
		b.encoder(n.EncoderConfig)
	case n.Kind == checkpoint.KindVision && n.VisionConfig != nil:
		b.vision(n.VisionConfig)
	case n.Kind == checkpoint.KindControl && n.ControlConfig != nil:
		b.control(n.ControlConfig)
	default:
		b.fail(checkpoint.ErrUnsupported, "no graph is known for this kind of network")
	}
	if o.Rounded {
		b.round()
	}
	return b, b.err
}

// model is a graph of the network, or a part of it, with its nodes in the order
// that the options ask for.
func (b *builder) model(g onnx.Graph) *onnx.Model {
	g.Name = string(b.net.Kind)
	if b.opt.Stream {
		castsFirst(&g)
	} else if b.opt.Pack {
		together(&g)
	}
	d := portable
	if b.float == onnx.BFloat16 {
		d = bfloat16
	}
	return &onnx.Model{IR: d.ir, Producer: "cascata", Opsets: b.Opsets(d.opset), Graph: g}
}

// castsFirst puts the casts of weights before all other nodes. ONNX Runtime
// walks from the outputs to the inputs and takes the input whose node stands
// last first, so that it reaches a weight's cast just before what uses it; in
// the order of use it runs all of them first.
func castsFirst(g *onnx.Graph) {
	weights := map[string]bool{}
	for _, t := range g.Initializers {
		weights[t.Name] = t.File != nil
	}
	slices.SortStableFunc(g.Nodes, func(x, y onnx.Node) int {
		return rank(x, weights) - rank(y, weights)
	})
}

// together puts the Gemm nodes that share a matrix behind the first of them.
func together(g *onnx.Graph) {
	matrix := func(n onnx.Node) string {
		if n.Op != "Gemm" {
			return ""
		}
		return n.Inputs[1]
	}
	shared := map[string][]onnx.Node{}
	for _, n := range g.Nodes {
		if m := matrix(n); m != "" {
			shared[m] = append(shared[m], n)
		}
	}
	nodes := make([]onnx.Node, 0, len(g.Nodes))
	for _, n := range g.Nodes {
		if m := matrix(n); m == "" {
			nodes = append(nodes, n)
		} else {
			nodes = append(nodes, shared[m]...)
			delete(shared, m)
		}
	}
	g.Nodes = nodes
}

func rank(n onnx.Node, weights map[string]bool) int {
	if n.Op == "Cast" && weights[n.Inputs[0]] {
		return 0
	}
	return 1
}

func ports(in []onnx.Port) []Port {
	out := make([]Port, len(in))
	for i, p := range in {
		out[i] = Port{Name: p.Name, Type: "float32"}
		if p.Type == onnx.Int64 {
			out[i].Type = "int64"
		}
		for _, d := range p.Dims {
			if d.Name != "" {
				d.Size = -1
			}
			out[i].Shape = append(out[i].Shape, d.Size)
		}
	}
	return out
}

// fail keeps the first fault; building goes on without effect.
func (b *builder) fail(kind error, format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("graph: %s: %s: %w", b.net.Kind, fmt.Sprintf(format, args...), kind)
	}
}
