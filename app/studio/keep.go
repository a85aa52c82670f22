package studio

import (
	"fmt"
	"image"
	"path/filepath"
	"strconv"
	"time"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

// unsaved is a picture that could not be written.
type unsaved struct {
	image  *image.RGBA
	latent *inference.Tensor
	used   recipe.Used
	kept   []inference.Kept
}

// SaveAgain writes a picture that could not be written before. It may take a
// while; not for the window's goroutine.
func (s *Studio) SaveAgain(id int64) error {
	s.mu.Lock()
	u, ok := s.unsaved[id]
	i := index(s.over, id)
	if !ok || i < 0 {
		s.mu.Unlock()
		return fmt.Errorf("%w: the picture is no longer in memory", disk.ErrWrite)
	}
	j := *s.over[i]
	s.mu.Unlock()
	file, err := s.save(&j, u)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if i := index(s.over, id); i >= 0 {
		s.over[i].State, s.over[i].File, s.over[i].Error = Done, file, ""
		s.log(s.p.Store.saveJobs(s.over[i]))
	}
	delete(s.unsaved, id)
	s.mu.Unlock()
	s.changed()
	return nil
}

// Thumb is the file of a job's thumbnail, which may not exist.
func (s *Studio) Thumb(id int64) string {
	return filepath.Join(s.p.Thumbs, strconv.FormatInt(id, 10)+".jpg")
}

// sizeOf is the size that a picture was made at.
func sizeOf(res *inference.Result) recipe.Size { return recipe.Recipe{Request: res.Request}.Size() }

// keep saves a picture, or a draft when img is nil.
func (r *run) keep(c *runningJob, res *inference.Result, img *image.RGBA) {
	s := r.studio
	s.mu.Lock()
	if c.Recipe.Size().Width == 0 {
		c.Recipe.SetSize(sizeOf(res))
	}
	s.mu.Unlock()
	if res.Err == nil {
		s.learn(c.Recipe, res)
	}
	if img == nil {
		img = r.draftImage(c, res)
	}
	u := r.unsaved(img, res)
	file, err := s.save(c.Job, u)
	if err := disk.WriteThumb(s.Thumb(c.ID), img); err != nil {
		s.p.Log.Warn("thumbnail not written", "job", c.ID, "err", err)
	}
	if err != nil {
		s.mu.Lock()
		s.unsaved[c.ID] = u
		s.mu.Unlock()
		r.over(c, Unsaved, img, err)
		return
	}
	s.mu.Lock()
	c.File = file
	s.mu.Unlock()
	r.over(c, Done, img, nil)
}

// draftImage is what a draft shows.
func (r *run) draftImage(c *runningJob, res *inference.Result) *image.RGBA {
	img := res.Preview
	if res.Err != nil { // it was to become a picture
		img = r.studio.renderDraft(res)
	}
	if img == nil && r.progress.Job.ID == c.ID {
		img = r.progress.Preview
	}
	if img == nil {
		img = image.NewRGBA(image.Rect(0, 0, 1, 1))
	}
	return recipe.Enlarge(img, recipe.PreviewSide)
}

// unsaved is a picture with all that is saved of it.
func (r *run) unsaved(img *image.RGBA, res *inference.Result) unsaved {
	u := unsaved{image: img, latent: res.Latent, kept: res.Kept}
	if maker, ok := r.studio.p.Generator.(recipe.Maker); ok {
		u.used = maker.Used()
	}
	return u
}

// renderDraft shows what a composition holds, as well as the model can.
func (s *Studio) renderDraft(res *inference.Result) *image.RGBA {
	if r, _ := s.p.Generator.Renderer(); r != nil {
		if img, err := r.Render(s.ctx, res.Latent.F32, int(res.Latent.Shape[3]), int(res.Latent.Shape[2])); err == nil {
			return img
		}
	}
	return res.Preview
}

func (s *Studio) names() string {
	if s.p.Names == nil {
		return recipe.DefaultNames
	}
	return s.p.Names()
}

func (s *Studio) save(j *Job, u unsaved) (string, error) {
	m := recipe.Embedded{Recipe: j.Recipe, Used: u.used, Kept: u.kept}
	if j.Source != "" {
		m.Parent = filepath.Base(j.Source)
	}
	data, err := recipe.EncodePicture(u.image, m, u.latent)
	if err != nil {
		return "", err
	}
	file, err := disk.SaveNew(j.Recipe.FolderIn(s.p.Pictures()), data, recipe.FileName(s.names(), j.Recipe, time.Now()))
	if err == nil && s.p.Saved != nil {
		s.p.Saved(file)
	}
	return file, err
}

// learn remembers how fast a picture was made.
func (s *Studio) learn(r recipe.Recipe, res *inference.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.speeds[r.Setup().String()].after(measured(res))
	s.speeds[r.Setup().String()] = v
	s.log(s.p.Store.saveSpeed(r.Setup().String(), v))
}
