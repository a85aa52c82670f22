package library

import (
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// A search is what a Query asks of the index: conditions on the columns of a
// row, and sets that a row must be in, or must not.
type search struct {
	where []string
	args  []any
	sets  []idSet

	missing, copies bool // these are shown instead of what is shown otherwise
}

type idSet struct {
	query string // returns IDs
	args  []any
	not   bool
}

func (s *search) column(not bool, condition string, args ...any) {
	if not {
		condition = "NOT (" + condition + ")"
	}
	s.where, s.args = append(s.where, condition), append(s.args, args...)
}

func (s *search) set(not bool, query string, args ...any) {
	s.sets = append(s.sets, idSet{query, args, not})
}

func newSearch(q Query) *search {
	s := &search{}
	s.text(q.Text)
	if q.Drafts {
		s.column(false, "draft = 1")
	}
	if q.Favourites {
		s.column(false, "favourite = 1")
	}
	if q.Imported {
		s.column(false, "imported = 1")
	}
	if q.Folder != "" {
		from, to := below(q.Folder)
		s.column(false, "file > ? AND file < ?", from, to)
	}
	if q.MinStars > 0 {
		s.column(false, "stars >= ?", q.MinStars)
	}
	if shape := shapes[q.Shape]; shape != "" {
		s.column(false, shape)
	}
	if q.MinWidth > 0 || q.MinHeight > 0 {
		s.column(false, "width >= ? AND height >= ?", q.MinWidth, q.MinHeight)
	}
	if q.Model != "" {
		s.column(false, "model IN (SELECT id FROM models WHERE name = ?)", q.Model)
	}
	if q.Tag != "" {
		s.set(false, "SELECT picture FROM tagged WHERE tag = ?", q.Tag)
	}
	if q.Album != 0 {
		s.set(false, "SELECT picture FROM placed WHERE album = ?", q.Album)
	}
	if !q.From.IsZero() {
		s.column(false, "made >= ?", nanoseconds(q.From))
	}
	if !q.To.IsZero() {
		s.column(false, "made < ?", nanoseconds(q.To))
	}
	switch {
	case s.missing:
		s.column(false, "missing = 1")
	case s.copies:
		s.column(false, "missing = 0 AND copy = 1")
	default:
		s.column(false, "missing = 0 AND copy = 0")
	}
	return s
}

// below are two texts between which lie the paths of all files below a folder,
// and no others.
func below(dir string) (from, to string) {
	const sep = string(filepath.Separator)
	dir = strings.TrimSuffix(dir, sep)
	return dir + sep, dir + string(filepath.Separator+1)
}

// nanoseconds since 1970, of a time that may lie outside of what these hold.
func nanoseconds(t time.Time) int64 {
	switch y := t.Year(); {
	case y < 1700:
		return -1 << 63
	case y > 2200:
		return 1<<63 - 1
	}
	return t.UnixNano()
}

// maxTerms bounds how many words one search looks for.
const maxTerms = 40

// text adds the terms that the artist typed. Words must all be there, each at
// the begin of a word; the negative prompt does not count for words that
// exclude: a picture that leaves people out has none in it.
func (s *search) text(typed string) {
	var all, none []string
	for _, t := range terms(typed) {
		if s.field(t) {
			continue
		}
		phrase := match(t.text)
		switch {
		case phrase == "":
		case t.not:
			none = append(none, phrase)
		default:
			all = append(all, phrase)
		}
	}
	for _, phrase := range all {
		s.set(false, "SELECT rowid FROM words WHERE words MATCH ? UNION ALL SELECT rowid FROM others WHERE others MATCH ?", phrase, phrase)
	}
	if len(none) > 0 {
		any := strings.Join(none, " OR ")
		s.set(true, "SELECT rowid FROM words WHERE words MATCH ? UNION ALL SELECT rowid FROM others WHERE others MATCH ?",
			"{prompt model tags name} : ("+any+")", "{said} : ("+any+")")
	}
}

// A term is one word or phrase of a search.
type term struct {
	text   string
	not    bool
	quoted bool // from its first letter: never the name of a field
}

// terms cuts what was typed at spaces outside of quotes. A quote that is not
// closed ends with the text.
func terms(typed string) []term {
	var all []term
	var now term
	var word strings.Builder
	inside, started := false, false
	end := func() {
		if now.text = word.String(); strings.TrimSpace(now.text) != "" && len(all) < maxTerms {
			all = append(all, now)
		}
		now, started = term{}, false
		word.Reset()
	}
	for _, r := range typed {
		switch {
		case r == '"':
			if !started {
				now.quoted = true
			}
			inside, started = !inside, true
		case unicode.IsSpace(r) && !inside:
			end()
		case r == '-' && !started && !now.not:
			now.not = true
		default:
			started = true
			word.WriteRune(r)
		}
	}
	end()
	return all
}

// match writes a text as FTS5 takes it: a phrase whose last word may go on; ""
// when there is nothing to look for.
func match(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.Co, unicode.So)
	}) {
		return ""
	}
	return `"` + strings.ReplaceAll(spaced(strings.ReplaceAll(text, "\x00", "")), `"`, `""`) + `"*`
}

// spaced puts spaces around the letters of scripts that write none, so that
// each is a word.
func spaced(s string) string {
	if !strings.ContainsFunc(s, unspaced) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unspaced(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unspaced(r rune) bool {
	return r > 0xe00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
