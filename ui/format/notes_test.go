package format

import (
	"testing"

	"cascata/inference"
)

func TestNoteText(t *testing.T) {
	cuda, webgpu, cpu := inference.Device{Provider: "cuda", Index: 1}, inference.Device{Provider: "webgpu"}, inference.Device{Provider: "cpu"}
	for _, tt := range []struct {
		note    inference.Note
		want    string
		english string // on a terminal
	}{
		{inference.Note{Kind: inference.NoteSize, Preset: "comfy", Width: 1024, Height: 768},
			"With the preset comfy the picture becomes 1024 × 768.", "With the preset comfy the picture becomes 1024 by 768 pixels."},
		{inference.Note{Kind: inference.NoteCut, Text: "a\nb"},
			"The prompt is too long; this was not read: a\nb", "The prompt is too long; this part was not used: a\nb"},
		{inference.Note{Kind: inference.NoteNegativeCut, Text: "text"},
			"What to leave out is too long; this was not read: text", "The negative prompt is too long; this part was not used: text"},
		{inference.Note{Kind: inference.NoteDevice, Device: cuda, Why: "cuDNN is missing", Next: "install it"},
			"NVIDIA card 1, not used: CuDNN is missing. Install it.", "The NVIDIA card (CUDA) 1 is not used: cuDNN is missing; install it."},
		{inference.Note{Kind: inference.NoteDevice, Device: webgpu, Why: "its driver gave up"},
			"Graphics card, not used: Its driver gave up.", "The graphics card (WebGPU) is not used: its driver gave up."},
		{inference.Note{Kind: inference.NotePrecision, Device: webgpu, Precision: "fp16", Instead: "fp32"},
			"Graphics card: fp16 does not work there. Pictures are made in fp32.", "The graphics card (WebGPU) does not compute in fp16; fp32 is used."},
		{inference.Note{Kind: inference.NotePrecision, Device: cpu, Precision: "bf16", Instead: "fp32"},
			"Processor: bf16 does not work there. Pictures are made in fp32.", "The processor does not compute in bf16; fp32 is used."},
		{inference.Note{Kind: inference.NotePrecision, Device: cpu, Precision: "fp16", Instead: "fp32"},
			"fp16 would take more memory and more time on the processor. Pictures are made in fp32.",
			"fp16 would take more memory and more time on the processor; fp32 is used."},
		{inference.Note{Kind: inference.NotePrecision, Device: cpu, Precision: "fp16", Instead: "fp16"},
			"fp16 would take more memory and more time on the processor. Pictures are made in fp16.",
			"fp16 on the processor takes more memory and more time than fp32."},
	} {
		if got := NoteText(tt.note); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		if got := tt.note.String(); got != tt.english {
			t.Errorf("on a terminal: got %q, want %q", got, tt.english)
		}
	}
}

// What holds for every picture is said by the chip, whole, and not under one.
func TestSetupNotesAreTheChips(t *testing.T) {
	notes := []inference.Note{
		{Kind: inference.NoteDevice, Device: inference.Device{Provider: "webgpu"}, Why: "its driver gave up"},
		{Kind: inference.NoteCut, Text: "x"},
		{Kind: inference.NotePrecision, Device: inference.Device{Provider: "cpu"}, Precision: "bf16", Instead: "fp32"},
	}
	if got := OfPicture(notes); len(got) != 1 || got[0].Kind != inference.NoteCut {
		t.Errorf("under a picture: %v", got)
	}
	want := "Graphics card, not used: Its driver gave up.\nProcessor: bf16 does not work there. Pictures are made in fp32."
	if got := SetupText(notes); got != want {
		t.Errorf("the chip says %q, want %q", got, want)
	}
}
