//go:build !headless

package main

import (
	"context"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cascata/app"
	"cascata/assets"
	"cascata/ui"
)

// window opens the window and returns when it is closed.
func window(ctx context.Context) error {
	// Migrations is left out on purpose: the build's tag decides, so that a
	// build without the tag checks which goroutine touches the window.
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: "Cascata", Version: version})
	a := fyneapp.NewWithID(appID)
	dirs := app.UserDirs()
	log := newLogger(dirs)
	engine := newEngine(dirs, log)
	defer engine.Close()

	var studio *app.Studio
	ui.Open(a, "Cascata", fyne.NewStaticResource("icon.png", assets.Icon), userModels(dirs).Start(app.Demo), func(changed func(app.Progress)) ui.Maker {
		studio = app.NewStudio(engine, dirs.Pictures, log, changed)
		return studio
	})
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	a.Run()
	studio.Close()
	return nil
}

const appID = "io.github.cascata"
