package inference

import (
	"fmt"

	"cascata/inference/sampler"
)

// A Note is something the artist should know about how a picture is made. Kind
// says which of the other fields are set. String is the note in English, for a
// terminal; a window says it in its own words.
type Note struct {
	Kind NoteKind

	Preset        sampler.Preset // NoteSize
	Width, Height int            // NoteSize and NoteUnsuited, pixels

	Text string // NoteCut and NoteNegativeCut: the start of what was not read

	Device    Device // NoteDevice and NotePrecision
	Why, Next string // NoteDevice, each in a few words; Next may be ""

	Precision, Instead string // NotePrecision and NoteRange: what was asked for, and what is used
	Stage              Stage  // NoteRange

	Fast FastReason // NoteFast

	Plan Plan // NoteMemory: what is tried now
}

// A NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	NoteSize        NoteKind = "size"         // the preset makes the picture another size
	NoteUnsuited    NoteKind = "unsuited"     // the model was made for pictures of another size, Width by Height
	NoteCut         NoteKind = "cut"          // the prompt is too long
	NoteNegativeCut NoteKind = "negative cut" // what to leave out is too long
	NoteDevice      NoteKind = "device"       // a device is not used
	NotePrecision   NoteKind = "precision"    // a precision is not used, or costs more than it saves
	NoteFast        NoteKind = "fast"         // Fast is not used
	NoteRange       NoteKind = "range"        // a stage's numbers are beyond the range of the precision, so it is computed in another
	NoteMemory      NoteKind = "memory"       // memory ran out; the picture is made in a way that takes less
	NotePrepared    NoteKind = "prepared"     // the model's weights are brought into eight bits, which takes a while once
)

// A FastReason says why Fast is not used.
type FastReason string

// The reasons.
const (
	FastAbsent    FastReason = "absent"    // the processor is not quick at it
	FastElsewhere FastReason = "elsewhere" // another device makes the pictures
	FastOther     FastReason = "other"     // another precision is asked for
	FastGraph     FastReason = "graph"     // the model's graphs are ready-made
	FastHarms     FastReason = "harms"     // the model's pictures would suffer
)

// OfSetup reports whether the note is about the model's device and precision, and
// so holds for every picture until one of these changes.
func (n Note) OfSetup() bool {
	return n.Kind == NoteDevice || n.Kind == NotePrecision || n.Kind == NoteFast
}

// String implements fmt.Stringer.
func (n Note) String() string {
	switch n.Kind {
	case NoteSize:
		return fmt.Sprintf("With the preset %s the picture becomes %d by %d pixels.", n.Preset, n.Width, n.Height)
	case NoteUnsuited:
		return fmt.Sprintf("The model was made for pictures of about %d by %d pixels; much larger ones repeat themselves, much smaller ones fall apart.", n.Width, n.Height)
	case NoteCut:
		return "The prompt is too long; this part was not used: " + n.Text
	case NoteNegativeCut:
		return "The negative prompt is too long; this part was not used: " + n.Text
	case NoteRange:
		return fmt.Sprintf("The %s computes numbers beyond the range of %s with this model; it is computed again, in %s.", n.Stage, n.Precision, n.Instead)
	case NoteMemory:
		return fmt.Sprintf("The memory of the %s was not enough; the picture goes on in a way that takes less and is slower.", n.Device.Label())
	case NoteDevice:
		if n.Next == "" {
			return fmt.Sprintf("The %s is not used: %s.", n.Device.Label(), n.Why)
		}
		return fmt.Sprintf("The %s is not used: %s; %s.", n.Device.Label(), n.Why, n.Next)
	case NotePrecision:
		if n.Precision == "fp16" && n.Device.Provider == "cpu" && n.Instead != "fp16" {
			return fmt.Sprintf("fp16 would take more memory and more time on the processor; %s is used.", n.Instead)
		}
		if n.Precision == n.Instead {
			return fmt.Sprintf("%s on the %s takes more memory and more time than fp32.", n.Precision, n.Device.Label())
		}
		return fmt.Sprintf("The %s does not compute in %s; %s is used.", n.Device.Label(), n.Precision, n.Instead)
	case NotePrepared:
		return "The model is brought into eight bits; that takes a while, once."
	case NoteFast:
		return n.fast()
	}
	return ""
}

func (n Note) fast() string {
	switch n.Fast {
	case FastElsewhere:
		return fmt.Sprintf("Fast is for the processor, and the pictures are made by the %s; choose --device cpu, or leave out --fast.", n.Device.Label())
	case FastHarms:
		return "This part of the model bears no eight bits: a prediction was further off than bfloat16 would take it. It is computed in fp32."
	case FastGraph:
		return "The model's graphs are ready-made, and Fast cannot change them; it is not used."
	case FastOther:
		return fmt.Sprintf("Fast has a precision of its own, and %s was asked for; leave out --precision or --fast.", n.Precision)
	}
	return "Fast needs a processor with dot products of bytes (AVX-512 VNNI, AVX-VNNI, or Arm's ASIMDDP), which this one has not; leave out --fast."
}
