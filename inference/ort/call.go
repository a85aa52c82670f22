package ort

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"

	ort "github.com/yalue/onnxruntime_go"

	"cascata/inference"
)

// A call is a bound run. Its values wrap the tensors' own memory, which is
// pinned; tensors of another type than the port's have a copy beside them.
type call struct {
	s       *session
	in, out []binding
	inputs  []ort.Value // of in, in the session's order
	outputs []ort.Value
	opts    *ort.RunOptions
	pins    runtime.Pinner
}

// A binding is a tensor at a port.
type binding struct {
	port   inference.Port
	tensor *inference.Tensor
	raw    []byte // the tensor in the port's type, nil where they agree
}

// Bind implements inference.Session.
func (s *session) Bind(in, out map[string]*inference.Tensor) (inference.Call, error) {
	c := &call{s: s}
	var err error
	if c.in, err = match(s.in, in, "input"); err == nil {
		c.out, err = match(s.out, out, "output")
	}
	switch {
	case err != nil:
	case len(c.in) < len(s.in):
		err = fmt.Errorf("missing input %s", missing(s.in, in))
	case len(c.out) == 0:
		err = errors.New("no output asked for")
	}
	if err != nil {
		return nil, fmt.Errorf("ort: bind %s: %w", s.name, err)
	}
	if err := s.owner.do(context.Background(), c.make); err != nil {
		return nil, err
	}
	return c, nil
}

// match pairs ports with the tensors of their names, in the ports' order, and
// checks those.
func match(ports []inference.Port, tensors map[string]*inference.Tensor, what string) ([]binding, error) {
	var list []binding
	for _, p := range ports {
		t := tensors[p.Name]
		if t == nil {
			continue
		}
		if err := fits(p, t); err != nil {
			return nil, fmt.Errorf("%s %q: %w", what, p.Name, err)
		}
		list = append(list, binding{port: p, tensor: t})
	}
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		if tensors[name] == nil {
			return nil, fmt.Errorf("%s %q has no tensor", what, name)
		}
		if !slices.Contains(names(ports), name) {
			return nil, fmt.Errorf("no %s %q; there are %s", what, name, strings.Join(names(ports), ", "))
		}
	}
	return list, nil
}

// fits checks a tensor against a port.
func fits(p inference.Port, t *inference.Tensor) error {
	if elemSize(p.Type) == 0 {
		return fmt.Errorf("%w: elements of %s", inference.ErrUnsupported, p.Type)
	}
	if (t.F32 == nil) == (t.I64 == nil) {
		return errors.New("a tensor needs either F32 or I64")
	}
	if len(t.Shape) == 0 {
		return fmt.Errorf("%w: a tensor without dimensions", inference.ErrUnsupported)
	}
	n := int64(1)
	for _, d := range t.Shape {
		if d < 1 || n > math.MaxInt32*4/d {
			return fmt.Errorf("shape %v is empty or too large", t.Shape)
		}
		n *= d
	}
	if have := int64(len(t.F32) + len(t.I64)); have != n {
		return fmt.Errorf("shape %v needs %d elements, the tensor has %d", t.Shape, n, have)
	}
	ok := p.Shape == nil || len(p.Shape) == len(t.Shape)
	for i := range p.Shape {
		ok = ok && (p.Shape[i] < 0 || p.Shape[i] == t.Shape[i])
	}
	if !ok {
		return fmt.Errorf("shape %v does not fit %s", t.Shape, shapeText(p.Shape))
	}
	return nil
}

func shapeText(shape []int64) string {
	return strings.ReplaceAll(fmt.Sprint(shape), "-1", "any")
}

func missing(ports []inference.Port, given map[string]*inference.Tensor) string {
	var list []string
	for _, p := range ports {
		if given[p.Name] == nil {
			list = append(list, fmt.Sprintf("%q %s %s", p.Name, p.Type, shapeText(p.Shape)))
		}
	}
	return strings.Join(list, ", ")
}

// make wraps the tensors for the library, on the owning goroutine.
func (c *call) make() (err error) {
	if c.s.parts == nil {
		return fmt.Errorf("ort: bind %s: the session is closed", c.s.name)
	}
	c.s.calls[c] = true
	if c.opts, err = ort.NewRunOptions(); err == nil {
		if c.inputs, err = c.wrap(c.in); err == nil {
			c.outputs, err = c.wrap(c.out)
		}
	}
	if err != nil {
		c.free()
		return explain("bind "+c.s.name, err, nil)
	}
	return nil
}

// wrap makes values of bindings and pins their memory. What it made before an
// error is returned too, to be freed.
func (c *call) wrap(list []binding) ([]ort.Value, error) {
	var values []ort.Value
	for i := range list {
		b := &list[i]
		var v ort.Value
		var err error
		switch shape := ort.Shape(b.tensor.Shape); {
		case b.port.Type == "float32" && b.tensor.F32 != nil:
			c.pins.Pin(&b.tensor.F32[0])
			v, err = ort.NewTensor(shape, b.tensor.F32)
		case b.port.Type == "int64" && b.tensor.I64 != nil:
			c.pins.Pin(&b.tensor.I64[0])
			v, err = ort.NewTensor(shape, b.tensor.I64)
		default:
			b.raw = make([]byte, elemSize(b.port.Type)*(len(b.tensor.F32)+len(b.tensor.I64)))
			c.pins.Pin(&b.raw[0])
			v, err = ort.NewCustomDataTensor(shape, b.raw, ort.TensorElementDataType(elemCode(b.port.Type)))
		}
		if err != nil {
			return values, fmt.Errorf("%q: %w", b.port.Name, err)
		}
		values = append(values, v)
	}
	return values, nil
}

// Run implements inference.Call. A graphics card works through what it has
// been given before Run returns, which is up to one run's time; the CPU stops
// within a node.
func (c *call) Run(ctx context.Context) error {
	return c.s.owner.do(ctx, func() error { return c.run(ctx) })
}

// run is Run on the owning goroutine.
func (c *call) run(ctx context.Context) error {
	if c.opts == nil {
		return fmt.Errorf("ort: run %s: the call is closed", c.s.name)
	}
	for _, b := range c.in {
		b.pack()
	}
	defer keepSignals(c.s.device)()
	defer c.terminateWhen(ctx)()
	defer c.terminateWhen(c.s.r.ctx)()
	err := c.runParts()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case c.s.r.ctx.Err() != nil:
		return errClosed
	case err != nil:
		return explain("run "+c.s.name, err, nil)
	}
	for _, b := range c.out {
		b.unpack()
	}
	return nil
}

// runParts runs the network. What one part gives and a later one takes is kept
// until the run ends, in Go's memory, into which onnxruntime_go copies it.
func (c *call) runParts() error {
	values, between := map[string]ort.Value{}, map[string]bool{}
	for i, b := range c.in {
		values[b.port.Name] = c.inputs[i]
	}
	for i, b := range c.out {
		values[b.port.Name] = c.outputs[i]
	}
	for _, p := range c.s.parts {
		for _, name := range p.in {
			between[name] = values[name] == nil
		}
	}
	defer func() {
		for name := range between {
			if between[name] && values[name] != nil {
				values[name].Destroy()
			}
		}
	}()
	for _, p := range c.s.parts {
		var in, out []ort.Value
		for _, name := range p.in {
			in = append(in, values[name])
		}
		var wanted []int
		var given []string
		for i, name := range p.out {
			if values[name] != nil || between[name] {
				wanted, given, out = append(wanted, i), append(given, name), append(out, values[name])
			}
		}
		if len(wanted) == 0 {
			continue
		}
		err := only(p.net, wanted, func() error { return p.net.RunWithOptions(in, out, c.opts) })
		for i, name := range given {
			values[name] = out[i]
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// terminateWhen stops the run when ctx ends. The function it returns must be
// called after the run, before opts is used again or freed.
func (c *call) terminateWhen(ctx context.Context) (done func()) {
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		c.opts.Terminate()
	})
	return func() {
		if !stop() {
			<-ended // Terminate must not outlive opts.
			c.opts.UnsetTerminate()
		}
	}
}

func (b binding) pack() {
	if b.raw == nil {
		return
	}
	if b.tensor.F32 != nil {
		pack(b.raw, b.port.Type, b.tensor.F32)
	} else {
		pack(b.raw, b.port.Type, b.tensor.I64)
	}
}

func (b binding) unpack() {
	if b.raw == nil {
		return
	}
	if b.tensor.F32 != nil {
		unpack(b.tensor.F32, b.port.Type, b.raw)
	} else {
		unpack(b.tensor.I64, b.port.Type, b.raw)
	}
}

// Close implements inference.Call. The tensors may then move and be freed.
func (c *call) Close() error {
	err := c.s.owner.do(context.Background(), func() error { c.free(); return nil })
	if errors.Is(err, errClosed) {
		return nil // the runtime closed it
	}
	return err
}

// free is Close on the owning goroutine.
func (c *call) free() {
	for _, v := range slices.Concat(c.inputs, c.outputs) {
		v.Destroy()
	}
	if c.opts != nil {
		c.opts.Destroy()
	}
	c.inputs, c.outputs, c.opts = nil, nil, nil
	c.pins.Unpin()
	delete(c.s.calls, c)
}
