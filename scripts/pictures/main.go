// Command pictures makes 30 pictures with the built-in model by the command line and compares them with a list of
// hashes, so that a change of the code that should change no picture can be shown to change none:
//
//	go run ./scripts/pictures bin/cascata-cli            compares with the list beside this file
//	go run ./scripts/pictures -write bin/cascata-cli     makes the list again
//	go run ./scripts/pictures -explicit bin/cascata-cli  leaves out what rests on what the model recommends
//
// ONNX Runtime chooses its kernels by the processor, and their sums differ in the last bits. The list therefore says
// which processor it was made on; on another one, make it with the program before the change and compare after it.
package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A run is one call of cascata generate.
type run struct {
	name  string
	args  string // apart at spaces; DIR is the folder of the pictures that were made before
	plain bool   // only what args say: the rest is as the model recommends
	many  int    // pictures; 0 is 1
}

// explicit is said to every run that is not plain, before what it says itself.
const explicit = "--preset official --steps 4 --guidance 1.5 --decoder-steps 4 --decoder-guidance 0 --width 256 --height 256 --seed 7 --prompt a_red_boat_at_sea"

var runs = []run{
	{name: "recommended", args: "--seed 1 --prompt a_red_boat_at_sea", plain: true},
	{name: "recommended-comfy", args: "--preset comfy --seed 2 --prompt a_blue_house", plain: true},
	{name: "official", args: ""},
	{name: "comfy", args: "--preset comfy"},
	{name: "diffusers", args: "--preset diffusers"},
	{name: "official-long", args: "--steps 20 --decoder-steps 10 --guidance 4 --decoder-guidance 1.1"},
	{name: "diffusers-long", args: "--preset diffusers --steps 20 --decoder-steps 10 --guidance 4"},
	{name: "unguided", args: "--guidance 0"},
	{name: "guided", args: "--guidance 6 --decoder-guidance 2"},
	{name: "guided-comfy", args: "--preset comfy --guidance 6 --decoder-guidance 2"},
	{name: "negative", args: "--negative boat,_sea --guidance 3"},
	{name: "negative-diffusers", args: "--preset diffusers --negative boat,_sea --guidance 3"},
	{name: "weights", args: "--prompt a_(red:1.4)_boat_[at]_((sea))"},
	{name: "weights-diffusers", args: "--preset diffusers --prompt a_(red:1.4)_boat"},
	{name: "choices-are-text", args: "--prompt a_{red|blue}_boat"},
	{name: "nothing", args: "--prompt= "},
	{name: "shift", args: "--shift 1.3 --decoder-shift 0.8"},
	{name: "rescale", args: "--rescale 0.2 --guidance 5"},
	{name: "eta", args: "--eta 0"},
	{name: "decoder-seed", args: "--decoder-seed 99"},
	{name: "wide", args: "--width 384 --height 192"},
	{name: "tall", args: "--width 192 --height 320"},
	{name: "draft", args: "--draft"},
	{name: "draft-comfy", args: "--draft --preset comfy --seed 11"},
	{name: "developed", args: "--from-latent DIR/draft.png"},
	{name: "developed-file", args: "--from-latent DIR/draft-comfy.safetensors --decoder-seed 3"},
	{name: "developed-anew", args: "--from-latent DIR/official.png --decoder-steps 7 --seed 5"},
	{name: "count", args: "--count 3 --guidance 1", many: 3},
}

func main() {
	write := flag.Bool("write", false, "write the list anew")
	only := flag.Bool("explicit", false, "leave out the runs that rest on what the model recommends")
	list := flag.String("list", "scripts/pictures/hashes.txt", "the list of hashes")
	flag.Parse()
	if flag.NArg() != 1 {
		fail(fmt.Errorf("name the program: go run ./scripts/pictures bin/cascata-cli"))
	}
	got, err := makeAll(flag.Arg(0), *only)
	if err != nil {
		fail(err)
	}
	if *write {
		if err := os.WriteFile(*list, []byte(header()+strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			fail(err)
		}
		return
	}
	want, err := os.ReadFile(*list)
	if err != nil {
		fail(err)
	}
	lines := strings.Split(string(want), "\n")
	if here := strings.Split(header(), "\n"); lines[0] != here[0] {
		fmt.Printf("the list was made on %q, this is %q\n", lines[0], here[0])
	}
	if !compare(got, lines) {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func header() string {
	cpu := runtime.GOARCH
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			cpu = strings.TrimSpace(value)
			break
		}
	}
	return "# " + cpu + "\n# picture, SHA-256 of its pixels, SHA-256 of its file\n"
}

// compare says which of the lines differ from those wanted, and whether none does.
func compare(got, want []string) bool {
	pixels, files := 0, 0
	for _, line := range got {
		g := strings.Fields(line)
		i := slices.IndexFunc(want, func(w string) bool { return strings.HasPrefix(w, g[0]+" ") })
		if i < 0 {
			fmt.Println(g[0], "is not in the list")
			continue
		}
		w := strings.Fields(want[i])
		if g[1] == w[1] {
			pixels++
		} else {
			fmt.Println(g[0], "has other pixels")
		}
		if g[2] == w[2] {
			files++
		} else if g[1] == w[1] {
			fmt.Println(g[0], "has the same pixels in a file with other bytes")
		}
	}
	fmt.Printf("of %d pictures, %d have the pixels and %d the bytes that they had\n", len(got), pixels, files)
	return pixels == len(got) && files == len(got)
}

// makeAll makes the pictures of all runs in a temporary folder. It returns one line a picture.
func makeAll(program string, only bool) (lines []string, err error) {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, r := range runs {
		if only && r.plain {
			continue
		}
		made, err := r.make(program, dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		for _, path := range made {
			line, err := hashes(path)
			if err != nil {
				return nil, err
			}
			fmt.Println(line)
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// make calls the program and names the pictures that came of it.
func (r run) make(program, dir string) (made []string, err error) {
	said := r.args
	if !r.plain {
		said = explicit + " " + said
	}
	args := []string{"generate", "--model", "demo", "--device", "cpu", "--out", filepath.Join(dir, r.name+".png")}
	for _, a := range strings.Fields(said) {
		if strings.HasPrefix(a, "DIR/") {
			a = filepath.Join(dir, a[len("DIR/"):])
		} else {
			a = strings.ReplaceAll(a, "_", " ")
		}
		args = append(args, a)
	}
	cmd := exec.Command(program, args...)
	var told bytes.Buffer
	cmd.Stderr = &told
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, told.String())
	}
	if r.many == 0 {
		return []string{filepath.Join(dir, r.name+".png")}, nil
	}
	for k := range r.many {
		made = append(made, filepath.Join(dir, fmt.Sprintf("%s-%04d.png", r.name, k+1)))
	}
	return made, nil
}

// hashes is a line: the picture's name, and 128 bits each of the SHA-256 of its pixels and of its file.
func hashes(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	b := img.Bounds()
	pixels := image.NewNRGBA(b)
	draw.Draw(pixels, b, img, b.Min, draw.Src)
	name := strings.TrimSuffix(filepath.Base(path), ".png")
	of := func(b []byte) string { s := sha256.Sum256(b); return fmt.Sprintf("%x", s[:16]) }
	return fmt.Sprintf("%-20s %s %s", name, of(append(fmt.Appendf(nil, "%d %d ", b.Dx(), b.Dy()), pixels.Pix...)), of(data)), nil
}
