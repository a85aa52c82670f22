package format

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/inference/checkpoint"
)

// PartNames lists networks in the artist's words, with the field's. names are as
// checkpoint.Network.Label has them.
func PartNames(names []string) string {
	words := map[string]string{
		string(checkpoint.KindText):    lang.X("part.text", "words (text encoder)"),
		string(checkpoint.KindPrior):   lang.X("part.prior", "composition (Stage C)"),
		string(checkpoint.KindDecoder): lang.X("part.decoder", "detail (Stage B)"),
		string(checkpoint.KindVQ):      lang.X("part.vq", "picture (Stage A)"),
		string(checkpoint.KindPreview): lang.X("part.preview", "preview"),
		string(checkpoint.KindEncoder): lang.X("part.encoder", "pictures to begin from (encoder)"),
		string(checkpoint.KindVision):  lang.X("part.vision", "reference pictures (image encoder)"),
		control(checkpoint.Canny):      lang.X("part.canny", "outlines (ControlNet canny)"),
		control(checkpoint.Inpaint):    lang.X("part.inpaint", "repainting (ControlNet inpaint)"),
		control(checkpoint.Super):      lang.X("part.sr", "enlarging (ControlNet super-resolution)"),
	}
	var texts []string
	for _, name := range names {
		if text, ok := words[name]; ok {
			name = text
		}
		texts = append(texts, name)
	}
	return strings.Join(texts, ", ")
}

// control is a control network as Label has it.
func control(kind checkpoint.ControlKind) string {
	return string(checkpoint.KindControl) + " " + string(kind)
}
