package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"

	"cascata/app"
	"cascata/app/cli"
	"cascata/app/cuda"
	"cascata/assets"
	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/ort"
	"cascata/inference/tokenizer"
)

// native plugs the two native libraries into app.
type native struct {
	log     *slog.Logger
	threads int
	yield   bool // see ort.Options
	spare   bool // likewise
}

func (n native) Runtime() (app.Runtime, error) {
	path, err := ort.Find("")
	if err != nil {
		return nil, err
	}
	var parts *ort.CUDA
	if in, ok := (cuda.Store{Dir: app.UserDirs().CUDA}).Installed(); ok {
		parts = &ort.CUDA{Version: in.Runtime, Provider: in.Provider, Preload: in.Preload}
	}
	return ort.Open(path, ort.Options{CUDA: parts, Log: n.log, Threads: n.threads, Yield: n.yield, Spare: n.spare})
}

func (n native) Tokenizer(files checkpoint.TokenizerFiles, length, vocab int) (inference.Tokenizer, error) {
	return tokenizer.Open(files, assets.CLIPVocabulary, length, vocab)
}

// newEngine wires the engine for this user. That of a window stands back for
// it, and makes do with what works; a command refuses what does not. With spare one
// processor core is left to other programs.
func newEngine(dirs app.Dirs, log *slog.Logger, window, spare bool) *app.Engine {
	e := app.NewEngine(userModels(dirs), native{log: log, yield: window, spare: spare}, log)
	e.Strict, e.Quantized, e.LoRAs = !window, dirs.Quantized(), dirs.LoRAs
	e.Apart = spare // what loads beside would take the core that is left free
	e.Trials = app.UserTrials(dirs, log, "models", "try")
	e.Peaks = app.OpenPeaks(filepath.Join(dirs.Cache, "peaks.json"), log)
	e.Hashes = app.OpenHashes(filepath.Join(dirs.Cache, "hashes.json"), log)
	return e
}

func userModels(dirs app.Dirs) app.Models {
	return app.Models{Shelf: app.UserShelf(dirs), Demo: assets.Demo()}
}

// newLogger writes to the log file, which also receives a crash's trace, and
// warnings to standard error. The log is a help: without it the program runs.
func newLogger(dirs app.Dirs) *slog.Logger {
	stderr := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})
	if err := os.MkdirAll(dirs.State, 0o755); err != nil {
		return slog.New(stderr)
	}
	path := filepath.Join(dirs.State, "log")
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		os.Rename(path, path+".old")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return slog.New(stderr)
	}
	debug.SetCrashOutput(f, debug.CrashOptions{})
	ort.PrintTo(f)
	return slog.New(slog.NewTextHandler(f, nil))
}

const maxLog = 1 << 20 // bytes

// newEnv is what the commands work with.
func newEnv() cli.Env {
	dirs := app.UserDirs()
	return cli.Env{
		Version: version, Dirs: dirs, Models: userModels(dirs),
		Log:       func() *slog.Logger { return newLogger(dirs) },
		Engine:    func() *app.Engine { return newEngine(dirs, newLogger(dirs), false, false) },
		Native:    func(log *slog.Logger, threads int) app.Native { return native{log: log, threads: threads} },
		Libraries: func() string { return libraries(newLogger(dirs)) },
	}
}

// libraries says which ONNX Runtime is used and where it lies.
func libraries(log *slog.Logger) string {
	path, err := ort.Find("")
	if err != nil {
		return "ONNX Runtime: not found"
	}
	rt, err := ort.Open(path, ort.Options{Log: log})
	if err != nil {
		return fmt.Sprintf("ONNX Runtime: %v", err)
	}
	defer rt.Close()
	return fmt.Sprintf("ONNX Runtime %s, %s", rt.Version(), path)
}
