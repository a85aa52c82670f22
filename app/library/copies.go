package library

import (
	"fmt"
	"path/filepath"
)

// ByFile returns the picture that the library shows for a file: its own, or
// the one of the same content that stands for it. A path through links is
// followed. ok is false where the library does not have the file.
func (f *Finder) ByFile(file string) (p Picture, ok bool, err error) {
	if file, err = filepath.Abs(file); err != nil {
		return p, false, err
	}
	names := []string{file}
	if real, err := filepath.EvalSymlinks(file); err == nil && real != file {
		names = append(names, real)
	}
	for _, name := range names {
		rows, err := f.read.Query(`SELECT coalesce((SELECT id FROM pictures AS k WHERE of.copy AND k.key = of.key AND k.hash IS of.hash AND k.copy = 0), of.id)
			FROM pictures AS of WHERE file = ?`, name)
		ids, err := scanIDs(rows, err)
		if err != nil {
			return p, false, fmt.Errorf("the library cannot be read: %w", err)
		}
		if found, err := f.Get(ids...); err != nil || len(found) > 0 {
			return append(found, p)[0], len(found) > 0, err
		}
	}
	return p, false, nil
}

// Copies returns the files that have the content of some pictures and are not
// shown, since these are.
func (f *Finder) Copies(ids ...int64) ([]Picture, error) {
	return f.pictures(`pictures.missing = 0 AND pictures.copy = 1 AND EXISTS (SELECT 1 FROM pictures AS k
		WHERE k.id IN (SELECT value FROM json_each(?)) AND k.id <> pictures.id AND k.key = pictures.key AND k.hash = pictures.hash) ORDER BY file`, list(ids))
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
