package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
)

// Settings are everything the window remembers. They are one JSON file.
type Settings struct {
	Version int `json:"version"`

	Sketch recipe.Sketch  `json:"sketch"`           // what the controls hold
	Named  []recipe.Named `json:"named,omitempty"`  // settings that were given a name
	Styles []recipe.Style `json:"styles,omitempty"` // nil: the built-in ones

	Theme         string  `json:"theme,omitempty"`    // "dark", "light"; "" follows the system
	Language      string  `json:"language,omitempty"` // "en", "de"; "" follows the system
	Scale         float64 `json:"scale,omitempty"`    // of everything on screen; 0 is 1
	ReducedMotion bool    `json:"reduced_motion,omitempty"`
	NoPreviews    bool    `json:"no_previews,omitempty"`
	SpareCore     bool    `json:"spare_core,omitempty"`   // one processor core is left to other programs
	IdleMinutes   int     `json:"idle_minutes,omitempty"` // until the memory of a model that is not used is freed; 0 is 15, below 0: never
	NoSound       bool    `json:"no_sound,omitempty"`
	NoNotice      bool    `json:"no_notice,omitempty"` // no notification when the window is not in front
	Pictures      string  `json:"pictures,omitempty"`  // folder; "" is the usual one
	Names         string  `json:"names,omitempty"`     // template of file names, see FileName; "" is the usual one

	Welcomed bool     `json:"welcomed,omitempty"`
	Models   []string `json:"models,omitempty"` // opened before, newest first

	Window Window `json:"window"`
}

// Window is how the window was left. Lengths are in units of the screen at
// scale 1; 0 is the usual one.
type Window struct {
	Width          float32         `json:"width,omitempty"`
	Height         float32         `json:"height,omitempty"`
	ControlsWidth  float32         `json:"controls_width,omitempty"`
	StripHeight    float32         `json:"strip_height,omitempty"`
	PromptHeight   float32         `json:"prompt_height,omitempty"`   // of its field; 0: as there is room
	NegativeHeight float32         `json:"negative_height,omitempty"` // of the field of what to leave out; 0: likewise
	QueueWidth     float32         `json:"queue_width,omitempty"`
	HideControls   bool            `json:"hide_controls,omitempty"`
	HideStrip      bool            `json:"hide_strip,omitempty"`
	Queue          bool            `json:"queue,omitempty"`        // the list of jobs is open
	Open           map[string]bool `json:"open,omitempty"`         // sections that can be folded
	Sheet          int64           `json:"sheet,omitempty"`        // the group of drafts that is shown; 0 none
	Library        bool            `json:"library,omitempty"`      // the library is shown
	PictureSide    float32         `json:"picture_side,omitempty"` // of the library's small pictures
	PlacesWidth    float32         `json:"places_width,omitempty"`
	DetailsWidth   float32         `json:"details_width,omitempty"`
}

// Idle is how long a model that is not used stays loaded; 0: for good.
func (s Settings) Idle() time.Duration {
	if s.IdleMinutes == 0 {
		return 15 * time.Minute
	}
	return time.Duration(max(0, s.IdleMinutes)) * time.Minute
}

// A SettingsFile holds the settings in memory and on disk. Its methods may be called
// from any goroutine and return at once; the file is written on a goroutine of
// its own, at most saveAfter behind.
type SettingsFile struct {
	path   string
	failed func(error) // called on the keeper's goroutine when the file cannot be written

	mu       sync.Mutex // guards the fields below
	settings Settings
	dirty    bool

	wake chan struct{}
	done chan struct{}
	once sync.Once // closes done
	wg   sync.WaitGroup
}

// saveAfter is how long a change may wait before it is on disk.
const saveAfter = 300 * time.Millisecond

// settingsVersion is that of the file. It is raised when an older program would
// take what is in it for something else, not for a setting more.
const settingsVersion = 1

// maxSettings bounds the file that is read, in bytes.
const maxSettings = 8 << 20

// OpenSettings reads the file, or begins with start where there is none. One
// that is damaged, or that a newer version wrote, is put aside, which aside then
// tells. The caller must call Close. failed is called when settings cannot be written.
func OpenSettings(path string, start Settings, failed func(error)) (k *SettingsFile, aside disk.Aside) {
	k = &SettingsFile{path: path, failed: failed, settings: start, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if s, err := readSettings(path, start); err == nil {
		k.settings = s
	} else if !errors.Is(err, fs.ErrNotExist) {
		var stuck error
		if aside, stuck = disk.PutAside(path, err); stuck != nil {
			aside = disk.Aside{File: path, Newer: errors.Is(err, disk.ErrNewer)}
		}
	}
	k.wg.Go(k.run)
	return k, aside
}

// ReadSettings reads the file and leaves it as it is. A file that is not there
// is no error, and has no settings. A damaged one is an error, as is one of a
// newer version, which wraps ErrNewer.
func ReadSettings(path string) (Settings, error) {
	s, err := readSettings(path, Settings{})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return s, err
}

func readSettings(path string, start Settings) (Settings, error) {
	info, err := os.Stat(path)
	if err != nil {
		return start, err
	}
	if info.Size() > maxSettings {
		return start, fmt.Errorf("%s is larger than any settings", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return start, err
	}
	var form struct{ Version int }
	if json.Unmarshal(b, &form) == nil && form.Version > settingsVersion {
		return start, disk.ErrNewer
	}
	s := start
	if err := json.Unmarshal(b, &s); err != nil {
		return start, err
	}
	return s, nil
}

// Get returns the settings. Slices and maps in them must not be changed.
func (k *SettingsFile) Get() Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings
}

// Change lets f change the settings. f must replace slices and maps, not write
// into them.
func (k *SettingsFile) Change(f func(*Settings)) {
	k.mu.Lock()
	f(&k.settings)
	k.dirty = true
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default: // a wake-up is already on its way
	}
}

// Close writes what is not written yet. Closing again does nothing.
func (k *SettingsFile) Close() {
	k.once.Do(func() { close(k.done) })
	k.wg.Wait()
}

func (k *SettingsFile) run() {
	var last []byte
	for {
		select {
		case <-k.wake:
			select {
			case <-time.After(saveAfter):
			case <-k.done:
			}
		case <-k.done:
			k.save(&last)
			return
		}
		k.save(&last)
	}
}

// save writes the settings unless they are as in last.
func (k *SettingsFile) save(last *[]byte) {
	k.mu.Lock()
	dirty, s := k.dirty, k.settings
	k.dirty = false
	k.mu.Unlock()
	if !dirty {
		return
	}
	s.Version = settingsVersion
	b, err := json.MarshalIndent(s, "", " ")
	if err == nil && bytes.Equal(b, *last) {
		return
	}
	if err == nil {
		err = disk.WriteFile(k.path, b)
	}
	if err != nil {
		k.failed(err)
		return
	}
	*last = b
}
