package checkpoint

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// options choose where a folder offers more than one of a network.
type options struct {
	// Variant is the precision of files to prefer, as in their names: "bf16",
	// "fp16". Without it, and where there is none of it, the file without a
	// variant is taken, which is what diffusers does, then bf16, then fp16.
	Variant string

	// Lite prefers the small networks. Without it the large ones are taken,
	// and the small where there are no large ones.
	Lite bool
}

// Open opens the model that the files and folders at paths make together, in
// any order. See openWith.
func Open(paths ...string) (*Checkpoint, error) { return openWith(options{}, paths...) }

// openWith opens the model that the files and folders at paths make together.
// A path is a folder in diffusers' layout (or its place in Hugging Face's
// cache), one component of such a folder, a folder with single files or an
// ONNX bundle, or one file of these.
//
// What a path names itself wins over what a folder holds; in a folder, large
// networks win over small ones, components over single files, and files
// without a variant over others. Where several text encoders remain, the one
// beside Stage C is used. A network that is nowhere is left nil: Need reports it.
//
// Errors wrap ErrMissing, ErrBad or ErrUnsupported and name the file.
func openWith(o options, paths ...string) (*Checkpoint, error) {
	f := finder{options: o}
	for _, p := range paths {
		if err := f.add(p); err != nil {
			return nil, err
		}
	}
	c := &Checkpoint{Tokenizer: f.tokenizer()}
	for _, slot := range []struct {
		kind Kind
		to   **Network
	}{
		{KindPrior, &c.Prior}, {KindDecoder, &c.Decoder}, {KindVQ, &c.VQ}, {KindText, &c.Text}, {KindPreview, &c.Preview},
		{KindEncoder, &c.Encoder}, {KindVision, &c.Vision},
	} {
		best := f.best(slot.kind)
		if best == nil {
			continue
		}
		n, err := f.openBest(best)
		if err != nil {
			return nil, err
		}
		*slot.to = n
	}
	for i := range f.found {
		if found := &f.found[i]; found.kind == KindControl {
			n, err := f.openBest(found)
			if err != nil {
				return nil, err
			}
			if n != nil {
				c.Controls = append(c.Controls, n)
			}
		}
	}
	c.Refused = f.refusals()
	if c.Prior == nil && c.Decoder == nil && c.VQ == nil {
		return nil, nothing(paths, f.refused)
	}
	if err := c.fits(); err != nil {
		return nil, err
	}
	return c, f.meta(c)
}

// homes says where a network may lie.
var homes = map[Kind]string{
	KindText:    "the folder text_encoder",
	KindPrior:   "the folder prior or prior_lite, or a stage_c file",
	KindDecoder: "the folder decoder or decoder_lite, or a stage_b file",
	KindVQ:      "the folder vqgan, or stage_a.safetensors",
	KindPreview: "previewer.safetensors",
	KindEncoder: "effnet_encoder.safetensors",
	KindVision:  "the folder image_encoder",
	KindControl: "a control file, such as canny.safetensors",

	KindVQEncoder: "a Stage A that reads pictures too, such as stage_a.safetensors or the folder vqgan",
}

// openBest opens a candidate. One that no picture needs, and that was only
// found in a folder, is refused where it cannot be opened: nil.
func (f *finder) openBest(c *candidate) (*Network, error) {
	n, err := c.open()
	if err != nil && !c.named && slices.Contains([]Kind{KindEncoder, KindVision, KindControl}, c.kind) {
		var why *fault
		if errors.As(err, &why) {
			f.refuse(why.path, c.kind, err)
			return nil, nil
		}
	}
	return n, err
}

// refusals are what is not used, that of which the name says a network first.
func (f *finder) refusals() []Refusal {
	var list []Refusal
	for _, r := range f.refused {
		list = append(list, Refusal{Path: r.fault.path, Kind: r.kind, Cause: r.fault.cause, Next: r.fault.next})
	}
	slices.SortStableFunc(list, func(a, b Refusal) int { return first(a.Kind != "", b.Kind != "") })
	return list
}

// shownRefusals is how many refusals one message names.
const shownRefusals = 3

// reasons says in a few words why files are not used.
func reasons(list []Refusal) string {
	var all []string
	for _, r := range list[:min(len(list), shownRefusals)] {
		all = append(all, fmt.Sprintf("%s was not used: %s", clip(filepath.Base(r.Path)), r.Cause))
	}
	if more := len(list) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("%d more were not used", more))
	}
	return strings.Join(all, ", ")
}

// nothing says that no network was found at paths, and what was not used.
func nothing(paths []string, refused []refusal) error {
	if len(refused) == 1 {
		return refused[0].fault
	}
	if len(refused) > 1 {
		list := (&finder{refused: refused}).refusals()
		at := slices.IndexFunc(refused, func(r refusal) bool { return r.fault.path == list[0].Path })
		f := &fault{class: refused[at].fault.class, path: clip(strings.Join(paths, ", ")), cause: reasons(list), next: list[0].Next}
		return &unusable{f, list}
	}
	what := "no file or folder was named"
	if len(paths) > 0 {
		what = strings.Join(paths, ", ")
	}
	return &fault{
		class: ErrMissing, path: what, cause: "there is no stage c, stage b or stage a here",
		next: "name a folder that holds prior, decoder, vqgan, text_encoder and tokenizer, or the files stage_a, stage_b and stage_c",
	}
}

// Need returns an error wrapping ErrMissing that names which of these
// networks the checkpoint lacks and where they may lie, nil if it has all.
func (c *Checkpoint) Need(kinds ...Kind) error {
	var names, where []string
	for _, k := range kinds {
		if c.network(k) == nil {
			names = append(names, string(k))
			where = append(where, homes[k])
		}
	}
	if names == nil {
		return nil
	}
	f := &fault{
		class: ErrMissing, path: "this model", cause: "it has no " + strings.Join(names, ", no "),
		next: "add " + strings.Join(where, ", and "),
	}
	if list := c.RefusedFor(kinds...); len(list) > 0 {
		f.cause += "; " + reasons(list)
		f.next = list[0].Next
	}
	return f
}

// RefusedFor are those of Refused that may hold what is missing of these
// networks: the ones whose name says so, or else all whose name says nothing.
func (c *Checkpoint) RefusedFor(kinds ...Kind) []Refusal {
	var sure, maybe []Refusal
	for _, r := range c.Refused {
		switch {
		case r.Kind == "":
			maybe = append(maybe, r)
		case slices.Contains(kinds, r.Kind) && c.network(r.Kind) == nil:
			sure = append(sure, r)
		}
	}
	if sure == nil && slices.ContainsFunc(kinds, func(k Kind) bool { return c.network(k) == nil }) {
		return maybe
	}
	return sure
}

// encode is Stage A's other half, or nil.
func (c *Checkpoint) encode() *Network {
	if c.VQ == nil {
		return nil
	}
	return c.VQ.Encode
}

func (c *Checkpoint) network(k Kind) *Network {
	return map[Kind]*Network{
		KindText: c.Text, KindPrior: c.Prior, KindDecoder: c.Decoder, KindVQ: c.VQ, KindPreview: c.Preview,
		KindEncoder: c.Encoder, KindVision: c.Vision, KindVQEncoder: c.encode(),
	}[k]
}

// fits refuses networks of different models: what one gives must be what the
// next one reads. Ready-made graphs are compared when they are loaded.
func (c *Checkpoint) fits() error {
	text, prior, decoder, vq := &TextConfig{}, &UNetConfig{}, &UNetConfig{}, &VQConfig{}
	encoder, vision := &EncoderConfig{}, &VisionConfig{}
	if c.Encoder != nil && c.Encoder.EncoderConfig != nil {
		encoder = c.Encoder.EncoderConfig
	}
	if c.Vision != nil && c.Vision.VisionConfig != nil {
		vision = c.Vision.VisionConfig
	}
	if c.Text != nil && c.Text.TextConfig != nil {
		text = c.Text.TextConfig
	}
	if c.Prior != nil && c.Prior.UNetConfig != nil {
		prior = c.Prior.UNetConfig
	}
	if c.Decoder != nil && c.Decoder.UNetConfig != nil {
		decoder = c.Decoder.UNetConfig
	}
	if c.VQ != nil && c.VQ.VQConfig != nil {
		vq = c.VQ.VQConfig
	}
	for _, j := range []struct {
		from, to    Kind
		what        string
		gives, asks int
	}{
		{KindText, KindPrior, "hidden channels", text.HiddenSize, prior.ClipTextInChannels},
		{KindText, KindPrior, "pooled channels", text.ProjectionDim, prior.ClipTextPooledInChannels},
		{KindText, KindDecoder, "pooled channels", text.ProjectionDim, decoder.ClipTextPooledInChannels},
		{KindPrior, KindDecoder, "latent channels", prior.OutChannels, decoder.EffnetInChannels},
		{KindDecoder, KindVQ, "latent channels", decoder.OutChannels, vq.LatentChannels},
		{KindEncoder, KindPrior, "latent channels", encoder.Out, prior.InChannels},
		{KindEncoder, KindDecoder, "latent channels", encoder.Out, decoder.EffnetInChannels},
		{KindVision, KindPrior, "image channels", vision.ProjectionDim, prior.ClipImageInChannels},
	} {
		if j.gives != 0 && j.asks != 0 && j.gives != j.asks {
			return &fault{
				class: ErrUnsupported, path: c.network(j.to).Files[0],
				cause: fmt.Sprintf("%s reads %d %s, but the %s in %s gives %d", j.to, j.asks, j.what, j.from, c.network(j.from).Files[0], j.gives),
				next:  "take all networks from one model",
			}
		}
	}
	return nil
}
