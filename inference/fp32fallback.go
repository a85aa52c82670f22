package inference

import "cascata/inference/noise"

// fallBackToFP32 has a stage, whose numbers left the range of its precision, computed in
// fp32 from now on, and takes the job's noise back to where the stage began. It
// says false where that would change nothing.
func (p *Pipeline) fallBackToFP32(s Stage, j *job, before *noise.Generator) bool {
	was := p.precision[s]
	if n := p.source(s); was == fp32 || was == "" || n == nil || n.ONNX != "" {
		return false
	}
	if p.unload(s) != nil {
		return false
	}
	p.precision[s] = fp32
	j.noise = before
	j.report(Event{Stage: s, Note: Note{Kind: NoteRange, Stage: s, Device: p.device, Precision: string(was), Instead: string(fp32)}})
	return true
}
