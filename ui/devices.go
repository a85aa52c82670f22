package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/checkpoint"
)

// tryDevices asks for the devices off the window's goroutine.
func (d *ModelDialog) tryDevices() {
	var list []inference.DeviceInfo
	var err error
	d.p.Run(func() { list, err = d.p.Devices() }, func() {
		if err != nil {
			m := explained(err)
			d.wait.SetText(m.Title + " " + m.Help)
			return
		}
		d.wait.Hide()
		d.listDevices(list)
	})
}

// listDevices fills the rows: what picks the best, then each device. The
// chosen one stays, also where it is not among them.
func (d *ModelDialog) listDevices(list []inference.DeviceInfo) {
	d.codes = []string{"auto"}
	rows := []pick{{title: lang.X("device.auto", "Automatic"), note: lang.X("device.auto.note", "the fastest that works")}}
	d.infos = list
	for _, info := range list {
		d.codes = append(d.codes, info.String())
		rows = append(rows, deviceRow(info))
	}
	if !slices.Contains(d.codes, d.device) {
		d.codes = append(d.codes, d.device)
		rows = append(rows, pick{title: deviceName(d.device), note: d.device})
	}
	d.devices.set(rows)
	d.devices.choose(slices.Index(d.codes, d.device))
	d.offer()
}

// offer lists the precisions that work on the chosen device, and keeps the
// chosen one where it is among them. Before devices were tried it is kept.
func (d *ModelDialog) offer() {
	info := inference.Best(d.infos)
	if i := slices.IndexFunc(d.infos, func(i inference.DeviceInfo) bool { return i.String() == d.device }); i >= 0 {
		info = d.infos[i]
	}
	works := info.Precisions
	if len(works) == 0 {
		works = []string{"fp32"}
	}
	d.offered = append([]string{"auto"}, works...)
	if len(d.infos) == 0 && !slices.Contains(d.offered, d.precision) {
		d.offered = append(d.offered, d.precision)
	}
	names, hints := []string{lang.X("precision.auto", "Automatic")}, []string{lang.X("precision.auto.hint", "as suits the device")}
	for _, code := range d.offered[1:] {
		names, hints = append(names, code), append(hints, precisionHint(code, len(works) > 1))
	}
	d.precisions.SetNames(names...)
	d.precisions.SetHints(hints...)
	at := max(slices.Index(d.offered, d.precision), 0)
	d.precision = d.offered[at]
	d.precisions.Choose(at)
}

// precisionHint says what a precision is good for, where there is a choice.
func precisionHint(code string, choice bool) string {
	switch {
	case code == "fp32" && choice:
		return lang.X("precision.full.hint", "exact, twice the memory")
	case code == "fp32":
		return lang.X("precision.only.hint", "exact")
	}
	return lang.X("precision.half.hint", "half the memory")
}

func deviceRow(info inference.DeviceInfo) pick {
	p := pick{title: deviceName(info.String()), note: info.String(), disabled: info.Err != nil}
	for _, remark := range append([]string{info.Why, info.Next}, info.Remarks...) {
		p.detail = strings.TrimSpace(p.detail + " " + sentence(remark))
	}
	return p
}

// sentence is a remark of the runtime's in the artist's language, with a
// capital and a full stop. A remark with a name or a number in it, and one
// that is not known, stays English.
func sentence(remark string) string {
	if remark == "" {
		return ""
	}
	remark = strings.ReplaceAll(remark, "{{", "{") // it is no template
	r := []rune(lang.X("device."+remark, remark))
	return strings.TrimSuffix(strings.ToUpper(string(r[:1]))+string(r[1:]), ".") + "."
}

// deviceName is what an artist calls a device.
func deviceName(code string) string {
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

// modelTitle is what an artist calls a model.
func modelTitle(info app.ModelInfo) string {
	if info.Name == recipe.Demo || info.Name == "" {
		return lang.X("models.demo", "Built-in model")
	}
	return info.Title
}

// chipText says what pictures are made with: model, precision, device. What is
// left to the program is not said, as long as it is not known.
func chipText(info app.ModelInfo, device, precision string) string {
	parts := []string{modelTitle(info)}
	if precision != "" && precision != "auto" {
		parts = append(parts, precision)
	}
	if device != "" && device != "auto" {
		parts = append(parts, deviceName(device))
	}
	return strings.Join(parts, " · ")
}

// needed are the networks that no picture can be made without.
var needed = []checkpoint.Kind{checkpoint.KindText, checkpoint.KindPrior, checkpoint.KindDecoder, checkpoint.KindVQ}

func missingParts(parts []string) []string {
	var missing []string
	for _, k := range needed {
		if !slices.Contains(parts, string(k)) {
			missing = append(missing, string(k))
		}
	}
	return missing
}

// partNames lists networks in the artist's words, with the field's.
func partNames(parts []string) string {
	var names []string
	for _, p := range parts {
		switch checkpoint.Kind(p) {
		case checkpoint.KindText:
			p = lang.X("part.text", "words (text encoder)")
		case checkpoint.KindPrior:
			p = lang.X("part.prior", "composition (Stage C)")
		case checkpoint.KindDecoder:
			p = lang.X("part.decoder", "detail (Stage B)")
		case checkpoint.KindVQ:
			p = lang.X("part.vq", "picture (Stage A)")
		case checkpoint.KindPreview:
			p = lang.X("part.preview", "preview")
		}
		names = append(names, p)
	}
	return strings.Join(names, ", ")
}
