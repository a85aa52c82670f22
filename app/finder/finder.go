// Package finder looks for Stable Cascade's networks on this computer, in the usual
// folders of other programs or where it is pointed at. It goes by what is
// written in files, not by their names, reads no more than their tables, and moves
// and copies nothing. Begin with Find.
package finder

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cascata/inference/checkpoint"
)

// A Part is one network that was found.
type Part struct {
	Kind       checkpoint.Kind `json:"kind"`
	Name       string          `json:"name"` // its kind, and of a control network what it reads
	Path       string          `json:"path"` // of a file, or of a component's folder
	Program    string          `json:"program,omitempty"`
	Parameters int64           `json:"parameters"` // 0 for a ready-made graph
	Bytes      int64           `json:"bytes"`

	network *checkpoint.Network
	bundle  string // folder of the ONNX bundle that it is of; "": none
	files   string // what it is made of, links followed; the same part is found once
}

// A Model is networks that fit together and make pictures.
type Model struct {
	Title string   `json:"title"`
	Parts []string `json:"parts"` // names of them
	Paths []string `json:"paths"` // as checkpoint.Open takes them
	Bytes int64    `json:"bytes"`

	made []Part
}

// A Result is all that was found.
type Result struct {
	Parts   []Part               `json:"parts"`
	Models  []Model              `json:"models"`
	Refused []checkpoint.Refusal `json:"refused"` // what by its name should be of a model, and cannot be used
	Looked  int                  `json:"looked"`  // files of weights that were looked into
	Limited bool                 `json:"limited"` // there was too much to look through all of it
}

// Limits of a search.
const (
	maxFolders = 100_000
	maxEntries = 2_000_000
	maxWeights = 20_000
	maxDepth   = 16
)

// Find looks through places. When ctx ends it returns its error.
func Find(ctx context.Context, places []Place) (Result, error) {
	s := &search{ctx: ctx, seen: map[string]bool{}, parts: map[string]bool{}}
	for _, p := range places {
		s.place = p
		s.start(p.Path)
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
	}
	s.claim()
	s.Models = combine(s.Parts)
	return s.Result, nil
}

// A search is one under way.
type search struct {
	Result
	ctx     context.Context
	place   Place
	seen    map[string]bool // folders, links followed
	parts   map[string]bool // parts by what they are made of
	entries int
	bundle  string // that is looked at
}

// start looks at a place: a folder with all in it, or one file.
func (s *search) start(path string) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
	case info.IsDir():
		s.walk(path, real, 0)
	case info.Mode().IsRegular():
		s.look(path)
	}
}

// walk looks through a folder, which is called path and lies at real.
func (s *search) walk(path, real string, depth int) {
	if s.seen[real] || s.ctx.Err() != nil {
		return
	}
	if depth > maxDepth || len(s.seen) >= maxFolders || s.entries >= maxEntries || s.Looked >= maxWeights {
		s.Limited = true
		return
	}
	s.seen[real] = true
	entries, err := os.ReadDir(real)
	if err != nil {
		s.refuseFolder(path, depth, err)
		return
	}
	s.entries += len(entries)
	s.lookBundle(path, entries)
	component := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.EqualFold(e.Name(), "config.json") }) && checkpoint.IsComponent(path)
	if component {
		component = s.look(path)
	}
	for _, e := range entries {
		s.entry(filepath.Join(path, e.Name()), filepath.Join(real, e.Name()), e, component, depth)
	}
}

// entry looks at one thing in a folder. Links are followed.
func (s *search) entry(path, real string, e os.DirEntry, component bool, depth int) {
	mode := e.Type()
	weights := checkpoint.IsWeights(e.Name())
	if mode&(os.ModeSymlink|os.ModeIrregular) != 0 {
		to, err := filepath.EvalSymlinks(real)
		if err != nil {
			if weights {
				s.refuse(path, fs.ErrNotExist)
			}
			return
		}
		info, err := os.Stat(to)
		if err != nil {
			return
		}
		real, mode = to, info.Mode().Type()
	}
	switch {
	case mode.IsDir():
		if !passed(e.Name()) {
			s.walk(path, real, depth+1)
		}
	case mode.IsRegular() && weights && !component:
		s.look(path)
	}
}

// passed tells by its name whether a folder has no models: the bare files of Hugging Face's cache, which
// its snapshots name, and what belongs to programs.
func passed(name string) bool {
	switch strings.ToLower(name) {
	case "blobs", ".git", ".locks", "node_modules", "__pycache__", "venv", ".venv", "env", "python_embeded", "site-packages", "output", "outputs":
		return true
	}
	return false
}

// look identifies a file or a component, and tells whether it is ours.
func (s *search) look(path string) bool {
	s.Looked++
	networks, err := checkpoint.Identify(path)
	if err != nil {
		s.refuse(path, err)
		return false
	}
	for _, n := range networks {
		s.add(path, n)
	}
	return len(networks) > 0
}

// lookBundle looks at a folder that may be an ONNX bundle, as a whole.
func (s *search) lookBundle(dir string, entries []os.DirEntry) {
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !checkpoint.IsBundle(names) {
		return
	}
	networks, err := checkpoint.IdentifyBundle(dir)
	if err != nil {
		s.refuse(dir, err)
	}
	s.Looked += len(networks)
	for _, n := range networks {
		s.bundle = dir
		s.add(filepath.Dir(n.ONNX), n)
	}
	s.bundle = ""
}

// refuse keeps why something is not used that by its name should be.
func (s *search) refuse(path string, err error) {
	if r := checkpoint.Refuse(path, err); r.Kind != "" {
		s.Refused = append(s.Refused, r)
	}
}

// refuseFolder keeps why a folder is not looked into that was named, or that by its
// name should hold a part. Of all others a disk has too many.
func (s *search) refuseFolder(path string, depth int, err error) {
	r := checkpoint.Refuse(filepath.Join(path, "config.json"), err)
	if r.Path = path; depth == 0 || r.Kind != "" {
		s.Refused = append(s.Refused, r)
	}
}

func (s *search) add(path string, n *checkpoint.Network) {
	p := Part{Kind: n.Kind, Name: n.Label(), Path: path, Program: s.place.Program, network: n, bundle: s.bundle}
	for _, w := range n.Weights {
		p.Bytes += w.Length
		p.Parameters += w.Length / width[w.DType]
	}
	var files []string
	for _, f := range n.Files {
		if real, err := filepath.EvalSymlinks(f); err == nil && !strings.HasSuffix(real, ".json") {
			files = append(files, real)
			if info, err := os.Stat(real); err == nil && n.ONNX != "" {
				p.Bytes += info.Size()
			}
		}
	}
	slices.Sort(files)
	p.files = string(n.Kind) + "\x00" + strings.Join(files, "\x00")
	if !s.parts[p.files] {
		s.parts[p.files] = true
		s.Parts = append(s.Parts, p)
	}
}

// width is how many bytes a number has.
var width = map[checkpoint.DType]int64{checkpoint.F32: 4, checkpoint.F16: 2, checkpoint.BF16: 2}

// claim drops text and image encoders that no Stage C found here reads: other
// models have such too.
func (s *search) claim() {
	var priors []Part
	for _, p := range s.Parts {
		if p.Kind == checkpoint.KindPrior {
			priors = append(priors, p)
		}
	}
	s.Parts = slices.DeleteFunc(s.Parts, func(p Part) bool {
		if p.bundle != "" || p.Kind != checkpoint.KindText && p.Kind != checkpoint.KindVision {
			return false
		}
		if priors == nil {
			return !reads(officialPrior, p)
		}
		return !slices.ContainsFunc(priors, func(c Part) bool { return reads(c.network.UNetConfig, p) })
	})
	slices.SortStableFunc(s.Parts, func(a, b Part) int {
		return cmp.Or(cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(b.Parameters, a.Parameters))
	})
}

// officialPrior is what the official Stage C reads.
var officialPrior = &checkpoint.UNetConfig{ClipTextInChannels: 1280, ClipTextPooledInChannels: 1280, ClipImageInChannels: 768}

// reads reports whether a Stage C reads what an encoder says.
func reads(c *checkpoint.UNetConfig, p Part) bool {
	switch t := p.network.TextConfig; {
	case c == nil:
		return false
	case p.Kind == checkpoint.KindText:
		return t != nil && t.HiddenSize == c.ClipTextInChannels && t.ProjectionDim == c.ClipTextPooledInChannels
	}
	v := p.network.VisionConfig
	return v != nil && v.ProjectionDim == c.ClipImageInChannels
}

var order = map[checkpoint.Kind]int{
	checkpoint.KindPrior: 0, checkpoint.KindDecoder: 1, checkpoint.KindVQ: 2, checkpoint.KindText: 3,
	checkpoint.KindPreview: 4, checkpoint.KindEncoder: 5, checkpoint.KindVision: 6, checkpoint.KindControl: 7,
}
