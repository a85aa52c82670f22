package meta

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

// OurKey is what the chunk is called that holds a recipe of ours, whole.
const OurKey = "cascata"

// readOurs reads a recipe of ours. Its form is that of recipe.Embedded.
func readOurs(i *Info, t map[string]string) []string {
	text, ok := t[OurKey]
	if !ok {
		return nil
	}
	var m struct {
		Version         int      `json:"version"`
		Program         string   `json:"program"`
		Prompt          string   `json:"prompt"`
		Negative        string   `json:"negative"`
		Preset          string   `json:"preset"`
		Width           int      `json:"width"`
		Height          int      `json:"height"`
		Steps           int      `json:"steps"`
		Guidance        float64  `json:"guidance"`
		DecoderSteps    int      `json:"decoder_steps"`
		DecoderGuidance float64  `json:"decoder_guidance"`
		Seed            uint64   `json:"seed"`
		DecoderSeed     uint64   `json:"decoder_seed"`
		Draft           bool     `json:"draft"`
		Model           string   `json:"model"`
		Device          string   `json:"device"`
		Precision       string   `json:"precision"`
		Parent          string   `json:"parent"`
		References      []Input  `json:"references"`
		From            *Input   `json:"from_image"`
		Init            *Input   `json:"init"`
		Mask            *Input   `json:"mask"`
		Control         *Input   `json:"control"`
		Strength        *float64 `json:"strength"`
		Used            struct {
			Device    string            `json:"device"`
			Precision string            `json:"precision"`
			Files     map[string]string `json:"files"`
		} `json:"used"`
	}
	if json.Unmarshal([]byte(text), &m) != nil || m.Version != 1 {
		return nil // what A1111's text says may still be read
	}
	i.Program, i.Recipe = Cascata, json.RawMessage(text)
	i.Prompt, i.Negative = &m.Prompt, &m.Negative
	i.Seed, i.DecoderSeed = &m.Seed, &m.DecoderSeed
	i.Steps, i.DecoderSteps = &m.Steps, &m.DecoderSteps
	i.Guidance, i.DecoderGuidance = &m.Guidance, &m.DecoderGuidance
	if m.Width > 0 && m.Height > 0 {
		i.Width, i.Height = &m.Width, &m.Height
	}
	if m.Preset == "" {
		m.Preset = "official"
	}
	i.Preset = &m.Preset
	i.Model = said(m.Model)
	i.Device, i.Precision = said(m.Used.Device, m.Device), said(m.Used.Precision, m.Precision)
	i.Parent = said(m.Parent)
	for k := range m.References {
		i.input("reference", &m.References[k])
	}
	i.input("from", m.From)
	i.input("init", m.Init)
	i.input("mask", m.Mask)
	i.input("control", m.Control)
	i.Strength = m.Strength
	if m.Draft {
		i.leave("draft", "true")
	}
	i.leave("version", strings.TrimPrefix(m.Program, "Cascata "))
	for _, file := range sorted(m.Used.Files) {
		i.leave("sha256 "+file, m.Used.Files[file])
	}
	took := []string{OurKey}
	if i.takesToo(t[paramsKey]) {
		took = append(took, paramsKey)
	}
	o, _ := parseObject(text)
	for _, key := range oursKnown {
		delete(o, key)
	}
	i.use(o, nil)
	return took
}

// oursKnown are the keys of a recipe of ours that are read above.
var oursKnown = strings.Fields("version program prompt negative preset width height steps guidance decoder_steps decoder_guidance seed decoder_seed references from_image init mask control strength draft model device precision parent used")

// input takes a picture that went in beside the words.
func (i *Info) input(use string, in *Input) {
	if in != nil && len(i.Inputs) < maxKeys {
		in.Use = use
		i.Inputs = append(i.Inputs, *in)
	}
}

// said is the first that is not empty.
func said(values ...string) *string {
	for _, v := range values {
		if v != "" {
			return &v
		}
	}
	return nil
}

// shareable is a recipe of ours without the folders of this computer: a model
// is named by its last folders or files.
func shareable(recipe string) string {
	o, ok := parseObject(recipe)
	if !ok {
		return recipe
	}
	parts := PathsIn(o.text("model"))
	changed := false
	for k, p := range parts {
		if at := strings.LastIndexAny(strings.TrimRight(p, `/\`), `/\`); at >= 0 {
			parts[k], changed = strings.TrimRight(p, `/\`)[at+1:], true
		}
	}
	if o.shareControl() {
		changed = true
	}
	model, err := json.Marshal(strings.Join(parts, ","))
	if !changed || err != nil {
		return recipe
	}
	o["model"] = model
	data, err := json.Marshal(o)
	if err != nil {
		return recipe
	}
	return string(data)
}

// shareControl leaves of the path of a control network its name, and says
// whether there was one.
func (o object) shareControl() bool {
	var control object
	if json.Unmarshal(o["control"], &control) != nil || control.text("model") == "" {
		return false
	}
	path := control.text("model")
	name, err := json.Marshal(path[strings.LastIndexAny(path, `/\\`)+1:])
	if err != nil {
		return false
	}
	control["model"] = name
	data, err := json.Marshal(control)
	if err == nil {
		o["control"] = data
	}
	return err == nil
}

// PathsIn are the paths in a model's name, at least one. It does not look at the
// disk, as app.Models.Open does: a comma ends a path where another absolute path, or
// after a relative one any other, follows it.
func PathsIn(name string) []string {
	var paths []string
	for _, part := range strings.Split(name, ",") {
		trimmed := strings.TrimSpace(part)
		if len(paths) > 0 && filepath.IsAbs(paths[0]) && !filepath.IsAbs(trimmed) {
			paths[len(paths)-1] += "," + part
			continue
		}
		paths = append(paths, trimmed)
	}
	return paths
}
