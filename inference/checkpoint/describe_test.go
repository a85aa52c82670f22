package checkpoint

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	m, dir := newModel(), t.TempDir()
	m.original(t, dir)
	put(t, filepath.Join(dir, "cascata.json"), []byte(`{"title":"Small","licence":"MIT","width":256,"height":128}`))
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Describe()
	var parameters, bytes int64
	for _, a := range m.priorW {
		parameters += int64(len(a.data))
		bytes += 2 * int64(len(a.data))
	}
	if n := d.Networks[0]; n.Kind != KindPrior || n.Parameters != parameters || n.DTypes[BF16] != parameters || n.Bytes != bytes || n.Tensors != 158 {
		t.Errorf("got %+v, want %d parameters in %d bytes", n, parameters, bytes)
	}
	if len(d.Networks) != 4 || len(d.Missing) != 1 || d.Missing[0] != "text encoder" {
		t.Errorf("%d networks, missing %v", len(d.Networks), d.Missing)
	}
	text := d.String()
	for _, part := range []string{"Small\n", "MIT", "stage c", "widths [64 128]", "BF16", "stage_c_bf16.safetensors", "CLIP's vocabulary", "text encoder  missing; add the folder text_encoder", "256 x 128"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	b, err := json.Marshal(d)
	if err != nil || !strings.Contains(string(b), `"block_out_channels":[64,128]`) {
		t.Errorf("%v: %s", err, b)
	}
	t.Log("\n" + text)
}

func TestAmount(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 3_589_103_632: "3.59 GB", 73_600_000: "73.6 MB"} {
		if got := amount(n, "B"); got != want {
			t.Errorf("amount(%d) = %q, want %q", n, got, want)
		}
	}
}
