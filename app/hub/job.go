package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"
)

// A Job is one download: files of some repositories.
type Job struct {
	Name    string // of what is noted of it while it is not whole
	Dir     string // where the files of all jobs lie; made if need be
	Sources []Source
}

// A Source is what is wanted of one repository.
type Source struct {
	Repo     string // OWNER/NAME
	Revision string // branch, tag or commit; "" is main

	// Choose says which of all its files are wanted, or why it is not the repository
	// that was expected. It may be called more than once.
	Choose func(all []File) ([]File, error)
}

// A Copy is what a job has of one repository, at one commit.
type Copy struct {
	Repo   string `json:"repo"`
	Commit string `json:"commit,omitempty"` // "" where the server did not say
	Files  []File `json:"files"`
}

// Folder is where its files lie in the job's folder, which only ever holds one
// commit's. Without a commit it is what was there last.
func (c Copy) Folder() string {
	at := "latest"
	if len(c.Commit) > 12 {
		at = c.Commit[:12]
	}
	return filepath.Join(strings.ReplaceAll(c.Repo, "/", "--"), at)
}

// Path is where one of its files lies, in the job's folder.
func (c Copy) Path(f File) string { return filepath.Join(c.Folder(), filepath.FromSlash(f.Path)) }

// atOnce is how many files are fetched at the same time.
const atOnce = 4

// Download fetches what a job wants and is not there yet, and returns what
// lies in its folder now. It goes on where an earlier call for the same job ended, at
// the same commits. Files that Hugging Face's own programs have fetched are
// linked to, not fetched. When ctx ends it returns its cause, and keeps what
// has come. progress, if not nil, is called on a goroutine of Download's, the last
// time before it returns. After success the caller notes what it has got and calls
// Forget.
//
// Errors wrap ErrNetwork, ErrAccess, ErrMissing, ErrCorrupt, ErrBusy or
// disk.ErrWrite, and say what to do.
func (h *Hub) Download(ctx context.Context, job Job, progress func(Progress)) ([]Copy, error) {
	if h.Offline {
		return nil, &failure{ErrNetwork, job.Name, "HF_HUB_OFFLINE forbids the network", "unset it", nil}
	}
	lock, err := lockDir(job.Dir)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	hub := *h
	hub.client = hub.open()
	defer hub.client.CloseIdleConnections()
	d := &download{hub: &hub, job: job, meter: &meter{}}
	stop := d.meter.report(h.Times.Report, progress)
	defer stop()
	d.state = readState(job)
	copies, err := d.run(ctx)
	if errors.Is(err, errChanged) && ctx.Err() == nil {
		d.old, d.state = d.state, newState()
		copies, err = d.run(ctx)
	}
	if err == nil {
		d.meter.change(func(p *Progress) { p.Phase, p.Done = Done, p.Total })
	}
	return copies, err
}

// lockDir makes a folder and takes it for this download alone, among all
// programs. The system lets go of it when the program dies.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("%w %s: %w", disk.ErrWrite, dir, err)
	}
	path := filepath.Join(dir, ".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", disk.ErrWrite, path, err)
	}
	if err := disk.Lock(f); err != nil {
		f.Close()
		return nil, &failure{ErrBusy, dir, "another download is running here", "wait until it has ended, or stop it", err}
	}
	return f, nil
}

// A download is a job under way.
type download struct {
	hub   *Hub
	job   Job
	meter *meter
	state *state
	old   *state // of the commits before a change; nil: there was none
	items []*item
}

// An item is one file of it.
type item struct {
	File
	what string // for messages
	url  string
	path string // where it is to lie
	part *part  // open while it is not whole

	damaged int // how often it came with a wrong hash
}

// key names the file, with these bytes, whatever the commit.
func (it *item) key() string { return it.what + " " + it.hash() }

// run makes the job whole.
func (d *download) run(ctx context.Context) ([]Copy, error) {
	if d.state.Copies == nil {
		if err := d.list(ctx); err != nil {
			return nil, err
		}
	}
	d.itemize()
	defer d.closeParts()
	d.state.dropOld(d)
	missing, err := d.check(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.room(missing); err != nil {
		return nil, err
	}
	if err := d.fetchAll(ctx, missing); err != nil {
		return nil, err
	}
	return d.state.Copies, nil
}

// list asks the repositories what they have.
func (d *download) list(ctx context.Context) error {
	d.meter.change(func(p *Progress) { *p = Progress{Phase: Listing} })
	var copies []Copy
	for _, s := range d.job.Sources {
		c, err := d.hub.list(ctx, s, d.meter.waits)
		if err != nil {
			return err
		}
		copies = append(copies, c)
	}
	d.state.Copies = copies
	return d.state.save(d.job)
}

// list asks one repository what it has, at the commit that its revision is now.
func (h *Hub) list(ctx context.Context, s Source, onRetry retryFunc) (Copy, error) {
	c := Copy{Repo: s.Repo}
	if !repoName.MatchString(s.Repo) {
		return c, &failure{ErrMissing, clip(s.Repo), "it is no name of a repository", "write OWNER/NAME", nil}
	}
	revision := cmp.Or(s.Revision, "main")
	all, err := h.tree(ctx, s.Repo, revision, onRetry)
	if err != nil {
		return c, err
	}
	if c.Files, err = h.choose(s, all); err != nil {
		return c, err
	}
	c.Commit, err = h.commit(ctx, s.Repo, revision, c.Files[0].Path, onRetry)
	if err != nil || c.Commit == "" || c.Commit == revision {
		return c, err
	}
	switch all, err = h.tree(ctx, s.Repo, c.Commit, onRetry); {
	case errors.Is(err, ErrMissing): // a mirror that knows no commits
		c.Commit = ""
		return c, nil
	case err != nil:
		return c, err
	}
	c.Files, err = h.choose(s, all)
	return c, err
}

func (h *Hub) choose(s Source, all []File) ([]File, error) {
	files, err := s.Choose(all)
	if err == nil && len(files) == 0 {
		err = errors.New("it has none of the files that are wanted")
	}
	if err != nil {
		return nil, &failure{ErrMissing, s.Repo, err.Error(), "see whether it was moved, or check HF_ENDPOINT", nil}
	}
	return files, nil
}

// itemize makes the list of all files.
func (d *download) itemize() {
	d.items = d.state.items(d)
	total := int64(0)
	for _, it := range d.items {
		total += it.Size
	}
	d.meter.change(func(p *Progress) { *p = Progress{Phase: Checking, Total: total, Of: len(d.items)} })
}

// items are the files that a state lists.
func (s *state) items(d *download) []*item {
	var list []*item
	for _, c := range s.Copies {
		for _, f := range c.Files {
			list = append(list, &item{
				File: f, what: c.Repo + " " + f.Path, path: filepath.Join(d.job.Dir, c.Path(f)),
				url: d.hub.resolve(c.Repo, cmp.Or(c.Commit, d.revision(c.Repo)), f.Path),
			})
		}
	}
	return list
}

func (d *download) revision(repo string) string {
	for _, s := range d.job.Sources {
		if s.Repo == repo && s.Revision != "" {
			return s.Revision
		}
	}
	return "main"
}

// check finds what is there already, and returns what is not. Of that it opens
// what has come of it.
func (d *download) check(ctx context.Context) ([]*item, error) {
	var missing []*item
	for _, it := range d.items {
		d.meter.change(func(p *Progress) { p.File = it.Path })
		whole, err := d.whole(ctx, it)
		if err == nil && !whole {
			missing = append(missing, it)
			it.part, err = openPart(ctx, it.path, d.state.saved(it), it.File)
		}
		if err != nil {
			return nil, err
		}
		d.meter.change(func(p *Progress) {
			if whole {
				p.Done, p.Files = p.Done+it.Size, p.Files+1
			} else {
				p.Done += it.part.n.Load()
			}
		})
	}
	return missing, nil
}

// room sees whether what is still to come fits on the disk.
func (d *download) room(missing []*item) error {
	need := int64(0)
	for _, it := range missing {
		need += it.Size - it.part.n.Load()
	}
	free := d.hub.Free
	if free == nil {
		free = disk.Free
	}
	have, err := free(d.job.Dir)
	if need == 0 || err != nil || have >= need+reserve {
		return nil // where the system does not say it, writing will
	}
	return &failure{ErrSpace, d.job.Dir, fmt.Sprintf("%s is still to come, and only %s is free there", Amount(need), Amount(have)),
		fmt.Sprintf("make room for %s and call again: it goes on where it ended", Amount(need+reserve-have)), nil}
}

// reserve is what is left free for other programs, bytes.
const reserve = 32 << 20

// Amount is a number of bytes in three digits: 4.93 GB.
func Amount(n int64) string {
	v, unit := float64(n), 0
	for v >= 999.5 && unit < 4 {
		v, unit = v/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.3g %cB", v, "kMGT"[unit-1])
}

func (d *download) closeParts() {
	for _, it := range d.items {
		if it.part != nil {
			it.part.close()
			it.part = nil
		}
	}
}
