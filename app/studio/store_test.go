package studio

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestStoreIsPutAsideWhenDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studio.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	s, aside, err := OpenStore(path)
	if err != nil || aside.Newer {
		t.Fatalf("%+v, %v", aside, err)
	}
	defer s.Close()
	if _, err := os.Stat(aside.File); err != nil {
		t.Error(err)
	}
}

// The queue of a newer version is put aside whole, and can be had back.
func TestStoreOfANewerVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studio.db")
	s, _, err := OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remember("a red boat", "", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("PRAGMA user_version = 1000"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s, aside, err := OpenStore(path)
	if err != nil || !aside.Newer {
		t.Fatalf("%+v, %v", aside, err)
	}
	if past, err := s.Prompts("", 10); err != nil || len(past) != 0 {
		t.Errorf("begins with %+v, %v", past, err)
	}
	s.Close()
	if err := os.Rename(aside.File, path); err != nil {
		t.Fatal(err)
	}
	oldest := schema
	t.Cleanup(func() { schema = oldest })
	schema = slices.Concat(oldest, make([]string, 1000-len(oldest))) // the newer program
	s, aside, err = OpenStore(path)
	if err != nil || aside.File != "" {
		t.Fatalf("%+v, %v", aside, err)
	}
	defer s.Close()
	if past, err := s.Prompts("", 10); err != nil || len(past) != 1 || past[0].Prompt != "a red boat" {
		t.Errorf("the newer version finds %+v, %v", past, err)
	}
}

func TestPromptHistory(t *testing.T) {
	s, _, err := OpenStore(filepath.Join(t.TempDir(), "studio.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, p := range []string{"a red boat", "a blue house", "", "a red boat"} {
		if err := s.Remember(p, "", int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.pictured(3, 7), s.pictured(0, 8)); err != nil { // 0 was asked for before 3
		t.Fatal(err)
	}
	past, err := s.Prompts("", 10)
	if err != nil || len(past) != 2 || past[0].Prompt != "a red boat" || past[0].Job != 7 {
		t.Errorf("history %+v, %v", past, err)
	}
	if past, _ := s.Prompts("HOUSE", 10); len(past) != 1 {
		t.Errorf("searched: %+v", past)
	}
}

// The queue of version 0.1.0 is taken up as it was left.
func TestQueueOfTheFirstVersion(t *testing.T) {
	old, err := os.ReadFile("testdata/studio-0.1.0.db")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "studio.db")
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	store, aside, err := OpenStore(path)
	if err != nil || aside.File != "" {
		t.Fatalf("%+v, %v", aside, err)
	}
	defer store.Close()
	was := rows(t, store)
	s, err := New(Params{Store: store, Generator: &fake{}, Pictures: t.TempDir, Thumbs: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	q := s.Queue()
	s.Close()
	if len(q.Over) != 7 || len(q.Waiting) != 2 || !q.Paused || q.Left == 0 {
		t.Fatalf("over %d, waiting %d, paused %v, left %v", len(q.Over), len(q.Waiting), q.Paused, q.Left)
	}
	if r := q.Waiting[0].Recipe; r.Prompt != "a (red:1.2) boat at sea at noon, ink drawing" || r.Seed != 46 || r.DecoderSeed != 9 || *r.Shift != 1.5 || r.Eta == nil {
		t.Errorf("waits: %+v", r)
	}
	for _, j := range slices.Concat(q.Over, q.Waiting) {
		if b, err := json.Marshal(j.Recipe); err != nil || !slices.Contains(was, string(b)) {
			t.Errorf("job %d is written as %s, %v", j.ID, b, err)
		}
	}
	if now := rows(t, store); !slices.Equal(now, was) {
		t.Errorf("changed:\n%q\nwas\n%q", now, was)
	}
	if past, err := store.Prompts("noon", 10); err != nil || len(past) != 1 || past[0].Negative != "rain" {
		t.Errorf("earlier prompts: %+v, %v", past, err)
	}
}

// rows are all values of the jobs, as text.
func rows(t *testing.T, s *Store) (values []string) {
	t.Helper()
	r, err := s.db.Query("SELECT id, grp, pos, state, recipe, source, file, error, asked, ended, took FROM jobs ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		row := make([]string, 11)
		to := make([]any, len(row))
		for i := range row {
			to[i] = &row[i]
		}
		if err := r.Scan(to...); err != nil {
			t.Fatal(err)
		}
		values = append(values, row...)
	}
	return values
}
