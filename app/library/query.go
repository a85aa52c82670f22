package library

import "time"

// Sort is the order of pictures. Equal ones follow one another newest first.
type Sort int

// The orders.
const (
	Newest       Sort = iota
	Oldest            // by the file's time
	BestFirst         // favourites before others of as many stars
	LargestFirst      // by pixels
	ByName            // of the file, without regard to case
)

// Shape is how a picture's width compares with its height.
type Shape int

// The shapes.
const (
	AnyShape  Shape = iota
	Landscape       // wider than high
	Portrait        // higher than wide
	Square
)

// A Query says which pictures are shown. The zero value is everything, newest
// first.
type Query struct {
	// Text holds words of prompt, negative, model, tags and file name, each of
	// which must begin a word there; "a phrase" stands together; -word
	// excludes. model:x, tag:x, seed:n, stars>2 (also <, =, >=, <=), steps>n,
	// width>n, height>n, size:1024x768 (size>=n: both sides), is:landscape,
	// is:portrait, is:square, is:draft, is:favourite, is:imported, is:missing
	// and is:copy look at one thing, and -tag:x, -is:draft at its opposite.
	Text string

	Sort                         Sort
	Drafts, Favourites, Imported bool // only these
	MinStars                     int
	Shape                        Shape
	MinWidth, MinHeight          int // pixels of the file
	Model, Tag                   string
	Folder                       string // one of Folders, or below
	Album                        int64
	From, To                     time.Time // From is in, To is not; zero is without end
	Collapse                     bool      // one picture a family: the best
}

// A Day is how many of the pictures found were made on it, one after another.
type Day struct {
	Start time.Time // its first moment where the program runs
	Count int
}

// Counts are the figures beside the places of the library.
type Counts struct {
	All, Today, Favourites, Drafts, Imported int
	Copies                                   int // files besides, of the same content as one that is shown

	Albums  []Album  // by name
	Folders []Folder // those that were added, by path
	Tags    []struct {
		Name  string
		Count int
	} // by name
	Models []string // by name
	Bytes  int64    // of all pictures
}
