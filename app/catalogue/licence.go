package catalogue

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"time"

	"cascata/app/disk"
)

// A Licence is what must be accepted before something is downloaded.
type Licence struct {
	ID      string   // by which it is remembered
	Name    string   // as its makers call it
	Address string   // of its text
	Terms   []string // the essential ones, in our words, a sentence each in English
}

// nonCommercial is the licence of the official files, as last read.
var nonCommercial = Licence{
	ID:      "stable-cascade-nc-community",
	Name:    "Stability AI Non-Commercial Research Community License",
	Address: "https://huggingface.co/stabilityai/stable-cascade/blob/main/LICENSE",
	Terms: []string{
		"You may use the model for research and other purposes that are not commercial, and not to earn money or in production.",
		"You may not offer it to others as a service.",
		"Who passes on the files, or something made of them, passes on the licence and its notice too, and says what was changed.",
		"What its acceptable-use policy forbids may not be made with it.",
		"Pictures made with it are not bound by it as the model is, but a model that learns from them is.",
		"It can be withdrawn; the files must then be deleted.",
		"Only its own text counts; read it there.",
	},
}

// Accept remembers that a licence was accepted. Errors wrap disk.ErrWrite.
func (s *Shelf) Accept(l *Licence) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.accepted()
	all[l.ID] = time.Now().UTC().Truncate(time.Second)
	b, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return disk.WriteFile(s.Licences, b)
}

// Accepted reports whether a licence was accepted earlier.
func (s *Shelf) Accepted(l *Licence) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.accepted()[l.ID]
	return ok
}

// accepted reads when each licence was accepted. A file that is missing or
// damaged counts as empty.
func (s *Shelf) accepted() map[string]time.Time {
	all := map[string]time.Time{}
	if b, err := readSmall(s.Licences); err != nil || json.Unmarshal(b, &all) != nil || all == nil {
		return map[string]time.Time{}
	}
	return all
}

// maxNote bounds the small files that are read here, bytes.
const maxNote = 16 << 20

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxNote))
}
