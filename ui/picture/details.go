// Package picture is what one picture says of itself and what can be made of it: details, recall, family, sweeps, export.
// All of it belongs to the window's goroutine, but for what says otherwise.
package picture

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"cascata/app/library"
	"cascata/app/meta"
	"cascata/app/recipe"
	"cascata/ui/async"
	"cascata/ui/format"
	"cascata/ui/look"
	"cascata/ui/menu"
	"cascata/ui/numbers"
	"cascata/ui/settings"
	"cascata/ui/undo"
	"cascata/ui/widgets"
)

// DetailsParams are what the details need. Read, Find and Copies are called off
// the window's goroutine.
type DetailsParams struct {
	Run     async.Runner
	Actions menu.PictureActions                            // what can be done with the pictures on show
	Read    func(file string) (meta.Info, error)           // meta.Read
	Find    func(file string) (p library.Picture, ok bool) // the library's row of a file; nil: none has one

	// Undo takes back what is taken here; nil: a new one.
	Undo *undo.Stack

	// Copies are the other files of a picture's content; nil: none are known.
	Copies func(p library.Picture) []library.Picture
}

// Details show one picture beside the grid: what can be done with it, and its
// recipe as a difference to what the controls hold. Looking changes nothing;
// every value is taken by itself or with all others, and given back by its Undo.
// Of several pictures they show what can be done with all.
type Details struct {
	Content fyne.CanvasObject

	OnUse   func(s recipe.Sketch, undo func()) // for the controls, as the artist wants them; undo is nil where it was taken back
	OnModel func(name string)                  // the model a picture of ours was made with
	OnSweep func(p SweepParams)                // to be completed and given to ShowSweep

	p      DetailsParams
	sketch recipe.Sketch
	shown  []library.Picture
	info   *meta.Info        // of the one that is shown; nil until it is read
	fault  error             // why it could not be read
	copies []library.Picture // other files of its content
	lines  []settings.Line

	reading  bool
	pictured string // the file whose picture image has
	image    *canvas.Image
	box      *fyne.Container
	column   *fyne.Container
	recipe   *fyne.Container
	scroll   *container.Scroll
	field    *widgets.Entry // for another tag
	large    async.Loader
	drawn    []settings.Line // what recipe shows
}

// NewDetails shows nothing yet. SetSketch must be called at every change of the
// controls.
func NewDetails(p DetailsParams) *Details {
	if p.Undo == nil {
		p.Undo = &undo.Stack{}
	}
	d := &Details{p: p, image: canvas.NewImageFromImage(nil), column: widgets.Column(12), recipe: widgets.Column(0)}
	d.image.FillMode, d.image.CornerRadius = canvas.ImageFillContain, 4
	d.image.Hide()
	d.box = container.New(&pictureBox{}, newTapArea(func() {
		if len(d.shown) == 1 {
			d.p.Actions.Open(d.shown[0])
		}
	}), d.image)
	d.large = async.Loader{Run: p.Run, Read: readForPanel, Then: d.showPicture}
	d.field = widgets.NewEntry(lang.X("details.tag", "Add a tag"))
	d.field.OnSubmitted = d.addTags
	d.scroll = container.NewVScroll(widgets.Pad(16, 14, d.column))
	d.Content = container.New(&relay{}, d.scroll)
	d.build()
	return d
}

// Show shows pictures of the library, or nothing; one, as soon as its file is
// read.
func (d *Details) Show(pictures ...library.Picture) {
	same := len(pictures) == 1 && len(d.shown) == 1 && pictures[0].File == d.shown[0].File && d.info != nil
	d.shown = slices.Clone(pictures)
	if !same {
		d.info, d.fault, d.lines, d.copies = nil, nil, nil, nil
		d.scroll.ScrollToTop()
		if len(pictures) == 1 && !pictures[0].Missing {
			d.large.Want(pictures[0].File)
			d.read()
			return
		}
	}
	d.build()
}

// ShowFile shows any picture file, whoever made it, in the library or not.
func (d *Details) ShowFile(path string) {
	p := library.Picture{File: path}
	d.p.Run(func() {
		if d.p.Find == nil {
			return
		}
		if row, ok := d.p.Find(path); ok {
			p = row
		}
	}, func() { d.Show(p) })
}

// Shown are the pictures on show.
func (d *Details) Shown() []library.Picture { return slices.Clone(d.shown) }

// SetSketch says what the controls hold now.
func (d *Details) SetSketch(s recipe.Sketch) {
	d.sketch = s
	if d.info != nil {
		d.fillRecipe()
	}
}

// UsePicture takes every value that a picture has, on show or not.
func (d *Details) UsePicture(p library.Picture) {
	d.with(p, func(info meta.Info) { d.use(settings.Differing(settings.Diff(d.sketch, info))...) })
}

// Sweep begins a sweep of a picture, on show or not.
func (d *Details) Sweep(p library.Picture) {
	d.with(p, func(info meta.Info) { widgets.Call1(d.OnSweep, d.sweep(p, info)) })
}

// with does something with what a picture says, or shows the picture where
// that cannot be read.
func (d *Details) with(p library.Picture, do func(meta.Info)) {
	if d.info != nil && d.fault == nil && len(d.shown) == 1 && d.shown[0].File == p.File {
		do(*d.info)
		return
	}
	async.Go(d.p.Run, func() (meta.Info, error) { return d.p.Read(p.File) }, func(info meta.Info, err error) {
		if err != nil {
			d.Show(p)
			return
		}
		do(info)
	})
}

// useAll takes every value of the picture on show that differs.
func (d *Details) useAll() { d.use(settings.Differing(d.lines)...) }

func (d *Details) use(lines ...settings.Line) {
	if len(lines) == 0 {
		return
	}
	s := d.sketch
	for _, l := range lines {
		l.Use(&s)
	}
	size := s.Size()
	if s.Fit(size); s.Size() != size { // another schedule, which cannot make the size
		lines = append(slices.Clone(lines), settings.Line{Sketch: s, Copy: func(to, from *recipe.Sketch) { to.SetSize(from.Size()) }})
	}
	before := d.sketch
	d.give(s, d.p.Undo.Add(d, func() { d.giveBack(lines, before) }))
}

// giveBack puts the values that lines took back to what they were before.
func (d *Details) giveBack(lines []settings.Line, before recipe.Sketch) {
	s := d.sketch
	for _, l := range lines {
		l.Back(&s, before)
	}
	d.give(s, nil)
}

func (d *Details) give(s recipe.Sketch, undo func()) {
	d.sketch = s
	if d.OnUse != nil {
		d.OnUse(s, undo)
	}
	d.drawn = nil // the buttons below the lines change too
	if d.info != nil {
		d.fillRecipe()
	}
}

// read reads what the picture says of itself and lays the panel out then. Of
// pictures that are chosen faster than that, the last alone is laid out.
func (d *Details) read() {
	if d.reading {
		return
	}
	d.reading = true
	p := d.shown[0]
	file := p.File
	var info meta.Info
	var err error
	var copies []library.Picture
	d.p.Run(func() {
		info, err = d.p.Read(file)
		if d.p.Copies != nil && p.Files > 1 {
			copies = d.p.Copies(p)
		}
	}, func() {
		d.reading = false
		switch {
		case len(d.shown) != 1 || d.shown[0].Missing:
			return
		case d.shown[0].File != file:
			d.read()
			return
		}
		d.info, d.fault, d.copies = &info, err, copies
		widgets.SetVisible(d.image, d.pictured == file)
		d.build()
	})
}

// build lays the panel out again.
func (d *Details) build() {
	d.drawn = nil
	switch len(d.shown) {
	case 0:
		d.column.Objects = []fyne.CanvasObject{widgets.NewParagraph(
			lang.X("details.empty", "Choose a picture to see what made it. Drop one from anywhere to read its recipe."), look.SizeSmall, true)}
	case 1:
		d.column.Objects = d.one(d.shown[0])
		d.fillRecipe()
	default:
		d.column.Objects = d.many()
	}
	d.column.Refresh()
	d.scroll.Refresh()
}

// one is the panel of one picture.
func (d *Details) one(p library.Picture) []fyne.CanvasObject {
	if p.Missing {
		return []fyne.CanvasObject{
			widgets.NewParagraph(lang.X("details.missing", "The file of this picture is gone. If it was moved, add the folder it is in now."), look.SizeText, false),
			widgets.NewParagraph(p.File, look.SizeSmall, true).Selectable(),
			widgets.NewFlow(widgets.NewButton(lang.X("copy.path", "Copy path"), func() { d.p.Actions.CopyText(p.File) }),
				widgets.NewButton(lang.X("details.forget", "Take out of the library"), func() { d.all(d.p.Actions.Trash) })),
		}
	}
	objects := []fyne.CanvasObject{d.box}
	if p.ID != 0 {
		objects = append(objects, d.stars(p.Stars, p.Favourite, d.more(p)))
	}
	actions := d.actions(p)
	if p.ID == 0 {
		actions.Add(d.more(p))
	}
	objects = append(objects, actions, d.recipe)
	if p.ID != 0 {
		objects = append(objects, d.tags(p.Tags))
	}
	return append(objects, d.about(p))
}

// many is the panel of several pictures.
func (d *Details) many() []fyne.CanvasObject {
	n := len(d.shown)
	var bytes int64
	stars, favourite := d.shown[0].Stars, true
	for _, p := range d.shown {
		bytes += p.Bytes
		favourite = favourite && p.Favourite
		if p.Stars != stars {
			stars = 0
		}
	}
	row := widgets.NewFlow()
	if n <= 4 {
		row.Add(widgets.NewButton(lang.X("details.compare", "Compare"), func() { d.all(d.p.Actions.Compare) }))
	}
	row.Add(widgets.NewButton(lang.X("details.export", "Export…"), func() { d.all(d.p.Actions.Export) }))
	row.Add(widgets.NewButton(lang.X("details.albums", "Albums…"), func() { d.all(d.p.Actions.ChooseAlbums) }))
	row.Add(widgets.NewButton(lang.X("details.delete", "Move to trash"), func() { d.all(d.p.Actions.Trash) }))
	return []fyne.CanvasObject{
		widgets.NewTitle(lang.XN("details.selected", "{{.N}} pictures selected", n, map[string]any{"N": numbers.Grouped(n)})),
		widgets.NewDim(format.FileSize(bytes)),
		d.stars(stars, favourite, widgets.Gap(0, 0)), row, d.tags(library.CommonTags(d.shown)),
	}
}

// all does something with all pictures on show.
func (d *Details) all(do func(...library.Picture)) { do(d.Shown()...) }
