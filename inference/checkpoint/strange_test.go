package checkpoint

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zeros are arrays of the same shapes that hold nothing.
func zeros(a arrays) arrays {
	out := arrays{}
	for name, v := range a {
		out[name] = array{v.shape, make([]float32, len(v.data))}
	}
	return out
}

func zipped(t testing.TB, name string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(make([]byte, 100))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// strangers are what people have in place of weights, by their bytes.
func strangers(t testing.TB) []stranger {
	return []stranger{
		{"a pickle in a zip", zipped(t, "archive/data.pkl"), ErrUnsupported, "pickle (.ckpt)"},
		{"one of newer PyTorch", zipped(t, "stage_c/.format_version"), ErrUnsupported, "pickle (.ckpt)"},
		{"the first bytes of one", "PK\x03\x04", ErrUnsupported, "pickle (.ckpt)"},
		{"an old pickle", "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M", ErrUnsupported, "pickle (.ckpt)"},
		{"a new pickle", "\x80\x04\x95" + strings.Repeat("x", 50), ErrUnsupported, "pickle (.ckpt)"},
		{"a zip of a model", zipped(t, "stage_c/stage_c.safetensors"), ErrUnsupported, "zip archive (with \"stage_c/stage_c.safetensors\")"},
		{"GGUF", "GGUF\x03\x00\x00\x00" + strings.Repeat("\x00", 50), ErrUnsupported, "GGUF"},
		{"GGML", "tjgg\x03\x00\x00\x00" + strings.Repeat("\x00", 50), ErrUnsupported, "GGML"},
		{"an HDF5 file", "\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 50), ErrUnsupported, "HDF5"},
		{"a gzip archive", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", ErrUnsupported, "unpack it first"},
		{"a picture", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 50), ErrUnsupported, "a picture"},
		{"an ONNX graph", "\x08\x08\x12\x07pytorch\x3a\x03abc", ErrUnsupported, "an ONNX graph"},
		{"a login page", "\n<!DOCTYPE html>\n<html><title>Sign in</title></html>", ErrBad, "a web page"},
		{"a page with a mark", "\ufeff<HTML><body>x", ErrBad, "a web page"},
		{"an error in XML", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", ErrBad, "a web page"},
		{"an error in words", "Access to model x is restricted.\nYou must log in.", ErrBad, `a text, not weights: "Access to model x is restricted. You must log in."`},
		{"an error in JSON", `{"error":"Entry not found"}`, ErrBad, "Entry not found"},
		{"a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n", ErrMissing, "Git LFS pointer"},
		{"nothing", "", ErrBad, "empty"},
		{"reserved place", strings.Repeat("\x00", 5000), ErrBad, "begins with zeros"},
		{"noise", "\xff\xfe\x01\x02\x03\x04\x05\x06\x07\x08\x09", ErrBad, "not a whole safetensors file"},
		{"a LoRA", string(arrays{"lora_prior_unet_x.lora_down.weight": {[]int64{1}, []float32{1}}}.bytes(F32)), ErrUnsupported, "LoRA"},
		{"another model", string(arrays{"model.diffusion_model.input_blocks.0.0.weight": {[]int64{1}, []float32{1}}}.bytes(F32)), ErrUnsupported, "no network of Stable Cascade"},
	}
}

type stranger struct {
	name, bytes string
	class       error
	says        string
}

// Whatever lies in place of weights is named with what it is, wherever it is
// found: named itself, alone in a folder, in place of one stage among others,
// and in a component.
func TestStrangers(t *testing.T) {
	m := newModel()
	for _, s := range strangers(t) {
		t.Run(s.name, func(t *testing.T) {
			dir := t.TempDir()
			says := func(where, file string, err, class error) {
				t.Helper()
				if !errors.Is(err, class) {
					t.Fatalf("%s: got %v, want %v", where, err, class)
				}
				var f *fault
				if msg := err.Error(); !strings.Contains(msg, file) || !strings.Contains(msg, s.says) || !errors.As(err, &f) || f.next == "" || len(msg) > 1000 {
					t.Errorf("%s: %q; want %s, %q and a next step", where, msg, file, s.says)
				}
			}
			alone := filepath.Join(dir, "alone", "some model.safetensors")
			put(t, alone, []byte(s.bytes))
			_, err := Open(alone)
			says("named", alone, err, s.class)
			_, err = Open(filepath.Dir(alone))
			says("alone in a folder", alone, err, s.class)
			for _, name := range []string{"STAGE_C.SafeTensors", "stage-c.ckpt"} {
				among := filepath.Join(dir, "among "+name)
				m.original(t, among)
				os.Remove(filepath.Join(among, "stage_c_bf16.safetensors"))
				component(t, filepath.Join(among, "text_encoder"), m.textJSON(), "model.safetensors", m.textW, BF16)
				put(t, filepath.Join(among, name), []byte(s.bytes))
				c, err := Open(among)
				class := s.class // a damaged file stands for its network
				if err == nil {
					class, err = ErrMissing, c.Need(KindText, KindPrior, KindDecoder, KindVQ)
					if d := c.Describe(); len(d.Refused) != 1 || !strings.Contains(d.String(), "not used      "+filepath.Join(among, name)) {
						t.Errorf("described as\n%s", d)
					}
				}
				if name == "stage-c.ckpt" && s.name == "noise" {
					continue // known by its ending alone
				}
				if name == "stage-c.ckpt" && (s.name == "a LoRA" || s.name == "another model") {
					continue
				}
				says("among the others", name, err, class)
			}
			whole := m.diffusers(t, filepath.Join(dir, "whole"), F32)
			put(t, filepath.Join(whole, "decoder", unetFile), []byte(s.bytes))
			if s.name == "a LoRA" || s.name == "another model" {
				return // a config.json says which tensors are wanted
			}
			_, err = Open(whole)
			says("in a component", filepath.Join("decoder", unetFile), err, s.class)
		})
	}
}

// A download that is not finished is named as one, whatever its program calls
// it, and also where the file has its full length from the start.
func TestUnfinished(t *testing.T) {
	m := newModel()
	c := m.priorW.fused().bytes(F32)
	for _, tt := range []struct {
		name  string
		files map[string][]byte
		says  string
	}{
		{"Firefox", map[string][]byte{"stage_c.safetensors": nil, "stage_c.safetensors.part": c[:900]}, "stage_c.safetensors.part"},
		{"Firefox, newer", map[string][]byte{"stage_c.aB3dEf.safetensors.part": c[:900]}, "stage_c.aB3dEf.safetensors.part"},
		{"Chromium", map[string][]byte{"stage_c.safetensors.crdownload": c[:900]}, "stage_c.safetensors.crdownload"},
		{"aria2", map[string][]byte{"stage_c.safetensors": c, "stage_c.safetensors.aria2": {1}}, "stage_c.safetensors.aria2 lies beside it"},
		{"capitals", map[string][]byte{"STAGE_C.SAFETENSORS.PART": c[:900]}, "STAGE_C.SAFETENSORS.PART"},
		{"whole, but not renamed", map[string][]byte{"stage_c.safetensors.incomplete": c}, "stage_c.safetensors.incomplete"},
		{"cut short", map[string][]byte{"stage_c.safetensors": c[:len(c)-5]}, "the file is cut short"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, alone := range []bool{true, false} {
				dir := t.TempDir()
				if !alone {
					m.original(t, dir)
					os.Remove(filepath.Join(dir, "stage_c_bf16.safetensors"))
				}
				for name, b := range tt.files {
					put(t, filepath.Join(dir, name), b)
				}
				ck, err := Open(dir)
				if err == nil {
					err = ck.Need(KindPrior)
				}
				if !errors.Is(err, ErrBad) || !strings.Contains(err.Error(), tt.says) || tt.name != "cut short" && !strings.Contains(err.Error(), "download is not finished") {
					t.Errorf("alone %v: got %v, want %q", alone, err, tt.says)
				}
			}
		})
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "prior", "config.json"), unetJSONOf(m.prior))
	put(t, filepath.Join(dir, "prior", unetFile+".part"), c[:900])
	if _, err := Open(dir); !errors.Is(err, ErrBad) || !strings.Contains(err.Error(), unetFile+".part") {
		t.Errorf("in a component: got %v", err)
	}
}

// Many refused files make a message of bounded length, that of which the name
// says a network first.
func TestManyRefused(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		put(t, filepath.Join(dir, strings.Repeat("a", 100)+string(rune('a'+i))+".gguf"), []byte("GGUF1234"))
	}
	put(t, filepath.Join(dir, "z stage_b.ckpt"), []byte("PK\x03\x04"))
	_, err := Open(dir)
	if err == nil || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "z stage_b.ckpt was not used: it is a pickle") || !strings.Contains(err.Error(), "38 more") {
		t.Errorf("got %v", err)
	}
	m := newModel()
	component(t, filepath.Join(dir, "prior"), unetJSONOf(m.prior), unetFile, m.priorW, F32)
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[Kind]string{KindDecoder: "z stage_b.ckpt was not used", KindVQ: "GGUF"} {
		if err := c.Need(kind); err == nil || len(err.Error()) > 1000 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", kind, err, want)
		}
	}
	if err := c.Need(KindPrior); err != nil {
		t.Error(err)
	}
}

// Whatever the bytes, telling what a file is ends, and never refuses what a
// safetensors file begins with.
func FuzzRecognise(f *testing.F) {
	for _, s := range strangers(f) {
		f.Add([]byte(s.bytes), int64(len(s.bytes)))
	}
	f.Add(newModel().pvW.bytes(F32)[:100], int64(1<<30))
	f.Fuzz(func(t *testing.T, head []byte, size int64) {
		head = head[:min(len(head), headBytes)]
		v := recognise(head, max(size, int64(len(head))))
		if v == nil {
			return
		}
		if v.cause == "" || v.next == "" || v.class == nil || len(v.Error()) > 1000 {
			t.Errorf("%+v", v)
		}
		if plausible(head, max(size, int64(len(head)))) && head[0] != 'P' && head[0] != 0 && v.class != ErrBad && v.class != ErrMissing {
			t.Errorf("%q is refused: %v", head[:min(len(head), 20)], v)
		}
	})
}
