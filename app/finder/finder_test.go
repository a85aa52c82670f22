package finder

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cascata/inference/checkpoint"
)

// Every program's usual folder, on each system: what is ours is found, and nothing else.
func TestUsualPlaces(t *testing.T) {
	for system, places := range map[string]map[string]string{
		"linux": {
			"ComfyUI": "ComfyUI/models", "A1111": "stable-diffusion-webui/models", "Forge": "git/stable-diffusion-webui-forge/models",
			"StabilityMatrix": ".local/share/StabilityMatrix/Models", "SwarmUI": "SwarmUI/Models",
		},
		"darwin": {
			"ComfyUI": "Documents/ComfyUI/models", "A1111": "stable-diffusion-webui/models", "Forge": "stable-diffusion-webui-forge/models",
			"StabilityMatrix": "Library/Application Support/StabilityMatrix/Models", "SwarmUI": "Applications/SwarmUI/Models",
		},
		"windows": {
			"ComfyUI": "Downloads/ComfyUI_windows_portable/ComfyUI/models", "A1111": "Desktop/sd.webui/webui/models", "Forge": "Documents/webui_forge_cu121_torch231/webui/models",
			"StabilityMatrix": "AppData/Roaming/StabilityMatrix/Models", "SwarmUI": "ai/SwarmUI/Models",
		},
	} {
		t.Run(system, func(t *testing.T) {
			h := newHome(t, system)
			var want []string
			// Each has its files under names that say nothing.
			files := []struct{ from, to, kinds string }{
				{"comfy/stable_cascade_stage_c.safetensors", "checkpoints/one.safetensors", "stage c,text encoder,previewer"},
				{"comfy/stable_cascade_stage_b.safetensors", "Stable-diffusion/two.safetensors", "stage b,stage a,text encoder"},
				{"original/stage_c.safetensors", "StableDiffusion/three.SAFETENSORS", "stage c"},
				{"original/stage_b.safetensors", "unet/sub/four.sft", "stage b"},
				{"original/stage_a.safetensors", "VAE/five.safetensors", "stage a"},
			}
			for i, program := range []string{"ComfyUI", "A1111", "Forge", "StabilityMatrix", "SwarmUI"} {
				dir := filepath.Join(h.dir, filepath.FromSlash(places[program]))
				f := files[i]
				put(t, f.from, dir, filepath.FromSlash(f.to))
				clutter(t, dir)
				for kind := range strings.SplitSeq(f.kinds, ",") {
					want = append(want, fmt.Sprintf("%s %s/%s %s", kind, places[program], f.to, program))
				}
			}
			r := h.find(filepath.Join(h.dir, "none"))
			same(t, h.found(r), want)
			if len(r.Models) == 0 || !slices.ContainsFunc(r.Models, func(m Model) bool { return len(m.Paths) >= 2 }) {
				t.Errorf("models: %+v", r.Models)
			}
			for _, m := range r.Models {
				if _, err := checkpoint.Open(m.Paths...); err != nil {
					t.Errorf("%+v: %v", m, err)
				}
			}
		})
	}
}

// What goes beside a model is found in the folders that programs have for it, and
// named; a model that is put together takes what fits it, what lies nearest first.
func TestBeside(t *testing.T) {
	h := newHome(t, "linux")
	models := filepath.Join(h.dir, "ComfyUI", "models")
	put(t, "original/stage_c.safetensors", models, "unet", "c.safetensors")
	deep := put(t, "pictures/stage_c.safetensors", models, "unet", "deep.safetensors") // which the control networks steer
	put(t, "original/stage_b.safetensors", models, "unet", "b.safetensors")
	put(t, "original/stage_a.safetensors", models, "vae", "a.safetensors")
	put(t, "original/text_encoder", models, "text_encoders", "text")
	clutter(t, models)
	encoder := put(t, "pictures/effnet_encoder.safetensors", models, "vae", "one.safetensors")
	vision := put(t, "pictures/image_encoder/model.safetensors", models, "clip_vision", "two.safetensors")
	edges := put(t, "pictures/controlnet/canny.safetensors", models, "controlnet", "three.safetensors")
	paint := put(t, "pictures/controlnet/inpainting.safetensors", models, "controlnet", "sub", "four.safetensors")
	large := put(t, "pictures/controlnet/super_resolution.safetensors", h.dir, "stable-diffusion-webui-forge", "models", "ControlNet", "five.safetensors")
	put(t, "pictures/effnet_encoder.safetensors", h.dir, "SwarmUI", "Models", "VAE", "copy.safetensors")
	put(t, "pictures/image_encoder", h.dir, ".local", "share", "StabilityMatrix", "Models", "clip", "image_encoder")
	r := h.find("")
	same(t, h.found(r), []string{
		"stage c ComfyUI/models/unet/c.safetensors ComfyUI", "stage c ComfyUI/models/unet/deep.safetensors ComfyUI", "stage b ComfyUI/models/unet/b.safetensors ComfyUI", "stage a ComfyUI/models/vae/a.safetensors ComfyUI",
		"text encoder ComfyUI/models/text_encoders/text ComfyUI", "encoder ComfyUI/models/vae/one.safetensors ComfyUI",
		"image encoder ComfyUI/models/clip_vision/two.safetensors ComfyUI", "control canny ComfyUI/models/controlnet/three.safetensors ComfyUI",
		"control inpaint ComfyUI/models/controlnet/sub/four.safetensors ComfyUI",
		"control sr stable-diffusion-webui-forge/models/ControlNet/five.safetensors Forge", "encoder SwarmUI/Models/VAE/copy.safetensors SwarmUI",
		"image encoder .local/share/StabilityMatrix/Models/clip/image_encoder StabilityMatrix",
	})
	if len(r.Models) != 1 || !slices.Contains(r.Models[0].Paths, encoder) || slices.Contains(r.Models[0].Paths, edges) || !slices.Contains(r.Models[0].Parts, "encoder") {
		t.Fatalf("models: %+v", r.Models)
	}
	for _, p := range r.Parts {
		if had := r.Models[0].Has(p); had != slices.Contains([]string{"c.safetensors", "b.safetensors", "a.safetensors", "text", "one.safetensors", "copy.safetensors", "two.safetensors", "image_encoder"}, filepath.Base(p.Path)) {
			t.Errorf("%s is said to be of the model: %v", p.Path, had)
		}
	}
	c := r.Parts[slices.IndexFunc(r.Parts, func(p Part) bool { return p.Path == deep })]
	paths := []string{deep}
	for _, p := range beside(r.Parts, c, c) {
		paths = append(paths, p.Path)
	}
	same(t, slices.Sorted(slices.Values(paths)), []string{deep, encoder, vision, edges, paint, large})
	ck, err := checkpoint.Open(paths...)
	if err != nil || ck.Encoder == nil || ck.Vision == nil || len(ck.Controls) != 3 {
		t.Errorf("%+v, %v", ck, err)
	}
}

// An ONNX bundle is found as a whole, by what its graphs take; another
// program's folders of the same names are not.
func TestBundle(t *testing.T) {
	h := newHome(t, "linux")
	dir := put(t, "bundle", h.dir, "SwarmUI", "Models", "Amuse", "Cascade")
	other := filepath.Join(h.dir, "SwarmUI", "Models", "Other") // a Stage A where a prior should be
	put(t, "bundle/vae_decoder/model.onnx", other, "prior", "model.onnx")
	put(t, "bundle/text_encoder/model.onnx", other, "text_encoder", "model.onnx")
	write(t, "no graph", h.dir, "SwarmUI", "Models", "Third", "decoder", "model.onnx")
	r := h.find("")
	at := "SwarmUI/Models/Amuse/Cascade/"
	same(t, h.found(r), []string{
		"stage c " + at + "prior SwarmUI", "stage b " + at + "decoder SwarmUI", "stage a " + at + "vae_decoder SwarmUI", "text encoder " + at + "text_encoder SwarmUI",
	})
	if len(r.Models) != 1 || !slices.Equal(r.Models[0].Paths, []string{dir}) || r.Models[0].Title != "Cascade (ONNX), SwarmUI" || r.Models[0].Bytes < 1<<20 {
		t.Errorf("models: %+v", r.Models)
	}
	if err := os.RemoveAll(filepath.Join(dir, "vae_decoder")); err != nil {
		t.Fatal(err)
	}
	if r = h.find(""); len(r.Parts) != 3 || r.Models != nil {
		t.Errorf("without Stage A: %q, %+v", h.found(r), r.Models)
	}
}

// Hugging Face's cache: links with names to files named by their hash, two
// revisions, a link to nothing, a loop.
func TestHuggingFaceCache(t *testing.T) {
	h := newHome(t, "linux")
	cache := filepath.Join(h.dir, ".cache", "huggingface", "hub")
	n := 0
	cached := func(repo, revision, component, checkpointFolder string) {
		entries, err := os.ReadDir(tiny + checkpointFolder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			n++
			blob := put(t, checkpointFolder+"/"+e.Name(), cache, repo, "blobs", fmt.Sprintf("%064x", n))
			link := filepath.Join(cache, repo, "snapshots", revision, component, e.Name())
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			rel, _ := filepath.Rel(filepath.Dir(link), blob)
			if err := os.Symlink(rel, link); err != nil {
				t.Skip(err)
			}
		}
	}
	const one, two = "models--stabilityai--stable-cascade-prior", "models--stabilityai--stable-cascade"
	cached(one, "aaa", "prior_lite", "lite-bf16/prior_lite")
	cached(one, "aaa", "text_encoder", "lite-bf16/text_encoder")
	cached(one, "aaa", "tokenizer", "lite-bf16/tokenizer")
	cached(two, "bbb", "decoder_lite", "lite-bf16/decoder_lite") // in shards
	cached(two, "bbb", "vqgan", "lite-bf16/vqgan")
	again := filepath.Join(cache, one, "snapshots", "ccc") // a second revision of the same files
	if err := os.CopyFS(again, os.DirFS(filepath.Join(cache, one, "snapshots", "aaa"))); err != nil {
		t.Logf("no second revision: %v", err)
	}
	os.Symlink(filepath.Join(h.dir, ".cache"), filepath.Join(cache, two, "loop"))
	os.Symlink("nowhere", filepath.Join(cache, two, "snapshots", "bbb", "stage_b.safetensors"))
	clutter(t, filepath.Join(cache, "models--stabilityai--stable-diffusion-xl-base-1.0", "snapshots", "ddd"))
	r := h.find(cache)
	at := ".cache/huggingface/hub/"
	same(t, h.found(r), []string{
		"stage a " + at + two + "/snapshots/bbb/vqgan Hugging Face", "stage b " + at + two + "/snapshots/bbb/decoder_lite Hugging Face",
		"stage c " + at + one + "/snapshots/aaa/prior_lite Hugging Face", "text encoder " + at + one + "/snapshots/aaa/text_encoder Hugging Face",
	})
	if len(r.Models) != 1 || len(r.Models[0].Paths) != 5 || !strings.Contains(r.Models[0].Title, "Hugging Face") {
		t.Fatalf("models: %+v", r.Models)
	}
	if ck, err := checkpoint.Open(r.Models[0].Paths...); err != nil || ck.Tokenizer.Vocab == "" {
		t.Errorf("%v", err)
	}
	if !slices.ContainsFunc(r.Refused, func(f checkpoint.Refusal) bool { return strings.HasSuffix(f.Path, "stage_b.safetensors") }) {
		t.Errorf("the link to nothing is not reported: %+v", r.Refused)
	}
}

// What programs' own settings name is looked at.
func TestNoted(t *testing.T) {
	h := newHome(t, "linux")
	h.vars["SHARED"] = filepath.Join(h.dir, "disk2")
	put(t, "original/stage_c.safetensors", h.dir, "disk1", "ckpt", "c.safetensors")
	put(t, "original/stage_b.safetensors", h.dir, "disk2", "b.safetensors")
	put(t, "original/stage_a.safetensors", h.dir, "disk3", "Models", "a.safetensors")
	put(t, "comfy/stable_cascade_stage_c.safetensors", h.dir, "disk4", "x.safetensors")
	write(t, "comfyui:\n    base_path: "+h.dir+"/disk1\n    is_default: true\n    checkpoints: |\n        none\n        ckpt\nother:\n    base_path: $SHARED\n    unet: .\nbad: 7\n",
		h.dir, "ComfyUI", "extra_model_paths.yaml")
	write(t, "ServerSettings:\n\tx: y\nPaths:\n\tModelRoot: Models;"+h.dir+"/disk4\n", h.dir, "SwarmUI", "Data", "Settings.fds")
	write(t, `{"LibraryPath": "`+h.dir+`/disk3"}`, h.dir, ".config", "StabilityMatrix", "library.json")
	r := h.find("")
	// The file's sections must all be maps; one that is not costs the file its place, as in ComfyUI.
	var kinds []string
	for _, p := range r.Parts {
		kinds = append(kinds, fmt.Sprintf("%s %s", p.Kind, p.Program))
	}
	slices.Sort(kinds)
	same(t, kinds, []string{"previewer SwarmUI", "stage a StabilityMatrix", "stage c SwarmUI", "text encoder SwarmUI"})
	write(t, "comfyui:\n    base_path: "+h.dir+"/disk1\n    checkpoints: |\n        none\n        ckpt\nother:\n    base_path: $SHARED\n    unet: .\n", h.dir, "ComfyUI", "extra_model_paths.yaml")
	if r = h.find(""); len(r.Parts) != 6 {
		t.Errorf("%q", h.found(r))
	}
	for _, bomb := range []string{strings.Repeat("[", 100_000), "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "\x00\xff", "comfyui:\n  base_path: 7\n"} {
		write(t, bomb, h.dir, "ComfyUI", "extra_model_paths.yaml")
		h.find("")
	}
}

// What is pointed at is looked at too, and what is broken says why.
func TestPointedAt(t *testing.T) {
	dir := t.TempDir()
	c := put(t, "original/stage_c.safetensors", dir, "deep", "a", "b", "c.safetensors")
	cut := put(t, "original/stage_b.safetensors", dir, "stage_b.safetensors")
	if err := os.Truncate(cut, 100_000); err != nil {
		t.Fatal(err)
	}
	os.Symlink(filepath.Join(dir, "deep", "a"), filepath.Join(dir, "a link.to a folder"))
	r, err := Find(context.Background(), []Place{{"", filepath.Join(dir, "a link.to a folder")}, {"", dir}, {"", c}, {"", filepath.Join(dir, "none")}})
	if err != nil || len(r.Parts) != 1 || filepath.Base(r.Parts[0].Path) != "c.safetensors" || r.Models != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if len(r.Refused) != 1 || r.Refused[0].Path != cut || r.Refused[0].Kind != checkpoint.KindDecoder || !strings.Contains(r.Refused[0].Cause, "cut short") || r.Refused[0].Next == "" {
		t.Errorf("%+v", r.Refused)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Find(ctx, []Place{{"", dir}}); err == nil {
		t.Error("it did not stop")
	}
}

// Many other files cost little, and nothing is read beyond tables: the weights
// are holes of gigabytes. FILES=100000 has as many, and says how long it took.
func TestManyOtherFiles(t *testing.T) {
	files := 2000
	if n, err := strconv.Atoi(os.Getenv("FILES")); err == nil {
		files = n
	}
	dir := t.TempDir()
	for i := range files {
		sub := filepath.Join(dir, fmt.Sprint(i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(sub, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("%d.%s", i, []string{"png", "txt", "ckpt", "json"}[i%4])), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		lengthen(t, foreign(t, append(sdxl, fmt.Sprint("x", i)), dir, fmt.Sprintf("big%d.safetensors", i)), 8<<30)
	}
	c := put(t, "original/stage_c.safetensors", dir, "c.safetensors")
	lengthen(t, c, 8<<30)
	before, began := bytesRead(), time.Now()
	r, err := Find(context.Background(), []Place{{"", dir}})
	took := time.Since(began)
	if err != nil || len(r.Parts) != 1 || r.Looked != 21 || r.Limited {
		t.Errorf("%d parts of %d looked at, %v", len(r.Parts), r.Looked, err)
	}
	if read := bytesRead() - before; read > 20<<20 {
		t.Errorf("%d bytes were read", read)
	}
	t.Logf("%d other files, 21 of weights: %v", files, took)
}

// bytesRead is what this process has read, of files and else; 0 where the system
// does not say.
func bytesRead() (n int64) {
	b, err := os.ReadFile("/proc/self/io")
	if err != nil || runtime.GOOS != "linux" {
		return 0
	}
	fmt.Sscanf(string(b), "rchar: %d", &n)
	return n
}
