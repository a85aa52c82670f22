package ui

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2/lang"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
	"cascata/inference/lora"
	"cascata/ui/async"
	"cascata/ui/create"
)

// inputs are what the controls for pictures and LoRAs ask the window for.
func (w *Window) inputs() create.InputsParams {
	return create.InputsParams{
		Keep: func(name string, img create.Picture) (inference.Input, error) {
			return recipe.KeepInput(w.p.Inputs, name, img)
		},
		Files: func(title string, then func(paths []string)) { w.host.picker().Files(title, then) },
		Paste: w.pasteInput, Fail: w.host.fail,
		Get:   func(string) { w.places.goTo(placeModels) },
		LoRA:  w.p.Engine.LoRA,
		LoRAs: func() []lora.Info { return app.ListLoRAs(w.p.LoRAs) },
	}
}

// pasteInput gives then the picture on the clipboard. One that is no file gets
// one, so that it is still there when its turn comes.
func (w *Window) pasteInput(then func(in inference.Input)) {
	w.host.pastePicture(func(file string) {
		if filepath.Dir(file) != filepath.Clean(os.TempDir()) {
			then(inference.Input{File: file})
			return
		}
		name := lang.X("input.pasted", "pasted picture")
		async.Go(w.p.Run, func() (inference.Input, error) {
			img, err := disk.ReadPicture(file)
			if err != nil {
				return inference.Input{}, err
			}
			return recipe.KeepInput(w.p.Inputs, name, img)
		}, func(in inference.Input, err error) {
			if err != nil {
				w.host.fail(err)
				return
			}
			then(in)
		})
	})
}
