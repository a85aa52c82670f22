package meta

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/app/disk"
)

// What the pictures of testdata/make.py say. Keys of Unused that must be there
// follow behind "unused".
var samples = map[string]string{
	"a1111.png": a1111, "a1111-packed.png": a1111, "a1111.jpg": a1111, "a1111-little.jpg": a1111, "a1111-upscaled.png": a1111,
	"a1111-unicode.png": inJapanese, "a1111-unicode-packed.png": inJapanese, "a1111.webp": inJapanese,
	"a1111-no-negative.png": `{"program":"a1111","prompt":"a red boat","negative":"","seed":1,"steps":5,"guidance":1.5,"width":64,"height":64}`,

	"comfyui.png": comfy, "comfyui.webp": comfy,
	"comfyui-a1111.png":      strings.Replace(a1111, `"a1111"`, `"comfyui"`, 1),
	"comfyui-cascade.png":    `{"program":"comfyui","prompt":"a penguin in a café","negative":"","seed":253,"steps":20,"guidance":4,"decoder_steps":10,"decoder_guidance":1.1,"decoder_seed":183495397600639,"width":1024,"height":1536,"model":"stable_cascade_stage_c.safetensors"}`,
	"comfyui-custom.png":     `{"program":"comfyui","prompt":"a fox","seed":219670278747233,"steps":24,"width":832,"height":1216,"model":"flux1-dev.safetensors"}`,
	"comfyui-two-passes.png": comfy,
	"comfyui-workflow.png":   `{"program":"comfyui","width":8,"height":6}`,

	"a1111-one-line.png": strings.NewReplacer("in spring", "in spring, noon light.", "people", "people.").Replace(bridge),
	"a1111-one-line.jpg": strings.NewReplacer("in spring", "in spring, noon light.", "people", "people.").Replace(bridge),
	"a1111-joined.png":   strings.NewReplacer("in spring", "in spring,.", "people", "people.", `,"model":"river"`, "").Replace(bridge),
	"a1111-crlf.png":     bridge, "a1111-templates.png": bridge, "stray.jpg": bridge, "sum-other.png": bridge, "a1111-utf8.webp": bridge,
	"a1111-utf8.jpg": inGerman, "a1111-ascii.jpg": inGerman, "a1111-mark.jpg": inGerman,
	"sum.png": nothing, "saved.jfif": nothing, "notes.jpg": nothing, "caption.png": nothing, "easydiffusion.png": easy, "easydiffusion.jpg": easy,

	"comfyui-capital.webp": bridgeGraph, "comfyui-capital.jpg": bridgeGraph, "comfyui-artist.webp": bridgeGraph, "comfyui-comment.jpg": bridgeGraph, "comfyui-efficient.png": bridgeGraph,
	"comfyui-sdxl-scaled.png": bridgeGraph, "comfyui-sdxl-batch.png": bridgeGraph, "comfyui-wrapped.png": bridgeGraph,
	"comfyui-strings.png":     strings.Replace(bridgeGraph, "bridge in", "bridge, in", 1),
	"comfyui-function.png":    strings.Replace(bridgeGraph, "bridge in", "bridge, in", 1),
	"comfyui-sdxl-loaded.png": strings.Replace(bridgeGraph, `"width":704,"height":512`, `"width":8,"height":6`, 1),
	"comfyui-parts.png":       strings.Replace(bridgeGraph, "in spring", `in spring\nat noon`, 1),
	"comfyui-unknown.png":     `{"program":"comfyui","width":8,"height":6}`,

	"invokeai.png":   `{"program":"invokeai","prompt":"a snail, 蝸牛","negative":"ugly","seed":3141592653,"steps":30,"guidance":5.5,"width":896,"height":1152,"model":"Juggernaut XL"}`,
	"invokeai-2.png": `{"program":"invokeai","prompt":"an owl","negative":"cartoon, blurry","seed":42,"steps":50,"guidance":7.5,"width":512,"height":448,"model":"stable-diffusion-1.5"}`,
	"invokeai-1.png": `{"program":"invokeai","prompt":"an owl on a branch","negative":"cartoon","seed":4210,"steps":50,"guidance":7.5,"width":512,"height":448}`,

	"fooocus.png": fooocus, "fooocus.jpg": fooocus,
	"fooocus-a1111.png": `{"program":"fooocus","prompt":"a sunflower\nfield","negative":"unrealistic","seed":77,"steps":30,"guidance":4,"width":1152,"height":896,"model":"juggernautXL_v8"}`,
	"fooocus.webp":      `{"program":"fooocus","prompt":"a sunflower\nfield","negative":"unrealistic","seed":77,"steps":30,"guidance":4,"width":1152,"height":896,"model":"juggernautXL_v8"}`,

	"drawthings.png": drawThings, "drawthings.jpg": drawThings,
	"drawthings.webp": `{"program":"drawthings","prompt":"an astronaut & a <horse>","negative":"","seed":2718281828,"steps":20,"guidance":4.5,"width":1024,"height":768,"model":"sd_xl_base.ckpt"}`,

	"stabilitymatrix.png": `{"program":"stabilitymatrix","prompt":"a harbour","negative":"fog","seed":18446744073709551615,"steps":25,"guidance":6,"width":640,"height":896,"model":"Mix7"}`,
	"novelai.png":         `{"program":"novelai","prompt":"a moth, {{lantern}}, 花火","negative":"lowres, text","seed":3145726,"steps":28,"guidance":5.5,"width":832,"height":1216,"model":"NovelAI Diffusion V9 0000ABCD"}`,
	"novelai-1.png":       `{"program":"novelai","prompt":"a moth","negative":"lowres","seed":7,"steps":50,"guidance":11,"width":8,"height":6}`,
	"swarmui.png":         swarm, "swarmui.jpg": swarm,

	"plain.png": nothing, "plain.jpg": nothing, "plain.webp": nothing, "words.png": nothing,
}

const (
	a1111       = `{"program":"a1111","prompt":"lighthouse on a cliff, dusk\n(oil painting:1.2), <lora:sea:0.7>","negative":"text, frame,\n[blurry]","seed":965400086,"steps":20,"guidance":7,"width":512,"height":768,"model":"myModel"}`
	bridge      = `{"program":"a1111","prompt":"a stone bridge in spring","negative":"rain, people","seed":55443322,"steps":21,"guidance":6.5,"width":704,"height":512,"model":"river"}`
	inGerman    = `{"program":"a1111","prompt":"a Steinbrücke in spring","negative":"rain, people","seed":55443322,"steps":21,"guidance":6.5,"width":704,"height":512,"model":"river"}`
	bridgeGraph = `{"program":"comfyui","prompt":"a stone bridge in spring","negative":"rain","seed":55443322,"steps":21,"guidance":6.5,"width":704,"height":512,"model":"river.safetensors"}`
	easy        = `{"program":"easydiffusion","prompt":"a stone bridge: old, light: low, mood: calm","negative":"rain","seed":55443322,"steps":21,"guidance":6.5,"width":704,"height":512,"model":"river"}`
	inJapanese  = `{"program":"a1111","prompt":"灯台 on a cliff, dusk\n(oil painting:1.2), <lora:sea:0.7>","negative":"text, frame,\n[blurry]","seed":965400086,"steps":20,"guidance":7,"width":512,"height":768,"model":"myModel"}`
	comfy       = `{"program":"comfyui","prompt":"a bottle, NaN on its label","negative":"text, watermark","seed":156680208700286,"steps":20,"guidance":8,"width":512,"height":640,"model":"v1-5-pruned.ckpt"}`
	fooocus     = `{"program":"fooocus","prompt":"a sunflower field","negative":"","seed":1234567890123456789,"steps":30,"guidance":4,"width":1152,"height":896,"model":"juggernautXL_v8"}`
	drawThings  = `{"program":"drawthings","prompt":"an astronaut & a <horse>","negative":"","seed":2718281828,"steps":20,"guidance":4.5,"decoder_steps":10,"decoder_guidance":1.5,"width":1024,"height":768,"model":"wurstchen_v3.0_stage_c_f32_q6p_q8p.ckpt"}`
	swarm       = `{"program":"swarmui","prompt":"a kite","negative":"rain","seed":1951,"steps":22,"guidance":6.5,"width":1024,"height":1024,"model":"OfficialStableDiffusion/sd_xl_base_1.0"}`
	nothing     = `{"program":"unknown","width":8,"height":6}`
)

func TestForeignPictures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		name := filepath.Base(file)
		if filepath.Ext(name) == ".py" {
			continue
		}
		want, ok := samples[name]
		if !ok {
			t.Errorf("nothing is said of %s", name)
			continue
		}
		seen++
		info, err := Read(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if info.FileWidth != 8 || info.FileHeight != 6 || !filepath.IsAbs(info.File) {
			t.Errorf("%s: %s is %d by %d pixels", name, info.File, info.FileWidth, info.FileHeight)
		}
		info.File, info.Unused = "", nil
		if got := asJSON(t, info); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	if seen != len(samples) {
		t.Errorf("%d samples are there, want %d", seen, len(samples))
	}
}

// What could not be used is said.
func TestUnused(t *testing.T) {
	for file, want := range map[string][]string{
		"a1111.png":           {"Sampler=Euler a", "Lora hashes=sea: 0a1b2c, sky: 3d4e5f", "Clip skip=2", "Version=f2.0.1"},
		"a1111-upscaled.png":  {"postprocessing=Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+"},
		"comfyui.png":         {"sampler=euler", "scheduler=normal", "denoise=1.0"},
		"invokeai.png":        {"scheduler=euler_a", `loras=[{"weight":0.75}]`, "app_version=5.6.0"},
		"fooocus.png":         {"performance=Speed", "styles=['Fooocus V2']", "adm_guidance=(1.5, 0.8, 0.3)"},
		"drawthings.png":      {"sampler=Euler A AYS", "strength=1"},
		"plain.jpg":           {"Comment=made with a camera"},
		"a1111-templates.png": {"Template=a {stone|brick} bridge\nin __season__, old", "Negative Template=rain, people"},
		"notes.jpg":           {`parameters={"tool": "a notebook", "text": "Steps: 1, Seed: 2, Size: 3x3, CFG scale: 4"}`},
		"caption.png":         {"parameters=Light: low, Mood: calm, Lens: 35mm"},
		"easydiffusion.jpg":   {"sampler_name=euler_a", "used_random_seed=true"},
		"comfyui-strings.png": {"PrimitiveString 31 value=not this one"},
		"saved.jfif":          {"Comment=from a browser"},
		"words.png":           {"parameters=just some words, written by hand", "Software=an editor"},
	} {
		info, err := Read(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for key, value := range info.Unused {
			got = append(got, key+"="+value)
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is not in %q", file, w, got)
			}
		}
	}
}

func asJSON(t *testing.T, info Info) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(info); err != nil {
		t.Fatal(err)
	}
	// File comes first and was emptied; numbers are in the order of Info.
	return strings.Replace(strings.TrimSpace(b.String()), `"file":"",`, "", 1)
}

func TestNotPictures(t *testing.T) {
	dir := t.TempDir()
	good, err := os.ReadFile("testdata/a1111.png")
	if err != nil {
		t.Fatal(err)
	}
	wide := slices.Clone(good)
	copy(wide[16:], []byte{0x7f, 0xff, 0xff, 0xff}) // the width; its sum is wrong by now
	for name, data := range map[string][]byte{
		"empty": nil, "words": []byte("no picture"), "cut short": good[:60], "header only": good[:8], "damaged header": wide,
		"jpeg of nothing": {0xff, 0xd8, 0xff, 0xd9}, "webp of nothing": []byte("RIFF\x04\x00\x00\x00WEBP"),
		"huge jpeg":    {0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xd9},
		"endless jpeg": {0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff},
		"huge png":     hugePNG(1<<30, 1), "huge area": hugePNG(1<<15, 1<<15), "no width": hugePNG(0, 5),
	} {
		path := filepath.Join(dir, "a")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); !isNotPicture(err) {
			t.Errorf("%s: %v, want ErrNotPicture", name, err)
		}
		if _, err := convert(path, ExportOptions{Format: JPEG}); !isNotPicture(err) {
			t.Errorf("export of %s: %v, want ErrNotPicture", name, err)
		}
	}
	if _, err := Read(filepath.Join(dir, "missing")); !errors.Is(err, disk.ErrNoFile) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// Lines of settings, each as a program wrote it or might have.
func TestSettingsLine(t *testing.T) {
	for line, want := range map[string]map[string]string{
		"Steps: 20, Sampler: Euler a, Seed: 1":                                                   {"Steps": "20", "Sampler": "Euler a", "Seed": "1"},
		`Steps: 4, Seed: 7, Hires prompt: "a, b: \"c\"\nd", Lora hashes: "x: 1, y: 2", Tiling: `: {"Steps": "4", "Seed": "7", "Hires prompt": "a, b: \"c\"\nd", "Lora hashes": "x: 1, y: 2", "Tiling": ""},
		`Steps: 4, Civitai resources: [{"type":"checkpoint","modelVersionId":1},{"type":"lora","weight":0.8}], Seed: 7`: {
			"Steps": "4", "Civitai resources": `[{"type":"checkpoint","modelVersionId":1},{"type":"lora","weight":0.8}]`, "Seed": "7"},
		"Steps: 4, Model: [broken, Seed: 7":   {"Steps": "4", "Model": "[broken", "Seed": "7"},
		`Steps: 4, Model: "broken, Seed: 7`:   {"Steps": "4", "Model": `"broken`, "Seed": "7"},
		"Seed: 4, Size: 8x8, CFG Scale: 1":    {"Seed": "4", "Size": "8x8", "CFG Scale": "1"},
		"Étapes: 1, ENSD: 31337, Größe: 1x1":  nil,
		"a boat: red, and: blue":              nil,
		"Light: soft, Mood: calm, Lens: 50mm": nil, "Size: large, Model: Canon, Seed: grass, Steps: stone": nil, `"text": "Steps: 1, Seed: 2, Size: 3x3"`: nil,
		"": nil,
	} {
		settings, rest := splitSettings(line)
		got := map[string]string{}
		for _, s := range settings {
			got[s.key] = s.value
		}
		if ok := isSettings(line); ok != (want != nil) || ok && (rest != "" || !maps.Equal(got, want)) {
			t.Errorf("%q:\n got %q and %q\nwant %q", line, got, rest, want)
		}
	}
}
