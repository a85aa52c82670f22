package inference

import "cascata/inference/preview"

// linear is what turns the latents of Stage C or Stage B into previews: the
// checkpoint's own matrix, else the one for latents of so many channels; nil
// where there is none.
func (p *Pipeline) linear(stage Stage) *preview.Linear {
	own := p.checkpoint.Meta.PriorPreview
	channels := p.priorChannels()
	fallback := preview.StageC
	if stage == StageB {
		own, channels, fallback = p.checkpoint.Meta.DecoderPreview, p.decoderChannels(), preview.StageB
	}
	if int64(len(own)) == channels+1 {
		return &preview.Linear{M: own}
	}
	if int64(len(fallback.M)) == channels+1 {
		return fallback
	}
	return nil
}
