package golden

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cascata/inference"
	"cascata/inference/checkpoint"
	"cascata/inference/inferencetest"
	"cascata/inference/ort"
	"cascata/inference/safetensors"
)

func TestMain(m *testing.M) { inferencetest.Main(m) }

// The WebGPU provider makes the golden pictures within 3 levels, and leaves
// nothing but arithmetic on shapes to the CPU.
func TestWebGPU(t *testing.T) {
	if _, err := os.Stat(inferencetest.SwiftShader); err != nil {
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

// Pictures from pictures are made on WebGPU too, and the networks that read them
// run there.
func TestWebGPUPictures(t *testing.T) {
	if _, err := os.Stat(inferencetest.SwiftShader); err != nil {
		t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	rt, g := runtime(t), openPictures(t)
	cases := map[bool][]string{false: {"from", "references", "mask"}, true: {"canny", "sr"}}
	for _, deep := range []bool{false, true} {
		p := onWebGPU(t, rt, openSeeing(t, deep))
		for _, c := range g.Pictures {
			if !slices.Contains(cases[deep], c.Name) {
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

// A LoRA changes on WebGPU what it changes on the processor.
func TestWebGPULoRA(t *testing.T) {
	if _, err := os.Stat(inferencetest.SwiftShader); err != nil {
		t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	tensors, err := safetensors.Open(filepath.Join(loras, "golden.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	all := loraCases(t)
	c := all[slices.IndexFunc(all, func(c loraCase) bool { return len(c.LoRAs[0]) > 1 })]
	p := onWebGPU(t, runtime(t), openCheckpoint(t, c.Checkpoint))
	d := c.away(t, tensors, generate(t, p, c.request(0))[0])
	t.Logf("%s: %v", c.Name, d)
	if d.picture > 3 {
		t.Errorf("%s: %d levels, allowed 3", c.Name, d.picture)
	}
}

// onWebGPU makes pictures there in fp32.
func onWebGPU(t *testing.T, rt inference.Runtime, ck *checkpoint.Checkpoint) *inference.Pipeline {
	t.Helper()
	p, err := inference.New(rt, inference.Device{Provider: "webgpu"}, ck, openTokenizer,
		inference.Options{Keep: true, Precision: "fp32", Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// The networks that read pictures compute on WebGPU what they do on the
// processor. Some of these have layers of 6 channels, see graph's widened.
func TestWebGPUNetworks(t *testing.T) {
	if _, err := os.Stat(inferencetest.SwiftShader); err != nil {
		t.Skip("needs SwiftShader: install the packages chromium and libvulkan1")
	}
	g, ck := openPictures(t), openSeeing(t, true)
	if g.checkNetworks(t, runtime(t), inference.Device{Provider: "webgpu"}, ck, map[string]*checkpoint.Network{"encoder": ck.Encoder}) == 0 {
		t.Error("nothing was compared")
	}
}
