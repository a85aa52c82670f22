// Package app is what the program knows: settings, models, the engine that
// makes pictures, where they are saved, and what the artist reads when
// something fails. It knows nothing of windows.
package app

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"

	"cascata/app/catalogue"
	"cascata/app/disk"
	"cascata/app/finder"
	"cascata/app/hub"
)

// Dirs are the folders the program uses. They are made when first written to.
type Dirs struct {
	Config   string // settings.json
	Models   string // installed models, one folder each
	LoRAs    string // LoRA files
	State    string // the queue, the log
	CUDA     string // what NVIDIA cards need; see package cuda
	Cache    string // thumbnails, hashes, weights in eight bits
	Runtime  string // the socket that keeps a second program from starting
	Pictures string // finished pictures
}

// Quantized is the folder of models' weights in eight bits.
func (d Dirs) Quantized() string { return filepath.Join(d.Cache, "quantized") }

// Inputs is the folder of pictures that were pasted and masks that were painted.
func (d Dirs) Inputs() string { return filepath.Join(d.State, "inputs") }

// UserDirs follow the XDG base directory specification, or what stands for it
// on Windows and macOS.
func UserDirs() Dirs {
	return Dirs{
		Config:   filepath.Join(xdg.ConfigHome, "cascata"),
		Models:   filepath.Join(xdg.DataHome, "cascata", "models"),
		LoRAs:    filepath.Join(xdg.DataHome, "cascata", "loras"),
		CUDA:     filepath.Join(xdg.DataHome, "cascata", "cuda"),
		State:    filepath.Join(xdg.StateHome, "cascata"),
		Cache:    filepath.Join(xdg.CacheHome, "cascata"),
		Runtime:  filepath.Join(xdg.RuntimeDir, "cascata"),
		Pictures: filepath.Join(xdg.UserDirs.Pictures, "Cascata"),
	}
}

// UserShelf has this user's models, and the hub that they come from, as the environment
// names it.
func UserShelf(dirs Dirs) *catalogue.Shelf {
	return &catalogue.Shelf{Dir: dirs.Models, Licences: filepath.Join(dirs.Config, "licences.json"), Hub: hub.New(hub.UserEnv(os.Getenv, xdg.Home))}
}

// UserPlaces are the folders of this computer where other programs usually have
// their models.
func UserPlaces(m Models) []finder.Place {
	c := finder.Computer{System: runtime.GOOS, Home: xdg.Home, Getenv: os.Getenv}
	for letter := 'C'; runtime.GOOS == "windows" && letter <= 'Z'; letter++ {
		if drive := string(letter) + `:\`; disk.IsDir(drive) {
			c.Drives = append(c.Drives, drive)
		}
	}
	return c.Places(m.Shelf.Hub.Cache)
}
