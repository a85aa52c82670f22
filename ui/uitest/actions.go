package uitest

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"cascata/app/library"
)

// Actions notes what is done with pictures: "stars 3 of 1 2" with their IDs. It
// implements menu.PictureActions.
type Actions struct{ Did []string }

func (a *Actions) note(what string, p ...library.Picture) {
	if len(p) > 0 {
		what += " of " + strings.Trim(fmt.Sprint(library.IDs(p)), "[]")
	}
	a.Did = append(a.Did, what)
}

// Open implements menu.PictureActions.
func (a *Actions) Open(p library.Picture) { a.note("open", p) }

// Compare implements menu.PictureActions.
func (a *Actions) Compare(p ...library.Picture) { a.note("compare", p...) }

// ShowFamily implements menu.PictureActions.
func (a *Actions) ShowFamily(p library.Picture) { a.note("family", p) }

// Use implements menu.PictureActions.
func (a *Actions) Use(p library.Picture) { a.note("use", p) }

// UseSeed implements menu.PictureActions.
func (a *Actions) UseSeed(p library.Picture) { a.note("seed", p) }

// Develop implements menu.PictureActions.
func (a *Actions) Develop(p library.Picture) { a.note("develop", p) }

// MakeAgain implements menu.PictureActions.
func (a *Actions) MakeAgain(p library.Picture) { a.note("again", p) }

// Sweep implements menu.PictureActions.
func (a *Actions) Sweep(p library.Picture) { a.note("sweep", p) }

// CanRefer implements menu.PictureActions.
func (a *Actions) CanRefer() bool { return true }

// CanBegin implements menu.PictureActions.
func (a *Actions) CanBegin() bool { return true }

// CanEnlarge implements menu.PictureActions.
func (a *Actions) CanEnlarge() bool { return true }

// Enlarge implements menu.PictureActions.
func (a *Actions) Enlarge(p ...library.Picture) { a.note("enlarge", p...) }

// Vary implements menu.PictureActions.
func (a *Actions) Vary(p library.Picture) { a.note("vary", p) }

// Refer implements menu.PictureActions.
func (a *Actions) Refer(p library.Picture) { a.note("refer", p) }

// Repaint implements menu.PictureActions.
func (a *Actions) Repaint(p library.Picture) { a.note("repaint", p) }

// Extend implements menu.PictureActions.
func (a *Actions) Extend(p library.Picture) { a.note("extend", p) }

// CanOutline implements menu.PictureActions.
func (a *Actions) CanOutline() bool { return true }

// Outline implements menu.PictureActions.
func (a *Actions) Outline(p library.Picture) { a.note("outline", p) }

// BeginFrom implements menu.PictureActions.
func (a *Actions) BeginFrom(p library.Picture) { a.note("begin", p) }

// SetStars implements menu.PictureActions.
func (a *Actions) SetStars(n int, p ...library.Picture) { a.note(fmt.Sprint("stars ", n), p...) }

// SetFavourite implements menu.PictureActions.
func (a *Actions) SetFavourite(yes bool, p ...library.Picture) {
	a.note(fmt.Sprint("favourite ", yes), p...)
}

// Tag implements menu.PictureActions.
func (a *Actions) Tag(tag string, on bool, p ...library.Picture) {
	a.note(fmt.Sprint("tag ", tag, " ", on), p...)
}

// ChooseAlbums implements menu.PictureActions.
func (a *Actions) ChooseAlbums(p ...library.Picture) { a.note("albums", p...) }

// Add implements menu.PictureActions.
func (a *Actions) Add(file string) { a.note("add " + file) }

// Export implements menu.PictureActions.
func (a *Actions) Export(p ...library.Picture) { a.note("export", p...) }

// CopyPicture implements menu.PictureActions.
func (a *Actions) CopyPicture(file string) { a.note("copy " + file) }

// CopyText implements menu.PictureActions.
func (a *Actions) CopyText(text string) { a.note("copy text " + text) }

// Reveal implements menu.PictureActions.
func (a *Actions) Reveal(file string) { a.note("reveal " + file) }

// Trash implements menu.PictureActions.
func (a *Actions) Trash(p ...library.Picture) { a.note("trash", p...) }

// ShowMenu implements menu.PictureActions.
func (a *Actions) ShowMenu(p library.Picture, _ fyne.Position) { a.note("menu", p) }
