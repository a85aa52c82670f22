package menu

import (
	"fyne.io/fyne/v2"

	"cascata/app/library"
)

// PictureActions is what can be done with pictures, whichever view shows them.
// The window implements it once, for all views. A picture that the library does
// not have is one with the ID 0: it has a file alone. Every method belongs to the
// window's goroutine, returns at once, and says itself what went wrong.
type PictureActions interface {
	Open(p library.Picture)       // as large as the window
	Compare(p ...library.Picture) // side by side; one, beside its neighbour
	ShowFamily(p library.Picture) // those developed from one composition

	Use(p library.Picture)       // all its settings, for the controls
	UseSeed(p library.Picture)   // its seed alone
	Develop(p library.Picture)   // its detail again, from its composition
	MakeAgain(p library.Picture) // as it was asked for
	Sweep(p library.Picture)     // with other values of its settings

	CanRefer() bool               // the model takes reference pictures, or could
	CanBegin() bool               // it begins from pictures, or could
	CanEnlarge() bool             // it makes pictures larger, or could
	CanOutline() bool             // it is held to the outlines of pictures, or could be
	Outline(p library.Picture)    // holds the next ones to its outlines
	Vary(p library.Picture)       // others like it
	Refer(p library.Picture)      // as a reference for the next ones
	Enlarge(p ...library.Picture) // twice as wide and high
	Repaint(p library.Picture)    // a part of it
	Extend(p library.Picture)     // beyond its sides
	BeginFrom(p library.Picture)  // as what the next ones begin from

	SetStars(n int, p ...library.Picture) // 0 to 5
	SetFavourite(yes bool, p ...library.Picture)
	Tag(tag string, on bool, p ...library.Picture)
	ChooseAlbums(p ...library.Picture) // asks in which albums they are to be

	Add(file string) // to the library
	Export(p ...library.Picture)
	CopyPicture(file string) // to the clipboard
	CopyText(text string)    // likewise
	Reveal(file string)      // in its folder
	Trash(p ...library.Picture)

	ShowMenu(p library.Picture, at fyne.Position) // of all that can be done with one
}
