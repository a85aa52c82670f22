package hub

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// fetchAll fetches files, the largest first, several at once, until all are
// whole or one cannot be had.
func (d *download) fetchAll(ctx context.Context, missing []*item) error {
	if len(missing) == 0 {
		return d.state.save(d.job)
	}
	d.meter.change(func(p *Progress) { p.Phase = Fetching })
	stop := regularly(d.hub.Times.Save, func() { d.note(missing) })
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	todo := make(chan *item, len(missing))
	for _, it := range slices.SortedFunc(slices.Values(missing), func(a, b *item) int { return cmp.Compare(b.Size, a.Size) }) {
		todo <- it
	}
	close(todo)
	var wg sync.WaitGroup
	for range min(atOnce, len(missing)) {
		wg.Go(func() {
			for it := range todo {
				if ctx.Err() != nil {
					return
				}
				if err := d.fetch(ctx, it); err != nil {
					cancel(err) // the first one is kept
					return
				}
			}
		})
	}
	wg.Wait()
	stop()
	return context.Cause(ctx)
}

// note writes down what of the parts surely is on the disk now.
func (d *download) note(items []*item) {
	for _, it := range items {
		n := it.part.n.Load()
		if n > d.state.saved(it) && it.part.f.Sync() == nil { // fails once it is whole and closed
			d.state.setSaved(it, n)
		}
	}
	d.state.save(d.job) // when it cannot be written, the parts cannot either, and say so
}

// fetch makes one file whole.
func (d *download) fetch(ctx context.Context, it *item) error {
	d.meter.change(func(p *Progress) { p.File = it.Path })
	err := d.hub.retry(ctx, it.what, d.meter.waits, func() (bool, error) {
		before := it.part.n.Load()
		err := d.pull(ctx, it)
		further := it.part.n.Load()-before >= min(leastFurther, it.Size)
		if err != nil || it.part.right() {
			return further, err
		}
		return false, d.damaged(ctx, it)
	})
	if err != nil {
		return err
	}
	if err := it.part.commit(it.path); err != nil {
		return err
	}
	d.state.setWhole(it)
	d.meter.change(func(p *Progress) { p.Files++ })
	return nil
}

// damaged drops what a file with a wrong hash has of it: first what came just before
// the program was killed, then all, and the second time it gives up.
func (d *download) damaged(ctx context.Context, it *item) error {
	if it.part.sure > 0 {
		return d.back(it, "a part of "+it.Path+" did not reach the disk", func() error { return it.part.take(ctx, it.part.sure) })
	}
	if it.damaged++; it.damaged == 1 {
		return d.restart(it, it.Path+" arrived damaged")
	}
	d.restart(it, "")
	return &failure{ErrCorrupt, it.what, "it arrived damaged twice: its bytes are not those that the repository's list promises",
		"try again later, or over another network; nothing of it was kept", errChanged}
}

// restart drops all that has come of a file, and returns a passing fault.
func (d *download) restart(it *item, cause string) error { return d.back(it, cause, it.part.restart) }

// back lets drop take from what has come of a file, and returns a passing
// fault, or why it could not.
func (d *download) back(it *item, cause string, drop func() error) error {
	before := it.part.n.Load()
	err := drop()
	n := it.part.n.Load()
	d.state.setSaved(it, n)
	d.meter.change(func(p *Progress) { p.Done -= before - n })
	if err != nil {
		return err
	}
	return &passing{cause: cause}
}

// leastFurther is how much must come for a try to count as a success, bytes.
const leastFurther = 64 << 10

// pull asks for what is missing of a file and writes what comes.
func (d *download) pull(ctx context.Context, it *item) error {
	n := it.part.n.Load()
	if n == it.Size {
		return nil
	}
	span := ""
	if n > 0 {
		span = fmt.Sprintf("bytes=%d-", n)
	}
	a, err := d.hub.ask(ctx, http.MethodGet, it.url, span)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if a.StatusCode == http.StatusRequestedRangeNotSatisfiable && n > 0 {
		return d.restart(it, "the server does not know the part that is missing")
	}
	if err := d.hub.refused(a, it.what); err != nil {
		return err
	}
	if err := it.same(a); err != nil {
		return err
	}
	switch at, err := begins(a, it.Size); {
	case err != nil && n > 0: // the next try asks for all
		return d.restart(it, err.Error())
	case err != nil:
		return err
	case at == 0 && n > 0: // the server began again
		if err := d.restart(it, ""); !isPassing(err) {
			return err
		}
	case at != n:
		return d.restart(it, "the server sent another part than the one that is missing")
	}
	return it.part.fill(a.Body, d.meter.came)
}

// same refuses a file that is not the one in the repository's list any more.
func (it *item) same(a *answer) error {
	for _, name := range []string{"X-Linked-Etag", "Etag"} {
		etag := strings.ToLower(strings.Trim(strings.TrimPrefix(a.first.Get(name), "W/"), `"`))
		if len(etag) == len(it.hash()) && isHex(etag, len(etag)) && etag != it.hash() {
			return &failure{ErrCorrupt, it.what, "it was changed while it was being downloaded", "call again", errChanged}
		}
	}
	if size, err := strconv.ParseInt(a.first.Get("X-Linked-Size"), 10, 64); err == nil && size != it.Size {
		return &failure{ErrCorrupt, it.what, fmt.Sprintf("it was changed while it was being downloaded, and has %d bytes now, not %d", size, it.Size), "call again", errChanged}
	}
	return nil
}

var contentRange = regexp.MustCompile(`^bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$`)

// begins is the byte that an answer's body begins at. A body of another length
// than the file's is a fault.
func begins(a *answer, size int64) (at int64, err error) {
	total := a.ContentLength
	if a.StatusCode == http.StatusPartialContent {
		m := contentRange.FindStringSubmatch(strings.TrimSpace(a.Header.Get("Content-Range")))
		if m == nil {
			return 0, &passing{cause: "the server does not say which part it sends"}
		}
		at, _ = strconv.ParseInt(m[1], 10, 64)
		total = size
		if m[3] != "*" {
			total, _ = strconv.ParseInt(m[3], 10, 64)
		}
	}
	if total > size {
		return 0, &passing{cause: fmt.Sprintf("the server has a file of %d bytes, not %d", total, size)}
	}
	return at, nil
}
