package ort

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// CPUNodes reads the profiles that sessions left in folder as they closed (see
// Options.Profile) and lists the nodes that ran on the CPU, one text each,
// sorted. Arithmetic on shapes, which providers leave to the CPU by design, is
// not listed: nodes whose outputs are integers or no more than 8 numbers. So
// an empty list says that a network ran wholly on its device.
func CPUNodes(folder string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("ort: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("ort: no profile in %s; is every session closed?", folder)
	}
	found := map[string]bool{}
	for _, file := range files {
		if err := cpuNodes(file, found); err != nil {
			return nil, fmt.Errorf("ort: profile %s: %w", file, err)
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// cpuNodes adds those of one profile to found.
func cpuNodes(file string, found map[string]bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var events []struct {
		Cat, Name string
		Args      json.RawMessage
	}
	if err := json.Unmarshal(text, &events); err != nil {
		return err
	}
	nodes := 0
	for _, e := range events {
		if e.Cat != "Node" {
			continue
		}
		var node struct {
			Op       string               `json:"op_name"`
			Provider string               `json:"provider"`
			Outputs  []map[string][]int64 `json:"output_type_shape"` // type: shape
		}
		if err := json.Unmarshal(e.Args, &node); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		nodes++
		if node.Provider == "CPUExecutionProvider" && slices.ContainsFunc(node.Outputs, computed) {
			found[fmt.Sprintf("%s: %s %v", node.Op, e.Name, node.Outputs)] = true
		}
	}
	if nodes == 0 {
		return fmt.Errorf("no node ran")
	}
	return nil
}

// computed reports whether an output is more than arithmetic on shapes.
func computed(output map[string][]int64) bool {
	for elem, shape := range output {
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		if (elem == "float" || elem == "float16" || elem == "bfloat16" || elem == "double") && n > 8 {
			return true
		}
	}
	return false
}
