package library

import (
	"database/sql"
	"errors"
	"path/filepath"
)

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

// reassignFamily gives a family whose first picture is gone to the first of those
// that are left.
func (b *batch) reassignFamily(family int64) error {
	return b.exec(`UPDATE pictures SET family = (SELECT id FROM pictures WHERE family = ?1 ORDER BY made, id LIMIT 1)
		WHERE family = ?1 AND NOT EXISTS (SELECT 1 FROM pictures WHERE id = ?1 AND family = ?1)`, family)
}
