package gallery

import (
	"slices"

	"cascata/app/library"
	"cascata/ui/async"
)

// pictureRows are the rows of the pictures that somebody looks at now. They
// are read beside the window's goroutine, one question at a time.
type pictureRows struct {
	run    async.Runner
	lib    Library
	onMore func() // more is known

	known  map[int64]library.Picture
	fresh  map[int64]bool // known, and not since changed
	wanted []int64
	busy   bool
	newest async.Newest
}

const (
	rowsKept    = 4000 // more are not kept but for those wanted
	rowsAtATime = 400
)

func newPictureRows(run async.Runner, lib Library, onMore func()) *pictureRows {
	return &pictureRows{run: run, lib: lib, onMore: onMore, known: map[int64]library.Picture{}, fresh: map[int64]bool{}}
}

func (r *pictureRows) get(id int64) (library.Picture, bool) {
	p, ok := r.known[id]
	return p, ok
}

// put knows a row that was changed here.
func (r *pictureRows) put(p library.Picture) { r.known[p.ID] = p }

// forget reads everything again when it is wanted. What was known is shown
// until then.
func (r *pictureRows) forget() {
	r.newest.Drop()
	clear(r.fresh)
}

// want reads the rows that are not known.
func (r *pictureRows) want(ids []int64) {
	r.wanted = ids
	if r.busy {
		return
	}
	missing := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return r.fresh[id] })
	if len(missing) == 0 {
		return
	}
	missing = missing[:min(len(missing), rowsAtATime)]
	r.busy = true
	newest := r.newest.Next() // until something is forgotten
	async.Go(r.run, func() ([]library.Picture, error) { return r.lib.Get(missing...) }, func(rows []library.Picture, err error) {
		r.busy = false
		switch {
		case !newest(): // they may be others by now
		case err != nil:
			return // asked again when something is scrolled or changes
		default:
			r.keep(missing, rows)
			r.onMore()
		}
		r.want(r.wanted)
	})
}

func (r *pictureRows) keep(asked []int64, rows []library.Picture) {
	if len(r.known) > rowsKept {
		for id := range r.known {
			if !slices.Contains(r.wanted, id) {
				delete(r.known, id)
				delete(r.fresh, id)
			}
		}
	}
	for _, id := range asked {
		r.fresh[id] = true // even where there is none
	}
	for _, p := range rows {
		r.known[p.ID] = p
	}
}
