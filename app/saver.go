package app

import (
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/image/draw"

	"cascata/inference"
	"cascata/inference/safetensors"
)

// A Saver writes what comes out of a run where a headless command asks for it.
type Saver struct {
	Dir      string   // where pictures go when Out is empty
	Out      string   // a .png file, or a folder
	Latent   string   // file for the Stage C latent
	Previews string   // folder for every step's preview
	Recipes  []Recipe // one a picture expected; with more than one, files are numbered
	Maker    Maker    // of the pictures; nil: not known
}

// Saved are the files that came of one event.
type Saved struct {
	Picture, Latent, Preview string
}

// Paths are the finished picture and its latent, those that were written.
func (s Saved) Paths() []string {
	var paths []string
	for _, p := range []string{s.Picture, s.Latent} {
		if p != "" {
			paths = append(paths, p)
		}
	}
	return paths
}

// Check tries whether files can be written, before time is spent on pictures.
func (s *Saver) Check() error {
	if s.Out != "" && !s.toFolder() && !strings.EqualFold(filepath.Ext(s.Out), ".png") {
		return fmt.Errorf("%w: --out %s; name a .png file or a folder", ErrUsage, s.Out)
	}
	dirs := map[string]bool{}
	if s.toFolder() {
		dirs[s.folder()] = true
	} else {
		dirs[filepath.Dir(s.Out)] = true
	}
	if s.Latent != "" {
		dirs[filepath.Dir(s.Latent)] = true
	}
	if s.Previews != "" {
		dirs[s.Previews] = true
	}
	for dir := range dirs {
		if err := writable(dir); err != nil {
			return err
		}
	}
	for _, file := range []string{s.Out, s.Latent} {
		if file == s.Out && s.toFolder() {
			continue
		}
		if isDir(file) {
			return fmt.Errorf("%w %s: it is a folder", ErrWrite, file)
		}
	}
	return nil
}

// writable makes sure that files can be made in dir. A folder that does not
// exist yet is only made when something is written.
func writable(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%w into %s: it is a file, not a folder", ErrWrite, dir)
		}
		if err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, os.ErrNotExist) || parent == dir {
			return fmt.Errorf("%w into %s: %w", ErrWrite, dir, err)
		}
		dir = parent
	}
	f, err := os.CreateTemp(dir, ".cascata-*")
	if err != nil {
		return fmt.Errorf("%w into %s: %w", ErrWrite, dir, err)
	}
	f.Close()
	return os.Remove(f.Name())
}

func (s *Saver) toFolder() bool {
	return s.Out == "" || isDir(s.Out) || strings.HasSuffix(s.Out, string(filepath.Separator)) || filepath.Ext(s.Out) == ""
}

func (s *Saver) folder() string {
	if s.Out == "" {
		return s.Dir
	}
	return s.Out
}

// Any says whether a picture or its latent was written.
func (s Saved) Any() bool { return len(s.Paths()) > 0 }

// Save writes what an event brings: previews, finished pictures, latents. With
// an error it still names the files that are there.
func (s *Saver) Save(e inference.Event) (saved Saved, err error) {
	if s.Previews != "" && e.X0 != nil {
		if img := e.Preview(); img != nil {
			path := filepath.Join(s.Previews, fmt.Sprintf("%04d-%s-%03d.png", e.Picture+1, e.Stage, e.N))
			if err = writePNG(path, Enlarge(img, previewSide)); err == nil {
				saved.Preview = path
			}
		}
	}
	if e.Result == nil || err != nil {
		return saved, err
	}
	r := e.Result
	img := r.Image
	if img == nil && r.Preview != nil { // a draft
		img = Enlarge(r.Preview, previewSide)
	}
	if img != nil {
		if saved.Picture, err = s.picture(e.Picture, img, r); err != nil {
			return saved, err
		}
	}
	path := s.Latent
	if path == "" && r.Request.Draft && saved.Picture != "" {
		path = strings.TrimSuffix(saved.Picture, filepath.Ext(saved.Picture)) + ".safetensors"
	} else if path != "" {
		path = s.numbered(path, e.Picture)
	}
	if path != "" {
		if err = WriteLatent(path, r.Latent); err == nil {
			saved.Latent = path
		}
	}
	return saved, err
}

func (s *Saver) picture(k int, img image.Image, r *inference.Result) (string, error) {
	m := Made{Recipe: s.Recipes[k]}
	if s.Maker != nil {
		m.Used = s.Maker.Used()
	}
	m.Width, m.Height = r.Request.Width, r.Request.Height
	data, err := encodePicture(img, m, r.Latent)
	if err != nil {
		return "", err
	}
	if s.toFolder() {
		return saveNew(s.folder(), data, FileName(DefaultNames, m.Recipe, time.Now()))
	}
	path := s.numbered(s.Out, k)
	if err := WriteFile(path, data); err != nil {
		return "", err
	}
	return path, nil
}

// numbered puts the picture's number into a file name that all would share.
func (s *Saver) numbered(path string, k int) string {
	if len(s.Recipes) <= 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%04d%s", strings.TrimSuffix(path, ext), k+1, ext)
}

func writePNG(path string, img image.Image) error {
	data, err := PNG(img)
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}

// previewSide is the longer side of a preview file, pixels.
const previewSide = 256

// Enlarge scales img so that its longer side is about side pixels, smoothly.
// A picture that is larger stays as it is.
func Enlarge(img *image.RGBA, side int) *image.RGBA {
	b := img.Bounds()
	k := side / max(b.Dx(), b.Dy(), 1)
	if k <= 1 {
		return img
	}
	big := image.NewRGBA(image.Rect(0, 0, b.Dx()*k, b.Dy()*k))
	draw.BiLinear.Scale(big, big.Bounds(), img, b, draw.Src, nil)
	return big
}

// latentName is the tensor of a latent file.
const latentName = "latent"

// WriteLatent keeps a Stage C latent: a safetensors file with one F32 tensor
// "latent" [1, 16, h, w].
func WriteLatent(path string, latent *inference.Tensor) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("%w %s: %w", ErrWrite, path, err)
	}
	arrays := map[string]safetensors.Array{latentName: {Shape: latent.Shape, Data: latent.F32}}
	if err := safetensors.Write(path, arrays, nil); err != nil {
		return fmt.Errorf("%w %s: %w", ErrWrite, path, err)
	}
	return nil
}

// maxLatent bounds a latent file: 16 channels of 512 by 512 cells, in bytes.
const maxLatent = 16 * 512 * 512 * 4

// ReadLatent reads what WriteLatent wrote, or the latent inside a picture of
// ours. Errors wrap inference.ErrBadRequest.
func ReadLatent(path string) (*inference.Tensor, error) {
	fail := func(err error) (*inference.Tensor, error) {
		return nil, fmt.Errorf("%w: the latent %s: %w; choose a picture of Cascata's or a file that --save-latent wrote", inference.ErrBadRequest, path, err)
	}
	if strings.EqualFold(filepath.Ext(path), ".png") {
		t, err := PictureLatent(path)
		if err != nil {
			return fail(err)
		}
		return t, nil
	}
	f, err := safetensors.Open(path)
	if err != nil {
		return fail(err)
	}
	t, ok := f.Tensors[latentName]
	if !ok {
		return fail(fmt.Errorf("it holds no tensor called %q", latentName))
	}
	if t.Length > maxLatent {
		return fail(fmt.Errorf("it is larger than any latent"))
	}
	values, err := f.Floats(latentName)
	if err != nil {
		return fail(err)
	}
	return &inference.Tensor{Shape: t.Shape, F32: values}, nil
}
