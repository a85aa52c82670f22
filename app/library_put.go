package app

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/meta"
)

// An entry is what the index holds of a picture file.
type entry struct {
	id            int64 // that a new row must have; 0 for any
	file          string
	bytes, made   int64 // made in nanoseconds since 1970
	width, height int
	program       string
	prompt        string
	negative      string
	model         string
	parent        string
	seed          uint64
	steps         int
	decoderSteps  int
	draft         bool
	imported      bool
	key, hash     []byte // hash is nil until it is needed
}

// pictureFile says whether a name is one the library shows. Names that begin
// with a dot are hidden, those of unfinished files among them.
func pictureFile(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".webp":
		return true
	}
	return false
}

// maxText bounds each text that the index keeps, in bytes.
const maxText = 64 << 10

// readEntry reads what a file tells. It fails when the file is no picture.
func (l *Library) readEntry(file string) (*entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", file)
	}
	m, err := l.p.Read(file)
	if err != nil {
		return nil, err
	}
	e := &entry{file: file, bytes: info.Size(), made: info.ModTime().UnixNano(), width: m.FileWidth, height: m.FileHeight}
	if e.key, e.hash, err = contentKey(f, e.bytes); err != nil {
		return nil, err
	}
	pictures, err := l.pictureDir()
	if err != nil {
		return nil, err
	}
	e.imported = !within(file, pictures)
	e.program = clip(m.Program)
	if e.program == "" {
		e.program = meta.Unknown
	}
	e.prompt, e.negative, e.model, e.parent = text(m.Prompt), text(m.Negative), text(m.Model), text(m.Parent)
	e.seed, e.steps, e.decoderSteps = value(m.Seed), value(m.Steps), value(m.DecoderSteps)
	var made struct {
		Draft bool `json:"draft"`
	}
	if len(m.Recipe) > 0 && json.Unmarshal(m.Recipe, &made) == nil {
		e.draft = made.Draft
	}
	return e, nil
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func text(p *string) string { return clip(value(p)) }

func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
}

// within says whether file lies somewhere below dir.
func within(file, dir string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// keyPart is how much of a file's begin and of its end goes into its key.
const keyPart = 32 << 10

// contentKey tells files apart by their size, begin and end. For a small file
// that is all of it, and hash is set too.
func contentKey(f io.ReaderAt, size int64) (key, hash []byte, err error) {
	sum := sha256.New()
	binary.Write(sum, binary.LittleEndian, size)
	parts := []io.Reader{io.NewSectionReader(f, 0, size)}
	if size > 2*keyPart {
		parts = []io.Reader{io.NewSectionReader(f, 0, keyPart), io.NewSectionReader(f, size-keyPart, keyPart)}
	}
	for _, p := range parts {
		if _, err := io.Copy(sum, p); err != nil {
			return nil, nil, err
		}
	}
	key = sum.Sum(nil)[:16]
	if len(parts) == 1 {
		hash = key
	}
	return key, hash, nil
}

// contentHash reads all of a file.
func contentHash(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, err
	}
	return sum.Sum(nil)[:16], nil
}

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

// relate joins a row with the family of its parent, and its children with its
// own. A parent is known by its file name: the one in the same folder, else
// the first of that name.
func (b *batch) relate(id int64) error {
	var file, name, parent string
	if err := b.row("SELECT file, name, parent FROM pictures WHERE id = ?", []any{id}, &file, &name, &parent); err != nil {
		return err
	}
	if p, err := b.parent(id, file, parent); err != nil {
		return err
	} else if p != 0 {
		if err := b.join(id, p); err != nil {
			return err
		}
	}
	children, err := b.ids("SELECT id FROM pictures WHERE parent = ? AND parent <> '' AND id <> ?", name, id)
	if err != nil {
		return err
	}
	for _, child := range children {
		var file string
		if err := b.row("SELECT file FROM pictures WHERE id = ?", []any{child}, &file); err != nil {
			return err
		}
		if p, err := b.parent(child, file, name); err != nil {
			return err
		} else if p == id {
			if err := b.join(child, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// parent finds the picture that file came from; 0 when it is not known.
func (b *batch) parent(id int64, file, parent string) (p int64, err error) {
	if parent == "" {
		return 0, nil
	}
	err = b.row(parentQuery, []any{parent, id, filepath.Join(filepath.Dir(file), parent)}, &p)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return p, err
}

// parentQuery takes the parent's name, the child's ID, and the path a parent
// in the same folder has.
const parentQuery = "SELECT id FROM pictures WHERE name = ? AND id <> ? ORDER BY file <> ?, copy, id LIMIT 1"

// join makes two families one, that of the parent.
func (b *batch) join(child, parent int64) error {
	var from, to int64
	if err := b.row("SELECT c.family, p.family FROM pictures c, pictures p WHERE c.id = ? AND p.id = ?", []any{child, parent}, &from, &to); err != nil || from == to {
		return err
	}
	return b.exec("UPDATE pictures SET family = ? WHERE family = ?", to, from)
}

// headless gives a family whose first picture is gone to the first of those
// that are left.
func (b *batch) headless(family int64) error {
	return b.exec(`UPDATE pictures SET family = (SELECT id FROM pictures WHERE family = ?1 ORDER BY made, id LIMIT 1)
		WHERE family = ?1 AND NOT EXISTS (SELECT 1 FROM pictures WHERE id = ?1 AND family = ?1)`, family)
}

// settleCopies compares a row with those of the same key, and hides all but
// one of those whose content is the same.
func (b *batch) settleCopies(id int64) (copied bool, err error) {
	var key, hash []byte
	if err := b.row("SELECT key, hash FROM pictures WHERE id = ?", []any{id}, &key, &hash); err != nil {
		return false, err
	}
	same, err := b.ids("SELECT id FROM pictures WHERE key = ?", key)
	if err != nil {
		return false, err
	}
	if len(same) == 1 {
		return false, b.exec("UPDATE pictures SET copy = 0 WHERE id = ? AND copy <> 0", id)
	}
	for _, other := range same {
		if err := b.fullHash(other); err != nil {
			return false, err
		}
	}
	if err := b.row("SELECT hash FROM pictures WHERE id = ?", []any{id}, &hash); err != nil {
		return false, err
	}
	if err := b.showOne(hash, key); err != nil {
		return false, err
	}
	err = b.row("SELECT copy FROM pictures WHERE id = ?", []any{id}, &copied)
	return copied, err
}

// fullHash makes sure of a row's hash where its file can be read.
func (b *batch) fullHash(id int64) error {
	var file string
	var hash []byte
	if err := b.row("SELECT file, hash FROM pictures WHERE id = ?", []any{id}, &file, &hash); err != nil || hash != nil {
		return err
	}
	hash, err := contentHash(file)
	if err != nil {
		return nil // gone: it stays without one
	}
	return b.exec("UPDATE pictures SET hash = ? WHERE id = ?", hash, id)
}

// showOne shows one of the rows with a content: one of ours before an imported
// one, then the first.
func (b *batch) showOne(hash, key []byte) error {
	if hash == nil {
		return b.exec("UPDATE pictures SET copy = 0 WHERE key = ? AND hash IS NULL AND copy <> 0", key)
	}
	return b.exec(`UPDATE pictures SET copy = id <> (SELECT id FROM pictures WHERE key = ?1 AND hash = ?2 ORDER BY missing, imported, id LIMIT 1)
		WHERE key = ?1 AND hash = ?2`, key, hash)
}

// remove forgets a row, and shows a copy in its place.
func (b *batch) remove(id int64) error {
	var family int64
	var key, hash []byte
	err := b.row("DELETE FROM pictures WHERE id = ? RETURNING family, key, hash", []any{id}, &family, &key, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	for _, query := range []string{"DELETE FROM words WHERE rowid = ?", "DELETE FROM tagged WHERE picture = ?", "DELETE FROM placed WHERE picture = ?"} {
		if err == nil {
			err = b.exec(query, id)
		}
	}
	if err == nil {
		err = b.headless(family)
	}
	if err == nil {
		err = b.showOne(hash, key)
	}
	return err
}

// miss notes that a row's file is gone. What the artist said of it is kept.
func (b *batch) miss(id int64) error {
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
