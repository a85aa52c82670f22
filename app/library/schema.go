package library

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"

	"cascata/app/disk"
)

// librarySchema is applied in order; user_version counts what was applied.
// Entries are only ever added.
//
// A picture is shown unless its file is missing or it is a copy of one that is
// shown. The indexes hold all that a filter looks at, so that 100,000 rows are
// ordered and filtered without reading them.
var librarySchema = []string{`
	CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
	CREATE TABLE pictures (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		file TEXT NOT NULL UNIQUE, name TEXT NOT NULL, -- path, and its last part
		bytes INTEGER NOT NULL, made INTEGER NOT NULL, -- of the file; nanoseconds since 1970
		width INTEGER NOT NULL, height INTEGER NOT NULL, pixels INTEGER NOT NULL,
		program TEXT NOT NULL, model INTEGER NOT NULL, parent TEXT NOT NULL, -- name of the file it came from
		seed INTEGER NOT NULL, steps INTEGER NOT NULL, decoder_steps INTEGER NOT NULL, -- the seed's 64 bits
		stars INTEGER NOT NULL DEFAULT 0, favourite INTEGER NOT NULL DEFAULT 0,
		draft INTEGER NOT NULL, imported INTEGER NOT NULL,
		missing INTEGER NOT NULL DEFAULT 0, copy INTEGER NOT NULL DEFAULT 0,
		family INTEGER NOT NULL DEFAULT 0,
		key BLOB NOT NULL, -- of size, first and last part
		hash BLOB,         -- of the whole content; only where another has the same key
		prompt TEXT NOT NULL, negative TEXT NOT NULL);
	CREATE INDEX by_made ON pictures (made DESC, id DESC, stars, favourite, draft, imported, model, bytes, seed) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_stars ON pictures (stars DESC, favourite DESC, made DESC, id DESC, draft, imported, model, seed) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_pixels ON pictures (pixels DESC, made DESC, id DESC, stars, favourite, draft, imported, model, seed) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_name ON pictures (name COLLATE NOCASE, made DESC, id DESC, stars, favourite, draft, imported, model, seed) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_key ON pictures (key);
	CREATE INDEX by_exact_name ON pictures (name);
	CREATE INDEX by_parent ON pictures (parent) WHERE parent <> '';
	CREATE INDEX by_family ON pictures (family, stars DESC, favourite DESC, draft, made DESC, id DESC);
	CREATE INDEX hidden ON pictures (missing, copy) WHERE missing <> 0 OR copy <> 0;
	CREATE TABLE tagged (tag TEXT NOT NULL COLLATE NOCASE, picture INTEGER NOT NULL, PRIMARY KEY (tag, picture)) WITHOUT ROWID;
	CREATE INDEX tags_of ON tagged (picture, tag);
	CREATE TABLE albums (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
	CREATE TABLE placed (album INTEGER NOT NULL, picture INTEGER NOT NULL, PRIMARY KEY (album, picture)) WITHOUT ROWID;
	CREATE INDEX albums_of ON placed (picture);
	CREATE TABLE folders (dir TEXT PRIMARY KEY) WITHOUT ROWID; -- imported
	CREATE TABLE kept (id INTEGER PRIMARY KEY, file TEXT NOT NULL, key BLOB NOT NULL, marks TEXT NOT NULL); -- marks whose picture was not seen yet
	CREATE INDEX kept_file ON kept (file);
	CREATE INDEX kept_key ON kept (key);
	CREATE VIRTUAL TABLE words USING fts5 (prompt, negative, model, tags, name, content = '', contentless_delete = 1,
		prefix = '2 3', tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co So'");`, `
	DROP INDEX by_made;
	DROP INDEX by_stars;
	DROP INDEX by_pixels;
	DROP INDEX by_name;
	CREATE INDEX by_made ON pictures (made DESC, id DESC, stars, favourite, draft, imported, model, bytes, seed, width, height) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_stars ON pictures (stars DESC, favourite DESC, made DESC, id DESC, draft, imported, model, seed, width, height) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_pixels ON pictures (pixels DESC, made DESC, id DESC, stars, favourite, draft, imported, model, seed, width, height) WHERE missing = 0 AND copy = 0;
	CREATE INDEX by_name ON pictures (name COLLATE NOCASE, made DESC, id DESC, stars, favourite, draft, imported, model, seed, width, height) WHERE missing = 0 AND copy = 0;`, `
	CREATE VIRTUAL TABLE others USING fts5 (said, negative, content = '', contentless_delete = 1, -- texts that have no place in a row
		prefix = '2 3', tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co So'");
	UPDATE pictures SET bytes = -1; -- the next look through the folders reads them`,
}

// errDamaged marks an index that cannot be used and is made again.
var errDamaged = errors.New("the index of the library cannot be read")

// openIndex opens or makes the file. One that cannot be used is put aside,
// which aside then names; one that a newer version wrote only when replace says
// so, else it is ErrNewer. fresh says that the index is empty for that, or
// because there was none. Errors wrap ErrWrite.
func openIndex(path string, replace bool) (write, read *sql.DB, fresh bool, aside disk.Aside, err error) {
	fail := func(err error) (*sql.DB, *sql.DB, bool, disk.Aside, error) {
		return nil, nil, false, disk.Aside{}, fmt.Errorf("%w %s: %w", disk.ErrWrite, path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail(err)
	}
	if _, marked := os.Stat(path + damagedTail); marked == nil {
		err = errDamaged
	} else {
		write, fresh, err = openWriter(path)
	}
	if errors.Is(err, errDamaged) || replace && errors.Is(err, disk.ErrNewer) {
		if aside, err = disk.PutAside(path, err); err != nil {
			return fail(err)
		}
		os.Remove(path + damagedTail)
		write, fresh, err = openWriter(path)
	}
	if err != nil {
		return fail(err)
	}
	// In WAL mode readers do not wait for the writer.
	read, err = sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)&_pragma=cache_size(-16000)")
	if err != nil {
		write.Close()
		return fail(err)
	}
	read.SetMaxOpenConns(4)
	return write, read, fresh, aside, nil
}

// damagedTail names the file that says: put the index aside when it is opened
// next.
const damagedTail = ".damaged"

// openWriter opens the file and brings it to the newest form. Errors wrap
// errDamaged when another try cannot help, ErrNewer when a newer version can.
func openWriter(path string) (db *sql.DB, fresh bool, err error) {
	// In WAL mode NORMAL survives a kill of the program and keeps the file
	// whole when the power fails; it does not wait for the disk on every call.
	db, err = sql.Open("sqlite", "file:"+uriPath(path)+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=cache_size(-32000)&_txlock=immediate")
	if err != nil {
		return nil, false, err
	}
	db.SetMaxOpenConns(1)
	var version int
	err = db.QueryRow("PRAGMA user_version").Scan(&version)
	if err == nil && version > len(librarySchema) {
		err = disk.ErrNewer
	}
	fresh = version == 0
	for ; err == nil && version < len(librarySchema); version++ {
		err = upgrade(db, version)
	}
	if err == nil {
		_, err = db.Exec("SELECT id FROM pictures ORDER BY id DESC LIMIT 1")
	}
	if err != nil {
		db.Close()
		if damaged(err) {
			err = fmt.Errorf("%w: %w", errDamaged, err)
		}
		return nil, false, err
	}
	return db, fresh, nil
}

// upgrade applies one entry of the schema. Two programs may try at once.
func upgrade(db *sql.DB, version int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing once committed
	var now int
	if err := tx.QueryRow("PRAGMA user_version").Scan(&now); err != nil || now > version {
		return err
	}
	if _, err := tx.Exec(librarySchema[version]); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return err
	}
	return tx.Commit()
}

// damaged reports whether SQLite found the file itself to be wrong: 1 is a table
// that should be there, 11 and 26 are SQLITE_CORRUPT and SQLITE_NOTADB.
func damaged(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return errors.Is(err, errDamaged)
	}
	code := e.Code() & 0xff
	return code == 1 || code == 11 || code == 26
}

// uriPath writes a path as an address takes it, where "?", "#" and "%" have a
// meaning.
func uriPath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}
