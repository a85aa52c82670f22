package library

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks are what the artist says of pictures: stars, favourites, tags, albums.
// They are kept a second time beside the index. Its methods may be called from
// any goroutine; they wait for the disk. Errors wrap disk.ErrWrite where the
// index could not be written.
type Marks struct {
	*db
	path   string  // of the second place
	backup delayed // writes it
}

// marked runs f and reports that marks changed.
func (m *Marks) marked(f func(*batch) error) error {
	if err := m.in(f); err != nil {
		return err
	}
	m.backup.soon()
	m.changed.soon()
	return nil
}

// SetStars rates pictures; n beyond 0 to 5 is an error.
func (m *Marks) SetStars(n int, ids ...int64) error {
	if n < 0 || n > 5 {
		return fmt.Errorf("%d stars; give from 0 to 5", n)
	}
	return m.marked(func(b *batch) error {
		return b.exec("UPDATE pictures SET stars = ? WHERE id IN (SELECT value FROM json_each(?))", n, list(ids))
	})
}

// SetFavourite makes pictures favourites, or not any more.
func (m *Marks) SetFavourite(yes bool, ids ...int64) error {
	return m.marked(func(b *batch) error {
		return b.exec("UPDATE pictures SET favourite = ? WHERE id IN (SELECT value FROM json_each(?))", yes, list(ids))
	})
}

// Tag puts a tag on pictures, or takes it off. Upper and lower case letters
// are the same in tags.
func (m *Marks) Tag(tag string, on bool, ids ...int64) error {
	tag, err := label("tag", tag)
	if err != nil {
		return err
	}
	query := "DELETE FROM tagged WHERE tag = ? AND picture IN (SELECT value FROM json_each(?))"
	if on {
		query = "INSERT OR IGNORE INTO tagged (tag, picture) SELECT ?, id FROM pictures WHERE id IN (SELECT value FROM json_each(?))"
	}
	return m.marked(func(b *batch) error {
		if err := b.exec(query, tag, list(ids)); err != nil {
			return err
		}
		here, err := b.ids("SELECT id FROM pictures WHERE id IN (SELECT value FROM json_each(?))", list(ids))
		for _, id := range here {
			if err == nil {
				err = b.index(id)
			}
		}
		return err
	})
}

// maxLabel bounds the names of tags and albums, in letters.
const maxLabel = 100

// label tidies the name of a tag or an album.
func label(what, name string) (string, error) {
	name = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(name, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if name == "" {
		return "", fmt.Errorf("the %s has no name; type one", what)
	}
	if utf8.RuneCountInString(name) > maxLabel {
		return "", fmt.Errorf("the name of the %s is longer than %d letters; shorten it", what, maxLabel)
	}
	return name, nil
}

// NewAlbum makes an album. A name that is empty, too long or taken is an error.
func (m *Marks) NewAlbum(name string) (Album, error) {
	name, err := label("album", name)
	if err != nil {
		return Album{}, err
	}
	a := Album{Name: name}
	err = m.marked(func(b *batch) error {
		if err := b.freeAlbum(name, 0); err != nil {
			return err
		}
		return b.row("INSERT INTO albums (name) VALUES (?) RETURNING id", []any{name}, &a.ID)
	})
	return a, taken(err)
}

// RenameAlbum gives an album another name. Errors are those of NewAlbum.
func (m *Marks) RenameAlbum(album int64, name string) error {
	name, err := label("album", name)
	if err != nil {
		return err
	}
	return taken(m.marked(func(b *batch) error {
		if err := b.freeAlbum(name, album); err != nil {
			return err
		}
		return b.exec("UPDATE albums SET name = ? WHERE id = ?", name, album)
	}))
}

// errAlbumTaken marks a name that another album has.
var errAlbumTaken = errors.New("another album has this name; choose a different one")

// taken leaves out that the index could not be written, where that is not why.
func taken(err error) error {
	if errors.Is(err, errAlbumTaken) {
		return errAlbumTaken
	}
	return err
}

func (b *batch) freeAlbum(name string, but int64) error {
	others, err := b.ids("SELECT id FROM albums WHERE name = ? AND id <> ?", name, but)
	if err == nil && len(others) > 0 {
		err = errAlbumTaken
	}
	return err
}

// DeleteAlbum removes an album. Its pictures stay.
func (m *Marks) DeleteAlbum(album int64) error {
	return m.marked(func(b *batch) error {
		if err := b.exec("DELETE FROM placed WHERE album = ?", album); err != nil {
			return err
		}
		return b.exec("DELETE FROM albums WHERE id = ?", album)
	})
}

// AddToAlbum puts pictures into an album.
func (m *Marks) AddToAlbum(album int64, ids ...int64) error {
	return m.marked(func(b *batch) error {
		return b.exec(`INSERT OR IGNORE INTO placed (album, picture) SELECT albums.id, pictures.id FROM albums, pictures
			WHERE albums.id = ? AND pictures.id IN (SELECT value FROM json_each(?))`, album, list(ids))
	})
}

// RemoveFromAlbum takes pictures out of an album.
func (m *Marks) RemoveFromAlbum(album int64, ids ...int64) error {
	return m.marked(func(b *batch) error {
		return b.exec("DELETE FROM placed WHERE album = ? AND picture IN (SELECT value FROM json_each(?))", album, list(ids))
	})
}

// An Album is a named choice of pictures, Count of them shown; a picture may be in
// many.
type Album struct {
	ID    int64
	Name  string
	Count int
}

// CommonTags are the tags that all pictures have; there must be one picture.
func CommonTags(pictures []Picture) []string {
	tags := slices.Clone(pictures[0].Tags)
	for _, p := range pictures[1:] {
		tags = slices.DeleteFunc(tags, func(t string) bool { return !slices.Contains(p.Tags, t) })
	}
	return tags
}
