package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"
)

// Settings are everything the window remembers. They are one JSON file.
type Settings struct {
	Version int `json:"version"`

	Sketch Sketch  `json:"sketch"`           // what the controls hold
	Named  []Named `json:"named,omitempty"`  // settings that were given a name
	Styles []Style `json:"styles,omitempty"` // nil: the built-in ones

	Theme         string  `json:"theme,omitempty"`    // "dark", "light"; "" follows the system
	Language      string  `json:"language,omitempty"` // "en", "de"; "" follows the system
	Scale         float64 `json:"scale,omitempty"`    // of everything on screen; 0 is 1
	ReducedMotion bool    `json:"reduced_motion,omitempty"`
	NoPreviews    bool    `json:"no_previews,omitempty"`
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
	Width         float32         `json:"width,omitempty"`
	Height        float32         `json:"height,omitempty"`
	ControlsWidth float32         `json:"controls_width,omitempty"`
	StripHeight   float32         `json:"strip_height,omitempty"`
	PromptHeight  float32         `json:"prompt_height,omitempty"` // of its field; 0: as there is room
	QueueWidth    float32         `json:"queue_width,omitempty"`
	HideControls  bool            `json:"hide_controls,omitempty"`
	HideStrip     bool            `json:"hide_strip,omitempty"`
	Queue         bool            `json:"queue,omitempty"`        // the list of jobs is open
	Open          map[string]bool `json:"open,omitempty"`         // sections that can be folded
	Sheet         int64           `json:"sheet,omitempty"`        // the group of drafts that is shown; 0 none
	Library       bool            `json:"library,omitempty"`      // the library is shown
	PictureSide   float32         `json:"picture_side,omitempty"` // of the library's small pictures
	PlacesWidth   float32         `json:"places_width,omitempty"`
	DetailsWidth  float32         `json:"details_width,omitempty"`
}

// A Sketch is what the controls hold: a recipe before its seed is drawn.
type Sketch struct {
	Recipe
	SeedMode SeedMode `json:"seed_mode,omitempty"`
	// OwnDecoderSeed: Recipe.DecoderSeed counts; else Stage B has the seed of Stage C.
	OwnDecoderSeed bool   `json:"own_decoder_seed,omitempty"`
	Count          int    `json:"count,omitempty"` // pictures; 0 is 1
	Style          string `json:"style,omitempty"` // name of the style that is added
	LockRatio      bool   `json:"lock_ratio,omitempty"`
}

// SeedMode says where the next seed comes from.
type SeedMode string

// The modes.
const (
	SeedRandom SeedMode = ""     // a new one for every Generate
	SeedKeep   SeedMode = "keep" // Sketch.Seed
	SeedStep   SeedMode = "step" // Sketch.Seed, and the one after it next time
)

// Named settings are a sketch with a name; its prompts are not used.
type Named struct {
	Name   string `json:"name"`
	Sketch Sketch `json:"sketch"`
}

// maxAtOnce bounds how many pictures one Generate asks for.
const maxAtOnce = 1000

// Jobs are what Generate asks for: one a picture, with style and choices put
// in and seeds drawn. It also returns the sketch with the seed for the next time.
func (s Sketch) Jobs(styles []Style, draft bool) ([]Job, Sketch) {
	count := min(max(s.Count, 1), maxAtOnce)
	first := s.Seed
	if s.SeedMode == SeedRandom {
		first = uint64(rand.Uint32()) // short enough to read out
	}
	next := s
	next.Seed = first
	if s.SeedMode == SeedStep {
		next.Seed = first + uint64(count)
	}
	prompt, negative := s.Prompt, s.Negative
	if i := slices.IndexFunc(styles, func(t Style) bool { return t.Name == s.Style }); i >= 0 {
		prompt, negative = styles[i].Apply(prompt, negative)
	}
	jobs := make([]Job, count)
	for k := range jobs {
		r := s.Recipe
		r.Draft, r.Seed = draft, first+uint64(k)
		r.Prompt, r.Negative = Choose(prompt, r.Seed), Choose(negative, r.Seed)
		r.DecoderSeed = r.Seed
		if s.OwnDecoderSeed {
			r.DecoderSeed = s.DecoderSeed + uint64(k)
		}
		jobs[k].Recipe = r
	}
	return jobs, next
}

// DefaultStyles are there until the artist changes the list.
func DefaultStyles() []Style {
	return []Style{
		{Name: "Photograph", Prompt: "{prompt}, photograph, natural light, sharp focus", Negative: "drawing, painting"},
		{Name: "Gouache", Prompt: "{prompt}, gouache painting, soft edges, matte colours"},
		{Name: "Ink", Prompt: "{prompt}, ink drawing, fine lines, white paper", Negative: "colour"},
		{Name: "Oil", Prompt: "{prompt}, oil painting, visible brush strokes"},
		{Name: "Night", Prompt: "{prompt}, at night, moonlight"},
	}
}

// A Keeper holds the settings in memory and on disk. Its methods may be called
// from any goroutine and return at once; the file is written on a goroutine of
// its own, at most saveAfter behind.
type Keeper struct {
	path   string
	failed func(error) // told on the keeper's goroutine when the file cannot be written

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

// maxSettings bounds the file that is read, in bytes.
const maxSettings = 8 << 20

// OpenSettings reads the file, or begins with start where there is none. A
// damaged file is put aside under the name that note tells. The caller must
// call Close. failed is told when settings cannot be written.
func OpenSettings(path string, start Settings, failed func(error)) (k *Keeper, note string) {
	k = &Keeper{path: path, failed: failed, settings: start, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if s, err := readSettings(path, start); err == nil {
		k.settings = s
	} else if !errors.Is(err, fs.ErrNotExist) {
		note = path + ".damaged-" + time.Now().Format("20060102-150405")
		if os.Rename(path, note) != nil {
			note = path
		}
	}
	k.wg.Go(k.run)
	return k, note
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
	s := start
	if err := json.Unmarshal(b, &s); err != nil {
		return start, err
	}
	return s, nil
}

// Get returns the settings. Slices and maps in them must not be changed.
func (k *Keeper) Get() Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.settings
}

// Change lets f change the settings. f must replace slices and maps, not write
// into them.
func (k *Keeper) Change(f func(*Settings)) {
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
func (k *Keeper) Close() {
	k.once.Do(func() { close(k.done) })
	k.wg.Wait()
}

func (k *Keeper) run() {
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
func (k *Keeper) save(last *[]byte) {
	k.mu.Lock()
	dirty, s := k.dirty, k.settings
	k.dirty = false
	k.mu.Unlock()
	if !dirty {
		return
	}
	s.Version = 1
	b, err := json.MarshalIndent(s, "", " ")
	if err == nil && bytes.Equal(b, *last) {
		return
	}
	if err == nil {
		err = WriteFile(k.path, b)
	}
	if err != nil {
		k.failed(err)
		return
	}
	*last = b
}
