package gallery

import (
	"context"
	"slices"
	"strings"

	"cascata/app/library"
	"cascata/ui/async"
	"cascata/ui/uitest"
)

// A fakeLibrary has its pictures in memory, newest first by ID.
type fakeLibrary struct {
	pics    map[int64]library.Picture
	trashed []int64
	albums  []library.Album
	folders []library.Folder
	copies  []library.Picture // of the picture that Family names
	in      map[int64][]int64
	finds   int
	asked   [][]int64 // of Get
	err     error
}

func (f *fakeLibrary) Find(q library.Query) (ids []int64, err error) {
	f.finds++
	for id, p := range f.pics {
		switch {
		case slices.Contains(f.trashed, id):
		case !strings.Contains(p.Prompt, q.Text):
		case q.Favourites && !p.Favourite, q.Drafts && !p.Draft, p.Stars < q.MinStars:
		case p.Width < q.MinWidth, p.Height < q.MinHeight, q.Shape == library.Landscape && p.Width <= p.Height:
		case q.Tag != "" && !slices.Contains(p.Tags, q.Tag), q.Album != 0 && !slices.Contains(f.in[q.Album], id):
		case p.Made.Before(q.From), !q.To.IsZero() && !p.Made.Before(q.To), q.Model != "" && q.Model != p.Model:
		default:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if q.Sort == library.Newest {
		slices.Reverse(ids)
	}
	return ids, f.err
}

func (f *fakeLibrary) FindDays(q library.Query) ([]int64, []library.Day, error) {
	ids, err := f.Find(q)
	var days []library.Day
	for _, id := range ids {
		start := midnight(f.pics[id].Made)
		if n := len(days); n == 0 || !days[n-1].Start.Equal(start) {
			days = append(days, library.Day{Start: start})
		}
		days[len(days)-1].Count++
	}
	if q.Sort != library.Newest && q.Sort != library.Oldest {
		days = nil
	}
	return ids, days, err
}

func (f *fakeLibrary) Get(ids ...int64) (pics []library.Picture, err error) {
	f.asked = append(f.asked, ids)
	for _, id := range ids {
		if p, ok := f.pics[id]; ok && !slices.Contains(f.trashed, id) {
			pics = append(pics, p)
		}
	}
	return pics, f.err
}

func (f *fakeLibrary) Copies(ids ...int64) (copies []library.Picture, err error) {
	for _, c := range f.copies {
		if slices.Contains(ids, c.Family) && !slices.Contains(f.trashed, c.ID) {
			copies = append(copies, c)
		}
	}
	return copies, f.err
}

func (f *fakeLibrary) Counts() (c library.Counts, err error) {
	c.All, c.Models = len(f.pics)-len(f.trashed), []string{"big", "lite"}
	for _, p := range f.pics {
		c.Bytes += p.Bytes
		if p.Favourite {
			c.Favourites++
		}
	}
	for _, a := range f.albums {
		a.Count = len(f.in[a.ID])
		c.Albums = append(c.Albums, a)
	}
	c.Tags = append(c.Tags, struct {
		Name  string
		Count int
	}{"night", 3})
	c.Folders, c.Copies = slices.Clone(f.folders), len(f.copies)
	return c, f.err
}

func (f *fakeLibrary) Thumb(p library.Picture) (string, error) { return p.File, f.err }

func (f *fakeLibrary) each(ids []int64, change func(p *library.Picture)) error {
	if f.err == nil {
		for _, id := range ids {
			p := f.pics[id]
			change(&p)
			f.pics[id] = p
		}
	}
	return f.err
}

func (f *fakeLibrary) SetStars(n int, ids ...int64) error {
	return f.each(ids, func(p *library.Picture) { p.Stars = n })
}
func (f *fakeLibrary) SetFavourite(yes bool, ids ...int64) error {
	return f.each(ids, func(p *library.Picture) { p.Favourite = yes })
}
func (f *fakeLibrary) Tag(tag string, on bool, ids ...int64) error {
	return f.each(ids, func(p *library.Picture) {
		p.Tags = slices.DeleteFunc(slices.Clone(p.Tags), func(t string) bool { return t == tag })
		if on {
			p.Tags = append(p.Tags, tag)
		}
	})
}
func (f *fakeLibrary) NewAlbum(name string) (library.Album, error) {
	a := library.Album{ID: int64(len(f.albums) + 1), Name: name}
	f.albums = append(f.albums, a)
	return a, f.err
}
func (f *fakeLibrary) RenameAlbum(id int64, name string) error { return f.err }
func (f *fakeLibrary) DeleteAlbum(id int64) error {
	f.albums = slices.DeleteFunc(f.albums, func(a library.Album) bool { return a.ID == id })
	return f.err
}
func (f *fakeLibrary) AddToAlbum(id int64, ids ...int64) error {
	f.in[id] = append(f.in[id], ids...)
	return f.err
}
func (f *fakeLibrary) RemoveFromAlbum(id int64, ids ...int64) error {
	f.in[id] = slices.DeleteFunc(f.in[id], func(i int64) bool { return slices.Contains(ids, i) })
	return f.err
}
func (f *fakeLibrary) Trash(ids ...int64) (library.Trashed, error) {
	if f.err == nil {
		f.trashed = append(f.trashed, ids...)
	}
	return library.Trashed{}, f.err
}
func (f *fakeLibrary) AddFolder(dir string) error {
	f.folders = append(f.folders, library.Folder{Dir: dir, Count: 3})
	return f.err
}
func (f *fakeLibrary) RemoveFolder(dir string) (int, error) {
	f.folders = slices.DeleteFunc(f.folders, func(f library.Folder) bool { return f.Dir == dir })
	return 3, f.err
}
func (f *fakeLibrary) Rescan(context.Context, func(done, total int)) (library.Scan, error) {
	return library.Scan{}, f.err
}
func (f *fakeLibrary) Restore(library.Trashed) error { f.trashed = nil; return f.err }

// noThumbs finds no small pictures.
func noThumbs() *async.Thumbs {
	return async.NewThumbs(uitest.InPlace, func(int64) string { return "" })
}
