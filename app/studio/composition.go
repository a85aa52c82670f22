package studio

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cascata/app/disk"
	"cascata/app/recipe"
	"cascata/inference"
)

// compositions is a folder of what Stage C made of pictures that are not done yet, a
// file for each: should the program end before such a picture is done, it goes on from
// there, and becomes what it would have become. A file is named by its recipe and holds
// a checksum; one that is damaged counts as none. Methods may be called from any goroutine.
type compositions struct{ dir string } // "": none are kept

const (
	compositionEnding = ".composition"
	compositionMark   = "cascata composition 1\n" // what a file begins with; a checksum and the latent follow
	maxComposition    = 20 << 20                  // bytes of a file; that of a picture of 1024 pixels has 37,000
	maxCompositions   = 64                        // files that outlast a start of the program
)

// file is where the composition of a recipe lies. Its pictures must be hashed.
func (c compositions) file(r recipe.Recipe) string {
	text, err := json.Marshal(r)
	if err != nil || c.dir == "" {
		return ""
	}
	sum := sha256.Sum256(text)
	return filepath.Join(c.dir, hex.EncodeToString(sum[:])+compositionEnding)
}

// write keeps a composition. It does not wait for the disk: what the power takes is
// found damaged.
func (c compositions) write(r recipe.Recipe, latent *inference.Tensor) error {
	path := c.file(r)
	if path == "" {
		return nil
	}
	packed := recipe.PackLatent(latent)
	sum := sha256.Sum256(packed)
	return disk.WriteUnsynced(path, slices.Concat([]byte(compositionMark), sum[:], packed))
}

// read is the composition of a recipe, nil where there is none or it is damaged.
func (c compositions) read(r recipe.Recipe) *inference.Tensor {
	path := c.file(r)
	if path == "" {
		return nil
	}
	f, err := disk.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxComposition+1))
	if err != nil || len(data) > maxComposition {
		return nil
	}
	data, ok := bytes.CutPrefix(data, []byte(compositionMark))
	if !ok || len(data) < sha256.Size {
		return nil
	}
	packed := data[sha256.Size:]
	if sum := sha256.Sum256(packed); !bytes.Equal(sum[:], data[:sha256.Size]) {
		return nil
	}
	latent, err := recipe.UnpackLatent(packed)
	if err != nil {
		return nil
	}
	return latent
}

func (c compositions) remove(r recipe.Recipe) {
	if path := c.file(r); path != "" {
		os.Remove(path)
	}
}

// prune removes all but the newest files of jobs that may go on from them.
func (c compositions) prune(lists ...[]*Job) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	wanted := map[string]bool{}
	for _, list := range lists {
		for _, j := range list {
			if j.State == Waiting || j.State == Interrupted {
				wanted[c.file(j.Recipe)] = true
			}
		}
	}
	type old struct {
		path string
		at   int64
	}
	var kept []old
	for _, e := range entries {
		path := filepath.Join(c.dir, e.Name())
		switch info, err := e.Info(); {
		case err == nil && wanted[path]:
			kept = append(kept, old{path, info.ModTime().UnixNano()})
		case strings.HasSuffix(path, compositionEnding):
			os.Remove(path)
		}
	}
	slices.SortFunc(kept, func(a, b old) int { return cmp.Compare(b.at, a.at) })
	for _, o := range kept[min(len(kept), maxCompositions):] {
		os.Remove(o.path)
	}
}

// keepComposition writes down what Stage C made of a job whose detail comes next.
func (r *run) keepComposition(c *runningJob, latent *inference.Tensor) {
	s := r.studio
	if c.finished || c.Recipe.Draft {
		return
	}
	c.composes = c.Recipe
	s.mu.Lock()
	err := s.p.Store.saveJobs(c.Job) // with the hashes of its pictures, by which it is found
	s.mu.Unlock()
	if err == nil {
		err = s.compositions.write(c.composes, latent)
	}
	if err != nil {
		s.p.Log.Warn("composition not kept", "job", c.ID, "err", err)
		return
	}
	c.stored = s.compositions.dir != ""
}

// goOn has a job begin with its composition, where that was kept.
func (s *Studio) goOn(c *runningJob, rec *recipe.Recipe) {
	if c.Source != "" || c.Recipe.Draft {
		return
	}
	if rec.Composed = s.compositions.read(c.Recipe); rec.Composed == nil {
		return
	}
	c.latent, c.composes, c.stored = rec.Composed, c.Recipe, true
	s.mu.Lock()
	c.composed = true
	s.mu.Unlock()
}

// forgetComposition removes what a job has no more use for.
func (s *Studio) forgetComposition(c *runningJob) {
	if c.stored {
		s.compositions.remove(c.composes)
		c.stored = false
	}
}
