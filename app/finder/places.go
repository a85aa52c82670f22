package finder

import (
	"encoding/json"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Place is a folder to look through, or a file.
type Place struct {
	Program string // whose folder it is; "" where the artist pointed at it
	Path    string
}

// A Computer says where its user's folders are. Its paths are in the form of its
// system, which may be another than this one.
type Computer struct {
	System string // as runtime.GOOS
	Home   string
	Getenv func(string) string
	Drives []string // on Windows: "C:\\" ...
}

// join joins in the computer's own form.
func (c Computer) join(parts ...string) string {
	if c.System == "windows" {
		return strings.ReplaceAll(path.Join(slashed(parts)...), "/", `\`)
	}
	return path.Join(parts...)
}

func slashed(parts []string) (out []string) {
	for _, p := range parts {
		out = append(out, strings.ReplaceAll(p, `\`, "/"))
	}
	return out
}

// parents are where people unpack or clone programs.
func (c Computer) parents() []string {
	names := []string{"", "Documents", "Downloads", "Desktop", "git", "src", "code", "dev", "projects", "apps", "Apps", "ai", "AI", "Programs", "github", "GitHub"}
	var out []string
	for _, n := range names {
		out = append(out, c.join(c.Home, n))
	}
	switch c.System {
	case "windows":
		for _, d := range c.Drives {
			for _, n := range []string{"", "AI", "Programs", "Tools", "Apps", "Games"} {
				out = append(out, c.join(d, n))
			}
		}
	case "darwin":
		out = append(out, "/Applications", c.join(c.Home, "Applications"), c.join(c.Home, "pinokio", "api"))
	default:
		out = append(out, "/opt", "/srv", "/workspace", c.join(c.Home, ".local", "share"), c.join(c.Home, "pinokio", "api"))
	}
	return out
}

// A layout is where a program has its models, under a name that its folder has.
type layout struct {
	program string
	names   []string // of its folder
	models  []string // in it
}

var layouts = []layout{
	{"ComfyUI", []string{"ComfyUI", "comfyui", "comfy/ComfyUI", "ComfyUI_windows_portable/ComfyUI", "ComfyUI_windows_portable_nvidia/ComfyUI_windows_portable/ComfyUI"}, []string{"models"}},
	{"A1111", []string{"stable-diffusion-webui", "sd-webui", "sd.webui/webui", "automatic1111"}, []string{"models"}},
	{"Forge", []string{"stable-diffusion-webui-forge", "sd-webui-forge", "webui_forge/webui", "webui_forge_cu121_torch231/webui", "forge", "sd-webui-forge-classic", "stable-diffusion-webui-reForge"}, []string{"models"}},
	{"StabilityMatrix", []string{"StabilityMatrix", "StabilityMatrix/Data", "StabilityMatrix-win-x64/Data", "StabilityMatrix-linux-x64/Data"}, []string{"Models", "Packages"}},
	{"SwarmUI", []string{"SwarmUI", "StableSwarmUI", "swarmui"}, []string{"Models", "dlbackend/comfy/ComfyUI/models", "dlbackend/ComfyUI/models"}},
	{"SD.Next", []string{"automatic", "sdnext", "SD.Next"}, []string{"models"}},
	{"Fooocus", []string{"Fooocus"}, []string{"models"}},
	{"InvokeAI", []string{"invokeai", "InvokeAI"}, []string{"models"}},
}

// Places are the usual folders of a computer. They need not be there.
// cache is Hugging Face's.
func (c Computer) Places(cache string) []Place {
	list := []Place{{"Hugging Face", cache}}
	add := func(program string, parts ...string) { list = append(list, Place{program, c.join(parts...)}) }
	for _, parent := range c.parents() {
		for _, l := range layouts {
			for _, name := range l.names {
				for _, models := range l.models {
					add(l.program, parent, name, models)
				}
			}
		}
	}
	for _, data := range c.appData() {
		add("StabilityMatrix", data, "StabilityMatrix", "Models")
		add("StabilityMatrix", data, "StabilityMatrix", "Packages")
		add("ComfyUI", data, "ComfyUI", "models")
	}
	return append(list, c.noted()...)
}

// appData are where programs keep what is theirs.
func (c Computer) appData() []string {
	env := func(name string, otherwise ...string) string {
		if v := c.Getenv(name); v != "" {
			return v
		}
		return c.join(append([]string{c.Home}, otherwise...)...)
	}
	switch c.System {
	case "windows":
		return []string{env("APPDATA", "AppData", "Roaming"), env("LOCALAPPDATA", "AppData", "Local")}
	case "darwin":
		return []string{c.join(c.Home, "Library", "Application Support")}
	}
	return []string{env("XDG_CONFIG_HOME", ".config"), env("XDG_DATA_HOME", ".local", "share")}
}

// noted are the folders that programs' own settings name.
func (c Computer) noted() []Place {
	var list []Place
	comfy := []string{}
	for _, parent := range c.parents() {
		for _, name := range layouts[0].names {
			comfy = append(comfy, c.join(parent, name, "extra_model_paths.yaml"))
		}
		for _, name := range []string{"SwarmUI", "StableSwarmUI", "swarmui"} {
			list = append(list, swarm(c, c.join(parent, name))...)
		}
	}
	for _, data := range c.appData() {
		comfy = append(comfy, c.join(data, "ComfyUI", "extra_models_config.yaml"), c.join(data, "ComfyUI", "extra_model_paths.yaml"))
		list = append(list, matrix(c, c.join(data, "StabilityMatrix"))...)
	}
	for _, file := range comfy {
		list = append(list, extraPaths(c, file)...)
	}
	return list
}

// maxSettings bounds a settings file, bytes.
const maxSettings = 1 << 20

func readSettings(file string) []byte {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || info.Size() > maxSettings {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSettings))
	if err != nil {
		return nil
	}
	return b
}

// extraPaths reads ComfyUI's extra_model_paths.yaml: sections with a base_path,
// and folders below it, several on lines of their own.
func extraPaths(c Computer, file string) []Place {
	var sections map[string]map[string]any
	b := readSettings(file)
	if b == nil || yaml.Unmarshal(b, &sections) != nil {
		return nil
	}
	var list []Place
	for _, section := range sections {
		base, _ := section["base_path"].(string)
		if base = c.from(path.Dir(strings.ReplaceAll(file, `\`, "/")), base); base == "" {
			continue
		}
		for key, value := range section {
			text, ok := value.(string)
			if !ok || key == "base_path" || key == "custom_nodes" {
				continue
			}
			for line := range strings.Lines(text) {
				if line = strings.TrimSpace(line); line != "" && len(list) < maxNoted {
					list = append(list, Place{"ComfyUI", c.from(base, line)})
				}
			}
		}
	}
	return list
}

// maxNoted bounds the folders that one settings file names.
const maxNoted = 500

// from is a path that may be relative to a folder, or to the user's.
func (c Computer) from(dir, p string) string {
	p = strings.TrimSpace(p)
	if rest, ok := strings.CutPrefix(p, "~"); ok {
		return c.join(c.Home, rest)
	}
	p = c.expand(p)
	if path.IsAbs(p) || c.System == "windows" && (filepath.VolumeName(p) != "" || len(p) > 1 && p[1] == ':' || strings.HasPrefix(p, `\\`)) {
		return p
	}
	return c.join(dir, p)
}

// expand puts environment variables in, as ComfyUI does.
func (c Computer) expand(p string) string {
	if !strings.ContainsAny(p, "$%") {
		return p
	}
	if c.System != "windows" {
		return os.Expand(p, c.Getenv)
	}
	parts := strings.Split(p, "%")
	for i := 1; i+1 < len(parts); i += 2 {
		parts[i] = c.Getenv(parts[i])
	}
	return strings.Join(parts, "")
}

// matrix reads where StabilityMatrix keeps its library.
func matrix(c Computer, dir string) []Place {
	var at struct{ LibraryPath string }
	if b := readSettings(c.join(dir, "library.json")); b == nil || json.Unmarshal([]byte(strings.TrimPrefix(string(b), "\ufeff")), &at) != nil || at.LibraryPath == "" {
		return nil
	}
	list := []Place{{"StabilityMatrix", c.join(at.LibraryPath, "Models")}, {"StabilityMatrix", c.join(at.LibraryPath, "Packages")}}
	var settings struct{ ModelDirectoryOverride string }
	if b := readSettings(c.join(at.LibraryPath, "settings.json")); b != nil && json.Unmarshal(b, &settings) == nil && settings.ModelDirectoryOverride != "" {
		list = append(list, Place{"StabilityMatrix", settings.ModelDirectoryOverride})
	}
	return list
}

// swarm reads where SwarmUI looks for models: ModelRoot in its settings, several
// with semicolons between them.
func swarm(c Computer, dir string) []Place {
	var list []Place
	for line := range strings.Lines(string(readSettings(c.join(dir, "Data", "Settings.fds")))) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || key != "ModelRoot" {
			continue
		}
		for root := range strings.SplitSeq(value, ";") {
			if root = strings.TrimSpace(root); root != "" && len(list) < maxNoted {
				list = append(list, Place{"SwarmUI", c.from(dir, root)})
			}
		}
	}
	return list
}
