package format

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/inference"
)

// NoteText is a note of the engine's in the artist's language.
func NoteText(n inference.Note) string {
	switch n.Kind {
	case inference.NoteSize:
		return lang.X("note.size", "With the preset {{.Preset}} the picture becomes {{.W}} × {{.H}}.", map[string]any{"Preset": n.Preset, "W": n.Width, "H": n.Height})
	case inference.NoteUnsuited:
		return lang.X("note.unsuited", "This model was made for pictures of about {{.W}} × {{.H}}; much larger ones repeat themselves, much smaller ones fall apart.", map[string]any{"W": n.Width, "H": n.Height})
	case inference.NoteCut:
		return lang.X("note.cut", "The prompt is too long; this was not read: {{.Text}}", map[string]any{"Text": n.Text})
	case inference.NoteNegativeCut:
		return lang.X("note.cut.negative", "What to leave out is too long; this was not read: {{.Text}}", map[string]any{"Text": n.Text})
	case inference.NoteDevice:
		return lang.X("note.device", "{{.Device}}, not used: {{.Why}}",
			map[string]any{"Device": DeviceName(n.Device.String()), "Why": strings.TrimSpace(Sentence(n.Why) + " " + Sentence(n.Next))})
	case inference.NotePrecision:
		return precisionNote(n)
	case inference.NoteRange:
		return lang.X("note.range", "A part of this model computes numbers beyond the range of {{.Asked}}; that part is computed again, in {{.Used}}.",
			map[string]any{"Asked": n.Precision, "Used": n.Instead})
	case inference.NoteMemory:
		return lang.X("note.memory", "The memory was not enough; the picture goes on in a way that takes less, and more time.")
	case inference.NotePrepared:
		return lang.X("note.prepared", "The model is brought into eight bits; that takes a while, once.")
	case inference.NoteFast:
		return fastNote(n)
	}
	return n.String()
}

// precisionNote says what is computed in, and why not in what was asked for.
func precisionNote(n inference.Note) string {
	names := map[string]any{"Device": DeviceName(n.Device.String()), "Asked": n.Precision, "Used": n.Instead}
	if n.Device.Provider == "cpu" && n.Precision == "fp16" {
		return lang.X("note.precision.cpu", "fp16 would take more memory and more time on the processor. Pictures are made in {{.Used}}.", names)
	}
	return lang.X("note.precision", "{{.Device}}: {{.Asked}} does not work there. Pictures are made in {{.Used}}.", names)
}

// PrecisionName is a precision as the artist reads it.
func PrecisionName(code string) string {
	if code == inference.Fast {
		return lang.X("precision.fast", "Fast")
	}
	return code
}

// fastNote says why Fast is not used.
func fastNote(n inference.Note) string {
	names := map[string]any{"Device": DeviceName(n.Device.String()), "Precision": n.Precision}
	switch n.Fast {
	case inference.FastElsewhere:
		return lang.X("note.fast.elsewhere", "Fast is for the processor; pictures are made by: {{.Device}}.", names)
	case inference.FastHarms:
		return lang.X("note.fast.harms", "A part of this model would paint worse in eight bits; it is computed in fp32.")
	case inference.FastGraph:
		return lang.X("note.fast.graph", "This model brings graphs ready-made; Fast is not used.")
	case inference.FastOther:
		return lang.X("note.fast.other", "Fast has a precision of its own. Pictures are made in {{.Precision}}.", names)
	}
	return lang.X("note.fast.absent", "This processor multiplies bytes no faster than other numbers (it lacks VNNI), so Fast is not used.", names)
}

// SetupText says in whole what to know of the model's device and precision, ""
// where there is nothing.
func SetupText(notes []inference.Note) string {
	var list []string
	for _, n := range notes {
		if n.OfSetup() {
			list = append(list, NoteText(n))
		}
	}
	return strings.Join(list, "\n")
}

// OfPicture are the notes that tell of one picture. Those of the device and the
// precision hold for all, and the chip at the top says them.
func OfPicture(notes []inference.Note) []inference.Note {
	var list []inference.Note
	for _, n := range notes {
		if !n.OfSetup() {
			list = append(list, n)
		}
	}
	return list
}
