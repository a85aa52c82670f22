//go:build headless

package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"cascata/app/disk"
	"cascata/app/recipe"
)

// Prompts are mixed by the flags: a prompt of weight 0, and one that is the same,
// change nothing; their order neither; and the picture tells of them, also to
// another that is developed from it.
func TestMixFlags(t *testing.T) {
	short := []string{"generate", "--device", "cpu", "--steps", "2", "--decoder-steps", "1", "--seed", "1", "--width", "128", "--height", "128", "--model", tiny}
	dir := t.TempDir()
	pixels := func(name string, args ...string) []byte {
		t.Helper()
		file := filepath.Join(dir, name+".png")
		if r := runIn(t, t.TempDir(), append(append(short, "--out", file), args...)...); r.exit != 0 {
			t.Fatalf("%s: %+v", name, r)
		}
		img, err := disk.ReadPicture(file)
		if err != nil {
			t.Fatal(err)
		}
		return img.Pix
	}
	boat, night := []string{"--prompt", "a red boat"}, []string{"--prompt", "night"}
	alone, mixed := pixels("alone", boat...), pixels("mixed", append(boat, "--mix", "night=0.5")...)
	if bytes.Equal(alone, mixed) || bytes.Equal(pixels("night", night...), mixed) {
		t.Error("the mix is one of what is mixed")
	}
	for name, args := range map[string][]string{
		"nothing": append(boat, "--mix", "night=0"), "itself": append(boat, "--mix", "a red boat=0.3", "--prompt-weight", "2"),
		"the other alone": append(night, "--mix", "a red boat", "--prompt-weight", "0"),
	} {
		if !bytes.Equal(pixels(name, args...), alone) {
			t.Errorf("%s: another picture", name)
		}
	}
	if !bytes.Equal(pixels("turned", append(night, "--prompt-weight", "1", "--mix", "a red boat=2")...), mixed) {
		t.Error("who stands first makes another picture")
	}
	m, err := recipe.ReadEmbedded(filepath.Join(dir, "mixed.png"))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Mix.More) != 1 || m.Mix.More[0].Prompt != "night" || m.Mix.More[0].Weight != 0.5 || m.Mix.Main != nil {
		t.Errorf("the recipe has %+v", m.Mix)
	}
	if !bytes.Equal(pixels("developed", "--from-latent", filepath.Join(dir, "mixed.png")), mixed) {
		t.Error("developed again it is another picture: its mix is not taken along")
	}
	for _, tt := range []struct{ says, flag, value string }{
		{"choose a number from 0 to 100", "mix", "night=101"}, {"choose a number from 0 to 100", "mix", "night=1e400"}, {"it is empty", "mix", "=1"}, {"choose a number from 0 to 100", "prompt-weight", "NaN"},
		{"name one with --mix", "prompt-weight", "2"},
	} {
		if r := runIn(t, t.TempDir(), append(append(short, boat...), "--"+tt.flag, tt.value)...); r.exit != 2 || !strings.Contains(r.stderr, tt.says) {
			t.Errorf("--%s %s: %+v", tt.flag, tt.value, r)
		}
	}
	if r := runIn(t, t.TempDir(), append(append(short, boat...), "--mix", "night=0", "--prompt-weight", "0")...); r.exit != 2 || !strings.Contains(r.stderr, "all prompts that are mixed have the weight 0") {
		t.Errorf("nothing to show: %+v", r)
	}
}
