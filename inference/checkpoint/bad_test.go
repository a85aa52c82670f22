package checkpoint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Damaged and lying files. Each must give the right class of error and a
// sentence with the file, the cause and the next step, and cost no memory.
func TestOpenRefuses(t *testing.T) {
	m := newModel()
	prior, decoder, text, vq := "prior/"+unetFile, "decoder/"+unetFile, "text_encoder/model.safetensors", "vqgan/"+unetFile
	raw := func(name string, length uint64, header string, data int) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			b := append(binary.LittleEndian.AppendUint64(nil, length), header...)
			put(t, filepath.Join(dir, name), append(b, make([]byte, data)...))
		}
	}
	header := func(name, header string, data int) func(*testing.T, string) {
		return raw(name, uint64(len(header)), header, data)
	}
	weights := func(name string, a arrays, change func(a arrays)) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			a := merge(a)
			change(a)
			put(t, filepath.Join(dir, name), a.bytes(F32))
		}
	}
	lack := func(name string, a arrays, tensor string) func(*testing.T, string) {
		return weights(name, a, func(a arrays) { delete(a, tensor) })
	}
	config := func(name string, was []byte, old, new string) func(*testing.T, string) {
		if !bytes.Contains(was, []byte(old)) {
			panic(old + " is not in " + name)
		}
		return func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, name), bytes.Replace(was, []byte(old), []byte(new), 1))
		}
	}
	priorJSON := func(old, new string) func(*testing.T, string) {
		return config("prior/config.json", unetJSONOf(m.prior), old, new)
	}
	textJSON := func(old, new string) func(*testing.T, string) {
		return config("text_encoder/config.json", m.textJSON(), old, new)
	}
	vqJSON := func(old, new string) func(*testing.T, string) {
		return config("vqgan/config.json", m.vqJSON(), old, new)
	}
	file := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { put(t, filepath.Join(dir, name), []byte(content)) }
	}
	cut := func(name string, to int) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if to < 0 {
				to += len(b)
			}
			put(t, path, b[:to])
		}
	}
	remove := func(names ...string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			for _, n := range names {
				os.RemoveAll(filepath.Join(dir, n))
			}
		}
	}
	folder := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			os.RemoveAll(filepath.Join(dir, name))
			os.MkdirAll(filepath.Join(dir, name), 0o755)
		}
	}
	index := func(content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, prior))
			put(t, filepath.Join(dir, prior+".index.json"), []byte(content))
		}
	}
	one := `{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	long := strings.Repeat("x", 1<<20)

	whole := m.diffusers(t, t.TempDir(), F32)
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		class error
		file  string // in the message
		says  string
		paths []string // below dir; dir itself if nil
	}{
		// safetensors
		{"header of 2^63 bytes", raw(prior, 1<<63, "{}", 0), ErrBad, prior, "header of 9223372036854775808 bytes", nil},
		{"header of 2^64-1 bytes", raw(decoder, 1<<64-1, "{}", 0), ErrBad, decoder, "18446744073709551615", nil},
		{"header of 100 MB in a small file", raw(vq, 100<<20, "{}", 0), ErrBad, vq, "104857600", nil},
		{"no bytes at all", cut(text, 0), ErrBad, text, "only 0 bytes", nil},
		{"cut in its header", cut(prior, 1000), ErrBad, prior, "in a file of 1000", nil},
		{"cut in its data", cut(prior, -1), ErrBad, prior, "cut short", nil},
		{"a web page", file(decoder, "<!DOCTYPE html><html>403 Forbidden</html>"), ErrBad, decoder, "a web page", nil},
		{"a Git LFS pointer", file(prior, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n"), ErrMissing, prior, "Git LFS pointer", nil},
		{"overlapping spans", header(prior, `{"a":`+one+`,"b":`+one+`}`, 8), ErrBad, prior, `"a" and "b" overlap`, nil},
		{"the same name twice", header(prior, `{"a":`+one+`,"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), ErrBad, prior, "twice", nil},
		{"span outside", header(vq, `{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}`, 8), ErrBad, vq, "ends at byte 36 of 8", nil},
		{"negative span", header(vq, `{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 8), ErrBad, vq, "whole number", nil},
		{"shape of 2^64 numbers", header(vq, `{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}`, 8), ErrBad, vq, "out of range", nil},
		{"fewer bytes than its shape", header(vq, `{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}`, 8), ErrBad, vq, "8 bytes for F32", nil},
		{"deep JSON", header(prior, `{"a":`+strings.Repeat("[", 1<<20), 0), ErrBad, prior, "header", nil},
		{"deep metadata", header(prior, `{"__metadata__":`+strings.Repeat(`{"a":`, 1<<18), 0), ErrBad, prior, "wants text", nil},
		{"a name of a megabyte", header(prior, `{"`+long+`":`+one+`}`, 4), ErrBad, prior, "name of", nil},
		{"metadata that is no text", header(prior, `{"__metadata__":{"a":[]}}`, 0), ErrBad, prior, "wants text", nil},
		{"weights that are a folder", folder(prior), ErrBad, prior, "not a regular file", nil},

		// tensors
		{"a missing tensor", lack(prior, m.priorW, "up_blocks.1.0.channelwise.0.weight"), ErrBad, "prior", `"up_blocks.1.0.channelwise.0.weight" first`, nil},
		{"no tensors", header(decoder, `{}`, 0), ErrBad, "decoder", "are missing", nil},
		{"a missing bias of the text encoder", lack(text, m.textW, "text_model.final_layer_norm.bias"), ErrBad, "text_encoder", "final_layer_norm.bias", nil},
		{"missing gammas", lack(vq, m.vqW, "up_blocks.2.gammas"), ErrBad, "vqgan", "up_blocks.2.gammas", nil},
		{"a wrong shape", weights(prior, m.priorW, func(a arrays) { a["clf.1.bias"] = array{[]int64{8}, make([]float32, 8)} }), ErrBad, prior, `"clf.1.bias" has shape [8], its network wants [16]`, nil},
		{"a transposed matrix", weights(text, m.textW, func(a arrays) {
			a["text_projection.weight"] = array{[]int64{64, 32}, a["text_projection.weight"].data}
		}), ErrBad, text, "wants [32 64]", nil},
		{"integers for weights", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, vq), bytes.ReplaceAll(m.vqW.bytes(F32), []byte(`"F32"`), []byte(`"I32"`)))
		}, ErrUnsupported, vq, "type I32, not F32, F16 or BF16", nil},
		{"a fused matrix without thirds", weights(prior, m.priorW, func(a arrays) {
			for _, p := range []string{"q", "k", "v"} {
				delete(a, "down_blocks.0.2.attention.to_"+p+".weight")
			}
			a["down_blocks.0.2.attention.attn.in_proj_weight"] = array{[]int64{64, 64}, make([]float32, 64*64)}
		}), ErrBad, "prior", "not three matrices in one", nil},
		{"a fused matrix beside its parts", weights(prior, m.priorW, func(a arrays) {
			a["down_blocks.0.2.attention.attn.in_proj_bias"] = array{[]int64{192}, make([]float32, 192)}
		}), ErrBad, "prior", "two tensors stand for", nil},

		// config.json
		{"no config.json", remove("prior/config.json"), ErrMissing, "prior/config.json", "no such file", nil},
		{"an empty config.json", file("prior/config.json", ""), ErrBad, "prior/config.json", "JSON", nil},
		{"a config.json that is a folder", folder("vqgan/config.json"), ErrBad, "vqgan/config.json", "not a regular file", nil},
		{"a config.json of 2 MB", file("prior/config.json", `{"a":"`+long+long+`"}`), ErrBad, "prior/config.json", "longer than", nil},
		{"a deep config.json", file("prior/config.json", strings.Repeat(`{"a":`, 1<<17)), ErrBad, "prior/config.json", "depth", nil},
		{"another class", priorJSON("StableCascadeUNet", "UNet2DConditionModel"), ErrUnsupported, "prior/config.json", `"UNet2DConditionModel" is not`, nil},
		{"a Wuerstchen", file("decoder/config.json", `{"_class_name":"WuerstchenDiffNeXt","c_hidden":[320]}`), ErrUnsupported, "decoder/config.json", `"WuerstchenDiffNeXt" is not`, nil},
		{"absurd widths", priorJSON("[64,128]", "[64,1099511627776]"), ErrBad, "prior/config.json", "block_out_channels is 1099511627776", nil},
		{"widths beyond 64 bits", priorJSON("[64,128]", "[64,1e30]"), ErrBad, "prior/config.json", "block_out_channels cannot be the number 1e30", nil},
		{"negative widths", priorJSON("[64,128]", "[64,-128]"), ErrBad, "prior/config.json", "block_out_channels is -128", nil},
		{"a million levels", priorJSON("[64,128]", "["+strings.Repeat("64,", 300000)+"64]"), ErrBad, "prior/config.json", "number of levels is 300001", nil},
		{"absurd layers", priorJSON(`"down_num_layers_per_block":[1,2]`, `"down_num_layers_per_block":[1,2000000000]`), ErrBad, "prior/config.json", "down_num_layers_per_block is 2000000000", nil},
		{"layers for other levels", priorJSON(`"up_num_layers_per_block":[2,1]`, `"up_num_layers_per_block":[2,1,1]`), ErrBad, "prior/config.json", "3 values for 2 levels", nil},
		{"absurd repeats", priorJSON(`"up_blocks_repeat_mappers":[1,1]`, `"up_blocks_repeat_mappers":[1,99999999]`), ErrBad, "prior/config.json", "up_blocks_repeat_mappers", nil},
		{"no repeats", priorJSON(`"up_blocks_repeat_mappers":[1,1]`, `"up_blocks_repeat_mappers":[1,0]`), ErrBad, "prior/config.json", "up_blocks_repeat_mappers is 0", nil},
		{"a layer of many blocks", priorJSON(`"SDCascadeResBlock",`, strings.Repeat(`"SDCascadeResBlock",`, 40000)), ErrBad, "prior/config.json", "blocks in a layer is", nil},
		{"an unknown block", priorJSON("SDCascadeAttnBlock", "SDCascadeFooBlock"), ErrUnsupported, "prior/config.json", `"SDCascadeFooBlock" is unknown`, nil},
		{"heads that do not divide", priorJSON(`"num_attention_heads":[1,2]`, `"num_attention_heads":[1,3]`), ErrUnsupported, "prior/config.json", "do not divide among 3 heads", nil},
		{"attention without heads", priorJSON(`"num_attention_heads":[1,2]`, `"num_attention_heads":[1,null]`), ErrBad, "prior/config.json", "num_attention_heads is 0", nil},
		{"a patch of 10000", priorJSON(`"patch_size":1`, `"patch_size":10000`), ErrBad, "prior/config.json", "patch_size is 10000", nil},
		{"an even kernel", priorJSON(`"kernel_size":3`, `"kernel_size":4`), ErrUnsupported, "prior/config.json", "kernel_size 4 is even", nil},
		{"a text for a number", priorJSON(`"conditioning_dim":24`, `"conditioning_dim":"24"`), ErrBad, "prior/config.json", "conditioning_dim cannot be the string", nil},
		{"a text for a list", priorJSON(`"self_attn":true`, `"self_attn":["yes"]`), ErrBad, "prior/config.json", "self_attn cannot be the string", nil},
		{"a time embedding of 2", priorJSON(`"timestep_ratio_embedding_dim":64`, `"timestep_ratio_embedding_dim":2`), ErrBad, "prior/config.json", "it must be 4 to", nil},
		{"stage b in place of stage c", func(t *testing.T, dir string) {
			component(t, filepath.Join(dir, "prior"), unetJSONOf(m.decoder), unetFile, m.decoderW, F32)
		}, ErrUnsupported, "prior/config.json", "not a stage c", nil},
		{"stage c in place of stage b", func(t *testing.T, dir string) {
			component(t, filepath.Join(dir, "decoder"), unetJSONOf(m.prior), unetFile, m.priorW, F32)
		}, ErrUnsupported, "decoder/config.json", "not a stage b", nil},
		{"an absurd vocabulary", textJSON(`"vocab_size":90`, `"vocab_size":9223372036854775807`), ErrBad, "text_encoder/config.json", "vocab_size is 9223372036854775807", nil},
		{"a text encoder without layers", textJSON(`"num_hidden_layers":2`, `"num_hidden_layers":0`), ErrBad, "text_encoder/config.json", "num_hidden_layers is 0", nil},
		{"an end of text beyond the vocabulary", textJSON(`"eos_token_id":89`, `"eos_token_id":90`), ErrBad, "text_encoder/config.json", "eos_token_id is 90", nil},
		{"an unknown activation", textJSON(`"gelu"`, `"silu"`), ErrUnsupported, "text_encoder/config.json", `"silu", not gelu`, nil},
		{"an epsilon of nothing", textJSON(`0.00001`, `0`), ErrBad, "text_encoder/config.json", "layer_norm_eps is 0", nil},
		{"a T5", textJSON("clip_text_model", "t5"), ErrUnsupported, "text_encoder/config.json", `"t5" is not a CLIP`, nil},
		{"60 levels in stage a", vqJSON(`"levels":2`, `"levels":60`), ErrBad, "vqgan/config.json", "levels is 60", nil},
		{"an absurd stage a", vqJSON(`"embed_dim":8`, `"embed_dim":8388608`), ErrBad, "vqgan/config.json", "embed_dim is 8388608", nil},
		{"a stage a of no scale", vqJSON(`0.3764`, `-1`), ErrBad, "vqgan/config.json", "scale_factor is -1", nil},
		{"more layers than weights", textJSON(`"num_hidden_layers":2`, `"num_hidden_layers":3`), ErrBad, "text_encoder", "16 of 53 tensors of the text encoder are missing", nil},
		{"a text encoder of another model", func(t *testing.T, dir string) {
			c := *m.text
			c.ProjectionDim = 48
			o := &model{text: &c}
			component(t, filepath.Join(dir, "text_encoder"), o.textJSON(), "model.safetensors", fill(c.weights()), F32)
		}, ErrUnsupported, prior, "reads 32 pooled channels", nil},

		// shards
		{"an index that is no JSON", index("weights"), ErrBad, prior + ".index.json", "invalid character", nil},
		{"an empty index", index(`{"weight_map":{}}`), ErrBad, prior + ".index.json", "weight_map is empty", nil},
		{"an index that leads out", index(`{"weight_map":{"a":"../../secret.safetensors"}}`), ErrBad, prior + ".index.json", "no .safetensors file beside it", nil},
		{"an index to an absolute path", index(`{"weight_map":{"a":"/dev/zero"}}`), ErrBad, prior + ".index.json", "no .safetensors file beside it", nil},
		{"a missing shard", index(`{"weight_map":{"a":"m-00001-of-00002.safetensors"}}`), ErrMissing, "m-00001-of-00002.safetensors", "no such file", nil},

		// single files
		{"a stage c cut short", func(t *testing.T, dir string) {
			remove("prior")(t, dir)
			b := m.priorW.fused().bytes(BF16)
			put(t, filepath.Join(dir, "stage_c.safetensors"), b[:len(b)-100])
		}, ErrBad, "stage_c.safetensors", "cut short", nil},
		{"a stage b without its last block", func(t *testing.T, dir string) {
			a := m.decoderW.fused()
			for name := range a {
				if strings.HasPrefix(name, "up_blocks.0.3.") {
					delete(a, name)
				}
			}
			put(t, filepath.Join(dir, "b.safetensors"), a.bytes(F32))
		}, ErrBad, "b.safetensors", "level 2: its blocks are incomplete", []string{".", "b.safetensors"}},
		{"blocks numbered 4000000000", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "c.safetensors"), merge(m.priorW, arrays{"down_blocks.0.4000000000.mapper.weight": {[]int64{1}, []float32{1}}, "down_blocks.0.4000.mapper.weight": {[]int64{1}, []float32{1}}}).bytes(F32))
		}, ErrBad, "c.safetensors", "its blocks are incomplete", []string{"c.safetensors"}},
		{"a width that hides its heads", func(t *testing.T, dir string) {
			c := *m.text
			c.HiddenSize = 96
			put(t, filepath.Join(dir, "t.safetensors"), fill(c.weights()).bytes(F32))
		}, ErrUnsupported, "t.safetensors", "96 is no multiple of 64", []string{".", "t.safetensors"}},
		{"another program's file", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "x.safetensors"), arrays{"model.diffusion_model.input_blocks.0.0.weight": {[]int64{1}, []float32{1}}}.bytes(F32))
		}, ErrUnsupported, "x.safetensors", "no network of Stable Cascade", []string{"x.safetensors"}},
		{"a previewer of three channels", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "previewer.safetensors"), fill(previewWeights(16, 16, 4)).bytes(F32))
		}, ErrBad, "previewer.safetensors", "wants [3 4 1 1]", nil},
		{"pickled weights", func(t *testing.T, dir string) {
			remove(prior)(t, dir)
			put(t, filepath.Join(dir, "prior", "diffusion_pytorch_model.bin"), []byte("PK"))
		}, ErrUnsupported, "diffusion_pytorch_model.bin", "pickle", nil},
		{"a .ckpt", file("sc.ckpt", "PK"), ErrUnsupported, "sc.ckpt", "pickle", []string{"sc.ckpt"}},
		{"a picture", file("cat.png", "PNG"), ErrUnsupported, "cat.png", "no file of a model", []string{"cat.png"}},

		// ONNX, cascata.json, folders
		{"an ONNX file without its weights", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "onnx/prior/model.onnx"), graphWith(t, "model.onnx_data"))
		}, ErrMissing, "model.onnx_data", "no such file", []string{"onnx"}},
		{"an ONNX file whose weights are a link to nothing", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "onnx/prior/model.onnx"), graphWith(t, "model.onnx_data"))
			if err := os.Symlink("/nowhere/data", filepath.Join(dir, "onnx/prior/model.onnx_data")); err != nil {
				t.Skip(err)
			}
		}, ErrMissing, "model.onnx_data", "link to a file that is not there", []string{"onnx"}},
		{"an ONNX file whose weights lead out", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "onnx/prior/model.onnx"), graphWith(t, "../../prior/config.json"))
		}, ErrBad, "model.onnx", "no file beside it", []string{"onnx"}},
		{"an ONNX file of something else", file("onnx/decoder/model.onnx", "\xff\x00\x01"), ErrBad, "model.onnx", "not an ONNX model", []string{"onnx"}},
		{"an ONNX file cut short", file("onnx/prior/model.onnx", "\x08\x0a\x3a\x7fabc"), ErrBad, "model.onnx", "124 are missing", []string{"onnx"}},
		{"an ONNX file that is none", file("onnx/decoder/model.onnx", "<html>"), ErrBad, "model.onnx", "a web page", []string{"onnx"}},
		{"an empty ONNX file", file("onnx/vae_decoder/model.onnx", ""), ErrBad, "model.onnx", "it is empty", []string{"onnx"}},
		{"an ONNX file somewhere", file("onnx/x/model.onnx", "\x08\x0a"), ErrUnsupported, "model.onnx", "does not tell which network", []string{"onnx/x"}},
		{"a cascata.json that is none", file("cascata.json", "[]"), ErrBad, "cascata.json", "the whole cannot be the array", nil},
		{"a cascata.json of infinite scale", file("cascata.json", `{"stage_a_scale":1e400}`), ErrBad, "cascata.json", "stage_a_scale", nil},
		{"a cascata.json of no pixels", file("cascata.json", `{"width":-64,"height":64}`), ErrBad, "cascata.json", "width is -64", nil},
		{"a preview of other channels", file("cascata.json", `{"prior_preview":[[0,0,0]]}`), ErrBad, "cascata.json", "1 rows for 16 channels", nil},
		{"an unknown preset", file("cascata.json", `{"recommended":{"preset":"best"}}`), ErrBad, "cascata.json", `preset is "best"`, nil},
		{"an empty folder", folder("empty"), ErrMissing, "empty", "no stage c, stage b or stage a", []string{"empty"}},
		{"only a tokenizer", remove("prior", "decoder", "vqgan", "text_encoder"), ErrMissing, "", "no stage c, stage b or stage a", nil},
		{"a path that is not there", remove(), ErrMissing, "nowhere", "no such file", []string{"nowhere"}},
		{"a path through a file", remove(), ErrMissing, "config.json", "no such file", []string{"prior/config.json/x"}},
		{"a config.json named alone", remove(), ErrUnsupported, "prior/config.json", "no file of a model", []string{"prior/config.json"}},
		{"a link to nothing", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, vq))
			if err := os.Symlink("blobs/none", filepath.Join(dir, vq)); err != nil {
				t.Skip(err)
			}
		}, ErrMissing, vq, "link to a file that is not there", nil},
		{"a link to itself", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, vq))
			if err := os.Symlink(filepath.Base(vq), filepath.Join(dir, vq)); err != nil {
				t.Skip(err)
			}
		}, ErrBad, vq, "links", nil},
		{"a cache without a revision", func(t *testing.T, dir string) {
			os.MkdirAll(filepath.Join(dir, "models--a--b", "snapshots"), 0o755)
		}, ErrMissing, "models--a--b", "no revision", []string{"models--a--b"}},
		{"a cache whose ref leads out", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "models--a--b", "refs", "main"), []byte("../../prior"))
			os.MkdirAll(filepath.Join(dir, "models--a--b", "snapshots"), 0o755)
		}, ErrMissing, "models--a--b", "no revision", []string{"models--a--b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := linked(t, whole)
			tt.spoil(t, dir)
			paths := []string{dir}
			if tt.paths != nil {
				paths = nil
			}
			for _, p := range tt.paths {
				paths = append(paths, filepath.Join(dir, filepath.FromSlash(p)))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Open(paths...)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, tt.class) {
				t.Fatalf("got %v, want %v", err, tt.class)
			}
			for _, other := range []error{ErrMissing, ErrBad, ErrUnsupported} {
				if other != tt.class && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
			msg := err.Error()
			for _, part := range []string{filepath.FromSlash(tt.file), tt.says} {
				if !strings.Contains(msg, part) {
					t.Errorf("%q does not say %q", msg, part)
				}
			}
			var f *fault
			if !errors.As(err, &f) || f.next == "" || !strings.HasSuffix(msg, "; "+f.next) || len(msg) > 1000 {
				t.Errorf("%.300q lacks a next step, or is too long", msg)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
				t.Errorf("it took %d MB", got>>20)
			}
			t.Log(msg)
		})
	}
}

// linked copies a folder by hard links, which put replaces.
func linked(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	err := filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, path)
		if err == nil && d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		return cmp.Or(err, os.Link(path, filepath.Join(to, rel)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func TestOpenNothing(t *testing.T) {
	if _, err := Open(); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, want ErrMissing", err)
	}
}
