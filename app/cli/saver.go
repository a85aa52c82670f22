package cli

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cascata/app"
	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

// A pictureSaver writes what comes out of a run where a headless command asks for it.
type pictureSaver struct {
	Dir      string          // of all pictures, where they go when Out is empty
	Names    string          // template of their names where Out says none
	Out      string          // a .png file, or a folder
	Latent   string          // file for the Stage C latent
	Previews string          // folder for every step's preview
	Recipes  []recipe.Recipe // one a picture expected; with more than one, files are numbered
	Maker    recipe.Maker    // of the pictures; nil: not known
	Parent   string          // name of the picture whose composition these develop; "": none
}

// savedFiles are the files that came of one event.
type savedFiles struct {
	Picture, Latent, Preview string
}

// paths are the finished picture and its latent, those that were written.
func (s savedFiles) paths() []string {
	var paths []string
	for _, p := range []string{s.Picture, s.Latent} {
		if p != "" {
			paths = append(paths, p)
		}
	}
	return paths
}

// check tries whether files can be written, before time is spent on pictures.
func (s *pictureSaver) check() error {
	if s.Out != "" && !s.toFolder() && !strings.EqualFold(filepath.Ext(s.Out), ".png") {
		return fmt.Errorf("%w: --out %s; name a .png file or a folder", app.ErrUsage, s.Out)
	}
	if strings.EqualFold(filepath.Ext(s.Latent), ".png") { // it would be read as a picture, and may be the very one
		return fmt.Errorf("%w: --save-latent %s; a latent is no picture, name a .safetensors file", app.ErrUsage, s.Latent)
	}
	if err := s.checkLatents(); err != nil {
		return err
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
		if err := disk.Writable(dir); err != nil {
			return err
		}
	}
	for _, file := range []string{s.Out, s.Latent} {
		if file == s.Out && s.toFolder() {
			continue
		}
		if disk.IsDir(file) {
			return fmt.Errorf("%w %s: it is a folder", disk.ErrWrite, file)
		}
	}
	return nil
}

// checkLatents refuses drafts whose latents, which get their names from the pictures,
// would replace files that nobody named. That of a draft which is replaced itself may go.
func (s *pictureSaver) checkLatents() error {
	for k, r := range s.Recipes {
		if !r.Draft || s.Latent != "" || s.toFolder() {
			continue
		}
		picture := s.numbered(s.Out, k)
		path := latentBeside(picture, 1)
		if there(path) && !isLatentOf(path, picture) {
			return fmt.Errorf("%w: %s is there already, and the draft's latent would replace it; name another file with --save-latent, or another picture with --out", app.ErrUsage, path)
		}
	}
	return nil
}

// latentBeside is the n-th name of a draft's latent.
func latentBeside(picture string, n int) string {
	path := strings.TrimSuffix(picture, filepath.Ext(picture))
	if n > 1 {
		path += fmt.Sprintf(" (%d)", n)
	}
	return path + ".safetensors"
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// isLatentOf reports whether a latent file holds the composition of a picture.
func isLatentOf(path, picture string) bool {
	kept, err := recipe.ReadLatent(path)
	if err != nil {
		return false
	}
	its, err := recipe.ReadLatent(picture)
	return err == nil && slices.Equal(kept.F32, its.F32)
}

func (s *pictureSaver) toFolder() bool {
	return s.Out == "" || disk.IsDir(s.Out) || strings.HasSuffix(s.Out, string(filepath.Separator)) || filepath.Ext(s.Out) == ""
}

func (s *pictureSaver) folder() string {
	if s.Out == "" {
		return s.Recipes[0].FolderIn(s.Dir)
	}
	return s.Out
}

// any reports whether a picture or its latent was written.
func (s savedFiles) any() bool { return len(s.paths()) > 0 }

// save writes what an event brings: previews, finished pictures, latents. With
// an error it still names the files that are there.
func (s *pictureSaver) save(e inference.Event) (saved savedFiles, err error) {
	if s.Previews != "" && e.X0 != nil {
		if img := e.Preview(); img != nil {
			path := filepath.Join(s.Previews, fmt.Sprintf("%04d-%s-%03d.png", e.Picture+1, e.Stage, e.N))
			if err = disk.WritePNG(path, recipe.Enlarge(img, recipe.PreviewSide)); err == nil {
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
		img = recipe.Enlarge(r.Preview, recipe.PreviewSide)
	}
	if img != nil {
		if saved.Picture, err = s.picture(e.Picture, img, r); err != nil {
			return saved, err
		}
	}
	var path string
	switch {
	case s.Latent != "":
		path = s.numbered(s.Latent, e.Picture)
	case r.Request.Draft && saved.Picture != "":
		path = latentBeside(saved.Picture, 1)
		for n := 2; s.toFolder() && there(path); n++ {
			path = latentBeside(saved.Picture, n)
		}
	}
	if path != "" {
		if err = recipe.WriteLatent(path, r.Latent); err == nil {
			saved.Latent = path
		}
	}
	return saved, err
}

func (s *pictureSaver) picture(k int, img image.Image, r *inference.Result) (string, error) {
	m := recipe.Embedded{Recipe: s.Recipes[k], Parent: s.Parent, Kept: r.Kept}
	if s.Maker != nil {
		m.Used = s.Maker.Used()
	}
	m.Filled(r.Request)
	data, err := recipe.EncodePicture(img, m, r.Latent)
	if err != nil {
		return "", err
	}
	if s.toFolder() {
		return disk.SaveNew(s.folder(), data, recipe.FileName(s.Names, m.Recipe, time.Now()))
	}
	path := s.numbered(s.Out, k)
	if err := disk.WriteFile(path, data); err != nil {
		return "", err
	}
	return path, nil
}

// numbered puts the picture's number into a file name that all would share.
func (s *pictureSaver) numbered(path string, k int) string {
	if len(s.Recipes) <= 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%04d%s", strings.TrimSuffix(path, ext), k+1, ext)
}
