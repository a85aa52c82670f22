package uitest

import "cascata/app/meta"

// Ours is a picture of ours that differs from MySketch in everything but the
// detail steps.
func Ours() meta.Info {
	return meta.Info{Program: meta.Cascata, Prompt: new("a lighthouse"), Negative: new(""), Seed: new(uint64(77)), DecoderSeed: new(uint64(78)),
		Steps: new(30), Guidance: new(5.5), DecoderSteps: new(10), DecoderGuidance: new(1.5), Width: new(1024), Height: new(768),
		Model: new("stable-cascade"), Preset: new("comfy"), Recipe: []byte(`{"shift":2.5,"eta":0}`)}
}
