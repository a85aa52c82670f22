package lora

import (
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A scaling is what PEFT keeps of alpha, not in the weights but beside them.
type scaling struct {
	alpha float64 // 0: not said, it is the rank then
	root  bool    // alpha / sqrt(rank) (rsLoRA)
}

// by is what up times down of a rank is multiplied by.
func (s scaling) by(rank int64) float64 {
	switch {
	case s.alpha == 0:
		return 1
	case s.root:
		return s.alpha / math.Sqrt(float64(rank))
	}
	return s.alpha / float64(rank)
}

const maxConfig = 1 << 20 // bytes of adapter_config.json

// scalingOf reads PEFT's configuration: adapter_config.json beside
// adapter_model.safetensors, or what diffusers keeps in the file's metadata.
func scalingOf(path string, metadata map[string]string) scalings {
	text := []byte(metadata["lora_adapter_metadata"])
	if len(text) == 0 && filepath.Base(path) == "adapter_model.safetensors" {
		text = readConfig(filepath.Join(filepath.Dir(path), "adapter_config.json"))
	}
	var config map[string]any
	if len(text) > maxConfig || json.Unmarshal(text, &config) != nil {
		return scalings{}
	}
	both := scalings{}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		of, own, found := cutLast(name, ".") // "prior.lora_alpha"
		if !found {
			of, own = "", name
		}
		both.set(of, own, config[name])
	}
	return both
}

// readConfig is what a file holds, nothing if it cannot be read.
func readConfig(path string) []byte {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxConfig))
	return text
}

// scalings are those of the UNet and of the text encoder.
type scalings struct{ unet, text scaling }

func (s *scalings) set(of, name string, value any) {
	targets := []*scaling{&s.unet, &s.text}
	switch {
	case strings.HasPrefix(of, "text_encoder"):
		targets = targets[1:]
	case of != "":
		targets = targets[:1]
	}
	for _, t := range targets {
		switch v := value.(type) {
		case float64:
			if name == "lora_alpha" && v > 0 {
				t.alpha = v
			}
		case bool:
			if name == "use_rslora" {
				t.root = v
			}
		}
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
