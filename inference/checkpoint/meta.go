package checkpoint

import (
	"math"
	"slices"
	"strconv"
)

// MetaName is the file in a model's folder that holds its Meta.
const MetaName = "cascata.json"

// meta reads the first cascata.json found into c.
func (f *finder) meta(c *Checkpoint) error {
	if len(f.metas) == 0 {
		return nil
	}
	path := f.metas[0]
	b, err := readSmall(path, maxConfig)
	if err != nil {
		return err
	}
	m, err := parseMeta(b)
	if err == nil {
		err = m.suits(c)
	}
	if err != nil {
		fault := faultIn(path, err).(*fault)
		fault.next = "mend it, or remove it"
		return fault
	}
	c.Meta = *m
	return nil
}

// parseMeta reads a cascata.json. Members it does not know are left alone.
func parseMeta(b []byte) (*Meta, error) {
	var m Meta
	if err := decode(b, &m); err != nil {
		return nil, err
	}
	m.Title, m.Licence = OneLine(m.Title), OneLine(m.Licence)
	return &m, m.check()
}

func (m *Meta) check() error {
	var k checker
	r := m.Recommended
	for name, s := range map[string]string{"title": m.Title, "licence": m.Licence} {
		if len(s) > 500 {
			k.fail("%s is longer than 500 bytes", name)
		}
	}
	k.span("stage_a_scale", m.StageAScale, 1e-3, 1e3)
	k.span("compression", m.Compression, 1, 1024)
	k.span("recommended.guidance", r.Guidance, 0, 100)
	k.span("recommended.decoder_guidance", r.DecoderGuidance, 0, 100)
	if m.Width != 0 || m.Height != 0 {
		k.in("width", m.Width, 8, maxWidth)
		k.in("height", m.Height, 8, maxWidth)
	}
	k.in("recommended.steps", r.Steps, 0, 1000)
	k.in("recommended.decoder_steps", r.DecoderSteps, 0, 1000)
	if !slices.Contains([]string{"", "official", "comfy", "diffusers"}, r.Preset) {
		k.fail("recommended.preset is %s, not official, comfy or diffusers", strconv.Quote(clip(r.Preset)))
	}
	for name, rows := range map[string][][3]float32{"prior_preview": m.PriorPreview, "decoder_preview": m.DecoderPreview} {
		if len(rows) > maxChannels+1 {
			k.fail("%s has %d rows", name, len(rows))
		}
	}
	return k.err
}

// span demands lo <= v <= hi of a number, 0 being unsaid.
func (c *checker) span(name string, v, lo, hi float64) {
	if v != 0 && !(v >= lo && v <= hi) || math.IsInf(v, 0) {
		c.fail("%s is %g, it must be %g to %g", name, v, lo, hi)
	}
}

// suits compares the preview matrices with the networks: a row a channel and
// one more.
func (m *Meta) suits(c *Checkpoint) error {
	var k checker
	rows := func(name string, rows [][3]float32, n *Network) {
		if n != nil && n.UNetConfig != nil && rows != nil && len(rows) != n.UNetConfig.OutChannels+1 {
			k.fail("%s has %d rows for %d channels, it needs one more than channels", name, len(rows), n.UNetConfig.OutChannels)
		}
	}
	rows("prior_preview", m.PriorPreview, c.Prior)
	rows("decoder_preview", m.DecoderPreview, c.Decoder)
	return k.err
}
