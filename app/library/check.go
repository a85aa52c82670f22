package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cascata/app/disk"
)

// checkIndex looks whether the file of the index is whole. A damaged one is
// put aside when it is opened next.
func (l *Library) checkIndex() {
	if err := l.indexWhole(l.ctx); err != nil && l.ctx.Err() == nil {
		l.p.Log.Error("the index of the library is damaged; it is made again at the next start", "err", err)
		if err := disk.WriteFile(l.indexPath()+damagedTail, nil); err != nil {
			l.p.Log.Error("not noted", "err", err)
		}
	}
}

func (l *Library) indexPath() string { return filepath.Join(l.p.State, "library.db") }

func (l *Library) indexWhole(ctx context.Context) error {
	var whole string
	if err := l.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&whole); err != nil {
		return err
	}
	if whole != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, whole)
	}
	return nil
}

// maxSentences bounds how much is said of one kind of fault.
const maxSentences = 20

// Check compares the index with the files and with itself, and says what is
// wrong: usually nothing.
func (l *Library) Check(ctx context.Context) ([]string, error) {
	l.scan.Lock()
	defer l.scan.Unlock()
	c := check{counts: map[string]int{}}
	if err := l.indexWhole(ctx); errors.Is(err, errDamaged) || damaged(err) {
		c.say("index", "%v; run cascata library rescan", err)
	} else if err != nil {
		return nil, err
	}
	if err := l.checkWords(ctx); damaged(err) {
		c.say("index", "the words of the index are damaged: %v; run cascata library rescan --all", err)
	} else if err != nil {
		return nil, err
	}
	if err := l.checkRows(&c); err != nil {
		return nil, err
	}
	if err := l.checkFiles(ctx, &c); err != nil {
		return nil, err
	}
	c.end()
	return c.sentences, ctx.Err()
}

type check struct {
	sentences []string
	counts    map[string]int
}

func (c *check) say(kind, format string, args ...any) {
	if c.counts[kind]++; c.counts[kind] <= maxSentences {
		c.sentences = append(c.sentences, fmt.Sprintf(format, args...))
	}
}

func (c *check) end() {
	for kind, n := range c.counts {
		if n > maxSentences {
			c.sentences = append(c.sentences, fmt.Sprintf("and %d more of this kind: %s", n-maxSentences, kind))
		}
	}
}

// checkWords asks FTS5 whether its index is whole. It writes nothing.
func (l *Library) checkWords(ctx context.Context) error {
	_, err := l.write.ExecContext(ctx, "INSERT INTO words (words) VALUES ('integrity-check')")
	if err == nil {
		_, err = l.write.ExecContext(ctx, "INSERT INTO others (others) VALUES ('integrity-check')")
	}
	return err
}

// checkRows looks for rows that contradict one another.
func (l *Library) checkRows(c *check) error {
	for _, rule := range []struct{ kind, query, sentence string }{
		{"families", "SELECT id FROM pictures WHERE family NOT IN (SELECT id FROM pictures)", "picture %d belongs to a family that is not there"},
		{"words", "SELECT id FROM pictures WHERE id NOT IN (SELECT rowid FROM words)", "picture %d cannot be found by its words"},
		{"words", "SELECT rowid FROM words WHERE rowid NOT IN (SELECT id FROM pictures)", "words are kept of picture %d, which is not there"},
		{"words", "SELECT rowid FROM others WHERE rowid NOT IN (SELECT id FROM pictures)", "texts are kept of picture %d, which is not there"},
		{"tags", "SELECT picture FROM tagged WHERE picture NOT IN (SELECT id FROM pictures)", "a tag is kept of picture %d, which is not there"},
		{"albums", "SELECT picture FROM placed WHERE picture NOT IN (SELECT id FROM pictures) OR album NOT IN (SELECT id FROM albums)", "an album holds picture %d, one of which is not there"},
		{"copies", "SELECT min(id) FROM pictures WHERE missing = 0 GROUP BY key, hash HAVING sum(copy = 0) <> 1 AND hash IS NOT NULL", "of picture %d and its copies not exactly one is shown"},
		{"marks", "SELECT id FROM pictures WHERE stars NOT BETWEEN 0 AND 5", "picture %d has a number of stars that nobody can give"},
	} {
		rows, err := l.read.Query(rule.query)
		found, err := scanIDs(rows, err)
		if err != nil {
			return err
		}
		for _, id := range found {
			c.say(rule.kind, rule.sentence+"; run cascata library rescan --all", id)
		}
	}
	return nil
}

// checkFiles compares the index with what lies in the folders.
func (l *Library) checkFiles(ctx context.Context, c *check) error {
	roots, err := l.roots()
	if err != nil {
		return err
	}
	known, err := l.known()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, root := range roots {
		walk(ctx, root, 0, func(string) {}, func(file string, info fs.FileInfo) {
			if seen[file] {
				return
			}
			seen[file] = true
			k, ok := known[file]
			switch {
			case ok && k.missing:
				c.say("returned", "%s is there again; run cascata library rescan", file)
			case ok && (k.bytes != info.Size() || k.made != info.ModTime().UnixNano()):
				c.say("changed", "%s changed since it was read; run cascata library rescan", file)
			case !ok:
				if _, err := l.p.Read(file); err != nil {
					c.say("unreadable", "%s cannot be read as a picture: %v", file, err)
				} else {
					c.say("unknown", "%s is not in the library yet; run cascata library rescan", file)
				}
			}
		}, func(dir string, err error) {
			if i == 0 && dir == root && errors.Is(err, fs.ErrNotExist) {
				return // nothing was saved yet
			}
			c.say("folders", "the folder %s cannot be read: %v", dir, err)
		})
	}
	for file, k := range known {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if seen[file] {
			continue
		}
		if _, err := os.Stat(file); err != nil && !k.missing {
			c.say("missing", "%s is in the library but not there; run cascata library rescan", file)
		}
	}
	return nil
}

// ReadAgain makes the next Rescan read every file, also those that did not
// change.
func (l *Library) ReadAgain() error {
	return l.in(func(b *batch) error { return b.exec("UPDATE pictures SET bytes = -1") })
}
