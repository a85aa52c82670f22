package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cascata/app/disk"
)

// A trashedRow is one picture in the trash.
type trashedRow struct {
	id     int64
	file   string
	marks  pictureMarks
	places []trashPlace // the picture, and the latent beside it; none when the file was gone
}

// Trash moves pictures to the system's trash and takes them out of the
// library, each with its file together. When one fails, those before it are in
// the trash: t holds them beside the error. A picture whose file is gone only
// leaves the library.
func (l *Library) Trash(ids ...int64) (t Trashed, err error) {
	pictures, err := l.Get(ids...)
	if err != nil {
		return t, err
	}
	l.files.Lock()
	defer l.files.Unlock()
	defer l.changed.soon()
	defer l.backup.soon()
	for _, p := range pictures {
		row, err := l.trash(p)
		if err != nil {
			return t, err
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

func (l *Library) trash(p Picture) (row trashedRow, err error) {
	row = trashedRow{id: p.ID, file: p.File, marks: pictureMarks{Stars: p.Stars, Favourite: p.Favourite, Tags: p.Tags}}
	albums, err := l.read.Query("SELECT albums.name FROM placed JOIN albums ON albums.id = album WHERE picture = ?", p.ID)
	if row.marks.Albums, err = scanTexts(albums, err); err != nil {
		return row, err
	}
	files := []string{p.File}
	if p.Draft {
		files = append(files, strings.TrimSuffix(p.File, filepath.Ext(p.File))+".safetensors")
	}
	for _, file := range files {
		// Asked first: on Windows a trash that cannot be made fails with the
		// error of a file that is not there.
		if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		place, err := l.trashFile(file)
		if err != nil {
			return row, errors.Join(fmt.Errorf("%w the trash: %s: %w", disk.ErrWrite, file, err), row.back())
		}
		row.places = append(row.places, place)
	}
	if err := l.in(func(b *batch) error { return b.remove(p.ID) }); err != nil {
		return row, errors.Join(err, row.back())
	}
	return row, nil
}

// back moves the files to where they were, the picture under another name when
// its own is taken.
func (r *trashedRow) back() error {
	var all error
	for i, p := range r.places {
		path, err := p.restore()
		if err != nil {
			all = errors.Join(all, fmt.Errorf("%w %s again: %w; it lies in the trash%s", disk.ErrWrite, p.from, err, p.as()))
		} else if i == 0 {
			r.file = path
		}
	}
	return all
}

// Restore brings pictures back from the trash with all that was said of them.
// Those that the artist removed from the trash meanwhile are named in the error.
func (l *Library) Restore(t Trashed) error {
	l.files.Lock()
	defer l.files.Unlock()
	defer l.changed.soon()
	defer l.backup.soon()
	var all error
	for _, row := range t.rows {
		if len(row.places) == 0 {
			continue
		}
		if err := row.back(); err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, l.restore(row))
	}
	return all
}

func (l *Library) restore(row trashedRow) error {
	e, err := l.readEntry(row.file)
	if err != nil {
		return err
	}
	e.id = row.id
	return l.in(func(b *batch) error {
		// A look through the folders may have been faster, and a second
		// Restore finds the row there.
		there, err := b.ids("SELECT id FROM pictures WHERE file = ? OR id = ?", row.file, row.id)
		for _, id := range there {
			if err == nil {
				err = b.remove(id)
			}
		}
		if err == nil {
			_, _, err = b.put(e)
		}
		if err == nil {
			err = b.setMarks(row.id, row.marks)
		}
		if err == nil {
			err = b.index(row.id)
		}
		return err
	})
}

// Trashed is what Restore needs to bring pictures back. It is opaque.
type Trashed struct{ rows []trashedRow }

// Count is how many pictures lie in the trash.
func (t Trashed) Count() int { return len(t.rows) }
