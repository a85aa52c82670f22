package library

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// A Finder looks for pictures in the index and reads what it holds of them. Its
// methods may be called from any goroutine; they wait for the disk. Errors say
// that the library cannot be read.
type Finder struct {
	*db
	orders orderCache
}

// orders match the indexes of the schema.
var orders = map[Sort]string{
	Newest:       "made DESC, id DESC",
	Oldest:       "made, id",
	BestFirst:    "stars DESC, favourite DESC, made DESC, id DESC",
	LargestFirst: "pixels DESC, made DESC, id DESC",
	ByName:       "name COLLATE NOCASE, made DESC, id DESC",
}

// Find returns the ID of every picture that a query shows, in its order. Errors are
// SQLite's.
func (f *Finder) Find(q Query) ([]int64, error) {
	ids, _, err := f.FindDays(q)
	return ids, err
}

// FindDays is Find and returns, in an order by time, the days of what is found.
func (f *Finder) FindDays(q Query) ([]int64, []Day, error) {
	if q.Sort != Newest && q.Sort != Oldest {
		ids, err := f.find(q, "id")
		return ids, nil, err
	}
	rows, err := f.find(q, "id", "made")
	if err != nil {
		return nil, nil, err
	}
	ids := make([]int64, 0, len(rows)/2)
	var days dayCount
	for i := 0; i < len(rows); i += 2 {
		ids = append(ids, rows[i])
		days.add(rows[i+1])
	}
	return ids, days.days, nil
}

// find returns these columns, ID first, of each picture, one after another.
func (f *Finder) find(q Query, columns ...string) ([]int64, error) {
	order, ok := orders[q.Sort]
	if !ok {
		return nil, fmt.Errorf("the library knows no order %d", q.Sort)
	}
	s := newSearch(q)
	var in, out []ids
	for _, set := range s.sets {
		members, err := f.set(set)
		if err != nil {
			return nil, fmt.Errorf("the library cannot be searched: %w", err)
		}
		switch {
		case set.not:
			out = append(out, members)
		case len(members) == 0:
			return nil, nil
		default:
			in = append(in, members)
		}
	}
	found, err := f.orders.ids("SELECT "+strings.Join(columns, ", ")+" FROM pictures WHERE "+strings.Join(s.where, " AND ")+" ORDER BY "+order, s.args...)
	if err != nil {
		return nil, fmt.Errorf("the library cannot be searched: %w", err)
	}
	kept := make([]int64, 0, len(found))
	for i := 0; i < len(found); i += len(columns) {
		if id := found[i]; allHave(in, id) && !anyHas(out, id) {
			kept = append(kept, found[i:i+len(columns)]...)
		}
	}
	if q.Collapse {
		return f.collapse(kept, len(columns))
	}
	return kept, nil
}

// ids is a set of IDs, one bit each.
type ids []uint64

func (s ids) has(id int64) bool {
	return id >= 0 && id>>6 < int64(len(s)) && s[id>>6]>>(id&63)&1 != 0
}

func (s *ids) add(id int64) {
	for id>>6 >= int64(len(*s)) {
		*s = append(*s, 0)
	}
	(*s)[id>>6] |= 1 << (id & 63)
}

func allHave(sets []ids, id int64) bool {
	for _, s := range sets {
		if !s.has(id) {
			return false
		}
	}
	return true
}

func anyHas(sets []ids, id int64) bool {
	for _, s := range sets {
		if s.has(id) {
			return true
		}
	}
	return false
}

func (f *Finder) set(from idSet) (ids, error) {
	rows, err := f.read.Query(from.query, from.args...)
	members, err := scanIDs(rows, err)
	var set ids
	for _, id := range members {
		set.add(id)
	}
	return set, err
}

// collapse keeps the best of each family, where the best stands: most stars,
// then a favourite, then one that is no draft, then the newest.
func (f *Finder) collapse(found []int64, columns int) ([]int64, error) {
	var shown ids
	for i := 0; i < len(found); i += columns {
		shown.add(found[i])
	}
	all, err := f.orders.ids("SELECT id, family FROM pictures ORDER BY family, stars DESC, favourite DESC, draft, made DESC, id DESC")
	if err != nil {
		return nil, fmt.Errorf("families cannot be read: %w", err)
	}
	var behind ids // those of whom a better one is shown
	var last int64
	for i := 0; i+1 < len(all); i += 2 {
		id, family := all[i], all[i+1]
		switch {
		case !shown.has(id):
		case family == last:
			behind.add(id)
		default:
			last = family
		}
	}
	kept := found[:0]
	for i := 0; i < len(found); i += columns {
		if !behind.has(found[i]) {
			kept = append(kept, found[i:i+columns]...)
		}
	}
	return kept, nil
}

// Get returns the pictures that exist, in the order of the IDs.
func (f *Finder) Get(ids ...int64) ([]Picture, error) {
	byID := make(map[int64]Picture, len(ids))
	read, err := f.pictures("pictures.id IN (SELECT value FROM json_each(?))", list(ids))
	if err != nil {
		return nil, err
	}
	for _, p := range read {
		byID[p.ID] = p
	}
	found := make([]Picture, 0, len(read))
	for _, id := range ids {
		if p, ok := byID[id]; ok {
			found = append(found, p)
		}
	}
	return found, nil
}

// Family returns the pictures of the family that a picture is in, oldest first.
func (f *Finder) Family(id int64) ([]Picture, error) {
	return f.pictures("family = (SELECT family FROM pictures WHERE id = ?) AND missing = 0 AND copy = 0 ORDER BY made, pictures.id", id)
}

func (f *Finder) pictures(where string, args ...any) ([]Picture, error) {
	rows, err := f.read.Query(pictureColumns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("the library cannot be read: %w", err)
	}
	defer rows.Close()
	var read []Picture
	for rows.Next() {
		p, err := scanPicture(rows)
		if err != nil {
			return nil, fmt.Errorf("the library cannot be read: %w", err)
		}
		read = append(read, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("the library cannot be read: %w", err)
	}
	return read, nil
}

// tagGap stands between the tags of a row; no tag has it.
const tagGap = "\x1f"

const pictureColumns = `SELECT pictures.id, file, width, height, bytes, made, program, prompt, negative, models.name,
	seed, steps, decoder_steps, stars, favourite, draft, imported, missing, family,
	(SELECT count(*) FROM pictures AS k WHERE k.family = pictures.family AND k.missing = 0 AND k.copy = 0),
	(SELECT coalesce(group_concat(tag, char(31)), '') FROM tagged WHERE picture = pictures.id),
	coalesce((SELECT k.id FROM pictures AS k WHERE pictures.parent <> '' AND k.name = pictures.parent AND k.id <> pictures.id
		ORDER BY k.file <> substr(pictures.file, 1, length(pictures.file) - length(pictures.name)) || pictures.parent, k.copy, k.id LIMIT 1), 0),
	(SELECT count(*) FROM pictures AS k WHERE k.key = pictures.key AND k.hash = pictures.hash AND k.missing = 0)
	FROM pictures JOIN models ON models.id = model WHERE `

func scanPicture(rows *sql.Rows) (p Picture, err error) {
	var made, seed int64
	var tags string
	err = rows.Scan(&p.ID, &p.File, &p.Width, &p.Height, &p.Bytes, &made, &p.Program, &p.Prompt, &p.Negative, &p.Model,
		&seed, &p.Steps, &p.DecoderSteps, &p.Stars, &p.Favourite, &p.Draft, &p.Imported, &p.Missing, &p.Family, &p.Kin, &tags, &p.Parent, &p.Files)
	p.Made, p.Seed = time.Unix(0, made), uint64(seed)
	if tags != "" {
		p.Tags = strings.Split(tags, tagGap)
	}
	p.Kin, p.Files = max(p.Kin, 1), max(p.Files, 1)
	return p, err
}

// Count counts the pictures that the library shows: Counts.All, and no more than that.
func (f *Finder) Count() (n int, err error) {
	if err := f.read.QueryRow("SELECT count(*) FROM pictures WHERE missing = 0 AND copy = 0").Scan(&n); err != nil {
		return 0, fmt.Errorf("the library cannot be counted: %w", err)
	}
	return n, nil
}

// Counts counts what the places show. Today is the day where the program runs.
func (f *Finder) Counts() (c Counts, err error) {
	fail := func(err error) (Counts, error) { return Counts{}, fmt.Errorf("the library cannot be counted: %w", err) }
	y, m, d := time.Now().Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.Local).UnixNano()
	err = f.read.QueryRow(`SELECT count(*), coalesce(sum(made >= ?), 0), coalesce(sum(favourite), 0), coalesce(sum(draft), 0), coalesce(sum(imported), 0), coalesce(sum(bytes), 0)
		FROM pictures WHERE missing = 0 AND copy = 0`, today).Scan(&c.All, &c.Today, &c.Favourites, &c.Drafts, &c.Imported, &c.Bytes)
	if err != nil {
		return fail(err)
	}
	rows, err := f.read.Query("SELECT name FROM models WHERE name <> '' AND id IN (SELECT DISTINCT model FROM pictures WHERE missing = 0 AND copy = 0) ORDER BY name COLLATE NOCASE")
	if c.Models, err = scanTexts(rows, err); err != nil {
		return fail(err)
	}
	const shown = "JOIN pictures ON pictures.id = picture AND missing = 0 AND copy = 0"
	rows, err = f.read.Query("SELECT tag, count(*) FROM tagged " + shown + " GROUP BY tag ORDER BY tag")
	if err != nil {
		return fail(err)
	}
	defer rows.Close()
	for rows.Next() {
		var t struct {
			Name  string
			Count int
		}
		if err := rows.Scan(&t.Name, &t.Count); err != nil {
			return fail(err)
		}
		c.Tags = append(c.Tags, t)
	}
	if err := rows.Err(); err != nil {
		return fail(err)
	}
	albums, err := f.read.Query("SELECT albums.id, albums.name, (SELECT count(*) FROM placed " + shown + " WHERE album = albums.id) FROM albums ORDER BY albums.name")
	if err != nil {
		return fail(err)
	}
	defer albums.Close()
	for albums.Next() {
		var a Album
		if err := albums.Scan(&a.ID, &a.Name, &a.Count); err != nil {
			return fail(err)
		}
		c.Albums = append(c.Albums, a)
	}
	if err := albums.Err(); err != nil {
		return fail(err)
	}
	if err := f.read.QueryRow("SELECT count(*) FROM pictures WHERE missing = 0 AND copy = 1").Scan(&c.Copies); err != nil {
		return fail(err)
	}
	if c.Folders, err = f.countFolders(); err != nil {
		return fail(err)
	}
	return c, nil
}

func (f *Finder) countFolders() ([]Folder, error) {
	dirs, err := f.Folders()
	if err != nil {
		return nil, err
	}
	var folders []Folder
	for _, dir := range dirs {
		folder := Folder{Dir: dir}
		from, to := below(dir)
		err := f.read.QueryRow("SELECT count(*) FROM pictures WHERE file > ? AND file < ? AND missing = 0 AND copy = 0", from, to).Scan(&folder.Count)
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}
