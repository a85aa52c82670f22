package meta

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// readStabilityMatrix reads the JSON that StabilityMatrix writes beside the
// text of A1111.
func readStabilityMatrix(i *Info, t map[string]string) bool {
	o, ok := parseObject(t["parameters-json"])
	if !ok {
		return false
	}
	low := object{}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		low[lowerFirst(key)] = o[key] // older versions begin names with a capital
	}
	i.Program = StabilityMatrix
	i.use(low, map[string]string{
		"positivePrompt": "prompt", "negativePrompt": "negative", "steps": "steps", "cfgScale": "guidance",
		"seed": "seed", "width": "width", "height": "height", "modelName": "model",
	})
	return true
}

func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// readSwarm reads the JSON of SwarmUI.
func readSwarm(i *Info, t map[string]string) bool {
	o, ok := parseObject(t[paramsKey])
	if !ok {
		return false
	}
	params, ok := parseObject(string(o["sui_image_params"]))
	if !ok {
		return false
	}
	i.Program = SwarmUI
	i.use(params, map[string]string{
		"prompt": "prompt", "negativeprompt": "negative", "model": "model", "seed": "seed", "steps": "steps",
		"cfgscale": "guidance", "width": "width", "height": "height",
	})
	return true
}

// readFooocus reads both schemes of Fooocus, and the comment of early versions.
func readFooocus(i *Info, t map[string]string) bool {
	places := map[string]string{
		"prompt": "prompt", "negative_prompt": "negative", "seed": "seed", "steps": "steps", "guidance_scale": "guidance",
		"resolution": "size", "base_model": "model",
	}
	scheme := t["fooocus_scheme"]
	o, ok := parseObject(t[paramsKey])
	if ok && (scheme == "fooocus" || o["metadata_scheme"] != nil || o["base_model"] != nil) {
		i.Program = Fooocus
		i.use(o, places)
		return true
	}
	if scheme == "a1111" || strings.HasPrefix(t["Software"], "Fooocus") {
		if !readA1111(i, t) {
			return false
		}
		i.Program = Fooocus
		// The text has what styles made of the prompts; these are what was typed.
		for key, to := range map[string]**string{"Raw prompt": &i.Prompt, "Raw negative prompt": &i.Negative} {
			if raw, ok := i.Unused[key]; ok && len(raw) < maxUnused {
				delete(i.Unused, key)
				*to = &raw
			}
		}
		return true
	}
	if o, ok = parseObject(t["Comment"]); ok && o["prompt"] != nil && (o["base_model"] != nil || o["performance"] != nil) {
		i.Program = Fooocus
		places["cfg"], places["width"], places["height"] = "guidance", "width", "height"
		i.use(o, places)
		return true
	}
	return false
}

// readInvoke reads InvokeAI's JSON, its former one and its first command lines.
func readInvoke(i *Info, t map[string]string) bool {
	places := map[string]string{
		"positive_prompt": "prompt", "negative_prompt": "negative", "seed": "seed", "steps": "steps", "cfg_scale": "guidance",
		"width": "width", "height": "height",
	}
	if o, ok := parseObject(t["invokeai_metadata"]); ok {
		i.Program = InvokeAI
		if model, ok := parseObject(string(o["model"])); ok {
			if name := said(model.text("name"), model.text("model_name")); name != nil {
				i.Model = name
				delete(o, "model")
			}
		} else {
			places["model"] = "model"
		}
		i.use(o, places)
		return true
	}
	if o, ok := parseObject(t["sd-metadata"]); ok {
		img, ok := parseObject(string(o["image"]))
		if !ok {
			return false
		}
		i.Program = InvokeAI
		i.Model = said(o.text("model_weights"))
		var weighed []struct{ Prompt string }
		if json.Unmarshal(img["prompt"], &weighed) == nil {
			var all []string
			for _, w := range weighed {
				all = append(all, w.Prompt)
			}
			i.splitBrackets(strings.Join(all, " "))
			delete(img, "prompt")
		}
		places["prompt"] = "prompt"
		i.use(img, places)
		return true
	}
	if line, ok := t["Dream"]; ok {
		return readDream(i, line)
	}
	return false
}

// splitBrackets takes the words in square brackets as the negative prompt, as
// InvokeAI's first versions did.
func (i *Info) splitBrackets(prompt string) {
	var plain, negative strings.Builder
	depth := 0
	for _, r := range prompt {
		switch {
		case r == '[':
			if depth++; negative.Len() > 0 {
				negative.WriteByte(' ')
			}
		case r == ']' && depth > 0:
			depth--
		case depth > 0:
			negative.WriteRune(r)
		default:
			plain.WriteRune(r)
		}
	}
	i.set("prompt", "", strings.TrimSpace(plain.String()))
	i.set("negative", "", strings.TrimSpace(negative.String()))
}

// readDream reads `"a prompt" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms`.
func readDream(i *Info, line string) bool {
	end := strings.LastIndexByte(line, '"')
	if !strings.HasPrefix(line, `"`) || end < 1 {
		return false
	}
	i.Program = InvokeAI
	i.splitBrackets(line[1:end])
	places := map[string]string{"-s": "steps", "-S": "seed", "-W": "width", "-H": "height", "-C": "guidance"}
	words := strings.Fields(line[end+1:])
	for k := 0; k < len(words); k++ {
		flag, value := words[k], ""
		switch {
		case k+1 < len(words) && !strings.HasPrefix(words[k+1], "-"):
			k++
			value = words[k]
		case len(flag) > 2 && !strings.HasPrefix(flag, "--"): // -s50
			flag, value = flag[:2], flag[2:]
		}
		i.set(places[flag], flag, value)
	}
	return true
}

// readNovelAI reads the JSON of NovelAI. Its first versions put the prompt
// beside it, all of them the model.
func readNovelAI(i *Info, t map[string]string) bool {
	o, ok := parseObject(t["Comment"])
	if !ok || t["Software"] != "NovelAI" {
		return false
	}
	i.Program = NovelAI
	i.Prompt, i.Model = said(t["Description"]), said(t["Source"])
	i.use(o, map[string]string{
		"prompt": "prompt", "uc": "negative", "seed": "seed", "steps": "steps", "scale": "guidance", "width": "width", "height": "height",
	})
	return true
}

// readDrawThings reads the JSON that Draw Things puts into XMP.
func readDrawThings(i *Info, t map[string]string) bool {
	text := t["xmp:UserComment"]
	if text == "" {
		text = t[paramsKey] // some editors move it to EXIF
	}
	o, ok := parseObject(text)
	if !ok || o["c"] == nil || o["uc"] == nil && o["v2"] == nil {
		return false
	}
	i.Program = DrawThings
	model := strings.ToLower(o.text("model"))
	cascade := strings.Contains(model, "cascade") || strings.Contains(model, "wurstchen") || strings.Contains(model, "wuerstchen")
	if v2, ok := parseObject(string(o["v2"])); ok && cascade { // elsewhere the second stage is set but not used
		for _, p := range [][2]string{{"stage2Steps", "decoder steps"}, {"stage2Guidance", "decoder guidance"}, {"stage2Cfg", "decoder guidance"}} {
			if s := v2.text(p[0]); s != "" {
				i.set(p[1], p[0], s)
			}
		}
	}
	i.use(o, map[string]string{
		"c": "prompt", "uc": "negative", "model": "model", "seed": "seed", "scale": "guidance", "steps": "steps", "size": "size",
	})
	return true
}
