package ort

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/adrg/xdg"

	"cascata/inference"
)

// libraryVariable names the environment variable that says where the ONNX Runtime library
// is: the file, or its folder.
const libraryVariable = "CASCATA_ORT"

// Find returns the absolute path of the ONNX Runtime library, with symlinks
// resolved, because providers are loaded from its own folder.
//
// explicit, a file or a folder, wins; then $CASCATA_ORT; then the folders
// beside the program, those of a checkout, and the user's data folder. The
// error wraps inference.ErrNoRuntime and lists what was tried.
func Find(explicit string) (string, error) {
	if explicit == "" {
		explicit = os.Getenv(libraryVariable)
	}
	if explicit != "" {
		return findIn(explicit)
	}
	return findIn(folders()...)
}

// folders lists where the library may lie, best first.
func folders() []string {
	var list []string
	if dir := ownDir(); dir != "" {
		for _, sub := range []string{".", "lib", "../lib/cascata", "../Frameworks", "../native/lib"} {
			list = append(list, filepath.Join(dir, sub))
		}
	}
	return append(list, dataDir())
}

func dataDir() string { return filepath.Join(xdg.DataHome, "cascata", "lib") }

// ownDir is the folder of the running program, with symlinks resolved, or "".
func ownDir() string {
	path, err := inference.Program()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Dir(path)
}

// getIt is the next step for an artist without the library, by the way the
// program in dir was installed.
func getIt(dir string) string {
	const named = "name the file of ONNX Runtime 1.29 or newer in " + libraryVariable
	how := inference.InstalledIn(dir)
	if how == inference.FromSource {
		return "run `make run` in " + filepath.Dir(dir) + ", or " + named
	}
	if again := how.Again(); again != "" {
		return again + ", or " + named
	}
	return fmt.Sprintf("install Cascata again, or put %s into %s, or %s", libraryName(), cmp.Or(dir, dataDir()), named)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// findIn returns the first library among places, each a file or a folder.
func findIn(places ...string) (string, error) {
	for _, place := range places {
		for _, path := range candidates(place) {
			if !isFile(path) {
				continue
			}
			path, err := filepath.Abs(path)
			if err != nil {
				return "", fmt.Errorf("ort: %w", err)
			}
			return filepath.EvalSymlinks(path)
		}
	}
	return "", fmt.Errorf("ort: %w: looked for %s in %s; %s",
		inference.ErrNoRuntime, libraryName(), strings.Join(places, ", "), getIt(ownDir()))
}

// candidates are the files that a place stands for.
func candidates(place string) []string {
	if info, err := os.Stat(place); err != nil || !info.IsDir() {
		return []string{place}
	}
	list := []string{filepath.Join(place, libraryName())}
	for _, pattern := range []string{"libonnxruntime.so*", "libonnxruntime.*dylib"} {
		names, err := fs.Glob(os.DirFS(place), pattern)
		if errors.Is(err, filepath.ErrBadPattern) || runtime.GOOS == "windows" {
			continue
		}
		for _, name := range names {
			list = append(list, filepath.Join(place, name))
		}
	}
	return list
}

// libraryName is what the library is called on this system.
func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime.dylib"
	}
	return "libonnxruntime.so.1"
}
