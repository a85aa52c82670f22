package library

import "time"

// A Picture is one row of the library. Width and Height are pixels of the file.
type Picture struct {
	ID            int64
	File          string // absolute
	Width, Height int
	Bytes         int64
	Made          time.Time // the file's time
	Program       string    // "cascata", "a1111", ... "unknown"

	Prompt, Negative, Model string
	Seed                    uint64
	Steps, DecoderSteps     int

	Stars     int // 0 to 5
	Favourite bool
	Tags      []string

	Draft, Imported, Missing bool

	Family int64 // ID of the family's first picture; its own ID when alone
	Kin    int   // pictures in the family, 1 when alone
	Parent int64 // ID of the picture it was made from, 0 when none is known
	Files  int   // files of the same content, 1 when alone; the library shows one of them
}

// A Folder is one that was added to the library, and how many pictures of it
// and of those below it are shown.
type Folder struct {
	Dir   string
	Count int
}

// IDs are those of pictures, in their order.
func IDs(p []Picture) []int64 {
	ids := make([]int64, len(p))
	for i := range p {
		ids[i] = p[i].ID
	}
	return ids
}
