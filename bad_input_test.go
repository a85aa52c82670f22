//go:build headless

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test program is also the program under test.
func TestMain(m *testing.M) {
	if os.Getenv("CASCATA_TEST_MAIN") == "1" {
		main()
	}
	os.Exit(m.Run())
}

const tiny = "inference/testdata/checkpoints/diffusers-a"

// Where a checkpoint's files lie.
const (
	prior     = "prior/diffusion_pytorch_model.safetensors"
	decoder   = "decoder/diffusion_pytorch_model.safetensors"
	vqgan     = "vqgan/diffusion_pytorch_model.safetensors"
	text      = "text_encoder/model.safetensors"
	priorJSON = "prior/config.json"
	textJSON  = "text_encoder/config.json"
	vqganJSON = "vqgan/config.json"
	vocabJSON = "tokenizer/tokenizer.json"
)

// maxMemory bounds what any wrong input may cost, in bytes.
const maxMemory = 1 << 30

// Damaged and lying files: each is a copy of a whole checkpoint with one thing
// wrong. Every one must end with exit code 3 and a sentence.
var badModels = map[string]func(t *testing.T, dir string){
	"header of 2^63 bytes":    header(prior, 1<<63),
	"header of 2^63-1 bytes":  header(prior, 1<<63-1),
	"header longer than file": header(prior, 1<<30),
	"header of no bytes":      header(prior, 0),
	"empty weights":           replace(prior, ""),
	"seven bytes":             replace(prior, "1234567"),
	"not safetensors":         replace(decoder, strings.Repeat("x", 5000)),
	"a picture as weights":    replace(vqgan, "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 500)),
	"header is a list":        table(prior, func(string) string { return `[1,2]` }),
	"header is cut":           table(prior, func(s string) string { return s[:len(s)/2] }),
	"deep header":             table(prior, func(string) string { return strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000) }),
	"overlapping spans":       entry(prior, func(e map[string]any) { e["data_offsets"] = []int64{0, 4 * product(e)} }),
	"span outside":            entry(prior, func(e map[string]any) { e["data_offsets"] = []int64{1 << 40, 1<<40 + 4*product(e)} }),
	"negative span":           entry(prior, func(e map[string]any) { e["data_offsets"] = []int64{-8, 0} }),
	"backward span":           entry(prior, func(e map[string]any) { e["data_offsets"] = []int64{8, 0} }),
	"shape overflows":         entry(prior, func(e map[string]any) { e["shape"] = []int64{1 << 40, 1 << 40} }),
	"negative shape":          entry(prior, func(e map[string]any) { e["shape"] = []int64{-1, -64} }),
	"shape and span differ":   entry(prior, func(e map[string]any) { e["shape"] = []int64{3} }),
	"integer weights":         entry(prior, func(e map[string]any) { e["dtype"] = "I32" }),
	"unknown dtype":           entry(prior, func(e map[string]any) { e["dtype"] = "F31" }),
	"dtype is a number":       entry(prior, func(e map[string]any) { e["dtype"] = 7 }),
	"weights are cut":         cut(prior, 100),
	"decoder is cut":          cut(decoder, 5),
	"missing tensor":          table(decoder, func(s string) string { return strings.Replace(s, `"clf.1.weight"`, `"clf.9.weight"`, 1) }),
	"missing text tensor": table(text, func(s string) string {
		return strings.Replace(s, `"text_projection.weight"`, `"text_projection.other"`, 1)
	}),
	"folder as weights":      folder(prior),
	"missing weights":        remove(prior),
	"missing decoder":        remove("decoder"),
	"missing vqgan":          remove("vqgan"),
	"missing text encoder":   remove("text_encoder"),
	"missing config":         remove(priorJSON),
	"folder as config":       folder(priorJSON),
	"empty config":           replace(priorJSON, ""),
	"config is not JSON":     replace(priorJSON, "width: 12"),
	"config is a list":       replace(priorJSON, "[]"),
	"deep config":            replace(priorJSON, strings.Repeat("[", 200000)),
	"huge config":            replace(priorJSON, `{"a":"`+strings.Repeat("x", 64<<20)+`"}`),
	"absurd width":           config(priorJSON, "block_out_channels", []int64{1 << 40, 1 << 40}),
	"negative width":         config(priorJSON, "block_out_channels", []int64{-40, 32}),
	"no levels":              config(priorJSON, "block_out_channels", []int64{}),
	"many layers":            config(priorJSON, "down_num_layers_per_block", []int64{1 << 30, 1}),
	"many heads":             config(priorJSON, "num_attention_heads", []int64{7, 7}),
	"width is text":          config(priorJSON, "block_out_channels", "wide"),
	"other width":            config(priorJSON, "block_out_channels", []int64{48, 32}),
	"unknown block":          config(priorJSON, "block_types_per_layer", [][]string{{"Surprise"}, {"Surprise"}}),
	"even kernel":            config(priorJSON, "kernel_size", 1<<20),
	"text width":             config(textJSON, "hidden_size", 1<<40),
	"text layers":            config(textJSON, "num_hidden_layers", 1<<40),
	"text activation":        config(textJSON, "hidden_act", "surprise"),
	"vqgan levels":           config(vqganJSON, "levels", 60),
	"vqgan blocks":           config(vqganJSON, "bottleneck_blocks", -1),
	"tokenizer that is none": replace(vocabJSON, `{"model":{"type":"Surprise"}}`),
	"tokenizer is cut":       cut(vocabJSON, 300),
	"ids beyond embedding":   config(textJSON, "vocab_size", 3),
	"lying cascata.json":     replace("cascata.json", `{"compression":-1}`),
}

// Wrong flags and outputs.
var badFlags = map[string]struct {
	args []string
	exit int
}{
	"width of one cell":  {[]string{"--width", "40"}, 2},
	"width of 0":         {[]string{"--width", "0"}, 2},
	"height is empty":    {[]string{"--height", ""}, 2},
	"empty model name":   {[]string{"--model", ""}, 2},
	"no pictures":        {[]string{"--count", "0"}, 2},
	"too many pictures":  {[]string{"--count", "10001"}, 2},
	"negative guidance":  {[]string{"--guidance", "-1"}, 2},
	"decoder steps":      {[]string{"--decoder-steps", "-1"}, 2},
	"shift of 0":         {[]string{"--shift", "0"}, 2},
	"shift NaN":          {[]string{"--decoder-shift", "NaN"}, 2},
	"rescale":            {[]string{"--rescale", "1.5"}, 2},
	"eta":                {[]string{"--eta", "-0.1"}, 2},
	"empty seed":         {[]string{"--seed", ""}, 2},
	"negative seed":      {[]string{"--decoder-seed", "-2"}, 2},
	"empty preset":       {[]string{"--preset", ""}, 2},
	"empty device":       {[]string{"--device", ""}, 2},
	"empty precision":    {[]string{"--precision", ""}, 2},
	"empty out":          {[]string{"--out", ""}, 2},
	"empty latent":       {[]string{"--from-latent", ""}, 2},
	"empty save":         {[]string{"--save-latent", ""}, 2},
	"latent as picture":  {[]string{"--save-latent", "/proc/x.PNG"}, 2},
	"empty previews":     {[]string{"--previews", ""}, 2},
	"no such flag":       {[]string{"--colour", "red"}, 2},
	"word":               {[]string{"a", "red", "boat"}, 2},
	"steps":              {[]string{"--steps", "0"}, 2},
	"steps of 2^40":      {[]string{"--steps", "1099511627776"}, 2},
	"steps are text":     {[]string{"--steps", "many"}, 2},
	"guidance NaN":       {[]string{"--guidance", "NaN"}, 2},
	"guidance infinite":  {[]string{"--decoder-guidance", "Inf"}, 2},
	"width":              {[]string{"--width", "131"}, 2},
	"width of 2^40":      {[]string{"--width", "1099511627776"}, 2},
	"negative height":    {[]string{"--height", "-128"}, 2},
	"seed":               {[]string{"--seed", "1e3"}, 2},
	"seed of 2^64":       {[]string{"--seed", "18446744073709551616"}, 2},
	"count":              {[]string{"--count", "-1"}, 2},
	"preset":             {[]string{"--preset", "surprise"}, 2},
	"precision":          {[]string{"--precision", "int3"}, 2},
	"latent":             {[]string{"--from-latent", "go.mod"}, 2},
	"no latent":          {[]string{"--from-latent", "none.safetensors"}, 2},
	"device":             {[]string{"--device", "abacus"}, 2},
	"device that is not": {[]string{"--device", "cuda:3"}, 4},
	"model":              {[]string{"--model", "no-such-model"}, 3},
	"text as model":      {[]string{"--model", "go.mod"}, 3},
	"empty model":        {[]string{"--model", "scripts"}, 3},
	"out is a device":    {[]string{"--out", "/dev/null/x.png"}, 5},
	"out is not ours":    {[]string{"--out", "/proc/x.png"}, 5},
	"out is no picture":  {[]string{"--out", "x.gif"}, 2},
	"previews":           {[]string{"--previews", "go.mod"}, 5},
}

func TestBadModels(t *testing.T) {
	for name, damage := range badModels {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "model")
			if err := os.CopyFS(dir, os.DirFS(tiny)); err != nil {
				t.Fatal(err)
			}
			damage(t, dir)
			refused(t, 3, "--model", dir)
		})
	}
}

func TestBadFlags(t *testing.T) {
	for name, tt := range badFlags {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--model", tiny}, tt.args...)
			refused(t, tt.exit, args...)
		})
	}
}

// program is the program under test with a home of its own.
func program(home string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "CASCATA_TEST_MAIN=1", "HOME="+home, "XDG_CACHE_HOME="+home+"/cache",
		"XDG_DATA_HOME="+home+"/data", "XDG_STATE_HOME="+home+"/state", "XDG_CONFIG_HOME="+home+"/config")
	return cmd
}

// refused runs generate and wants an exit code, a sentence with a next step,
// little memory, and nothing left behind.
func refused(t *testing.T, exit int, args ...string) {
	t.Helper()
	home := t.TempDir()
	out := filepath.Join(home, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	all := []string{"generate", "--prompt", "a red circle", "--steps", "1", "--decoder-steps", "1", "--device", "cpu", "--out", out}
	if !slices.Contains(args, "--enlarge") { // which has no other size
		all = append(all, "--width", "128", "--height", "128")
	}
	all = append(all, args...)
	cmd := program(home, all...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	hang := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer hang.Stop()
	cmd.Run()
	said := stderr.String()
	if got := cmd.ProcessState.ExitCode(); got != exit {
		t.Errorf("exit code %d, want %d\n%s", got, exit, said)
	}
	first, next, _ := strings.Cut(said, "\n")
	if !strings.HasPrefix(first, "cascata: ") || len(strings.TrimSpace(next)) < 20 || strings.Contains(said, "goroutine ") {
		t.Errorf("no sentence with a next step:\n%s", said)
	}
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && use.Maxrss<<10 > maxMemory {
		t.Errorf("used %d MiB", use.Maxrss>>10)
	}
	if left, _ := os.ReadDir(out); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	t.Log(said)
}

func replace(file, content string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { write(t, filepath.Join(dir, file), []byte(content)) }
}

func remove(file string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		if err := os.RemoveAll(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
	}
}

func folder(file string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		remove(file)(t, dir)
		if err := os.Mkdir(filepath.Join(dir, file), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// cut takes n bytes off the end.
func cut(file string, n int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		b := read(t, filepath.Join(dir, file))
		write(t, filepath.Join(dir, file), b[:len(b)-n])
	}
}

// header makes the file say that its header has n bytes.
func header(file string, n uint64) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		b := read(t, filepath.Join(dir, file))
		binary.LittleEndian.PutUint64(b, n)
		write(t, filepath.Join(dir, file), b)
	}
}

// table changes the header's JSON and keeps the data.
func table(file string, change func(string) string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		b := read(t, filepath.Join(dir, file))
		n := binary.LittleEndian.Uint64(b)
		text := change(string(b[8 : 8+n]))
		out := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
		write(t, filepath.Join(dir, file), append(append(out, text...), b[8+n:]...))
	}
}

// entry changes what the header says of one tensor that the network needs.
func entry(file string, change func(map[string]any)) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		table(file, func(s string) string {
			var entries map[string]map[string]any
			if err := json.Unmarshal([]byte(s), &entries); err != nil {
				t.Fatal(err)
			}
			change(entries["clf.1.weight"])
			b, err := json.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		})(t, dir)
	}
}

func product(e map[string]any) int64 {
	n := int64(1)
	for _, d := range e["shape"].([]any) {
		n *= int64(d.(float64))
	}
	return n
}

func config(file, key string, value any) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		var c map[string]any
		if err := json.Unmarshal(read(t, filepath.Join(dir, file)), &c); err != nil {
			t.Fatal(err)
		}
		c[key] = value
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, file), b)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
