package checkpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"cascata/inference/safetensors"
)

// Whatever a JSON file holds, what is accepted stays within the limits.
func FuzzConfig(f *testing.F) {
	m := newModel()
	for _, b := range [][]byte{
		unetJSONOf(m.prior), unetJSONOf(m.decoder), m.textJSON(), m.vqJSON(),
		[]byte(`{"weight_map":{"a":"m-00001-of-00002.safetensors","b":"../x.safetensors"}}`),
		[]byte(`{"title":"x","stage_a_scale":0.43,"prior_preview":[[1,2,3]],"recommended":{"preset":"comfy","steps":9}}`),
		[]byte(`{"c_hidden":[16],"nhead":[-1],"blocks":[[1],[1]],"block_repeat":null,"level_config":["CTA"],"c_clip":9,"self_attn":[true],"switch_level":[false]}`),
		[]byte(`{"kernel_size":[3,3],"switch_level":false,"self_attn":null,"num_attention_heads":4}`),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := parseUNet(b); err == nil {
			bounded(t, c.weights())
		}
		if c, err := parseText(b); err == nil {
			bounded(t, c.weights())
		}
		if c, err := parseVQ(b); err == nil {
			bounded(t, c.weights())
		}
		kindOf(b)
		if shards, _, err := parseIndex(b); err == nil {
			for _, s := range shards {
				if filepath.Dir(s) != "." || filepath.IsAbs(s) || len(shards) > maxShards {
					t.Errorf("%q leads out", s)
				}
			}
		}
		if m, err := parseMeta(b); err == nil {
			if _, err := json.Marshal(m); err != nil { // NaN or infinity
				t.Error(err)
			}
		}
	})
}

// bounded demands few tensors, each of a size that int64 holds.
func bounded(t *testing.T, ws wants) {
	if len(ws) == 0 || len(ws) > 20*maxBlocks {
		t.Fatalf("%d tensors", len(ws))
	}
	names := map[string]bool{}
	for _, w := range ws {
		n := int64(4)
		for _, d := range w.shape {
			if d <= 0 || n > math.MaxInt64/d {
				t.Fatalf("%s has shape %v", w.name, w.shape)
			}
			n *= d
		}
		if names[w.name] {
			t.Fatalf("%s twice", w.name)
		}
		names[w.name] = true
	}
}

// Whatever the names and shapes in a single file, a network that is accepted
// has every weight its configuration demands, inside the file.
func FuzzSingle(f *testing.F) {
	m := newModel()
	for _, a := range []arrays{m.vqW, m.pvW, m.textW.comfyTextOf(), m.decoderW.fused(), m.priorW.split().prefixed(comfyUNet)} {
		b := a.bytes(F32)
		n := binary.LittleEndian.Uint64(b)
		f.Add(b[8:8+n], int64(len(b)))
	}
	small := []byte(`{"clip_mapper.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`)
	f.Add(small, int64(8+len(small)+4))
	f.Fuzz(func(t *testing.T, header []byte, size int64) {
		b := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
		file, err := safetensors.ReadHeader(bytes.NewReader(b), max(size, int64(len(b))))
		if err != nil {
			return
		}
		all, err := tensorsOf(file)
		if err != nil {
			return
		}
		for _, p := range parts(all) {
			n, err := openPart(file, p)
			if err != nil {
				if !errors.Is(err, ErrBad) && !errors.Is(err, ErrUnsupported) {
					t.Errorf("%v has no class", err)
				}
				continue
			}
			for name, w := range n.Weights {
				elements := int64(1)
				for _, d := range w.Shape {
					elements *= d
				}
				width := int64(2)
				if w.DType == F32 {
					width = 4
				}
				if w.Offset < 8 || w.Offset+w.Length > file.Size || elements*width != w.Length {
					t.Errorf("%s: %+v in %d bytes", name, w, file.Size)
				}
			}
		}
	})
}

// Whatever the bytes, the walk over an ONNX file ends.
func FuzzONNX(f *testing.F) {
	f.Add([]byte{0x08, 0x0a, 0x3a, 0x03, 1, 2, 3})
	f.Add([]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		walkONNX(bytes.NewReader(b), int64(len(b)))
	})
}

// The files of cascata.json and config.json may be named by anyone.
func TestReadSmall(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	put(t, path, make([]byte, 100))
	if b, err := readSmall(path, 100); err != nil || len(b) != 100 {
		t.Errorf("got %d bytes, %v", len(b), err)
	}
	if _, err := readSmall(path, 99); !errors.Is(err, ErrBad) {
		t.Errorf("got %v, want ErrBad", err)
	}
	if _, err := readSmall(os.DevNull, 99); !errors.Is(err, ErrBad) {
		t.Errorf("got %v, want ErrBad", err)
	}
}
