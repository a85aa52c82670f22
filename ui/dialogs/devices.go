package dialogs

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/widgets"
)

// tryDevices asks for the devices off the window's goroutine.
func (d *ModelDialog) tryDevices() {
	async.Go(d.p.Run, d.p.Devices, func(list []inference.DeviceInfo, err error) {
		if err != nil {
			m := format.Explained(err)
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
	rows := []widgets.Pick{{Title: lang.X("device.auto", "Automatic"), Note: lang.X("device.auto.note", "the fastest that works")}}
	d.infos = list
	for _, info := range list {
		d.codes = append(d.codes, info.String())
		rows = append(rows, deviceRow(info))
	}
	if !slices.Contains(d.codes, d.device) {
		d.codes = append(d.codes, d.device)
		rows = append(rows, widgets.Pick{Title: format.DeviceName(d.device), Note: d.device})
	}
	d.devices.Set(rows)
	d.devices.Choose(slices.Index(d.codes, d.device))
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
		names, hints = append(names, format.PrecisionName(code)), append(hints, precisionHint(code, slices.Contains(works, "fp16")))
	}
	d.precisions.SetNames(names...)
	d.precisions.SetHints(hints...)
	at := max(slices.Index(d.offered, d.precision), 0)
	d.precision = d.offered[at]
	d.precisions.Choose(at)
}

// precisionHint says what a precision is good for, where there is half of one or not.
func precisionHint(code string, half bool) string {
	switch {
	case code == "fp32" && half:
		return lang.X("precision.full.hint", "exact, twice the memory")
	case code == "fp32":
		return lang.X("precision.only.hint", "exact")
	case code == inference.Fast:
		return lang.X("precision.fast.hint", "eight bits; much quicker, a little less exact")
	case code == "int8":
		return lang.X("precision.small.hint", "a quarter of the memory, slower")
	}
	return lang.X("precision.half.hint", "half the memory")
}

func deviceRow(info inference.DeviceInfo) widgets.Pick {
	p := widgets.Pick{Title: format.DeviceName(info.String()), Note: info.String(), Off: info.Err != nil}
	if info.Card != "" {
		p.Title = info.Card
	}
	if info.Memory > 0 {
		p.Note = format.Joined(p.Note, lang.X("amount.gb", "{{.N}} GB", map[string]any{"N": info.Gigabytes()}))
	}
	for _, remark := range append([]string{info.Why, info.Next}, info.Remarks...) {
		p.Detail = strings.TrimSpace(p.Detail + " " + format.Sentence(remark))
	}
	return p
}

// ChipText says what pictures are made with: model, precision, device. What is
// left to the program is not said, as long as it is not known.
func ChipText(info app.ModelInfo, device, precision string) string {
	parts := []string{format.ModelTitle(info)}
	if precision != "" && precision != "auto" {
		parts = append(parts, format.PrecisionName(precision))
	}
	if device != "" && device != "auto" {
		parts = append(parts, format.DeviceName(device))
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
