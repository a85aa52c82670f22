package library

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cascata/app/disk"
)

// The index can be made again from the pictures, but for what the artist says
// of them. That is kept a second time in a file beside it, which is read when
// the index has to be made again.

// pictureMarks are what the artist says of a picture.
type pictureMarks struct {
	Stars     int      `json:"stars,omitempty"`
	Favourite bool     `json:"favourite,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Albums    []string `json:"albums,omitempty"` // names
}

// markedFile is a line of the file. A picture is known again by its path or by
// its content.
type markedFile struct {
	File string `json:"file"`
	Key  []byte `json:"key"`
	pictureMarks
}

type marksFile struct {
	Version  int          `json:"version"`
	Folders  []string     `json:"folders,omitempty"` // imported
	Albums   []string     `json:"albums,omitempty"`
	Pictures []markedFile `json:"pictures,omitempty"`
}

// maxMarks bounds the file, in bytes.
const maxMarks = 256 << 20

// save writes the file.
func (m *Marks) save() error {
	all := marksFile{Version: 1}
	var err error
	if all.Folders, err = m.Folders(); err != nil {
		return err
	}
	rows, err := m.read.Query("SELECT name FROM albums ORDER BY name")
	if all.Albums, err = scanTexts(rows, err); err != nil {
		return err
	}
	rows, err = m.read.Query("SELECT file, key, " + marksColumn + ` FROM pictures
		WHERE stars <> 0 OR favourite <> 0 OR id IN (SELECT picture FROM tagged) OR id IN (SELECT picture FROM placed)
		UNION ALL SELECT file, key, marks FROM kept`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f markedFile
		var text []byte
		if err := rows.Scan(&f.File, &f.Key, &text); err != nil {
			return err
		}
		if err := json.Unmarshal(text, &f.pictureMarks); err != nil {
			return err
		}
		all.Pictures = append(all.Pictures, f)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return disk.WriteFile(m.path, data)
}

// marksColumn is a picture's marks as JSON.
const marksColumn = `json_object('stars', stars, 'favourite', json(iif(favourite, 'true', 'false')),
	'tags', json((SELECT json_group_array(tag) FROM tagged WHERE picture = pictures.id)),
	'albums', json((SELECT json_group_array(albums.name) FROM placed JOIN albums ON albums.id = album WHERE picture = pictures.id)))`

// load takes the file's content into an index that was just made.
func (m *Marks) load() error {
	info, err := os.Stat(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Size() > maxMarks {
		return fmt.Errorf("%s is larger than %d bytes", m.path, maxMarks)
	}
	data, err := os.ReadFile(m.path)
	if err != nil {
		return err
	}
	var all marksFile
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%s cannot be read: %w", m.path, err)
	}
	if all.Version != 1 {
		return fmt.Errorf("%s has version %d: %w", m.path, all.Version, disk.ErrNewer)
	}
	return m.in(func(b *batch) error {
		for _, dir := range all.Folders {
			if !filepath.IsAbs(dir) {
				continue
			}
			if err := b.exec("INSERT OR IGNORE INTO folders (dir) VALUES (?)", dir); err != nil {
				return err
			}
		}
		for _, name := range all.Albums {
			if _, err := b.album(name); err != nil {
				return err
			}
		}
		for _, f := range all.Pictures {
			text, err := json.Marshal(f.pictureMarks)
			if err == nil {
				err = b.exec("INSERT INTO kept (file, key, marks) VALUES (?, ?, ?)", f.File, append([]byte{}, f.Key...), text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// album returns the ID of the album of a name, which it makes when needed; 0
// for a name that no album may have.
func (b *batch) album(name string) (id int64, err error) {
	name, err = label("album", name)
	if err != nil {
		return 0, nil
	}
	err = b.row("SELECT id FROM albums WHERE name = ?", []any{name}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		err = b.row("INSERT INTO albums (name) VALUES (?) RETURNING id", []any{name}, &id)
	}
	return id, err
}

// keepMarks keeps the marks of a row that is about to be removed.
func (b *batch) keepMarks(id int64) error {
	return b.exec("INSERT INTO kept (file, key, marks) SELECT file, key, "+marksColumn+` FROM pictures
		WHERE id = ? AND (stars <> 0 OR favourite <> 0 OR id IN (SELECT picture FROM tagged) OR id IN (SELECT picture FROM placed))`, id)
}

// takeMarks gives a new row the marks that were kept for it.
func (b *batch) takeMarks(id int64, e *entry) error {
	var kept int64
	var text []byte
	err := b.row("SELECT id, marks FROM kept WHERE file = ? OR key = ? ORDER BY file <> ? LIMIT 1", []any{e.file, e.key, e.file}, &kept, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var m pictureMarks
	if json.Unmarshal(text, &m) == nil {
		if err := b.setMarks(id, m); err != nil {
			return err
		}
	}
	return b.exec("DELETE FROM kept WHERE id = ?", kept)
}

// setMarks adds marks to a row. The caller sees to its words.
func (b *batch) setMarks(id int64, m pictureMarks) error {
	err := b.exec("UPDATE pictures SET stars = ?, favourite = ? WHERE id = ?", min(max(m.Stars, 0), 5), m.Favourite, id)
	for _, tag := range m.Tags {
		tag, bad := label("tag", tag)
		if err == nil && bad == nil {
			err = b.exec("INSERT OR IGNORE INTO tagged (tag, picture) VALUES (?, ?)", tag, id)
		}
	}
	for _, name := range m.Albums {
		var album int64
		if err == nil {
			album, err = b.album(name)
		}
		if err == nil && album != 0 {
			err = b.exec("INSERT OR IGNORE INTO placed (album, picture) VALUES (?, ?)", album, id)
		}
	}
	return err
}
