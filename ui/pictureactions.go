package ui

import (
	"fyne.io/fyne/v2"

	"cascata/app/library"
	"cascata/app/recipe"
	"cascata/app/studio"
	"cascata/inference"
	"cascata/ui/menu"
)

var _ menu.PictureActions = (*pictures)(nil)

// Open implements menu.PictureActions.
func (p *pictures) Open(pic library.Picture) {
	if pic.ID != 0 {
		p.view.Open(pic.ID)
	}
}

// Compare implements menu.PictureActions. In Create the neighbour of a picture
// is the one that lies beside it in the strip.
func (p *pictures) Compare(pics ...library.Picture) {
	if len(pics) == 1 && p.tabs.at == tabCreate {
		p.beside(func(other library.Picture) { p.view.Compare(pics[0], other) })
		return
	}
	p.view.Compare(pics...)
}

// Use implements menu.PictureActions.
func (p *pictures) Use(pic library.Picture) { p.details.UsePicture(pic) }

// UseSeed implements menu.PictureActions.
func (p *pictures) UseSeed(pic library.Picture) { p.form.UseSeed(pic.Seed) }

// Develop implements menu.PictureActions.
func (p *pictures) Develop(pic library.Picture) {
	p.again(pic, func(r recipe.Recipe) []studio.Job { return p.form.DevelopAgain(r, pic.File) })
}

// MakeAgain implements menu.PictureActions.
func (p *pictures) MakeAgain(pic library.Picture) {
	p.again(pic, func(r recipe.Recipe) []studio.Job { return p.jobs.Add([]studio.Job{{Recipe: r}}, false) })
}

// Sweep implements menu.PictureActions.
func (p *pictures) Sweep(pic library.Picture) { p.details.Sweep(pic) }

// CanRefer implements menu.PictureActions.
func (p *pictures) CanRefer() bool { return p.model.info.Accepts.References.Possible() }

// CanBegin implements menu.PictureActions.
func (p *pictures) CanBegin() bool { return p.model.info.Accepts.Pictures.Possible() }

// Vary implements menu.PictureActions: it asks for a picture that resembles this
// one alone, with its prompt where it has one.
func (p *pictures) Vary(pic library.Picture) {
	if !p.view.Uncover() {
		return
	}
	p.form.Vary(inputOf(pic), pic.Prompt)
	if p.model.info.Accepts.References.Yes && p.form.Ask(false, false) != nil {
		p.middle.stage.Follow()
	}
	p.tabs.goTo(tabCreate)
}

// CanEnlarge implements menu.PictureActions.
func (p *pictures) CanEnlarge() bool { return p.model.info.Accepts.Enlarges.Possible() }

// Enlarge implements menu.PictureActions: it asks for the pictures at twice
// their size, with their prompts where they have one. The controls stay as they
// are; but where the model lacks something for it, they say what.
func (p *pictures) Enlarge(pics ...library.Picture) {
	if !p.view.Uncover() {
		return
	}
	if !p.model.info.Accepts.Enlarges.Yes {
		p.tabs.goTo(tabCreate)
		p.form.EnlargeFrom(inputOf(pics[0]))
		return
	}
	jobs := make([]studio.Job, len(pics))
	for i, pic := range pics {
		jobs[i].Recipe = p.form.Enlarged(inputOf(pic), pic.Prompt, pic.Width, pic.Height)
	}
	if p.jobs.Add(jobs, false) != nil {
		p.tabs.goTo(tabCreate)
		p.middle.stage.Follow()
	}
}

// Refer implements menu.PictureActions.
func (p *pictures) Refer(pic library.Picture) {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
		p.form.Refer(inputOf(pic))
	}
}

// BeginFrom implements menu.PictureActions.
func (p *pictures) BeginFrom(pic library.Picture) {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
		p.form.BeginFrom(inputOf(pic), pic.Width, pic.Height)
	}
}

// Repaint implements menu.PictureActions.
func (p *pictures) Repaint(pic library.Picture) {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
		p.form.Repaint(inputOf(pic), pic.Width, pic.Height)
	}
}

// Extend implements menu.PictureActions.
func (p *pictures) Extend(pic library.Picture) {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
		p.form.Extend(inputOf(pic), pic.Width, pic.Height)
	}
}

// CanOutline implements menu.PictureActions.
func (p *pictures) CanOutline() bool { return p.model.info.Accepts.Outlines.Possible() }

// Outline implements menu.PictureActions.
func (p *pictures) Outline(pic library.Picture) {
	if p.view.Uncover() {
		p.tabs.goTo(tabCreate)
		p.form.Outline(inputOf(pic))
	}
}

func inputOf(pic library.Picture) inference.Input { return inference.Input{File: pic.File} }

// SetStars implements menu.PictureActions.
func (p *pictures) SetStars(n int, pics ...library.Picture) {
	p.view.Marks.SetStars(n, library.IDs(pics)...)
}

// SetFavourite implements menu.PictureActions.
func (p *pictures) SetFavourite(yes bool, pics ...library.Picture) {
	p.view.Marks.SetFavourite(yes, library.IDs(pics)...)
}

// Tag implements menu.PictureActions.
func (p *pictures) Tag(tag string, on bool, pics ...library.Picture) {
	p.view.Marks.Tag(tag, on, library.IDs(pics)...)
}

// ChooseAlbums implements menu.PictureActions.
func (p *pictures) ChooseAlbums(pics ...library.Picture) {
	p.view.Albums.Choose(library.IDs(pics)...)
}

// CopyPicture implements menu.PictureActions.
func (p *pictures) CopyPicture(file string) { p.host.copyPicture(file) }

// CopyText implements menu.PictureActions.
func (p *pictures) CopyText(text string) { p.host.copyText(text) }

// Reveal implements menu.PictureActions.
func (p *pictures) Reveal(file string) { p.host.reveal(file) }

// Trash implements menu.PictureActions.
func (p *pictures) Trash(pics ...library.Picture) { p.view.Trash.Move(library.IDs(pics)...) }

// ShowMenu implements menu.PictureActions.
func (p *pictures) ShowMenu(pic library.Picture, at fyne.Position) { p.view.Actions.ShowMenu(at, pic) }
