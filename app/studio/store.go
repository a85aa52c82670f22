package studio

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"cascata/app/disk"
)

// A Store keeps the queue, the prompts that were used and how long pictures
// took, in one SQLite file. Every method is one transaction, so that a kill at
// any moment leaves a whole state. Its methods may be called from any goroutine.
type Store struct{ db *sql.DB }

// schema is applied in order; user_version counts what was applied. Rows are
// only ever added to this list.
var schema = []string{
	`CREATE TABLE jobs (
		id INTEGER PRIMARY KEY AUTOINCREMENT, grp INTEGER NOT NULL, pos INTEGER NOT NULL, state TEXT NOT NULL,
		recipe TEXT NOT NULL, source TEXT NOT NULL, file TEXT NOT NULL, error TEXT NOT NULL,
		asked INTEGER NOT NULL, ended INTEGER NOT NULL, took INTEGER NOT NULL);
	CREATE INDEX jobs_state ON jobs (state, pos);
	CREATE TABLE prompts (
		id INTEGER PRIMARY KEY AUTOINCREMENT, prompt TEXT NOT NULL, negative TEXT NOT NULL, at INTEGER NOT NULL,
		grp INTEGER NOT NULL, job INTEGER NOT NULL, UNIQUE (prompt, negative));
	CREATE INDEX prompts_at ON prompts (at);
	CREATE TABLE speeds (
		setup TEXT PRIMARY KEY, prior REAL NOT NULL, decoder REAL NOT NULL, rest REAL NOT NULL);`,
	`ALTER TABLE speeds ADD COLUMN prior_load REAL NOT NULL DEFAULT 0;
	ALTER TABLE speeds ADD COLUMN decoder_load REAL NOT NULL DEFAULT 0;`,
}

// OpenStore opens or makes the file. One that is damaged, or that a newer
// version wrote, is put aside, which aside then names. Errors wrap ErrWrite.
func OpenStore(path string) (s *Store, aside disk.Aside, err error) {
	fail := func(err error) (*Store, disk.Aside, error) {
		return nil, disk.Aside{}, fmt.Errorf("%w %s: %w", disk.ErrWrite, path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail(err)
	}
	s, why := openStore(path)
	if why == nil {
		return s, disk.Aside{}, nil
	}
	if aside, err = disk.PutAside(path, why); err != nil {
		return fail(why)
	}
	if s, err = openStore(path); err != nil {
		return fail(err)
	}
	return s, aside, nil
}

func openStore(path string) (*Store, error) {
	// In WAL mode NORMAL survives a kill of the program and keeps the file
	// whole when the power fails; it does not wait for the disk on every call.
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(3000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &Store{db}
	if err := s.upgrade(); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) upgrade() error {
	var version int
	if err := s.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(schema) {
		return disk.ErrNewer
	}
	var whole string
	if err := s.db.QueryRow("PRAGMA quick_check(1)").Scan(&whole); err != nil || whole != "ok" {
		return fmt.Errorf("the file is damaged: %s %w", whole, err)
	}
	for ; version < len(schema); version++ {
		err := s.in(func(tx *sql.Tx) error {
			if _, err := tx.Exec(schema[version]); err != nil {
				return err
			}
			_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", version+1))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// in runs f in a transaction.
func (s *Store) in(f func(*sql.Tx) error) error {
	tx, err := s.db.Begin()
	if err != nil {
		return fmt.Errorf("%w the queue: %w", disk.ErrWrite, err)
	}
	defer tx.Rollback() // does nothing once committed
	if err := f(tx); err != nil {
		return fmt.Errorf("%w the queue: %w", disk.ErrWrite, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w the queue: %w", disk.ErrWrite, err)
	}
	return nil
}

// addJobs writes new jobs behind the waiting ones, sets their IDs and, where
// it is 0, their group.
func (s *Store) addJobs(jobs []*Job) error {
	return s.in(func(tx *sql.Tx) error {
		var group int64
		for _, j := range jobs {
			recipe, err := json.Marshal(j.Recipe)
			if err != nil {
				return err
			}
			r, err := tx.Exec(`INSERT INTO jobs (grp, pos, state, recipe, source, file, error, asked, ended, took)
				VALUES (?, (SELECT coalesce(max(pos), 0) + 1 FROM jobs), ?, ?, ?, ?, ?, ?, 0, 0)`,
				j.Group, j.State, recipe, j.Source, j.File, j.Error, j.Asked.UnixMilli())
			if err != nil {
				return err
			}
			if j.ID, err = r.LastInsertId(); err != nil {
				return err
			}
			if group == 0 {
				group = j.ID
			}
			if j.Group == 0 {
				j.Group = group
			}
			if _, err := tx.Exec("UPDATE jobs SET grp = ? WHERE id = ?", j.Group, j.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// putJobs writes jobs again that were removed.
func (s *Store) putJobs(jobs []*Job) error {
	return s.in(func(tx *sql.Tx) error {
		for _, j := range jobs {
			recipe, err := json.Marshal(j.Recipe)
			if err != nil {
				return err
			}
			_, err = tx.Exec(`INSERT OR REPLACE INTO jobs (id, grp, pos, state, recipe, source, file, error, asked, ended, took)
				VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`,
				j.ID, j.Group, j.State, recipe, j.Source, j.File, j.Error, j.Asked.UnixMilli(), unixMilli(j.Ended), j.Took.Milliseconds())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// saveJobs writes what may change of a job.
func (s *Store) saveJobs(jobs ...*Job) error {
	return s.in(func(tx *sql.Tx) error {
		for _, j := range jobs {
			recipe, err := json.Marshal(j.Recipe)
			if err != nil {
				return err
			}
			_, err = tx.Exec("UPDATE jobs SET state = ?, recipe = ?, source = ?, file = ?, error = ?, ended = ?, took = ? WHERE id = ?",
				j.State, recipe, j.Source, j.File, j.Error, unixMilli(j.Ended), j.Took.Milliseconds(), j.ID)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// orderJobs numbers the waiting jobs as they are given.
func (s *Store) orderJobs(jobs []*Job) error {
	return s.in(func(tx *sql.Tx) error {
		for i, j := range jobs {
			if _, err := tx.Exec("UPDATE jobs SET pos = ? WHERE id = ?", i, j.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) removeJobs(ids ...int64) error {
	return s.in(func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec("DELETE FROM jobs WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// jobs returns the waiting jobs in their order and the newest ended ones,
// newest first. What was running when the program died is marked first.
func (s *Store) jobs(ended int) (waiting, over []*Job, err error) {
	_, err = s.db.Exec("UPDATE jobs SET state = ?, ended = ? WHERE state = ?", Interrupted, time.Now().UnixMilli(), Running)
	if err != nil {
		return nil, nil, err
	}
	if _, err = s.db.Exec("UPDATE jobs SET state = ?, error = 'the program ended before it could be saved' WHERE state = ?", Failed, Unsaved); err != nil {
		return nil, nil, err
	}
	const columns = "SELECT id, grp, state, recipe, source, file, error, asked, ended, took FROM jobs "
	if waiting, err = s.read(columns+"WHERE state = ? ORDER BY pos, id", Waiting); err != nil {
		return nil, nil, err
	}
	over, err = s.read(columns+"WHERE state <> ? ORDER BY ended DESC, id DESC LIMIT ?", Waiting, ended)
	return waiting, over, err
}

func (s *Store) read(query string, args ...any) ([]*Job, error) {
	rows, err := s.db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []*Job
	for rows.Next() {
		var j Job
		var recipe string
		var asked, ended, took int64
		if err := rows.Scan(&j.ID, &j.Group, &j.State, &recipe, &j.Source, &j.File, &j.Error, &asked, &ended, &took); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(recipe), &j.Recipe); err != nil {
			j.State, j.Error = Failed, "its recipe cannot be read: "+err.Error()
		}
		j.Asked, j.Took = time.UnixMilli(asked), time.Duration(took)*time.Millisecond
		if ended != 0 {
			j.Ended = time.UnixMilli(ended)
		}
		jobs = append(jobs, &j)
	}
	return jobs, rows.Err()
}

func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// A PastPrompt is a prompt that pictures were asked for with.
type PastPrompt struct {
	Prompt, Negative string
	At               time.Time
	Job              int64 // the newest picture of it, 0 when none is done
}

// maxPrompts bounds the history; the oldest go first.
const maxPrompts = 5000

// Remember puts a prompt, as it was typed, on top of the history. group is
// that of the pictures asked for with it. Errors wrap disk.ErrWrite.
func (s *Store) Remember(prompt, negative string, group int64) error {
	if prompt == "" {
		return nil
	}
	return s.in(func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO prompts (prompt, negative, at, grp, job) VALUES (?, ?, ?, ?, 0)
			ON CONFLICT (prompt, negative) DO UPDATE SET at = excluded.at, grp = excluded.grp`, prompt, negative, time.Now().UnixMilli(), group)
		if err != nil {
			return err
		}
		_, err = tx.Exec("DELETE FROM prompts WHERE id IN (SELECT id FROM prompts ORDER BY at DESC LIMIT -1 OFFSET ?)", maxPrompts)
		return err
	})
}

// pictured notes the newest picture of the prompt that a group was asked with.
func (s *Store) pictured(group, job int64) error {
	return s.in(func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE prompts SET job = ? WHERE grp = ?", job, group)
		return err
	})
}

// Prompts returns the newest prompts that contain text, newest first.
func (s *Store) Prompts(text string, limit int) ([]PastPrompt, error) {
	rows, err := s.db.Query(`SELECT prompt, negative, at, job FROM prompts
		WHERE instr(lower(prompt), lower(?)) > 0 OR instr(lower(negative), lower(?)) > 0 ORDER BY at DESC, grp DESC LIMIT ?`, text, text, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var past []PastPrompt
	for rows.Next() {
		var p PastPrompt
		var at int64
		if err := rows.Scan(&p.Prompt, &p.Negative, &at, &p.Job); err != nil {
			return nil, err
		}
		p.At = time.UnixMilli(at)
		past = append(past, p)
	}
	return past, rows.Err()
}

// A speed is how long the parts of a picture took, in seconds.
type speed struct {
	Prior, Decoder float64 // one run of the network for one picture
	Rest           float64 // everything else: text encoder, Stage A and saving

	// Waiting for what is loaded until Stage C runs, and after it.
	PriorLoad, DecoderLoad float64
}

func (s *Store) speeds() (map[string]speed, error) {
	rows, err := s.db.Query("SELECT setup, prior, decoder, rest, prior_load, decoder_load FROM speeds")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]speed{}
	for rows.Next() {
		var setup string
		var v speed
		if err := rows.Scan(&setup, &v.Prior, &v.Decoder, &v.Rest, &v.PriorLoad, &v.DecoderLoad); err != nil {
			return nil, err
		}
		all[setup] = v
	}
	return all, rows.Err()
}

func (s *Store) saveSpeed(setup string, v speed) error {
	return s.in(func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT OR REPLACE INTO speeds (setup, prior, decoder, rest, prior_load, decoder_load) VALUES (?, ?, ?, ?, ?, ?)",
			setup, v.Prior, v.Decoder, v.Rest, v.PriorLoad, v.DecoderLoad)
		return err
	})
}
