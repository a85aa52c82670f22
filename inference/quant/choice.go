package quant

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"

	"cascata/inference/checkpoint"
)

// A Choice is what becomes of a network.
type Choice struct {
	Format Format `json:"format"`
	Keep   string `json:"keep,omitempty"` // layers whose names start so stay as they are, such as "up_blocks.1.,down_blocks.0."
	Off    bool   `json:"off,omitempty"`  // all stays as it is: the network bears no eight bits
}

var keeps = regexp.MustCompile(`^(up_blocks\.[0-9]+\.(,down_blocks\.0\.)?)?$`)

// kept reports whether a layer stays as it is.
func (c Choice) kept(layer string) bool {
	for start := range strings.SplitSeq(c.Keep, ",") {
		if start != "" && strings.HasPrefix(layer, start) {
			return true
		}
	}
	return false
}

// Recall is what was chosen for a network and a format.
func Recall(n *checkpoint.Network, f Format, folder string) (c Choice, ok bool) {
	path, err := place(n, f, folder)
	if err != nil {
		return c, false
	}
	data, err := os.ReadFile(path + ".json")
	if err != nil || json.Unmarshal(data, &c) != nil || c.Format != f || !keeps.MatchString(c.Keep) {
		return Choice{}, false
	}
	return c, true
}

// Remember keeps a choice for Recall, and what Make made by it for Open, which it
// returns; that is n itself where the choice is off.
func Remember(n *checkpoint.Network, c Choice, made *checkpoint.Network, folder string) (*checkpoint.Network, error) {
	path, err := place(n, c.Format, folder)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if !c.Off {
		if made, err = settle(n, c, made, folder); err != nil {
			return nil, err
		}
	}
	w, err := os.CreateTemp(folder, ".quant-*") // others may remember the same
	if err != nil {
		return nil, cacheError(err)
	}
	_, err = w.Write(data)
	if e := w.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(w.Name(), path+".json")
	}
	if err != nil {
		os.Remove(w.Name())
	}
	return made, cacheError(err)
}
