package library

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// How put found an entry.
type putKind int

const (
	putNew putKind = iota
	putChanged
	putMoved
	putCopy
)

// put writes an entry: over the row of the same file, over the row of a file
// that is gone and had the same content, or as a new row.
func (b *batch) put(e *entry) (id int64, kind putKind, err error) {
	if e.id == 0 {
		id, kind, err = b.rowFor(e)
	}
	if err != nil {
		return 0, 0, err
	}
	model, err := b.model(e.model)
	if err != nil {
		return 0, 0, err
	}
	name := filepath.Base(e.file)
	args := []any{
		e.file, name, e.bytes, e.made, e.width, e.height, int64(e.width) * int64(e.height), e.program, model, e.parent,
		int64(e.seed), e.steps, e.decoderSteps, e.draft, e.imported, e.key, e.hash, e.prompt, e.negative,
	}
	var oldKey, oldHash []byte
	if id == 0 {
		err = b.row(`INSERT INTO pictures (id, file, name, bytes, made, width, height, pixels, program, model, parent,
			seed, steps, decoder_steps, draft, imported, key, hash, prompt, negative)
			VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, append([]any{e.id}, args...), &id)
		if err == nil {
			err = b.exec("UPDATE pictures SET family = id WHERE id = ?", id)
		}
		if err == nil {
			err = b.takeMarks(id, e)
		}
	} else if err = b.row("SELECT key, hash FROM pictures WHERE id = ?", []any{id}, &oldKey, &oldHash); err == nil {
		err = b.exec(`UPDATE pictures SET file = ?, name = ?, bytes = ?, made = ?, width = ?, height = ?, pixels = ?, program = ?, model = ?, parent = ?,
			seed = ?, steps = ?, decoder_steps = ?, draft = ?, imported = ?, key = ?, hash = ?, prompt = ?, negative = ?, missing = 0 WHERE id = ?`,
			append(args, id)...)
	}
	if err == nil && oldKey != nil {
		err = b.showOne(oldHash, oldKey) // a copy of what it was
	}
	if err == nil {
		err = b.index(id)
	}
	if err == nil && (oldKey != nil || e.others != [2]string{}) {
		err = b.indexOthers(id, e.others)
	}
	if err == nil {
		err = b.relate(id)
	}
	var copied bool
	if err == nil {
		copied, err = b.settleCopies(id)
	}
	if copied && kind == putNew {
		kind = putCopy
	}
	return id, kind, err
}

// rowFor finds the row that an entry belongs to; id is 0 when there is none.
func (b *batch) rowFor(e *entry) (id int64, kind putKind, err error) {
	err = b.row("SELECT id FROM pictures WHERE file = ?", []any{e.file}, &id)
	if err == nil {
		return id, putChanged, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, 0, err
	}
	same, err := b.ids("SELECT id FROM pictures WHERE key = ? ORDER BY missing DESC, id LIMIT 50", e.key)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range same {
		var file string
		if err := b.row("SELECT file FROM pictures WHERE id = ?", []any{id}, &file); err != nil {
			return 0, 0, err
		}
		if _, err := os.Lstat(file); errors.Is(err, os.ErrNotExist) {
			return id, putMoved, nil
		}
	}
	return 0, putNew, nil
}

func (b *batch) model(name string) (id int64, err error) {
	if err = b.row("SELECT id FROM models WHERE name = ?", []any{name}, &id); errors.Is(err, sql.ErrNoRows) {
		err = b.row("INSERT INTO models (name) VALUES (?) RETURNING id", []any{name}, &id)
	}
	return id, err
}

// index makes the words of a row findable.
func (b *batch) index(id int64) error {
	var prompt, negative, model, name string
	err := b.row("SELECT prompt, negative, models.name, pictures.name FROM pictures JOIN models ON models.id = model WHERE pictures.id = ?",
		[]any{id}, &prompt, &negative, &model, &name)
	if err != nil {
		return err
	}
	tags, err := b.tags(id)
	if err != nil {
		return err
	}
	return b.exec("INSERT OR REPLACE INTO words (rowid, prompt, negative, model, tags, name) VALUES (?, ?, ?, ?, ?, ?)",
		id, spaced(prompt), spaced(negative), spaced(model), spaced(strings.Join(tags, "\n")), spaced(strings.TrimSuffix(name, filepath.Ext(name))))
}

// indexOthers makes the texts findable that have no place in a row.
func (b *batch) indexOthers(id int64, others [2]string) error {
	if others == [2]string{} {
		return b.exec("DELETE FROM others WHERE rowid = ?", id)
	}
	return b.exec("INSERT OR REPLACE INTO others (rowid, said, negative) VALUES (?, ?, ?)", id, spaced(others[0]), spaced(others[1]))
}

func (b *batch) tags(id int64) ([]string, error) {
	s, err := b.stmt("SELECT tag FROM tagged WHERE picture = ? ORDER BY tag")
	if err != nil {
		return nil, err
	}
	return scanTexts(s.Query(id))
}

func scanTexts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var texts []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		texts = append(texts, s)
	}
	return texts, rows.Err()
}

// remove forgets a row, and shows a copy in its place.
func (b *batch) remove(id int64) error {
	var family int64
	var key, hash []byte
	err := b.row("DELETE FROM pictures WHERE id = ? RETURNING family, key, hash", []any{id}, &family, &key, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	for _, query := range []string{"DELETE FROM words WHERE rowid = ?", "DELETE FROM others WHERE rowid = ?", "DELETE FROM tagged WHERE picture = ?", "DELETE FROM placed WHERE picture = ?"} {
		if err == nil {
			err = b.exec(query, id)
		}
	}
	if err == nil {
		err = b.reassignFamily(family)
	}
	if err == nil {
		err = b.showOne(hash, key)
	}
	return err
}

// markMissing notes that a row's file is gone. What the artist said of it is kept.
func (b *batch) markMissing(id int64) error {
	var key, hash []byte
	err := b.row("UPDATE pictures SET missing = 1 WHERE id = ? RETURNING key, hash", []any{id}, &key, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = b.showOne(hash, key)
	}
	return err
}

// Add indexes one file at once and sees to its thumbnail in the background.
func (l *Library) Add(file string) (Picture, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Picture{}, err
	}
	e, err := l.readEntry(file)
	if err != nil {
		return Picture{}, err
	}
	id, err := l.putOne(e)
	if err != nil {
		return Picture{}, err
	}
	if l.watch != nil {
		l.watch.folder(filepath.Dir(file))
	}
	l.changed.soon()
	p, err := l.Get(id)
	if err != nil || len(p) == 0 {
		return Picture{}, errors.Join(err, errGone)
	}
	l.laterThumb(p[0])
	return p[0], nil
}

func (l *Library) putOne(e *entry) (id int64, err error) {
	l.files.Lock() // a file that is being moved to the trash must not come back
	defer l.files.Unlock()
	if _, err := os.Lstat(e.file); err != nil {
		return 0, err
	}
	err = l.in(func(b *batch) (err error) {
		id, _, err = b.put(e)
		return err
	})
	return id, err
}

// errGone marks a picture that was removed meanwhile.
var errGone = errors.New("the picture is not in the library any more")
