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

// Remember keeps a choice for Recall.
func Remember(n *checkpoint.Network, c Choice, folder string) error {
	path, err := place(n, c.Format, folder)
	if err != nil {
		return err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	tmp := path + ".json.new"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path+".json")
}
