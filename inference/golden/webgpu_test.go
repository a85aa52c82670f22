package golden

import (
	"os"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/ort"
)

// swiftShader is a Vulkan driver that draws with the processor, so that the
// path of a graphics card is tested without one. Debian's package chromium
// brings it.
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json"

func TestMain(m *testing.M) {
	if _, err := os.Stat(swiftShader); err == nil && os.Getenv("VK_DRIVER_FILES") == "" {
		os.Setenv("VK_DRIVER_FILES", swiftShader)
		os.Setenv("VK_ICD_FILENAMES", swiftShader)
	}
	if os.Getenv("XDG_RUNTIME_DIR") == "" {
		os.Setenv("XDG_RUNTIME_DIR", os.TempDir()) // Vulkan complains without
	}
	os.Exit(m.Run())
}

// The WebGPU provider makes the golden pictures within 3 levels, and leaves
// nothing but arithmetic on shapes to the CPU.
func TestWebGPU(t *testing.T) {
	if _, err := os.Stat(swiftShader); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs SwiftShader: install the packages chromium and libvulkan1")
		}
		t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	profile := t.TempDir()
	rt := runtimeWith(t, ort.Options{Profile: profile})
	for _, name := range names {
		g := open(t, name)
		p, err := inference.New(rt, inference.Device{Provider: "webgpu"}, g.checkpoint, openTokenizer,
			inference.Options{Keep: true, Precision: "fp32"})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Pictures {
			if !webgpuCases[c.Name] {
				continue
			}
			d := g.check(t, p, c)
			t.Logf("%s %s: %v", name, c.Name, d)
			if d.picture > 3 {
				t.Errorf("%s %s: %d levels, allowed 3", name, c.Name, d.picture)
			}
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	nodes, err := ort.CPUNodes(profile)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if strings.HasPrefix(n, "Cast: mask/") || strings.HasPrefix(n, "Cast: pool/") {
			continue // 77 integers of the mask and the ids become numbers
		}
		t.Errorf("ran on the CPU: %s", n)
	}
}

// webgpuCases are few, because a processor plays the card.
var webgpuCases = map[string]bool{"decoder-guided": true, "official-odd": true}

// The networks that read pictures, and Stage C with a control network's maps, do
// so on WebGPU.
func TestWebGPUPictures(t *testing.T) {
	if _, err := os.Stat(swiftShader); err != nil {
		t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	rt, g := runtime(t), openPictures(t)
	for _, deep := range []bool{false, true} {
		p, err := inference.New(rt, inference.Device{Provider: "webgpu"}, openSeeing(t, deep), openTokenizer,
			inference.Options{Keep: true, Precision: "fp32"})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range g.Pictures {
			if plain := c.Name == "from" || c.Name == "references" || c.Name == "mask"; deep != (c.Name == "inpaint" || c.Name == "sr") || !deep && !plain {
				continue
			}
			d := g.check(t, p, c, c.request(t))
			t.Logf("%s: %v", c.Name, d)
			if d.picture > 3 {
				t.Errorf("%s: %d levels, allowed 3", c.Name, d.picture)
			}
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
