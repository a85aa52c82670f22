package studio

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestStoreIsPutAsideWhenDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "studio.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	s, note, err := OpenStore(path)
	if err != nil || note == "" {
		t.Fatalf("%q, %v", note, err)
	}
	defer s.Close()
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
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
