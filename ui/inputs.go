package ui

import (
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/create"
)

// inputs are what the controls for pictures and LoRAs ask the window for.
func (w *Window) inputs() create.InputsParams {
	return create.InputsParams{
		Keep: func(name string, img create.Picture) (inference.Input, error) {
			return recipe.KeepInput(w.p.Inputs, name, img)
		},
		Files: func(title string, then func(paths []string)) { w.host.picker().Files(title, then) },
		Paste: func(then func(inference.Input)) { w.host.pasteInput(w.p.Inputs, then) }, Fail: w.host.fail,
		Get:   func(string) { w.tabs.goTo(tabModels) },
		LoRA:  w.p.Engine.LoRA,
		Fits:  func(s recipe.Setup, l inference.LoRA) error { return w.p.Engine.FitLoRAs(s, l) },
		LoRAs: func() []lora.Info { return w.p.Engine.ListLoRAs(w.p.Settings.Get().Sketch.BuiltIn()) },
	}
}
