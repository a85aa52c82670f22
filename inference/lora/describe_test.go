package lora

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"cascata/inference/checkpoint"
	"cascata/inference/safetensors"
)

const loras = "../testdata/loras"

func TestDescribe(t *testing.T) {
	for _, tt := range []struct {
		file     string
		name     string
		rank     int
		most     int
		layers   map[checkpoint.Kind]int
		triggers []string
	}{
		{"kohya", "golden", 2, 2, map[checkpoint.Kind]int{checkpoint.KindPrior: 27, checkpoint.KindText: 7}, []string{"circle"}},
		{"diffusers", "diffusers", 2, 2, map[checkpoint.Kind]int{checkpoint.KindPrior: 27, checkpoint.KindText: 7}, nil},
		{"lycoris", "lycoris", 2, 2, map[checkpoint.Kind]int{checkpoint.KindPrior: 5, checkpoint.KindDecoder: 3}, nil},
		{"zzz", "zzz", 0, 0, map[checkpoint.Kind]int{}, []string{"zzz"}},
	} {
		got, err := Describe(filepath.Join(loras, tt.file+".safetensors"))
		if err != nil {
			t.Errorf("%s: %v", tt.file, err)
			continue
		}
		if got.Name != tt.name || got.Rank != tt.rank || got.MostRank != tt.most || !reflect.DeepEqual(got.Layers, tt.layers) ||
			!reflect.DeepEqual(got.Triggers, tt.triggers) || !got.Fits || got.Unread != nil {
			t.Errorf("%s: %+v, want %+v", tt.file, got, tt)
		}
	}
}

func TestDescribeOthers(t *testing.T) {
	xl, err := Describe(write(t, tensors{
		"lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight": {4, 640},
		"lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight":   {640, 4},
	}, 1))
	if err != nil || xl.Fits || xl.Rank != 4 {
		t.Errorf("SDXL: %+v, %v", xl, err)
	}
	if _, err := Describe(write(t, tensors{"model.weight": {4}}, 1)); !errors.Is(err, ErrBad) {
		t.Errorf("a model: %v", err)
	}
}

func TestTriggers(t *testing.T) {
	tags := `{"10_x": {"boat": 3, "red sea": 7, " ": 9}, "y": {"boat": 5, "a": 1, "b": 1, "c": 1, "d": 1}}`
	if got := triggersIn(map[string]string{"ss_tag_frequency": tags}); !reflect.DeepEqual(got, []string{"boat", "red sea", "a", "b", "c"}) {
		t.Errorf("by frequency: %q", got)
	}
	for _, bad := range []string{"", "[]", "null", `{"x": 1}`, `{"x": {"y": "z"}}`} {
		if got := triggersIn(map[string]string{"ss_tag_frequency": bad}); len(got) > 0 {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

// Alpha may lie beside the weights, in PEFT's configuration.
func TestScalings(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "adapter_model.safetensors")
	if err := safetensors.Write(path, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "adapter_config.json"), []byte(`{"r": 4, "lora_alpha": 8, "use_rslora": true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := scalingOf(path, nil); s.unet.by(4) != 4 || s.text.by(4) != 4 {
		t.Errorf("adapter_config.json: %+v", s)
	}
	s := scalingOf("x", map[string]string{"lora_adapter_metadata": `{"prior.lora_alpha": 8, "text_encoder.lora_alpha": 2}`})
	if s.unet.by(4) != 2 || s.text.by(4) != 0.5 {
		t.Errorf("metadata: %+v", s)
	}
	if s := scalingOf("x", map[string]string{"lora_adapter_metadata": `{"lora_alpha": "x"`}); s.unet.by(4) != 1 {
		t.Errorf("damaged: %+v", s)
	}
}

func TestInfoInWords(t *testing.T) {
	i := Info{Name: "evening", Path: "/x.safetensors", Bytes: 9, Rank: 2, MostRank: 4, Layers: map[checkpoint.Kind]int{checkpoint.KindText: 1, checkpoint.KindPrior: 3}, Triggers: []string{"a", "b"}}
	want := "LoRA      evening\nfile      /x.safetensors, 9 bytes\nrank      2 to 4\nchanges   3 layers of stage c\nchanges   1 layers of text encoder\nwords     a, b\nwarning   its layers are not those of Stable Cascade\n"
	if got := i.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
