// Package library is the index of every picture there is: looking for files, searching, marks and albums, the trash.
package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cascata/app/disk"
	"cascata/app/meta"
)

// Params are what a Library needs. Log, Changed and Watch may be left out.
type Params struct {
	State    string        // folder of the index
	Cache    string        // folder of caches; thumbnails lie in thumbs inside it
	Pictures func() string // where the program saves pictures now
	Usual    string        // where it does so without a setting: this folder may be missing until the first picture
	Log      *slog.Logger

	// Replace lets an index that a newer version of the program wrote be put
	// aside and made again. Without it that index is refused: the newer one may
	// be running.
	Replace bool

	// Trash is the folder of the trash; "" is the system's.
	Trash string

	// Read says what a picture file tells of itself: meta.Read.
	Read func(path string) (meta.Info, error)

	// Watch looks through the folders once in the background and then notices
	// what other programs do there.
	Watch bool

	// Changed is called after something changed, at most five times a second,
	// on a goroutine of the library. It must return soon.
	Changed func()
}

// A Library is the index of the pictures: what is known of each, and what the
// artist says of it. The files come first: the index is made from them and can
// be made again. Its methods may be called from any goroutine; they wait for
// the disk.
type Library struct {
	*db
	*Finder
	*Marks
	*Thumbs

	p    Params
	ctx  context.Context // ends when Close is called
	stop context.CancelFunc
	wg   sync.WaitGroup

	scan  sync.Mutex // one look through the folders at a time
	files sync.Mutex // held while files are moved and their rows follow
	watch *watcher   // nil without Watch
}

// db is the index.
type db struct {
	write   *sql.DB // one connection
	read    *sql.DB
	changed delayed // reports that something changed
}

// Open opens the index, or makes it. aside is empty as a
// rule; an index that could not be read is put aside, and made again from the
// pictures. Errors wrap ErrWrite, and ErrNewer where a newer version wrote it and
// Replace is not set. The caller must call Close.
func Open(p Params) (l *Library, aside disk.Aside, err error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	write, read, fresh, aside, err := openIndex(filepath.Join(p.State, "library.db"), p.Replace)
	if err != nil {
		return nil, disk.Aside{}, err
	}
	ctx, stop := context.WithCancel(context.Background())
	index := &db{write: write, read: read}
	l = &Library{p: p, db: index, ctx: ctx, stop: stop}
	l.Finder = &Finder{db: index, orders: orderCache{read: read}}
	l.Marks = &Marks{db: index, path: filepath.Join(p.State, "library-marks.json")}
	l.Thumbs = &Thumbs{db: index, dir: filepath.Join(p.Cache, "thumbs"), log: p.Log, ctx: ctx, wg: &l.wg, making: make(chan struct{}, 2)}
	l.changed = delayed{wait: 200 * time.Millisecond, do: func() {
		if p.Changed != nil {
			p.Changed()
		}
	}}
	l.backup = delayed{wait: 10 * time.Second, do: func() {
		if err := l.Marks.save(); err != nil {
			p.Log.Warn("marks not written", "err", err)
		}
	}}
	if fresh {
		if err := l.Marks.load(); err != nil { // and not written over
			kept, failed := disk.PutAside(l.Marks.path, err)
			p.Log.Warn("marks not read", "err", err, "aside", kept.File, "failed", failed)
		}
	}
	if p.Watch {
		l.watch = newWatcher(l)
		l.wg.Go(l.watch.run)
	}
	return l, aside, nil
}

// Close ends the background work, waits for it and closes the index.
func (l *Library) Close() error {
	l.stop()
	l.wg.Wait()
	l.backup.end(true)
	l.changed.end(false)
	l.orders.close()
	return errors.Join(l.read.Close(), l.write.Close())
}

// in runs f in a transaction. Errors wrap ErrWrite.
func (d *db) in(f func(*batch) error) error {
	tx, err := d.write.Begin()
	if err != nil {
		return fmt.Errorf("%w the index of the library: %w", disk.ErrWrite, err)
	}
	defer tx.Rollback() // does nothing once committed
	b := &batch{tx: tx, prepared: map[string]*sql.Stmt{}}
	if err := f(b); err != nil {
		return fmt.Errorf("%w the index of the library: %w", disk.ErrWrite, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w the index of the library: %w", disk.ErrWrite, err)
	}
	return nil
}

// A batch is a transaction that prepares each statement once.
type batch struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt // closed with the transaction
}

func (b *batch) stmt(query string) (*sql.Stmt, error) {
	if s := b.prepared[query]; s != nil {
		return s, nil
	}
	s, err := b.tx.Prepare(query)
	if err == nil {
		b.prepared[query] = s
	}
	return s, err
}

func (b *batch) exec(query string, args ...any) error {
	s, err := b.stmt(query)
	if err == nil {
		_, err = s.Exec(args...)
	}
	return err
}

// row reads one row; sql.ErrNoRows when there is none.
func (b *batch) row(query string, args []any, to ...any) error {
	s, err := b.stmt(query)
	if err != nil {
		return err
	}
	return s.QueryRow(args...).Scan(to...)
}

// ids reads rows of one whole number.
func (b *batch) ids(query string, args ...any) ([]int64, error) {
	s, err := b.stmt(query)
	if err != nil {
		return nil, err
	}
	return scanIDs(s.Query(args...))
}

// scanIDs reads rows of whole numbers, one row after another.
func scanIDs(rows *sql.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	row, to := make([]int64, len(columns)), make([]any, len(columns))
	for i := range row {
		to[i] = &row[i]
	}
	var ids []int64
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		ids = append(ids, row...)
	}
	return ids, rows.Err()
}

// list writes IDs as SQLite's json_each takes them.
func list(ids []int64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, id)
	}
	b.WriteByte(']')
	return b.String()
}

// delayed does something a while after it was asked to, once for all that ask
// meanwhile.
type delayed struct {
	wait time.Duration
	do   func()

	mu      sync.Mutex // guards asked; not held while do runs
	asked   bool
	running sync.WaitGroup
}

// soon may be called from any goroutine.
func (d *delayed) soon() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.asked {
		d.asked = true
		time.AfterFunc(d.wait, d.now)
	}
}

// now does what was asked, unless it is done.
func (d *delayed) now() {
	d.mu.Lock()
	asked := d.asked
	d.asked = false
	if asked {
		d.running.Add(1)
		defer d.running.Done()
	}
	d.mu.Unlock()
	if asked {
		d.do()
	}
}

// end does at once what was asked, or forgets it, and returns when nothing
// runs any more.
func (d *delayed) end(do bool) {
	if !do {
		d.mu.Lock()
		d.asked = false
		d.mu.Unlock()
	}
	d.now()
	d.running.Wait()
}
