//go:build !headless

package main

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"github.com/adrg/xdg"

	"cascata/app"
	"cascata/app/catalogue"
	"cascata/app/cuda"
	"cascata/app/disk"
	"cascata/app/finder"
	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/studio"
	"cascata/assets"
	"cascata/ui"
	"cascata/ui/desktop"
	"cascata/ui/format"
	"cascata/ui/models"
)

// window opens the window and returns when it is closed. files are pictures to
// look at, or a model's.
func window(ctx context.Context, files []string) error {
	dirs := app.UserDirs()
	log := newLogger(dirs)
	var w *ui.Window // set before anything below can call it
	ready := make(chan struct{})
	instance, err := app.TakeInstance(dirs.Runtime, files, func(files []string) { <-ready; w.Front(files...) })
	if errors.Is(err, app.ErrRunning) {
		fmt.Println("Cascata is already running; its window comes to the front.")
		return nil
	}
	if errors.Is(err, app.ErrStuck) {
		return err
	}
	if err != nil {
		log.Warn("a second start will not be noticed", "err", err)
	} else {
		defer instance.Close()
	}
	if err := tryDisplay(); err != nil {
		return err
	}

	settings, settingsAside := app.OpenSettings(filepath.Join(dirs.Config, "settings.json"), app.Settings{}, func(err error) {
		log.Error("settings not written", "err", err)
		<-ready
		w.Say(format.Explain(err))
	})
	defer settings.Close()
	atEnd.onEnd(settings.Close)
	store, storeAside, err := studio.OpenStore(filepath.Join(dirs.State, "studio.db"))
	if err != nil {
		return err
	}
	defer store.Close()
	pictures := func() string {
		if dir := settings.Get().Pictures; dir != "" {
			return dir
		}
		return dirs.Pictures
	}
	engine := newEngine(dirs, log, true, settings.Get().SpareCore)
	engine.Idle = func() time.Duration { return settings.Get().Idle() }
	defer engine.Close()
	library, libraryAside, err := library.Open(library.Params{
		State: dirs.State, Cache: dirs.Cache, Pictures: pictures, Usual: dirs.Pictures, Log: log, Read: meta.Read, Watch: true, Replace: true,
		Changed: func() { <-ready; w.LibraryChanged() },
	})
	if err != nil {
		return err
	}
	closeLibrary := sync.OnceFunc(func() { library.Close() })
	defer closeLibrary()
	atEnd.onEnd(closeLibrary)

	// The toolkit's remarks, on a session without D-Bus for one, are for the log.
	stdlog.SetFlags(0)
	stdlog.SetOutput(slog.NewLogLogger(log.Handler(), slog.LevelWarn).Writer())
	if err := os.MkdirAll(xdg.CacheHome, 0o700); err != nil { // it makes its own folder in it, and no more
		log.Warn("no folder for caches", "err", err)
	}
	// Migrations is left out on purpose: the build's tag decides, so that a
	// build without the tag checks which goroutine touches the window.
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Name: "Cascata", Version: version})
	setScale := scaler()
	setScale(settings.Get().Scale)
	around := desktop.New(fyne.Do)
	defer around.Close()
	a := around.App(fyneapp.NewWithID(appID))
	if err := format.Translate(settings.Get().Language); err != nil {
		log.Warn("language", "err", err)
	}
	trace, endTrace := newTrace(log)
	defer endTrace()
	shelf := app.UserShelf(dirs)
	parts := cuda.NewBackground(cuda.Store{Dir: dirs.CUDA}, func() []string { return cuda.UserPlaces(os.Getenv, xdg.Home) })
	defer parts.Close()
	atEnd.onEnd(parts.Close)
	var downloads *catalogue.Downloads
	w = ui.New(ui.Params{
		App: a, Desktop: around, Title: "Cascata", Icon: fyne.NewStaticResource("icon.png", assets.Icon),
		Settings: settings, Models: userModels(dirs), Shelf: shelf, Memory: app.TotalMemory(),
		Downloads: func(tell func(catalogue.Event)) models.Downloads {
			downloads = catalogue.NewDownloads(shelf, tell)
			return downloads
		},
		Find: func(ctx context.Context) (finder.Result, error) {
			return finder.Find(ctx, app.UserPlaces(userModels(dirs)))
		},
		CUDA: parts, Engine: engine, Prompts: store, Library: library, Pictures: pictures, Log: filepath.Join(dirs.State, "log"), Inputs: dirs.Inputs(), Trace: trace, Scale: setScale, Screen: screenRoom,
	})
	defer downloads.Close()
	atEnd.onEnd(downloads.Close)
	studio, err := studio.New(studio.Params{
		Generator: engine, Store: store, Pictures: pictures, Names: func() string { return settings.Get().Names }, Thumbs: filepath.Join(dirs.Cache, "thumbs"),
		Kept: filepath.Join(dirs.State, "compositions"), Previews: func() bool { return !settings.Get().NoPreviews }, Log: log,
		Queue: w.Queue, Progress: w.Progress, Ended: w.Ended,
		Saved: func(file string) {
			if _, err := library.Add(file); err != nil {
				log.Warn("picture not in the library yet", "file", file, "err", err)
			}
		},
	})
	if err != nil {
		return err
	}
	defer studio.Close()
	atEnd.onEnd(studio.Suspend)
	w.Use(studio)
	close(ready)
	aside := []disk.Aside{settingsAside, storeAside, libraryAside}
	for _, f := range aside {
		if f.File != "" {
			log.Warn("put aside", "file", f.File, "newer", f.Newer)
		}
	}
	w.Show(aside...)
	if len(files) > 0 {
		w.Front(files...)
	}
	stop := context.AfterFunc(ctx, w.Quit)
	defer stop()
	a.Run()
	atEnd.quits()
	return nil
}

const appID = "io.github.cascata"
