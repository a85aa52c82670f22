package inference

import (
	"context"
	"strconv"
)

// A Runtime loads networks onto a device. *ort.Runtime is one.
type Runtime interface {
	// Load makes a session of m on d. It returns ctx.Err() if ctx has ended
	// before it starts, and an error wrapping ErrBadModel, ErrOutOfMemory or
	// ErrNoDevice. The caller must close the session. Onto "cpu" networks may be
	// loaded while others run, from any goroutine.
	Load(ctx context.Context, m Model, d Device) (Session, error)
}

// A Model is a network ready to be loaded: a file, or a graph in memory whose
// weights lie in files.
type Model struct {
	Name  string // what messages call it, such as "stage c"
	Path  string // an .onnx file; or
	Proto []byte // a serialised ONNX ModelProto, and
	Root  string // the folder its external data locations start from

	// Parts, if any, are Proto in parts, to be loaded side by side in its place and
	// run one after another; what one gives and a later one takes has one name. On
	// the processor.
	Parts [][]byte

	// Stream, if not 0, has weights of more bytes than this, in the type of
	// computation, stay in their files and brought to that type as they are used.
	// The graph must be made for it.
	Stream int64

	// Aside has the network run beside the others, not in turn with them: on a
	// thread of its own, one processor core. Its device must be "cpu".
	Aside bool
}

// A Device is where a network runs.
type Device struct {
	Provider string // "cpu", "webgpu", "cuda", "directml", "coreml"
	Index    int    // which one, where there are several
}

// Label is what messages call the device.
func (d Device) Label() string {
	name := map[string]string{
		"cpu": "processor", "webgpu": "graphics card (WebGPU)", "cuda": "NVIDIA card (CUDA)",
		"directml": "graphics card (DirectML)", "coreml": "Apple GPU and Neural Engine (CoreML)",
	}[d.Provider]
	if name == "" {
		name = "device " + d.Provider
	}
	if d.Index > 0 {
		name += " " + strconv.Itoa(d.Index)
	}
	return name
}

// String is what the flag --device takes: "cpu", "cuda:1".
func (d Device) String() string {
	if d.Index == 0 {
		return d.Provider
	}
	return d.Provider + ":" + strconv.Itoa(d.Index)
}

// A DeviceInfo is what is known of a device after trying it.
type DeviceInfo struct {
	Device
	Name string // such as "NVIDIA card (CUDA)"
	Err  error  // why it cannot be used; nil if it can
	Why  string // the same in a few words
	Next string // what to install or do, or ""

	// Of a device that can be used, as far as its driver tells:
	Card   string // what the card is called, such as "NVIDIA GeForce RTX 4070"
	Memory int64  // of its own, bytes

	// Of a device that can be used:
	Slow       bool     // it is slower than the processor, which "auto" then prefers
	Precisions []string // that are worth choosing here: "fp32", "fp16", "bf16"
	Remarks    []string // what else to know, each in a few words
}

// Gigabytes is the card's memory as cards are sold: in units of 2^30 bytes, whole.
func (d DeviceInfo) Gigabytes() int64 { return (d.Memory + 1<<29) >> 30 }

// Note says that d is not used.
func (d DeviceInfo) Note() Note {
	n := Note{Kind: NoteDevice, Device: d.Device, Why: d.Why, Next: d.Next}
	if d.Err == nil && len(d.Remarks) > 0 {
		n.Why = d.Remarks[0]
	}
	return n
}

// Best is the device that "auto" takes of those that Devices lists: the first
// that works and is not slow. The zero value says that there is none.
func Best(list []DeviceInfo) DeviceInfo {
	for _, d := range list {
		if d.Err == nil && !d.Slow {
			return d
		}
	}
	return DeviceInfo{}
}

// A Session is one loaded network. Its methods may be called from one
// goroutine at a time.
type Session interface {
	Inputs() []Port
	Outputs() []Port

	// Bind fixes the tensors of a run, by name. The network reads in and
	// writes out in place on every run, so their data may change between runs
	// and must not move. Inputs of another element type than the network's
	// (float16, int32, bool) are converted on the way, outputs likewise.
	// Every input must be given; outputs left out are not computed.
	Bind(in, out map[string]*Tensor) (Call, error)

	Close() error
}

// A Port is a named input or output of a network.
type Port struct {
	Name  string
	Shape []int64 // -1: any length
	Type  string  // "float32", "float16", "bfloat16", "int64", "int32", "bool"
}

// A Call is a bound run.
type Call interface {
	// Run executes the network once. When ctx ends first, Run stops the
	// network and returns ctx.Err(); the outputs are then undefined.
	Run(ctx context.Context) error
	Close() error
}

// A Tensor is a dense row-major array in Go memory: either F32 or I64 is set.
type Tensor struct {
	Shape []int64
	F32   []float32
	I64   []int64
}

// NewTensor returns a tensor of zeros.
func NewTensor(shape ...int64) *Tensor {
	return &Tensor{Shape: shape, F32: make([]float32, elems(shape))}
}

func elems(shape []int64) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= d
	}
	return n
}
