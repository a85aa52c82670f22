package format

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
)

// Sentence is a remark of the runtime's in the artist's language, with a
// capital and a full stop. A remark with a name or a number in it, and one
// that is not known, stays English.
func Sentence(remark string) string {
	if remark == "" {
		return ""
	}
	remark = strings.ReplaceAll(remark, "{{", "{") // it is no template
	r := []rune(lang.X("device."+remark, remark))
	return strings.TrimSuffix(strings.ToUpper(string(r[:1]))+string(r[1:]), ".") + "."
}

// DeviceName is what an artist calls a device.
func DeviceName(code string) string {
	provider, index, _ := strings.Cut(code, ":")
	name := provider
	switch provider {
	case "auto", "":
		return lang.X("device.auto", "Automatic")
	case "cpu":
		name = lang.X("device.cpu", "Processor")
	case "cuda":
		name = lang.X("device.cuda", "NVIDIA card")
	case "directml", "webgpu":
		name = lang.X("device.gpu", "Graphics card")
	case "coreml":
		name = lang.X("device.coreml", "Apple GPU and Neural Engine")
	}
	if index != "" {
		name += " " + index
	}
	return name
}

// ModelTitle is what an artist calls a model.
func ModelTitle(info app.ModelInfo) string {
	if info.Name == recipe.Demo || info.Name == "" {
		return lang.X("models.demo", "Built-in model")
	}
	return info.Title
}
