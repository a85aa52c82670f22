package ort

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	ort "github.com/yalue/onnxruntime_go"

	"cascata/inference"
)

// A session is one loaded network. Once Load has returned it, the library is called
// for it by the owning goroutine only.
type session struct {
	r       *Runtime
	owner   *owner
	name    string
	device  inference.Device
	in, out []inference.Port
	parts   []part         // that run one after another; nil when closed
	calls   map[*call]bool // bound and not closed
}

// A part is a graph of a network, or all of it.
type part struct {
	net     *ort.DynamicAdvancedSession
	in, out []string
}

// Load implements inference.Runtime. Onto the processor it may be called while
// another network runs or is loaded. Loading cannot be stopped: when ctx ends
// meanwhile, Load returns at once and the network is freed as soon as it can
// be, before another is loaded.
func (r *Runtime) Load(ctx context.Context, m inference.Model, d inference.Device) (inference.Session, error) {
	in, out, err := readPorts(m)
	if err != nil {
		kind := inference.ErrBadModel
		if errors.Is(err, fs.ErrNotExist) {
			kind = inference.ErrModelMissing
		}
		return nil, fmt.Errorf("ort: load %s: %w: %w", m.Name, kind, err)
	}
	s := &session{r: r, owner: r.owner, name: m.Name, device: d, in: in, out: out, calls: map[*call]bool{}}
	if m.Aside {
		if d.Provider != "cpu" {
			return nil, fmt.Errorf("ort: load %s: %w: nothing runs aside on %s; choose cpu", m.Name, inference.ErrNoDevice, d)
		}
		s.owner = r.aside
	}
	begin := s.owner.start
	if d.Provider == "cpu" {
		begin = r.beside
		if !m.Aside { // that is small
			if err := r.waitForLeft(ctx); err != nil {
				return nil, err
			}
		}
	}
	loaded := make(chan bool)
	failed, err := begin(ctx, func() error {
		if err := s.create(ctx, m, d); err != nil {
			return err
		}
		select {
		case loaded <- true:
			return nil
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.close())
		}
	})
	if err != nil {
		return nil, err
	}
	select {
	case <-loaded:
		return s, nil
	case err := <-failed:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// create loads the network on d: what it comes in parts of side by side, as many
// at once as there are threads. It waits for all that have begun, and begins none
// after ctx or the runtime has ended, or a part has failed.
func (s *session) create(ctx context.Context, m inference.Model, d inference.Device) error {
	defer keepSignals(d)()
	graphs := m.Parts
	if len(graphs) == 0 {
		graphs = [][]byte{m.Proto}
	}
	s.parts = make([]part, len(graphs))
	errs := make([]error, len(graphs))
	load := func(i int) {
		errs[i] = s.owner.guard(func() (err error) {
			s.parts[i], err = s.part(m, graphs[i], d)
			return err
		})
	}
	var next atomic.Int64
	var failed atomic.Bool
	work := func() {
		for ctx.Err() == nil && s.r.ctx.Err() == nil && !failed.Load() {
			i := int(next.Add(1)) - 1
			if i >= len(graphs) {
				return
			}
			if load(i); errs[i] != nil {
				failed.Store(true)
			}
		}
	}
	var wg sync.WaitGroup
	for range min(s.owner.threads, len(graphs)) - 1 {
		wg.Go(func() {
			s.r.lowThread()
			work()
		})
	}
	work()
	wg.Wait()
	err := worst(errs)
	switch {
	case err != nil:
	case ctx.Err() != nil:
		err = ctx.Err()
	case s.r.ctx.Err() != nil || !s.owner.keep(s):
		err = errClosed
	}
	if err != nil {
		s.destroy()
	}
	return err
}

// worst is the first of errs, those of memory before others, which may come of it.
func worst(errs []error) (err error) {
	for _, e := range errs {
		if err == nil || errors.Is(e, inference.ErrOutOfMemory) {
			err = e
		}
	}
	return err
}

// part loads one graph of a network.
func (s *session) part(m inference.Model, proto []byte, d inference.Device) (p part, err error) {
	o, err := s.sessionOptions(m, d)
	if err != nil {
		return p, err
	}
	defer o.Destroy()
	p.in, p.out = names(s.in), names(s.out)
	if len(m.Parts) > 0 {
		in, out, err := scanPorts(bytes.NewReader(proto), int64(len(proto)))
		if err != nil {
			return p, fmt.Errorf("ort: load %s: %w: %w", m.Name, inference.ErrBadModel, err)
		}
		p.in, p.out = names(in), names(out)
	}
	if m.Path != "" {
		p.net, err = ort.NewDynamicAdvancedSession(longPath(m.Path), p.in, p.out, o)
	} else {
		p.net, err = ort.NewDynamicAdvancedSessionWithONNXData(proto, p.in, p.out, o)
	}
	return p, explain("load "+m.Name, err, inference.ErrBadModel)
}

// sessionOptions returns the options of a session of m on d, which the caller
// must destroy.
func (s *session) sessionOptions(m inference.Model, d inference.Device) (*ort.SessionOptions, error) {
	o, err := ort.NewSessionOptions()
	if err != nil {
		return nil, explain("load "+m.Name, err, nil)
	}
	err = errors.Join(
		o.SetIntraOpNumThreads(s.owner.threads),
		o.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		// A memory pattern is one block for a whole run. It comes on top of
		// what the first run left in the arena, and fits one picture size only.
		o.SetMemPattern(false),
		o.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1"),
		// Threads wait for their part of the next node awake, but not for long.
		// Measured on 2 cores: where they are free, 20 to 300 us take 11 to 35 %
		// off small networks; where other programs want them, 20 us add 3 %, the
		// library's longer default 17 %. Between runs no thread spins.
		o.AddSessionConfigEntry("session.intra_op.allow_spinning", "1"),
		o.AddSessionConfigEntry("session.intra_op.spin_duration_us", "50"),
		o.AddSessionConfigEntry("session.force_spinning_stop", "1"),
	)
	if m.Stream > 0 { // casts of large weights are not done once and for all
		err = errors.Join(err,
			o.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", strconv.FormatInt(m.Stream, 10)),
			// Nor is a cast kept for the next repeat of a level.
			o.AddSessionConfigEntry("optimization.disable_specified_optimizers", "CommonSubexpressionElimination"))
	}
	if m.Root != "" {
		err = errors.Join(err, o.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", longPath(m.Root)))
	}
	if folder := s.r.opts.Profile; folder != "" {
		name := fmt.Sprintf("%s-%d", strings.ReplaceAll(m.Name, " ", "-"), s.r.profiles.Add(1))
		err = errors.Join(err, o.EnableProfiling(filepath.Join(folder, name)))
	}
	err = explain("load "+m.Name, err, nil)
	if err == nil {
		err = attach(o, d)
	}
	if err != nil {
		o.Destroy()
		return nil, err
	}
	return o, nil
}

// Inputs implements inference.Session. A nil Shape means any rank.
func (s *session) Inputs() []inference.Port { return slices.Clone(s.in) }

// Outputs implements inference.Session.
func (s *session) Outputs() []inference.Port { return slices.Clone(s.out) }

// Close frees the network and the calls bound to it.
func (s *session) Close() error {
	err := s.owner.do(context.Background(), s.close)
	if errors.Is(err, errClosed) {
		return nil // the runtime closed it
	}
	return err
}

// close is Close on the owning goroutine, or on the loading one.
func (s *session) close() error {
	if !s.owner.drop(s) {
		return nil
	}
	return s.destroy()
}

// destroy frees what is loaded.
func (s *session) destroy() error {
	for c := range s.calls {
		c.free()
	}
	var errs []error
	for _, p := range s.parts {
		if p.net != nil {
			errs = append(errs, p.net.Destroy())
		}
	}
	s.parts = nil
	return explain("close "+s.name, errors.Join(errs...), nil)
}

func names(ports []inference.Port) []string {
	list := make([]string, len(ports))
	for i, p := range ports {
		list[i] = p.Name
	}
	return list
}
