package models

import (
	"fyne.io/fyne/v2/lang"

	"cascata/app/catalogue"
)

// title is what an item is called in the artist's language.
func title(i catalogue.Item) string {
	switch i.Name {
	case "stable-cascade":
		return lang.X("catalogue.big", "Stable Cascade")
	case "stable-cascade-lite":
		return lang.X("catalogue.lite", "Stable Cascade lite")
	case "stable-cascade-big-lite":
		return lang.X("catalogue.big.lite", "Stable Cascade, lite detail")
	case "stable-cascade-lite-big":
		return lang.X("catalogue.lite.big", "Stable Cascade, lite composition")
	case "stable-cascade-comfyui":
		return lang.X("catalogue.comfy", "Stable Cascade, ComfyUI's files")
	case "previewer":
		return lang.X("catalogue.previewer", "Previewer")
	case "effnet-encoder":
		return lang.X("catalogue.effnet", "Picture encoder (EfficientNet)")
	case "image-encoder":
		return lang.X("catalogue.clip", "Image encoder (CLIP)")
	case "control-canny":
		return lang.X("catalogue.canny", "Control: outlines")
	case "control-inpainting":
		return lang.X("catalogue.inpainting", "Control: repainting")
	case "control-super-resolution":
		return lang.X("catalogue.sr", "Control: enlarging")
	}
	return i.Title
}

// about says what an item is for.
func about(i catalogue.Item) string {
	switch i.Name {
	case "stable-cascade":
		return lang.X("catalogue.big.about", "The best pictures. Big composition (Stage C, 3.6 billion numbers), big detail (Stage B, 1.5 billion).")
	case "stable-cascade-lite":
		return lang.X("catalogue.lite.about", "The quickest, and the least memory. Composition of 1 billion numbers, detail of 0.7 billion.")
	case "stable-cascade-big-lite":
		return lang.X("catalogue.big.lite.about", "The big composition with the quicker detail: what is in the picture stays as good.")
	case "stable-cascade-lite-big":
		return lang.X("catalogue.lite.big.about", "The quick composition with the big detail.")
	case "stable-cascade-comfyui":
		return lang.X("catalogue.comfy.about", "The same big networks in the two files that ComfyUI uses too.")
	case "previewer":
		return lang.X("catalogue.previewer.about", "Shows the composition in better colours while it forms.")
	case "effnet-encoder":
		return lang.X("catalogue.effnet.about", "Turns a picture into a composition, to begin from it or to change parts of it.")
	case "image-encoder":
		return lang.X("catalogue.clip.about", "Lets a picture stand beside the words as a reference.")
	case "control-canny":
		return lang.X("catalogue.canny.about", "Holds the composition to the outlines of a picture.")
	case "control-inpainting":
		return lang.X("catalogue.inpainting.about", "Repaints a part of a picture so that it fits the rest.")
	case "control-super-resolution":
		return lang.X("catalogue.sr.about", "Makes a larger picture of a small one.")
	}
	return i.About
}

// terms are the essential ones of the licence of Stable Cascade's files, in our
// words; of another licence there is only its own text.
func terms(l *catalogue.Licence) []string {
	if l.ID != "stable-cascade-nc-community" {
		return l.Terms
	}
	return []string{
		lang.X("licence.use", "You may use the model for research and other purposes that are not commercial, and not to earn money or in production."),
		lang.X("licence.service", "You may not offer it to others as a service."),
		lang.X("licence.pass", "Who passes on the files, or something made of them, passes on the licence and its notice too, and says what was changed."),
		lang.X("licence.policy", "What its acceptable-use policy forbids may not be made with it."),
		lang.X("licence.pictures", "Pictures made with it are not bound by it as the model is, but a model that learns from them is."),
		lang.X("licence.withdrawn", "It can be withdrawn; the files must then be deleted."),
		lang.X("licence.text", "Only its own text counts; read it there."),
	}
}
