package meta

import "testing"

// Texts in the form of A1111 as other programs, web sites and versions write it.
func TestA1111Texts(t *testing.T) {
	const line = "Steps: 19, Sampler: Euler a, CFG scale: 5.5, Seed: 77, Size: 640x448, Model hash: 0a1b2c, Model: meadow"
	const all = `{"program":"a1111","prompt":"a wooden mill","negative":"fog","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow"}`
	for name, c := range map[string]struct{ text, want string }{
		"plain":                  {"a wooden mill\nNegative prompt: fog\n" + line, all},
		"line ends of Windows":   {"a wooden mill\r\nNegative prompt: fog\r\n" + line + "\r\n", all},
		"line ends of old Macs":  {"a wooden mill\rNegative prompt: fog\r" + line, all},
		"other line ends":        {"a wooden mill\u2028Negative prompt: fog\u2029" + line, all},
		"line ends as letters":   {`a wooden mill\nNegative prompt: fog\n` + line, all},
		"none":                   {"a wooden millNegative prompt: fog" + line, all},
		"blanks for them":        {"a wooden mill Negative prompt: fog " + line, all},
		"an empty line":          {"\n\na wooden mill\n\nNegative prompt: fog\n\n" + line + "\n\n", all},
		"other capitals":         {"a wooden mill\nNegative Prompt: fog\nsteps: 19, sampler: Euler a, cfg scale: 5.5, seed: 77, size: 640x448, model: meadow", all},
		"the mark inside a line": {"a wooden mill, Negative prompt: fog\n" + line, `{"program":"a1111","prompt":"a wooden mill,","negative":"fog","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow"}`},
		"the mark in both ways":  {"a wooden mill, Negative prompt: x\nNegative prompt: fog\n" + line, `{"program":"a1111","prompt":"a wooden mill, Negative prompt: x","negative":"fog","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow"}`},
		"another order":          {"a wooden mill\nNegative prompt: fog\nSize: 640x448, Seed: 77, Model: meadow, Steps: 19, CFG scale: 5.5", all},
		"steps in the prompt":    {"a wooden mill, Steps: 12, of stone\nNegative prompt: fog\n" + line, `{"program":"a1111","prompt":"a wooden mill, Steps: 12, of stone","negative":"fog","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow"}`},
		"no prompt":              {line, `{"program":"a1111","prompt":"","negative":"","seed":77,"steps":19,"guidance":5.5,"width":640,"height":448,"model":"meadow"}`},
		"SD.Next":                {"a wooden mill\nNegative prompt: fog\nSteps: 19, Size: 640x448, Sampler: Euler a, Seed: 77, CFG scale: 5.5, Model: meadow, App: SD.Next, Version: 1a2b3c, Operations: txt2img, Parser: native", all},
		"Forge":                  {"a wooden mill\nNegative prompt: fog\n" + line + ", Distilled CFG Scale: 3.5, Module 1: clip_l, Version: f2.0.1v1.10.1", all},
		"resources of Civitai":   {"a wooden mill\nNegative prompt: fog\n" + line + `, Civitai resources: [{"type":"checkpoint","modelVersionId":1,"modelName":"Meadow, old"}], Civitai metadata: {"a":"b: c, Steps: 4"}`, all},
		"ADetailer":              {"a wooden mill\nNegative prompt: fog\n" + line + `, ADetailer prompt: "a face, Steps: 3, \"x\"", ADetailer negative prompt: "b, c", Hires prompt: "a, Negative prompt: d"`, all},
		"templates":              {"a wooden mill\nNegative prompt: fog\n" + line + "\nTemplate: a {wooden|brick} mill, Steps: many\nand more\nNegative Template: fog", all},
		"templates on the line":  {"a wooden mill\nNegative prompt: fog\n" + line + ", Template: a {wooden|brick} mill, old, Negative Template: fog, mist", all},
		"a caption":              {"Light: soft, Mood: calm, Lens: 50mm", ""},
		"a camera's":             {"Size: large, Model: EOS, Seed: 7", ""},
		"JSON":                   {`{"text": "a mill. ` + line + `"}`, ""},
		"JSON with lines":        {"{\n\"Steps\": 20,\n\"Seed\": 7,\n\"Size\": \"8x8\",\n\"CFG scale\": 4\n}", ""},
		"quoted":                 {`note "` + line + `" end`, ""},
		"a cooking recipe":       {"Steps: 3, Time: 20 min, Servings: 4\nEnjoy", ""},
		"only words":             {"a wooden mill\nNegative prompt: fog", ""},
	} {
		for _, key := range []string{paramsKey, "Comment", "Description", "xmp:description"} {
			found := &texts{byKey: map[string]string{key: c.text}, width: 640, height: 448}
			info := found.info()
			unused := info.Unused
			info.Unused = nil
			want := c.want
			if want == "" {
				want = `{"program":"unknown","width":640,"height":448}`
				if unused[key] != c.text {
					t.Errorf("%s: %q is left", name, unused)
				}
			}
			if got := asJSON(t, info); got != want {
				t.Errorf("%s under %s:\n got %s\nwant %s", name, key, got, want)
			}
		}
	}
}
